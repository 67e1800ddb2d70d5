// Operands and results are in the items; elements of vectors are exchanged one by one.
#include "softgpu/ze/engine/exchange.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>
#include <type_traits>
#include <utility>

#include "softgpu/ze/builtins/rounding.h"

namespace softgpu::engine {
namespace {

template <typename T>
T load(const abi::Item& item, size_t element = 0) {
  T value;
  std::memcpy(&value, item.value + element * sizeof(T), sizeof(value));
  return value;
}

template <typename T>
void store(abi::Item& item, T value, size_t element = 0) {
  std::memcpy(item.value + element * sizeof(T), &value, sizeof(value));
}

// How a type is stored, and what it is computed in.
template <typename T>
struct Plain {
  using Stored = T;
  using Number = T;
  static Number number(Stored value) { return value; }
  static Stored stored(Number value) { return value; }
};
struct Half {
  using Stored = uint16_t;
  using Number = float;
  static Number number(Stored value) { return builtins::halfToFloat(value); }
  static Stored stored(Number value) {
    return static_cast<Stored>(
        builtins::roundDouble<builtins::HalfFormat>(static_cast<double>(value), builtins::Rounding::Nearest));
  }
};

template <typename T>
T combine(abi::Operation operation, T a, T b) {
  using abi::Operation;
  if (operation == Operation::Min) {
    return std::min(a, b);
  }
  if (operation == Operation::Max) {
    return std::max(a, b);
  }
  if constexpr (std::is_integral_v<T>) {
    using Wide = uint64_t;  // wraps, whatever T is
    using Unsigned = std::make_unsigned_t<T>;
    const Wide x = static_cast<Unsigned>(a), y = static_cast<Unsigned>(b);
    switch (operation) {
      case Operation::Add:
        return static_cast<T>(x + y);
      case Operation::Mul:
        return static_cast<T>(x * y);
      case Operation::And:
        return static_cast<T>(x & y);
      case Operation::Or:
        return static_cast<T>(x | y);
      case Operation::Xor:
        return static_cast<T>(x ^ y);
      case Operation::LogicalAnd:
        return static_cast<T>(a != 0 && b != 0);
      case Operation::LogicalOr:
        return static_cast<T>(a != 0 || b != 0);
      case Operation::LogicalXor:
        return static_cast<T>((a != 0) != (b != 0));
      default:
        return b;
    }
  } else {
    return operation == Operation::Add ? a + b : operation == Operation::Mul ? a * b : b;
  }
}

template <typename T>
T identity(abi::Operation operation) {
  using Limits = std::numeric_limits<T>;
  switch (operation) {
    case abi::Operation::Min:
      return Limits::has_infinity ? Limits::infinity() : Limits::max();
    case abi::Operation::Max:
      return Limits::has_infinity ? static_cast<T>(-Limits::infinity()) : Limits::lowest();
    case abi::Operation::Mul:
    case abi::Operation::LogicalAnd:
      return T{1};
    case abi::Operation::And:
      return static_cast<T>(-1);
    default:
      return T{};
  }
}

class Exchanger {
 public:
  Exchanger(std::span<abi::Item> items, const abi::Item& leader)
      : items_(items),
        leader_(leader),
        word_(leader.stop),
        wholeGroup_(leader.stop >> 24 == static_cast<uint32_t>(abi::Scope::Group)) {}

  void run() {
    using abi::Exchange;
    switch (static_cast<Exchange>(word_ & 0xff)) {
      case Exchange::Barrier:
        return;
      case Exchange::Broadcast:
        return broadcast(items_[std::min<size_t>(leader_.selector, items_.size() - 1)]);
      case Exchange::BroadcastFirst:
        return broadcast(*std::ranges::find_if(items_, [this](const auto& item) { return takesPart(item); }));
      case Exchange::Shuffle:
        return shuffle();
      case Exchange::All:
        return answer(countSet() == countActive());
      case Exchange::Any:
        return answer(countSet() != 0);
      case Exchange::AllEqual:
        return byType([this]<typename Type>(Type) { allEqual<Type>(); });
      case Exchange::Elect:
        return elect();
      case Exchange::Ballot:
        return ballot();
      case Exchange::Reduce:
      case Exchange::ScanInclusive:
      case Exchange::ScanExclusive:
        return byType([this]<typename Type>(Type) { reduceOrScan<Type>(items_); });
      case Exchange::Clustered:
        return byType([this]<typename Type>(Type) {
          const size_t size = std::clamp<size_t>(leader_.selector, 1, items_.size());
          for (size_t first = 0; first < items_.size(); first += size) {
            reduceOrScan<Type>(items_.subspan(first, std::min(size, items_.size() - first)));
          }
        });
    }
  }

 private:
  bool takesPart(const abi::Item& item) const { return wholeGroup_ ? !isDone(item) : joins(item, leader_); }

