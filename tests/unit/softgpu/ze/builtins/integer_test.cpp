// Integer, relational and selecting functions against arithmetic in 128 bits; exact, for every width.
#include <bit>
#include <functional>
#include <map>

#include "tests/unit/softgpu/ze/builtins/runner.h"

namespace {

__extension__ using Wide = __int128;
constexpr size_t kCount = 48 * 40;

struct Limits {
  int bits;
  Wide least, most;
  uint64_t mask;
};
Limits limitsOf(const scalars::Type& type) {
  const int bits = int(type.size) * 8;
  return {bits, type.isSigned ? -(Wide{1} << (bits - 1)) : Wide{0},
          type.isSigned ? (Wide{1} << (bits - 1)) - 1 : (Wide{1} << bits) - 1,
          bits == 64 ? ~uint64_t{0} : (uint64_t{1} << bits) - 1};
}
Wide clamped(Wide value, const Limits& limits) {
  return value < limits.least ? limits.least : value > limits.most ? limits.most : value;
}
// Division by two towards minus infinity.
Wide halved(Wide value) { return value >> 1; }
Wide low24(Wide value, bool isSigned) {
  return isSigned ? Wide(int32_t(uint32_t(value) << 8) >> 8) : value & 0xffffff;
}

// The lower bits of it are right; unsigned, since the product of unsigned 64 bits has 128.
Wide highOf(Wide a, Wide b, const Limits& limits) {
  __extension__ using Unsigned = unsigned __int128;
  return Wide(Unsigned(a) * Unsigned(b) >> limits.bits);
}

using Reference = std::function<Wide(Wide a, Wide b, Wide c, const Limits& limits)>;
const std::map<std::string, Reference>& references() {
  static const std::map<std::string, Reference> table = {
      {"abs", [](Wide a, Wide, Wide, const Limits&) { return a < 0 ? -a : a; }},
      {"abs_diff", [](Wide a, Wide b, Wide, const Limits&) { return a < b ? b - a : a - b; }},
      {"add_sat", [](Wide a, Wide b, Wide, const Limits& l) { return clamped(a + b, l); }},
      {"sub_sat", [](Wide a, Wide b, Wide, const Limits& l) { return clamped(a - b, l); }},
      {"hadd", [](Wide a, Wide b, Wide, const Limits&) { return halved(a + b); }},
      {"rhadd", [](Wide a, Wide b, Wide, const Limits&) { return halved(a + b + 1); }},
      {"max", [](Wide a, Wide b, Wide, const Limits&) { return a < b ? b : a; }},
      {"min", [](Wide a, Wide b, Wide, const Limits&) { return b < a ? b : a; }},
      {"clamp",
       [](Wide a, Wide b, Wide c, const Limits&) { return a < b   ? (c < b ? c : b)
                                                          : c < a ? c
                                                                  : a; }},
      {"mul_hi", [](Wide a, Wide b, Wide, const Limits& l) { return highOf(a, b, l); }},
      {"mad_hi", [](Wide a, Wide b, Wide c, const Limits& l) { return highOf(a, b, l) + c; }},
      {"clz",
       [](Wide a, Wide, Wide, const Limits& l) -> Wide {
         return std::countl_zero(uint64_t(a) & l.mask) - (64 - l.bits);
       }},
      {"ctz",
       [](Wide a, Wide, Wide, const Limits& l) -> Wide {
         return std::min(std::countr_zero(uint64_t(a) & l.mask), l.bits);
       }},
      {"popcount",
       [](Wide a, Wide, Wide, const Limits& l) -> Wide { return std::popcount(uint64_t(a) & l.mask); }},
      {"rotate",
       [](Wide a, Wide b, Wide, const Limits& l) -> Wide {
         const int count = int(uint64_t(b) & uint64_t(l.bits - 1));
         const uint64_t bits = uint64_t(a) & l.mask;
         return count == 0 ? bits : (bits << count | bits >> (l.bits - count));
       }},
      {"bitselect", [](Wide a, Wide b, Wide c, const Limits&) { return (a & ~c) | (b & c); }},
      {"mul24",
       [](Wide a, Wide b, Wide, const Limits& l) { return low24(a, l.least < 0) * low24(b, l.least < 0); }},
      {"mad24", [](Wide a, Wide b, Wide c, const Limits& l) {
         return low24(a, l.least < 0) * low24(b, l.least < 0) + c;
       }}};
  return table;
}

Wide wideAt(const scalars::Type& type, const std::vector<std::byte>& bytes, size_t index) {
  return Wide(scalars::valueAt(type, bytes, index));
}

TEST(Integer, FunctionsMatchWideArithmetic) {
  std::map<std::string, int> tested;
  for (size_t n = 0; n < kCallCount; ++n) {
    const Call& call = kCalls[n];
    const scalars::Type type = scalars::typeOf(call.scalar);
    const auto found = references().find(call.name);
    if (found == references().end() || type.floating) continue;
    const Limits limits = limitsOf(type);
    const Application run(call, call.scalar, call.scalar, call.scalar, kCount);
    for (size_t i = 0; i < kCount; ++i) {
      const Wide a = wideAt(type, run.a, i), b = wideAt(type, run.b, i), c = wideAt(type, run.c, i);
      const uint64_t exact = uint64_t(found->second(a, b, c, limits)) & limits.mask;
      ASSERT_EQ(scalars::bitsAt(type, run.result, i), exact)
          << describe(call, i) << ": " << int64_t(a) << ", " << int64_t(b) << ", " << int64_t(c);
    }
    ++tested[call.name];
  }
  for (const auto& [name, reference] : references())
    EXPECT_EQ(tested[name], name == "mul24" || name == "mad24" ? 12 : 48) << name;
}

TEST(Integer, MadSatIsExactBeforeItSaturates) {
  int tested = 0;
  for (size_t n = 0; n < kCallCount; ++n) {
    const Call& call = kCalls[n];
    if (std::string(call.name) != "mad_sat") continue;
    const scalars::Type type = scalars::typeOf(call.scalar);
    const Limits limits = limitsOf(type);
    const Application run(call, call.scalar, call.scalar, call.scalar, kCount);
    for (size_t i = 0; i < kCount; ++i) {
      const Wide a = wideAt(type, run.a, i), b = wideAt(type, run.b, i), c = wideAt(type, run.c, i);
      // Unsigned 64-bit products fill the signed 128 bits: a quotient tells instead.
      const bool over = !type.isSigned && a != 0 && b > (limits.most - c) / a;
      const uint64_t exact = uint64_t(over ? limits.most : clamped(a * b + c, limits)) & limits.mask;
      ASSERT_EQ(scalars::bitsAt(type, run.result, i), exact)
          << describe(call, i) << ": " << int64_t(a) << ", " << int64_t(b) << ", " << int64_t(c);
    }
    ++tested;
  }
  EXPECT_EQ(tested, 48);
}

TEST(Integer, UpsampleJoinsTheBits) {
  int tested = 0;
  for (size_t n = 0; n < kCallCount; ++n) {
    const Call& call = kCalls[n];
    if (std::string(call.name) != "upsample") continue;
    const scalars::Type type = scalars::typeOf(call.scalar),
                        wide = scalars::typeOf(scalars::unsignedOf(type.size * 2));
    const Application run(call, call.scalar, scalars::unsignedOf(type.size), call.scalar, kCount);
    for (size_t i = 0; i < kCount; ++i) {
      ASSERT_EQ(scalars::bitsAt(wide, run.result, i),
                scalars::bitsAt(type, run.a, i) << (type.size * 8) | scalars::bitsAt(type, run.b, i))
          << describe(call, i);
    }
    ++tested;
  }
  EXPECT_EQ(tested, 36);
}

TEST(Relational, SelectLooksAtTheTopBitOfVectorsOnly) {
  int tested = 0;
  for (size_t n = 0; n < kCallCount; ++n) {
    const Call& call = kCalls[n];
    const std::string name = call.name;
    const scalars::Type type = scalars::typeOf(call.scalar);
    if (name != "select" && !(name == "bitselect" && type.floating)) continue;
    const scalars::Type integer = scalars::typeOf(scalars::signedOf(type.size));
    const Application run(call, call.scalar, call.scalar, scalars::signedOf(type.size), kCount);
    for (size_t i = 0; i < kCount; ++i) {
      const uint64_t a = scalars::bitsAt(type, run.a, i), b = scalars::bitsAt(type, run.b, i),
                     c = scalars::bitsAt(type, run.c, i);
      const bool chosen = call.width == 1 ? c != 0 : scalars::valueAt(integer, run.c, i) < 0;
      ASSERT_EQ(scalars::bitsAt(type, run.result, i),
                name == "select" ? (chosen ? b : a) : (a & ~c) | (b & c))
          << describe(call, i);
    }
    ++tested;
  }
  EXPECT_EQ(tested, 11 * 6 + 3 * 6);
}

TEST(Relational, PredicatesAreOneOrAllBits) {
  using Predicate = std::function<bool(long double, long double, const scalars::Type&)>;
  const auto least = [](const scalars::Type& type) { return std::ldexp(1.0L, type.minExponent); };
  const std::map<std::string, Predicate> predicates = {
      {"isnan", [](auto a, auto, auto&) { return std::isnan(a); }},
      {"isinf", [](auto a, auto, auto&) { return std::isinf(a); }},
      {"isfinite", [](auto a, auto, auto&) { return std::isfinite(a); }},
      {"isnormal", [&](auto a, auto, auto& type) { return std::isfinite(a) && std::fabs(a) >= least(type); }},
      {"signbit", [](auto a, auto, auto&) { return std::signbit(a); }},
      {"isequal", [](auto a, auto b, auto&) { return a == b; }},
      {"isnotequal", [](auto a, auto b, auto&) { return a != b; }},
      {"isgreater", [](auto a, auto b, auto&) { return a > b; }},
      {"isgreaterequal", [](auto a, auto b, auto&) { return a >= b; }},
      {"isless", [](auto a, auto b, auto&) { return a < b; }},
      {"islessequal", [](auto a, auto b, auto&) { return a <= b; }},
      {"islessgreater", [](auto a, auto b, auto&) { return a < b || a > b; }},
      {"isordered", [](auto a, auto b, auto&) { return a == a && b == b; }},
      {"isunordered", [](auto a, auto b, auto&) { return a != a || b != b; }}};
  std::map<std::string, int> tested;
  for (size_t n = 0; n < kCallCount; ++n) {
    const Call& call = kCalls[n];
    const auto found = predicates.find(call.name);
    if (found == predicates.end()) continue;
    const scalars::Type type = scalars::typeOf(call.scalar);
    const scalars::Type result = scalars::typeOf(call.width == 1 ? "int" : scalars::signedOf(type.size));
    const Application run(call, call.scalar, call.scalar, call.scalar, kCount);
    for (size_t i = 0; i < kCount; ++i) {
      const long double a = scalars::valueAt(type, run.a, i), b = scalars::valueAt(type, run.b, i);
      const int yes = call.width == 1 ? 1 : -1;
      ASSERT_EQ(int(scalars::valueAt(result, run.result, i)), found->second(a, b, type) ? yes : 0)
          << describe(call, i) << " of " << a << ", " << b;
    }
    ++tested[call.name];
  }
  for (const auto& [name, predicate] : predicates) EXPECT_EQ(tested[name], 18) << name;
}

TEST(Relational, AnyAndAllLookAtTopBits) {
  int tested = 0;
  for (size_t n = 0; n < kCallCount; ++n) {
    const Call& call = kCalls[n];
    const std::string name = call.name;
    if (name != "any" && name != "all") continue;
    const scalars::Type type = scalars::typeOf(call.scalar), integer = scalars::typeOf("int");
    const Application run(call, call.scalar, call.scalar, call.scalar, kCount);
    for (size_t i = 0; i < kCount / call.width; ++i) {
      int set = 0;
      for (int k = 0; k < call.width; ++k) set += scalars::valueAt(type, run.a, i * call.width + k) < 0;
      ASSERT_EQ(int(scalars::valueAt(integer, run.result, i)), name == "any" ? set > 0 : set == call.width)
          << describe(call, i);
    }
    ++tested;
  }
  EXPECT_EQ(tested, 40);
}

}  // namespace
