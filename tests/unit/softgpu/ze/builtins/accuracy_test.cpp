// How far the mathematical functions are from exact, against OpenCL's limits of the full profile (OpenCL
// C 7.4). Halves: every value. Floats and doubles: where functions are hard (limits of range, poles,
// multiples of pi, integers and halves of them, all powers of two) and at random; CLZE_ACCURACY_SAMPLES=N
// takes N random ones. Prints the worst of each.
#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <random>

#include "tests/unit/softgpu/ze/builtins/quad.h"
#include "tests/unit/softgpu/ze/builtins/scalars.h"
#include "tests/unit/softgpu/ze/builtins/values.h"

namespace {

struct Rule {
  const char* name;
  // Greatest errors. A correctly rounded result is half a ulp away.
  double single, twice, half;
  Quad (*one)(Quad);
  Quad (*two)(Quad, Quad) = nullptr;
  Quad (*three)(Quad, Quad, Quad) = nullptr;
  bool zeroSigns = true;  // whether the sign of zeros is told
};

constexpr double kRounded = 0.5;
const Rule kRules[] = {
    {"acos", 4, 4, 2, acosq},
    {"acosh", 4, 4, 2, acoshq},
    {"acospi", 5, 5, 2, [](Quad x) { return acosq(x) / quad::pi(); }},
    {"asin", 4, 4, 2, asinq},
    {"asinh", 4, 4, 2, asinhq},
    {"asinpi", 5, 5, 2, [](Quad x) { return asinq(x) / quad::pi(); }},
    {"atan", 5, 5, 2, atanq},
    {"atanh", 5, 5, 2, atanhq},
    {"atanpi", 5, 5, 2, [](Quad x) { return atanq(x) / quad::pi(); }},
    {"cbrt", 2, 2, 2, cbrtq},
    {"ceil", 0, 0, 0, ceilq},
    {"cos", 4, 4, 2, cosq},
    {"cosh", 4, 4, 2, coshq},
    {"cospi", 4, 4, 2, quad::cospi},
    {"erf", 16, 16, 4, erfq},
    {"erfc", 16, 16, 4, erfcq},
    {"exp", 3, 3, 2, expq},
    {"exp2", 3, 3, 2, [](Quad x) { return powq(2, x); }},
    {"exp10", 3, 3, 2, [](Quad x) { return powq(10, x); }},
    {"expm1", 3, 3, 2, expm1q},
    {"fabs", 0, 0, 0, fabsq},
    {"floor", 0, 0, 0, floorq},
    {"log", 3, 3, 2, logq},
    {"log10", 3, 3, 2, log10q},
    {"log1p", 2, 2, 2, log1pq},
    {"log2", 3, 3, 2, log2q},
    {"logb", 0, 0, 0, logbq},
    {"rint", 0, 0, 0, rintq},
    {"round", 0, 0, 0, roundq},
    {"rsqrt", 2, 2, 1, [](Quad x) { return 1 / sqrtq(x); }},
    {"sin", 4, 4, 2, sinq},
    {"sinh", 4, 4, 2, sinhq},
    {"sinpi", 4, 4, 2, quad::sinpi},
    {"sqrt", 3, kRounded, kRounded, sqrtq},
    {"tan", 5, 5, 2, tanq},
    {"tanh", 5, 5, 2, tanhq},
    {"tanpi", 6, 6, 2, quad::tanpi},
    {"tgamma", 16, 16, 4, [](Quad x) { return x == 0 ? copysignq(quad::infinity(), x) : tgammaq(x); }},
    {"trunc", 0, 0, 0, truncq},
    {"degrees", 2, 2, 2, [](Quad x) { return x * (180 / quad::pi()); }},
    {"radians", 2, 2, 2, [](Quad x) { return x * (quad::pi() / 180); }},
    {"atan2", 6, 6, 2, nullptr, atan2q},
    {"atan2pi", 6, 6, 2, nullptr, [](Quad y, Quad x) { return atan2q(y, x) / quad::pi(); }},
    {"copysign", 0, 0, 0, nullptr, copysignq},
    {"fdim", kRounded, kRounded, kRounded, nullptr, fdimq},
    {"fmax", 0, 0, 0, nullptr, fmaxq, nullptr, false},
    {"fmin", 0, 0, 0, nullptr, fminq, nullptr, false},
    {"fmod", 0, 0, 0, nullptr, fmodq},
    {"hypot", 4, 4, 2, nullptr, hypotq},
    {"pow", 16, 16, 4, nullptr, powq},
    {"powr", 16, 16, 4, nullptr, quad::powr},
    {"remainder", 0, 0, 0, nullptr, remainderq},
    {"ldexp", kRounded, kRounded, kRounded, nullptr, quad::ldexp},
    {"pown", 16, 16, 4, nullptr, powq},
    {"rootn", 16, 16, 4, nullptr, quad::rootn},
    {"fma", kRounded, kRounded, kRounded, nullptr, nullptr, fmaq},
    {"half_cos", 8192, 0, 0, cosq},
    {"half_divide", 8192, 0, 0, nullptr, [](Quad x, Quad y) { return x / y; }},
    {"half_exp", 8192, 0, 0, expq},
    {"half_exp2", 8192, 0, 0, [](Quad x) { return powq(2, x); }},
    {"half_exp10", 8192, 0, 0, [](Quad x) { return powq(10, x); }},
    {"half_log", 8192, 0, 0, logq},
    {"half_log2", 8192, 0, 0, log2q},
    {"half_log10", 8192, 0, 0, log10q},
    {"half_powr", 8192, 0, 0, nullptr, quad::powr},
    {"half_recip", 8192, 0, 0, [](Quad x) { return 1 / x; }},
    {"half_rsqrt", 8192, 0, 0, [](Quad x) { return 1 / sqrtq(x); }},
    {"half_sin", 8192, 0, 0, sinq},
    {"half_sqrt", 8192, 0, 0, sqrtq},
    {"half_tan", 8192, 0, 0, tanq},
};

bool takesInt(const std::string& name) { return name == "ldexp" || name == "pown" || name == "rootn"; }

size_t samples() {
  const char* wish = std::getenv("CLZE_ACCURACY_SAMPLES");
  return wish != nullptr ? std::strtoull(wish, nullptr, 10) : 10'000;
}

// A number and both its neighbours, with either sign.
template <typename T>
void addAround(std::vector<T>& values, T value) {
  const T infinity = std::numeric_limits<T>::infinity();
  for (const T each : {value, std::nextafter(value, infinity), std::nextafter(value, -infinity)}) {
    values.push_back(each);
    values.push_back(-each);
  }
}

template <typename T>
std::vector<T> hardValues() {
  using Limits = std::numeric_limits<T>;
  std::vector<T> values;
  for (const T value : {T(0), Limits::denorm_min(), Limits::min(), T(1), Limits::max(), Limits::infinity()})
    addAround(values, value);
  values.push_back(Limits::quiet_NaN());
  for (int i = 1; i <= 200; ++i) {
    addAround(values, T(i) / 2);
    addAround(values, T(Quad(i) * quad::pi() / 4));
  }
  // Far out, what the multiples of pi leave of a number is all that sines see.
  for (int i = Limits::min_exponent - Limits::digits; i < Limits::max_exponent; ++i) {
    const T power = std::ldexp(T(1), i);
    addAround(values, power);
    addAround(values, T(1.5) * power);
    if (i > 0 && i < Limits::digits * 4)
      addAround(values, T(rintq(Quad(power) / quad::pi()) * quad::pi() / 2));
    if (i < 0) {
      values.push_back(1 + power);
      values.push_back(1 - power);
      values.push_back(-1 - power);
      values.push_back(power - 1);
    }
  }
  // Where results of exp, exp2, exp10, erfc and tgamma leave the range of the type.
  const Quad most = Limits::max(), least = Limits::denorm_min(), smallest = Limits::min();
  for (const Quad end : {most, least, smallest}) {
    addAround(values, T(logq(end)));
    addAround(values, T(log2q(end)));
    addAround(values, T(log10q(end)));
    addAround(values, T(logq(end) + logq(2)));
    addAround(values, T(sqrtq(end)));
  }
  for (const double end : {9.19, 10.05, 26.54, 27.22, 35.04, 33.9, 41.1, 171.62, 170.6, 184.2}) {
    addAround(values, T(end));
  }
  return values;
}

// Bits at random, numbers of ordinary size, and numbers near 1. NaNs are quiet: OpenCL has no other (7.2).
template <typename T>
T randomValue(std::mt19937_64& random) {
  using Bits = std::conditional_t<sizeof(T) == 4, uint32_t, uint64_t>;
  switch (random() % 4) {
    case 0: {
      const T value = std::bit_cast<T>(Bits(random()));
      return std::isnan(value) ? std::numeric_limits<T>::quiet_NaN() : value;
    }
    case 1:
      return T(int64_t(random())) * T(0x1p-61);
    case 2:
      return 1 + T(int64_t(random())) * T(0x1p-70);
    default:
      return T(int64_t(random())) * T(0x1p-56);
  }
}

int randomInt(std::mt19937_64& random) {
  const int few = int(random() % 41) - 20;
  return random() % 4 != 0 ? few : int(random()) >> (random() % 31);
}

struct Inputs {
  std::vector<std::byte> a, b, c;
  size_t count = 0;
};

template <typename T>
void append(std::vector<std::byte>& bytes, T value) {
  const auto* raw = reinterpret_cast<const std::byte*>(&value);
  bytes.insert(bytes.end(), raw, raw + sizeof value);
}

template <typename T>
Inputs inputsOf(int arguments, bool ints) {
  std::mt19937_64 random(99);
  const std::vector<T> hard = hardValues<T>();
  Inputs inputs;
  const auto add = [&](T a, T b, T c, int n) {
    append(inputs.a, a);
    if (ints) {
      append(inputs.b, n);
    } else {
      append(inputs.b, b);
    }
    append(inputs.c, c);
    ++inputs.count;
  };
  const auto any = [&] { return random() % 3 != 0 ? randomValue<T>(random) : hard[random() % hard.size()]; };
  if (arguments == 1) {
    for (const T value : hard) add(value, 0, 0, 0);
  } else {
    // The first ones are the ends of the type: each with each.
    const size_t ends = 37;
    for (size_t i = 0; i < ends; ++i) {
      for (size_t k = 0; k < ends; ++k) add(hard[i], hard[k], hard[(i + k) % ends], int(k) - 18);
    }
    // Exponents of whole and half numbers, and results near the ends of the range.
    for (const T value : hard) {
      for (const int n : {2, -3, 17, -128}) add(value, T(n), value, n);
      const T exponent = T(logq(std::numeric_limits<T>::max()) / logq(fabsq(value)));
      add(value, exponent, -value, int(random() % 200) - 100);
      add(value, -exponent, value, int(random() % 4000) - 2000);
    }
    // glibc's remainder is -0 here, for a positive first argument.
    add(T(3.3201361123653527e-282), -512 * std::numeric_limits<T>::denorm_min(), 0, 3);
  }
  for (size_t i = 0; i < samples(); ++i) {
    add(arguments == 1 ? randomValue<T>(random) : any(), any(), any(), randomInt(random));
  }
  return inputs;
}

Inputs halfInputs(bool ints) {
  std::mt19937_64 random(98);
  Inputs inputs;
  for (uint32_t i = 0; i < 0x10000; ++i) {
    append(inputs.a, uint16_t(i));
    if (ints) {
      append(inputs.b, randomInt(random));
    } else {
      // Every third of ordinary size: bits at random are mostly far from each other.
      const uint32_t bits = uint32_t(random());
      append(inputs.b, uint16_t(i % 3 == 0 ? (bits & 0x8fff) | 0x3000 : bits));
    }
    append(inputs.c, uint16_t(random()));
    ++inputs.count;
  }
  return inputs;
}

struct Worst {
  double ulps = 0;
  double x = 0, y = 0, z = 0, got = 0, exact = 0;
};

const Call& callOf(const std::string& name, const std::string& scalar, int width) {
  for (size_t n = 0; n < kCallCount; ++n) {
    if (kCalls[n].name == name && kCalls[n].scalar == scalar && kCalls[n].width == width) return kCalls[n];
  }
  throw std::runtime_error("no " + name + " of " + scalar);
}

// Halves of 64 bits and less are exact in long double, and so in Quad.
Quad quadAt(const scalars::Type& type, const std::vector<std::byte>& bytes, size_t index) {
  return Quad(scalars::valueAt(type, bytes, index));
}

Worst worstOf(const Rule& rule, const std::string& scalar) {
  const scalars::Type type = scalars::typeOf(scalar);
  const bool ints = takesInt(rule.name);
  const int arguments = rule.one != nullptr ? 1 : rule.two != nullptr ? 2 : 3;
  const Inputs inputs = scalar == "half"    ? halfInputs(ints)
                        : scalar == "float" ? inputsOf<float>(arguments, ints)
                                            : inputsOf<double>(arguments, ints);
  std::vector<std::byte> result(inputs.count * type.size);
  callOf(rule.name, scalar, 1)
      .run(result.data(), nullptr, inputs.a.data(), inputs.b.data(), inputs.c.data(), int(inputs.count));
  const scalars::Type second = ints ? scalars::typeOf("int") : type;
  // Of half_ functions the range of arguments is the implementation's; here sines end at 2^16 as in OpenCL
  // C 6.15.2.
  const bool loose = std::string(rule.name).starts_with("half_");
  Worst worst;
  for (size_t i = 0; i < inputs.count; ++i) {
    const Quad x = quadAt(type, inputs.a, i), y = quadAt(second, inputs.b, i), z = quadAt(type, inputs.c, i);
    if (loose && !(fabsq(x) <= 65536)) continue;
    const Quad exact = rule.one != nullptr   ? rule.one(x)
                       : rule.two != nullptr ? rule.two(x, y)
                                             : rule.three(x, y, z);
    const Quad got = quadAt(type, result, i);
    const double ulps = quad::ulps({type.precision, type.minExponent}, got, exact, rule.zeroSigns);
    if (ulps > worst.ulps) worst = {ulps, double(x), double(y), double(z), double(got), double(exact)};
  }
  return worst;
}

TEST(Accuracy, WithinTheLimitsOfTheFullProfile) {
  std::printf("%-12s %10s %10s %10s   (limits)\n", "", "float", "double", "half");
  for (const Rule& rule : kRules) {
    std::printf("%-12s", rule.name);
    const bool all = !std::string(rule.name).starts_with("half_");
    for (const auto& [scalar, limit] :
         {std::pair{"float", rule.single}, std::pair{"double", rule.twice}, std::pair{"half", rule.half}}) {
      if (!all && std::string(scalar) != "float") continue;
      const Worst worst = worstOf(rule, scalar);
      std::printf(" %10.3f", worst.ulps);
      // The reference of fma rounds too, once to 113 bits.
      EXPECT_LE(worst.ulps, limit * 1.0001)
          << rule.name << " of " << scalar << ": (" << worst.x << ", " << worst.y << ", " << worst.z
          << ") = " << worst.got << ", not " << worst.exact;
    }
    std::printf(all ? "   (%g, %g, %g)\n" : "   (%g)\n", rule.single, rule.twice, rule.half);
  }
}

// What holds for scalars holds for vectors then.
TEST(Accuracy, VectorsOfEachWidthGiveTheBitsOfScalars) {
  constexpr size_t kCount = 48 * 50;
  int compared = 0;
  for (size_t n = 0; n < kCallCount; ++n) {
    const Call& call = kCalls[n];
    const scalars::Type type = scalars::typeOf(call.scalar);
    const auto rule =
        std::ranges::find_if(kRules, [&](const Rule& r) { return call.name == std::string(r.name); });
    const bool native = std::string(call.name).starts_with("native_");
    if (!type.floating || call.width == 1 || (rule == std::end(kRules) && !native)) continue;
    const std::vector<std::byte> a = scalars::inputs(type, 1, kCount), c = scalars::inputs(type, 3, kCount);
    const std::vector<std::byte> b =
        scalars::inputs(takesInt(call.name) ? scalars::typeOf("int") : type, 2, kCount);
    std::vector<std::byte> scalar(kCount * type.size), vector(kCount * type.size);
    // Native functions are the plain ones here, hence as exact.
    callOf(native ? "half_" + std::string(call.name).substr(7) : call.name, call.scalar, 1)
        .run(scalar.data(), nullptr, a.data(), b.data(), c.data(), int(kCount));
    call.run(vector.data(), nullptr, a.data(), b.data(), c.data(), int(kCount));
    for (size_t i = 0; i < kCount; ++i) {
      const bool nans =
          std::isnan(scalars::valueAt(type, scalar, i)) && std::isnan(scalars::valueAt(type, vector, i));
      ASSERT_TRUE(nans || scalars::bitsAt(type, scalar, i) == scalars::bitsAt(type, vector, i))
          << call.name << " of " << call.scalar << call.width << ", element " << i;
    }
    ++compared;
  }
  EXPECT_EQ(compared, 5 * (56 * 3 + 14 * 2));
}

}  // namespace
