// The mathematical and common functions against libm in long double, within OpenCL's limits (OpenCL C 7.4).
#include <map>

#include "tests/unit/softgpu/ze/builtins/runner.h"

namespace {

using Real = long double;
constexpr Real kNan = std::numeric_limits<Real>::quiet_NaN(),
               kInfinity = std::numeric_limits<Real>::infinity();
constexpr Real kPi = 3.14159265358979323846264338327950288L;
constexpr size_t kCount = 48 * 20;

// sin(pi x) by reduction to |r| <= 1/2, unlike the library's.
Real sinpi(Real x) {
  if (!std::isfinite(x)) return kNan;
  const Real nearest = std::nearbyint(x), r = x - nearest;
  const Real value = std::sin(kPi * r);
  return r == 0 ? std::copysign(0.0L, x) : std::fmod(nearest, 2.0L) == 0 ? value : -value;
}
Real cospi(Real x) {
  if (!std::isfinite(x)) return kNan;
  const Real nearest = std::nearbyint(x), r = x - nearest;
  const Real value = std::fabs(r) == 0.5L ? 0 : std::cos(kPi * r);
  return std::fmod(nearest, 2.0L) == 0 ? value : -value;
}
Real tanpi(Real x) {
  if (!std::isfinite(x)) return kNan;
  const Real c = cospi(x);
  if (c == 0)
    return std::fmod(std::fabs(x) - 0.5L, 2.0L) == 0 ? std::copysign(kInfinity, x)
                                                     : -std::copysign(kInfinity, x);
  return sinpi(x) / c;
}
Real powr(Real x, Real y) {
  if (x < 0 || std::isnan(x) || std::isnan(y) || (x == 0 && y == 0) || (x == kInfinity && y == 0))
    return kNan;
  if (x == 1 && std::isinf(y)) return kNan;
  return std::pow(x == 0 ? 0.0L : x, y);
}
Real rootn(Real x, Real n) {
  const bool odd = std::fmod(std::fabs(n), 2.0L) == 1;
  if (n == 0 || (x < 0 && !odd)) return kNan;
  if (x == 0) return n > 0 ? 0 : odd ? std::copysign(kInfinity, x) : kInfinity;
  return std::copysign(std::pow(std::fabs(x), 1 / n), x);
}
Real sign(Real x) { return std::isnan(x) ? 0 : x == 0 ? 0 : std::copysign(1.0L, x); }
Real maxmag(Real x, Real y) {
  return std::fabs(x) > std::fabs(y) ? x : std::fabs(y) > std::fabs(x) ? y : std::fmax(x, y);
}
Real minmag(Real x, Real y) {
  return std::fabs(x) < std::fabs(y) ? x : std::fabs(y) < std::fabs(x) ? y : std::fmin(x, y);
}

struct Rule {
  double floatUlps, doubleUlps, halfUlps;
  Real (*one)(Real);
  Real (*two)(Real, Real);
  Real (*three)(Real, Real, Real);
};
Rule unary(double f, double d, double h, Real (*function)(Real)) {
  return {f, d, h, function, nullptr, nullptr};
}
Rule binary(double f, double d, double h, Real (*function)(Real, Real)) {
  return {f, d, h, nullptr, function, nullptr};
}
Rule ternary(double f, double d, double h, Real (*function)(Real, Real, Real)) {
  return {f, d, h, nullptr, nullptr, function};
}
#define LIBM(name) [](Real x) -> Real { return std::name(x); }
#define LIBM2(name) [](Real x, Real y) -> Real { return std::name(x, y); }

// A correctly rounded result is half a ulp away.
const std::map<std::string, Rule>& rules() {
  static const std::map<std::string, Rule> table = {
      {"acos", unary(4, 4, 2, LIBM(acos))},
      {"acosh", unary(4, 4, 2, LIBM(acosh))},
      {"acospi", unary(5, 5, 2, [](Real x) { return std::acos(x) / kPi; })},
      {"asin", unary(4, 4, 2, LIBM(asin))},
      {"asinh", unary(4, 4, 2, LIBM(asinh))},
      {"asinpi", unary(5, 5, 2, [](Real x) { return std::asin(x) / kPi; })},
      {"atan", unary(5, 5, 2, LIBM(atan))},
      {"atanh", unary(5, 5, 2, LIBM(atanh))},
      {"atanpi", unary(5, 5, 2, [](Real x) { return std::atan(x) / kPi; })},
      {"cbrt", unary(2, 2, 2, LIBM(cbrt))},
      {"ceil", unary(0, 0, 0, LIBM(ceil))},
      {"cos", unary(4, 4, 2, LIBM(cos))},
      {"cosh", unary(4, 4, 2, LIBM(cosh))},
      {"cospi", unary(4, 4, 2, cospi)},
      {"erf", unary(16, 16, 4, LIBM(erf))},
      {"erfc", unary(16, 16, 4, LIBM(erfc))},
      {"exp", unary(3, 3, 2, LIBM(exp))},
      {"exp2", unary(3, 3, 2, LIBM(exp2))},
      {"exp10", unary(3, 3, 2, [](Real x) -> Real { return exp10l(x); })},
      {"expm1", unary(3, 3, 2, LIBM(expm1))},
      {"fabs", unary(0, 0, 0, LIBM(fabs))},
      {"floor", unary(0, 0, 0, LIBM(floor))},
      {"log", unary(3, 3, 2, LIBM(log))},
      {"log10", unary(3, 3, 2, LIBM(log10))},
      {"log1p", unary(2, 2, 2, LIBM(log1p))},
      {"log2", unary(3, 3, 2, LIBM(log2))},
      {"logb", unary(0, 0, 0, LIBM(logb))},
      {"rint", unary(0, 0, 0, LIBM(rint))},
      {"round", unary(0, 0, 0, LIBM(round))},
      {"rsqrt", unary(2, 2, 1, [](Real x) { return 1 / std::sqrt(x); })},
      {"sin", unary(4, 4, 2, LIBM(sin))},
      {"sinh", unary(4, 4, 2, LIBM(sinh))},
      {"sinpi", unary(4, 4, 2, sinpi)},
      {"sqrt", unary(0.5, 0.5, 0.5, LIBM(sqrt))},
      {"tan", unary(5, 5, 2, LIBM(tan))},
      {"tanh", unary(5, 5, 2, LIBM(tanh))},
      {"tanpi", unary(6, 6, 2, tanpi)},
      {"tgamma",
       unary(16, 16, 4, [](Real x) { return x == 0 ? std::copysign(kInfinity, x) : std::tgamma(x); })},
      {"trunc", unary(0, 0, 0, LIBM(trunc))},
      {"sign", unary(0, 0, 0, sign)},
      {"degrees", unary(2, 2, 2, [](Real x) { return x * (180 / kPi); })},
      {"radians", unary(2, 2, 2, [](Real x) { return x * (kPi / 180); })},
      {"atan2", binary(6, 6, 2, LIBM2(atan2))},
      {"atan2pi", binary(6, 6, 2, [](Real y, Real x) { return std::atan2(y, x) / kPi; })},
      {"copysign", binary(0, 0, 0, LIBM2(copysign))},
      {"fdim", binary(0.5, 0.5, 0.5, LIBM2(fdim))},
      {"fmax", binary(0, 0, 0, LIBM2(fmax))},
      {"fmin", binary(0, 0, 0, LIBM2(fmin))},
      {"fmod", binary(0, 0, 0, LIBM2(fmod))},
      {"hypot", binary(4, 4, 2, LIBM2(hypot))},
      {"maxmag", binary(0, 0, 0, maxmag)},
      {"minmag", binary(0, 0, 0, minmag)},
      {"pow", binary(16, 16, 4, LIBM2(pow))},
      {"powr", binary(16, 16, 4, powr)},
      {"remainder", binary(0, 0, 0, LIBM2(remainder))},
      {"max", binary(0, 0, 0, [](Real x, Real y) { return x < y ? y : x; })},
      {"min", binary(0, 0, 0, [](Real x, Real y) { return y < x ? y : x; })},
      {"step", binary(0, 0, 0, [](Real edge, Real x) -> Real { return x < edge ? 0 : 1; })},
      {"ldexp", binary(0.5, 0.5, 0.5,
                       [](Real x, Real n) {
                         return std::ldexp(x, int(std::fmax(std::fmin(n, 99999.0L), -99999.0L)));
                       })},
      {"pown", binary(16, 16, 4, LIBM2(pow))},
      {"rootn", binary(16, 16, 4, rootn)},
      {"fma", ternary(0.5, 0.5, 0.5, [](Real x, Real y, Real z) { return std::fma(x, y, z); })}};
  return table;
}

Rule ruleOf(std::string name, bool& known) {
  double loose = 0;
  for (const char* prefix : {"native_", "half_"}) {
    if (name.starts_with(prefix)) {
      name.erase(0, std::strlen(prefix));
      loose = 8192;
    }
  }
  known = true;
  if (name == "recip") return unary(0.5, 0.5, 0.5, [](Real x) { return 1 / x; });
  if (name == "divide") return binary(0.5, 0.5, 0.5, [](Real x, Real y) { return x / y; });
  const auto found = rules().find(name);
  known = found != rules().end();
  if (!known) return {};
  Rule rule = found->second;
  rule.floatUlps = std::max(rule.floatUlps, loose);
  return rule;
}

double limit(const Rule& rule, size_t size) {
  return size == 2 ? rule.halfUlps : size == 4 ? rule.floatUlps : rule.doubleUlps;
}

bool takesInt(const std::string& name) { return name == "ldexp" || name == "pown" || name == "rootn"; }

TEST(Math, FunctionsAreWithinTheirLimits) {
  std::map<std::string, int> tested;
  for (size_t n = 0; n < kCallCount; ++n) {
    const Call& call = kCalls[n];
    const scalars::Type type = scalars::typeOf(call.scalar);
    bool known;
    const Rule rule = ruleOf(call.name, known);
    if (!known || !type.floating) continue;
    const bool ints = takesInt(call.name);
    const Application run(call, call.scalar, ints ? "int" : call.scalar, call.scalar, kCount);
    const scalars::Type second = ints ? scalars::typeOf("int") : type;
    int wrong = 0;
    for (size_t i = 0; i < kCount && wrong < 3; ++i) {
      const Real x = scalars::valueAt(type, run.a, i), y = scalars::valueAt(second, run.b, i),
                 z = scalars::valueAt(type, run.c, i);
      // The limits of native and half functions hold for ordinary arguments only (7.4).
      if (std::string(call.name).find('_') != std::string::npos &&
          !(std::fabs(x) < 64 && std::fabs(x) > 1e-3L && std::fabs(y) < 8))
        continue;
      // Of NaN these are undefined.
      if ((std::string(call.name) == "max" || std::string(call.name) == "min") && std::isnan(x + y)) continue;
      const Real exact = rule.one ? rule.one(x) : rule.two ? rule.two(x, y) : rule.three(x, y, z);
      const Real got = scalars::valueAt(type, run.result, i);
      const double error = scalars::ulps(type, got, exact);
      // fma of long double rounds once to 64 bits, which adds a little to the half ulp.
      if (error > limit(rule, type.size) * 1.001) {
        ADD_FAILURE() << describe(call, i) << ": (" << x << ", " << y << ", " << z << ") = " << got
                      << ", not " << exact << "; " << error << " ulp";
        ++wrong;
      }
    }
    ++tested[call.name];
  }
  for (const auto& [name, rule] : rules()) EXPECT_EQ(tested[name], 18) << name;
}

// These are defined by formulas, whose intermediate roundings are allowed.
TEST(Math, MixClampSmoothstepAndMadFollowTheirFormulas) {
  int tested = 0;
  for (size_t n = 0; n < kCallCount; ++n) {
    const Call& call = kCalls[n];
    const scalars::Type type = scalars::typeOf(call.scalar);
    const std::string name = call.name;
    if (!type.floating || (name != "mix" && name != "clamp" && name != "smoothstep" && name != "mad"))
      continue;
    const Application run(call, call.scalar, call.scalar, call.scalar, kCount);
    for (size_t i = 0; i < kCount; ++i) {
      const Real x = scalars::valueAt(type, run.a, i), y = scalars::valueAt(type, run.b, i),
                 z = scalars::valueAt(type, run.c, i);
      if (!std::isfinite(x + y + z) || std::fmax(std::fabs(x), std::fmax(std::fabs(y), std::fabs(z))) > 100)
        continue;
      const Real got = scalars::valueAt(type, run.result, i);
      Real exact, scale;
      if (name == "mix") {
        exact = x + (y - x) * z, scale = std::fabs(x) + std::fabs(y - x) * std::fabs(z);
      } else if (name == "mad") {
        exact = x * y + z, scale = std::fabs(x * y) + std::fabs(z);
      } else if (name == "clamp") {
        if (y > z) continue;
        exact = std::fmin(std::fmax(x, y), z), scale = 0;
      } else {
        if (!(x < y) || y - x < 0.01L) continue;
        const Real t = std::fmin(std::fmax((z - x) / (y - x), 0.0L), 1.0L);
        exact = t * t * (3 - 2 * t), scale = 1 + (std::fabs(x) + std::fabs(z)) / (y - x);
      }
      const Real allowed = std::ldexp(scale * 8, -type.precision) +
                           std::ldexp(scale != 0, type.minExponent - type.precision + 1);
      ASSERT_LE(std::fabs(got - exact), allowed)
          << describe(call, i) << " of " << x << ", " << y << ", " << z;
    }
    ++tested;
  }
  EXPECT_EQ(tested, 4 * 18);
}

TEST(Math, SecondResultsGoThroughPointers) {
  int tested = 0;
  for (size_t n = 0; n < kCallCount; ++n) {
    const Call& call = kCalls[n];
    const scalars::Type type = scalars::typeOf(call.scalar), integer = scalars::typeOf("int");
    const std::string name = call.name;
    if (name != "fract" && name != "modf" && name != "sincos" && name != "frexp" && name != "lgamma_r" &&
        name != "remquo")
      continue;
    const Application run(call, call.scalar, call.scalar, call.scalar, kCount);
    for (size_t i = 0; i < kCount; ++i) {
      const Real x = scalars::valueAt(type, run.a, i), y = scalars::valueAt(type, run.b, i);
      const Real got = scalars::valueAt(type, run.result, i), other = scalars::valueAt(type, run.second, i);
      const int number = int(scalars::valueAt(integer, run.second, i));
      const std::string where = describe(call, i) + " of " + std::to_string(double(x));
      if (name == "fract") {
        const Real below1 = 1 - std::ldexp(1.0L, -type.precision);
        const Real exact = std::isnan(x) ? x : std::isinf(x) ? 0 : std::fmin(x - std::floor(x), below1);
        ASSERT_LE(scalars::ulps(type, got, exact), 0.5) << where;
        ASSERT_EQ(scalars::ulps(type, other, std::floor(x)), 0) << where;
      } else if (name == "modf") {
        Real whole;
        const Real exact = std::modf(x, &whole);
        ASSERT_EQ(scalars::ulps(type, got, exact), 0) << where;
        ASSERT_EQ(scalars::ulps(type, other, whole), 0) << where;
        if (!std::isnan(x)) {
          ASSERT_EQ(std::signbit(got), std::signbit(x)) << where;
        }
      } else if (name == "sincos") {
        ASSERT_LE(scalars::ulps(type, got, std::sin(x)), 4) << where;
        ASSERT_LE(scalars::ulps(type, other, std::cos(x)), 4) << where;
      } else if (name == "frexp") {
        int exponent = 0;
        const Real exact = std::frexp(x, &exponent);
        ASSERT_EQ(scalars::ulps(type, got, exact), 0) << where;
        if (std::isfinite(x)) {
          ASSERT_EQ(number, exponent) << where;
        }
      } else if (name == "lgamma_r") {
        int sign = 0;
        const Real exact = lgammal_r(x, &sign);
        // OpenCL sets no limit; libm cancels near the zeros at negative values.
        if (x > 0) {
          ASSERT_LE(scalars::ulps(type, got, exact), 16) << where;
        }
        if (std::isfinite(x) && !(x <= 0 && x == std::floor(x))) {
          ASSERT_EQ(number, sign) << where;
        }
        if (x <= 0 && x == std::floor(x) && std::isfinite(x)) {
          ASSERT_EQ(number, 0) << where;
        }
      } else {
        int quotient = 0;
        const Real exact = std::remquo(x, y, &quotient);
        ASSERT_EQ(scalars::ulps(type, got, exact), 0) << where;
        // The sign and at least the lowest seven bits of the quotient.
        if (std::isfinite(exact) && y != 0 && std::isfinite(x)) {
          ASSERT_EQ(std::abs(number) % 8, std::abs(quotient) % 8) << where;
          if (quotient != 0) {
            ASSERT_EQ(number < 0, quotient < 0) << where;
          }
        }
      }
    }
    ++tested;
  }
  EXPECT_EQ(tested, 6 * 18);
}

TEST(Math, NextafterMovesByOneStep) {
  int tested = 0;
  for (size_t n = 0; n < kCallCount; ++n) {
    const Call& call = kCalls[n];
    if (std::string(call.name) != "nextafter") continue;
    const scalars::Type type = scalars::typeOf(call.scalar);
    const Application run(call, call.scalar, call.scalar, call.scalar, kCount);
    for (size_t i = 0; i < kCount; ++i) {
      const Real x = scalars::valueAt(type, run.a, i), y = scalars::valueAt(type, run.b, i);
      const Real got = scalars::valueAt(type, run.result, i);
      if (std::isnan(x) || std::isnan(y)) {
        ASSERT_TRUE(std::isnan(got)) << describe(call, i);
      } else if (x == y) {
        ASSERT_EQ(got, y) << describe(call, i);
      } else {
        ASSERT_EQ(got > x, y > x) << describe(call, i) << " of " << x << ", " << y;
        // Nothing representable lies between: the bits differ by one, or both are next to zero.
        const uint64_t sign = uint64_t{1} << (type.size * 8 - 1);
        const auto ordered = [&](uint64_t bits) {
          return bits & sign ? -int64_t(bits & ~sign) : int64_t(bits);
        };
        const int64_t step =
            ordered(scalars::bitsAt(type, run.result, i)) - ordered(scalars::bitsAt(type, run.a, i));
        ASSERT_EQ(step, y > x ? 1 : -1) << describe(call, i) << " of " << x << ", " << y;
      }
    }
    ++tested;
  }
  EXPECT_EQ(tested, 18);
}

TEST(Math, ExponentsAndNans) {
  int tested = 0;
  for (size_t n = 0; n < kCallCount; ++n) {
    const Call& call = kCalls[n];
    const scalars::Type type = scalars::typeOf(call.scalar), integer = scalars::typeOf("int");
    if (std::string(call.name) == "ilogb") {
      const Application run(call, call.scalar, call.scalar, call.scalar, kCount);
      for (size_t i = 0; i < kCount; ++i) {
        const Real x = scalars::valueAt(type, run.a, i);
        const int exact = std::isnan(x) || std::isinf(x) ? std::numeric_limits<int>::max()
                          : x == 0                       ? std::numeric_limits<int>::min()
                                                         : std::ilogb(x);
        ASSERT_EQ(int(scalars::valueAt(integer, run.result, i)), exact) << describe(call, i) << " of " << x;
      }
      ++tested;
    } else if (std::string(call.name) == "nan") {
      const Application run(call, scalars::unsignedOf(type.size), call.scalar, call.scalar, kCount);
      for (size_t i = 0; i < kCount; ++i)
        ASSERT_TRUE(std::isnan(scalars::valueAt(type, run.result, i))) << describe(call, i);
      ++tested;
    }
  }
  EXPECT_EQ(tested, 2 * 18);
}

}  // namespace