  template <typename Visit>
  void byType(Visit visit) {
    using abi::Value;
    switch (static_cast<Value>(word_ >> 16 & 0xff)) {
      case Value::Int8:
        return visit(Plain<int8_t>());
      case Value::Uint8:
        return visit(Plain<uint8_t>());
      case Value::Int16:
        return visit(Plain<int16_t>());
      case Value::Uint16:
        return visit(Plain<uint16_t>());
      case Value::Int32:
        return visit(Plain<int32_t>());
      case Value::Uint32:
        return visit(Plain<uint32_t>());
      case Value::Int64:
        return visit(Plain<int64_t>());
      case Value::Uint64:
        return visit(Plain<uint64_t>());
      case Value::Float:
        return visit(Plain<float>());
      case Value::Double:
        return visit(Plain<double>());
      case Value::Half:
        return visit(Half());
      case Value::None:
        return;
    }
  }

  template <typename Visit>
  void forEachActive(std::span<abi::Item> items, Visit visit) const {
    for (abi::Item& item : items) {
      if (takesPart(item)) {
        visit(item);
      }
    }
  }

  size_t countActive() const {
    return static_cast<size_t>(
        std::ranges::count_if(items_, [this](const auto& item) { return takesPart(item); }));
  }
  size_t countSet() const {
    return static_cast<size_t>(std::ranges::count_if(
        items_, [this](const auto& item) { return takesPart(item) && load<int32_t>(item) != 0; }));
  }
  void answer(bool result) {
    forEachActive(items_, [result](abi::Item& item) { store<int32_t>(item, result ? 1 : 0); });
  }

  void broadcast(const abi::Item& from) {
    const abi::Item source = from;
    forEachActive(items_, [&](abi::Item& item) { std::memcpy(item.value, source.value, source.valueSize); });
  }

  // Sub-groups have no more items than a ballot has bits in its first element.
  void shuffle() {
    std::array<std::array<std::byte, sizeof(abi::Item::value)>, abi::kMaxSubgroupSize> sources;
    const size_t count = std::min(items_.size(), sources.size());
    for (size_t i = 0; i < count; ++i) {
      std::memcpy(sources[i].data(), items_[i].value, leader_.valueSize);
    }
    forEachActive(items_, [&](abi::Item& item) {
      std::memcpy(item.value, sources[std::min<size_t>(item.selector, count - 1)].data(), item.valueSize);
    });
  }

  void elect() {
    bool isFirst = true;
    forEachActive(items_,
                  [&](abi::Item& item) { store<int32_t>(item, std::exchange(isFirst, false) ? 1 : 0); });
  }

  void ballot() {
    std::array<uint32_t, 4> bits{};
    for (size_t i = 0; i < items_.size() && i < 128; ++i) {
      if (takesPart(items_[i]) && load<int32_t>(items_[i]) != 0) {
        bits[i / 32] |= 1U << i % 32;
      }
    }
    forEachActive(items_, [&](abi::Item& item) { std::memcpy(item.value, bits.data(), sizeof(bits)); });
  }

  template <typename Type>
  void allEqual() {
    using Stored = typename Type::Stored;
    const abi::Item first = leader_;
    bool equal = true;
    for (size_t i = 0; i < first.valueSize / sizeof(Stored); ++i) {
      forEachActive(items_, [&](const abi::Item& item) {
        equal = equal && Type::number(load<Stored>(item, i)) == Type::number(load<Stored>(first, i));
      });
    }
    answer(equal);
  }

  template <typename Type>
  void reduceOrScan(std::span<abi::Item> items) {
    using Stored = typename Type::Stored;
    const auto exchange = static_cast<abi::Exchange>(word_ & 0xff);
    const auto operation = static_cast<abi::Operation>(word_ >> 8 & 0xff);
    const bool scan = exchange == abi::Exchange::ScanInclusive || exchange == abi::Exchange::ScanExclusive;
    for (size_t element = 0; element < leader_.valueSize / sizeof(Stored); ++element) {
      auto total = identity<typename Type::Number>(operation);
      forEachActive(items, [&](abi::Item& item) {
        const auto before = total;
        total = combine(operation, total, Type::number(load<Stored>(item, element)));
        if (scan) {
          store(item, Type::stored(exchange == abi::Exchange::ScanExclusive ? before : total), element);
        }
      });
      if (!scan) {
        forEachActive(items, [&](abi::Item& item) { store(item, Type::stored(total), element); });
      }
    }
  }

  std::span<abi::Item> items_;
  const abi::Item& leader_;
  uint32_t word_;
  bool wholeGroup_;
};

}  // namespace

void runExchange(std::span<abi::Item> items, const abi::Item& leader) { Exchanger(items, leader).run(); }

}  // namespace softgpu::engine
