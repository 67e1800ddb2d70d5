// Conversions, exhaustive for sources of 8 and 16 bits; the reference rounds exact values in long double.
#include <map>

#include "tests/unit/softgpu/ze/builtins/runner.h"

namespace {

using Real = long double;
enum class Mode { Nearest, Zero, Up, Down };

Real rounded(Real value, Mode mode) {
  switch (mode) {
    case Mode::Nearest:
      return std::nearbyint(value);
    case Mode::Zero:
      return std::trunc(value);
    case Mode::Up:
      return std::ceil(value);
    case Mode::Down:
      return std::floor(value);
  }
  return value;
}

Real toFloating(Real value, const scalars::Type& type, Mode mode) {
  if (value == 0 || !std::isfinite(value)) return value;
  const int exponent = std::max(std::ilogb(value), type.minExponent);
  const Real unit = std::ldexp(1.0L, exponent - type.precision + 1);
  const Real result = rounded(value / unit, mode) * unit;
  const Real most = std::ldexp(2.0L - std::ldexp(1.0L, 1 - type.precision), 1 - type.minExponent);
  if (std::fabs(result) <= most) return result;
  const bool toInfinity = mode == Mode::Nearest || mode == (value > 0 ? Mode::Up : Mode::Down);
  return std::copysign(toInfinity ? std::numeric_limits<Real>::infinity() : most, value);
}

struct Conversion {
  std::string target;
  bool saturated = false;
  bool rounds = false;
  Mode mode = Mode::Nearest;
};

// convert_uchar_sat_rte
bool parse(std::string name, Conversion& conversion) {
  if (!name.starts_with("convert_")) return false;
  name.erase(0, 8);
  const std::map<std::string, Mode> modes = {
      {"_rte", Mode::Nearest}, {"_rtz", Mode::Zero}, {"_rtp", Mode::Up}, {"_rtn", Mode::Down}};
  conversion.rounds = false;
  for (const auto& [suffix, mode] : modes) {
    if (name.ends_with(suffix)) {
      conversion.rounds = true, conversion.mode = mode;
      name.resize(name.size() - suffix.size());
    }
  }
  conversion.saturated = name.ends_with("_sat");
  if (conversion.saturated) name.resize(name.size() - 4);
  conversion.target = name;
  if (!conversion.rounds) conversion.mode = scalars::typeOf(name).floating ? Mode::Nearest : Mode::Zero;
  return true;
}

// Every value of small types; of others, those about the limits of all types too.
std::vector<std::byte> sources(const std::string& name) {
  const scalars::Type type = scalars::typeOf(name);
  if (type.size <= 2) {
    const size_t values = size_t{1} << (type.size * 8), count = (values + 47) / 48 * 48;
    std::vector<std::byte> bytes(count * type.size);
    for (size_t i = 0; i < count; ++i) std::memcpy(bytes.data() + i * type.size, &i, type.size);
    return bytes;
  }
  std::vector<std::byte> bytes = scalars::inputs(type, 7, 48 * 60);
  const auto append = [&](auto value) {
    const auto* raw = reinterpret_cast<const std::byte*>(&value);
    bytes.insert(bytes.end(), raw, raw + sizeof value);
  };
  for (int power = -26; power <= 64; ++power) {
    for (int part = -8; part <= 8; ++part) {
      for (const Real sign : {1.0L, -1.0L}) {
        const Real value = sign * (std::ldexp(1.0L, power) + part * 0.25L);
        const Real fine = sign * std::ldexp(1.0L + part * std::ldexp(1.0L, -12), power);
        for (const Real each : {value, fine}) {
          if (type.floating) {
            if (type.size == 4) append(float(each));
            if (type.size == 8) append(double(each));
          } else if (std::fabs(each) < 9e18L) {
            if (type.size == 4) append(int32_t(int64_t(each)));
            if (type.size == 8) append(int64_t(each));
          }
        }
      }
    }
  }
  bytes.resize(bytes.size() / (48 * type.size) * 48 * type.size);
  return bytes;
}

TEST(Convert, EveryPairOfTypesAndRounding) {
  std::map<std::string, std::vector<std::byte>> inputs;
  int tested = 0;
  for (size_t n = 0; n < kCallCount; ++n) {
    const Call& call = kCalls[n];
    Conversion conversion;
    if (!parse(call.name, conversion)) continue;
    std::vector<std::byte>& input = inputs[call.scalar];
    if (input.empty()) input = sources(call.scalar);
    const scalars::Type from = scalars::typeOf(call.scalar), to = scalars::typeOf(conversion.target);
    const size_t count = input.size() / from.size;
    std::vector<std::byte> result(count * to.size);
    call.run(result.data(), nullptr, input.data(), nullptr, nullptr, int(count));
    const Real least = to.isSigned ? -std::ldexp(1.0L, int(to.size) * 8 - 1) : 0;
    const Real most = std::ldexp(1.0L, int(to.size) * 8 - (to.isSigned ? 1 : 0)) - 1;
    for (size_t i = 0; i < count; ++i) {
      const Real value = scalars::valueAt(from, input, i), got = scalars::valueAt(to, result, i);
      if (to.floating) {
        const Real exact = toFloating(value, to, conversion.mode);
        ASSERT_TRUE(got == exact || (std::isnan(exact) && std::isnan(got)))
            << describe(call, i) << " of " << value << " is " << got << ", not " << exact;
        continue;
      }
      Real exact = from.floating ? rounded(value, conversion.mode) : value;
      if (conversion.saturated) {
        exact = std::isnan(value) ? 0 : std::fmin(std::fmax(exact, least), most);
      } else if (from.floating && !(exact >= least && exact <= most)) {
        continue;  // undefined
      }
      if (!from.floating && !conversion.saturated) {
        const uint64_t mask = to.size == 8 ? ~uint64_t{0} : (uint64_t{1} << (to.size * 8)) - 1;
        const uint64_t bits = value < 0 ? uint64_t(int64_t(value)) : uint64_t(value);
        ASSERT_EQ(scalars::bitsAt(to, result, i), bits & mask) << describe(call, i) << " of " << value;
      } else {
        ASSERT_EQ(got, exact) << describe(call, i) << " of " << value;
      }
    }
    ++tested;
  }
  EXPECT_EQ(tested, 11 * (8 * 10 + 3 * 5) * 3);
}

TEST(Convert, HalfInMemory) {
  int loads = 0, stores = 0;
  const scalars::Type half = scalars::typeOf("half"), single = scalars::typeOf("float");
  for (size_t n = 0; n < kCallCount; ++n) {
    const Call& call = kCalls[n];
    const std::string name = call.name;
    const bool aligned = name.starts_with("vloada") || name.starts_with("vstorea");
    // Aligned vectors of three lie as far apart as those of four.
    const size_t stride = aligned && call.width == 3 ? 4 : size_t(call.width);
    if (name == "vload_half" || name == "vloada_half") {
      const std::vector<std::byte> input = sources("half");
      const size_t count = input.size() / 2 / stride * size_t(call.width) / 48 * 48;
      std::vector<std::byte> result(count * 4);
      call.run(result.data(), nullptr, input.data(), nullptr, nullptr, int(count));
      for (size_t i = 0; i < count; ++i) {
        const Real exact = scalars::valueAt(half, input, i / call.width * stride + i % call.width),
                   got = scalars::valueAt(single, result, i);
        ASSERT_TRUE(got == exact || (std::isnan(exact) && std::isnan(got)))
            << describe(call, i) << " of " << exact;
      }
      ++loads;
    } else if (name.starts_with("vstore_half") || name.starts_with("vstorea_half")) {
      Conversion conversion;
      ASSERT_TRUE(parse("convert_half" + name.substr(name.find("half") + 4), conversion));
      const scalars::Type from = scalars::typeOf(call.scalar);
      const std::vector<std::byte> input = sources(call.scalar);
      const size_t count = input.size() / from.size;
      std::vector<std::byte> result(count / call.width * stride * 2 + 2, std::byte{0x55});
      call.run(result.data(), nullptr, input.data(), nullptr, nullptr, int(count));
      for (size_t i = 0; i < count; ++i) {
        const Real value = scalars::valueAt(from, input, i),
                   got = scalars::valueAt(half, result, i / call.width * stride + i % call.width);
        const Real exact = toFloating(value, half, conversion.mode);
        ASSERT_TRUE(got == exact || (std::isnan(exact) && std::isnan(got)))
            << describe(call, i) << " of " << value << " is " << got;
      }
      ASSERT_EQ(scalars::bitsAt(half, result, result.size() / 2 - 1), 0x5555u)
          << describe(call, 0) << " writes too far";
      ++stores;
    }
  }
  EXPECT_EQ(loads, 11);
  EXPECT_EQ(stores, 2 * 5 * 11);
}

}  // namespace
