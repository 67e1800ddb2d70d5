// Geometric functions and shuffles: they mix the elements of their vectors.
#include <map>

#include "tests/unit/softgpu/ze/builtins/runner.h"

namespace {

using Real = long double;
constexpr size_t kCount = 48 * 40;

Real product(const std::vector<Real>& a, const std::vector<Real>& b) {
  Real sum = 0;
  for (size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
  return sum;
}
bool ordinary(const std::vector<Real>& values, Real most) {
  for (const Real value : values) {
    if (!(std::fabs(value) < most) || (value != 0 && std::fabs(value) < 1 / most)) return false;
  }
  return true;
}

TEST(Geometric, FunctionsAreWithinTheirLimits) {
  std::map<std::string, int> tested;
  for (size_t n = 0; n < kCallCount; ++n) {
    const Call& call = kCalls[n];
    std::string name = call.name;
    const bool fast = name.starts_with("fast_");
    if (fast) name.erase(0, 5);
    if (name != "dot" && name != "length" && name != "distance" && name != "normalize" && name != "cross")
      continue;
    const scalars::Type type = scalars::typeOf(call.scalar);
    const Application run(call, call.scalar, call.scalar, call.scalar, kCount);
    const size_t width = size_t(call.width);
    int compared = 0;
    for (size_t i = 0; i < kCount / width; ++i) {
      std::vector<Real> a(width), b(width), difference(width);
      for (size_t k = 0; k < width; ++k) {
        a[k] = scalars::valueAt(type, run.a, i * width + k),
        b[k] = scalars::valueAt(type, run.b, i * width + k);
        difference[k] = a[k] - b[k];
      }
      // Sums must neither overflow nor vanish, other than in the functions that promise to cope.
      const bool copes = (name == "length" || name == "normalize") && !fast;
      const Real most = copes ? std::ldexp(1.0L, -type.minExponent - 2) : 64;
      if (!ordinary(a, most) || (!copes && !ordinary(b, most))) continue;
      const auto got = [&](size_t k) { return scalars::valueAt(type, run.result, k); };
      const Real scale = fast ? 8192 : 4 + Real(width);
      const Real unit = std::ldexp(scale, -type.precision + 1);
      if (name == "dot") {
        const Real sizes = std::fabs(a[0] * b[0]) + (width > 1 ? std::fabs(a[1] * b[1]) : 0) +
                           (width > 2 ? std::fabs(a[2] * b[2]) : 0) +
                           (width > 3 ? std::fabs(a[3] * b[3]) : 0);
        ASSERT_LE(std::fabs(got(i) - product(a, b)), unit * sizes + std::ldexp(1.0L, type.minExponent))
            << describe(call, i);
      } else if (name == "length") {
        const Real exact = std::sqrt(product(a, a));
        if (exact > most) continue;
        ASSERT_LE(std::fabs(got(i) - exact), unit * exact) << describe(call, i) << " of " << a[0];
      } else if (name == "distance") {
        const Real exact = std::sqrt(product(difference, difference));
        Real sizes = 0;
        for (size_t k = 0; k < width; ++k) sizes += std::fabs(a[k]) + std::fabs(b[k]);
        ASSERT_LE(std::fabs(got(i) - exact), unit * sizes) << describe(call, i);
      } else if (name == "normalize") {
        const Real length = std::sqrt(product(a, a));
        for (size_t k = 0; k < width; ++k) {
          const Real exact = length == 0 ? a[k] : a[k] / length;
          ASSERT_LE(std::fabs(got(i * width + k) - exact), unit + std::ldexp(1.0L, type.minExponent))
              << describe(call, i) << " of " << a[k];
        }
      } else {
        for (size_t k = 0; k < 3; ++k) {
          const size_t p = (k + 1) % 3, q = (k + 2) % 3;
          const Real exact = a[p] * b[q] - a[q] * b[p],
                     sizes = std::fabs(a[p] * b[q]) + std::fabs(a[q] * b[p]);
          ASSERT_LE(std::fabs(got(i * width + k) - exact), unit * sizes + std::ldexp(1.0L, type.minExponent))
              << describe(call, i);
        }
        if (width == 4) {
          ASSERT_EQ(got(i * width + 3), 0) << describe(call, i);
        }
      }
      ++compared;
    }
    EXPECT_GT(compared, 8) << describe(call, 0);
    ++tested[call.name];
  }
  EXPECT_EQ(tested["dot"], 12);
  EXPECT_EQ(tested["length"], 12);
  EXPECT_EQ(tested["distance"], 12);
  EXPECT_EQ(tested["normalize"], 12);
  EXPECT_EQ(tested["cross"], 6);
  EXPECT_EQ(tested["fast_length"] + tested["fast_distance"] + tested["fast_normalize"], 12);
}

TEST(Shuffle, TakesElementsByTheLowBitsOfTheMask) {
  int tested = 0;
  for (size_t n = 0; n < kCallCount; ++n) {
    const Call& call = kCalls[n];
    const std::string name = call.name;
    if (!name.starts_with("shuffle")) continue;
    const bool two = name.starts_with("shuffle2");
    const size_t source = size_t(std::stoi(name.substr(name.find("from") + 4))), width = size_t(call.width);
    const scalars::Type type = scalars::typeOf(call.scalar);
    // Sources of 16 for results of 2 need eight times the elements.
    const size_t groups = 48, most = 16 * groups;
    const std::vector<std::byte> a = scalars::inputs(type, 1, most), b = scalars::inputs(type, 2, most),
                                 mask = scalars::inputs(scalars::typeOf(scalars::unsignedOf(type.size)), 3,
                                                        most);
    std::vector<std::byte> result(most * type.size);
    call.run(result.data(), nullptr, a.data(), b.data(), mask.data(), int(groups * width));
    for (size_t i = 0; i < groups * width; ++i) {
      const size_t chosen = scalars::bitsAt(scalars::typeOf(scalars::unsignedOf(type.size)), mask, i) %
                            (two ? 2 * source : source);
      const std::vector<std::byte>& from = chosen < source ? a : b;
      ASSERT_EQ(scalars::bitsAt(type, result, i),
                scalars::bitsAt(type, from, i / width * source + chosen % source))
          << describe(call, i);
    }
    ++tested;
  }
  EXPECT_EQ(tested, 11 * 3 * 2 * 2);
}

}  // namespace
