// Host functions of math.clt: libm where it keeps OpenCL's limits (OpenCL C 7.4) and edge cases (7.5), else
// computed one precision higher. Float functions that glibc rounds to below 1 ulp are taken as they are.
#include <cmath>
#include <limits>
#include <numbers>
#include <type_traits>

#include "softgpu/ze/builtins/hosts.h"

namespace softgpu::builtins {
namespace {

// The type one step more precise than T.
template <typename T>
using Wide = std::conditional_t<std::is_same_v<T, float>, double, long double>;

template <typename T>
constexpr Wide<T> pi = std::numbers::pi_v<Wide<T>>;
template <typename T>
constexpr T nan = std::numeric_limits<T>::quiet_NaN();
template <typename T>
constexpr T infinity = std::numeric_limits<T>::infinity();

// sin(pi x) and cos(pi x) need x modulo 2, which is exact; so are the reflections to a quarter turn.
template <typename T>
Wide<T> sinOfReduced(T x) {
  Wide<T> r = std::fmod(Wide<T>(x), Wide<T>(2));
  if (r > 1) r -= 2;
  if (r < -1) r += 2;
  if (r > Wide<T>(0.5)) r = 1 - r;
  if (r < Wide<T>(-0.5)) r = -1 - r;
  return std::sin(pi<T> * r);
}
template <typename T>
Wide<T> cosOfReduced(T x) {
  Wide<T> r = std::fabs(std::fmod(Wide<T>(x), Wide<T>(2)));
  if (r > 1) r = 2 - r;
  // Near a zero the rounding of pi r would be all there is: the distance to it is exact, and its sine is as
  // good.
  const Wide<T> left = Wide<T>(0.5) - r;
  if (std::fabs(left) < Wide<T>(0.25)) return std::sin(pi<T> * left);
  return r < Wide<T>(0.5) ? std::cos(pi<T> * r) : -std::cos(pi<T> * (1 - r));
}

template <typename T>
T sinOfPi(T x) {
  if (!std::isfinite(x)) return nan<T>;
  // Integers give a zero with the sign of x.
  return x == std::trunc(x) ? std::copysign(T(0), x) : T(sinOfReduced(x));
}
template <typename T>
T cosOfPi(T x) {
  return std::isfinite(x) ? T(cosOfReduced(x)) : nan<T>;
}
template <typename T>
T tanOfPi(T x) {
  if (!std::isfinite(x)) return nan<T>;
  const Wide<T> r = std::fmod(Wide<T>(x), Wide<T>(2));
  // 7.5.1: even integers give copysign(0, x), odd ones copysign(0, -x); n + 0.5 gives +inf for even n, else
  // -inf.
  if (r == 0) return std::copysign(T(0), x);
  if (r == 1 || r == -1) return std::copysign(T(0), -x);
  if (r == Wide<T>(0.5) || r == Wide<T>(-1.5)) return infinity<T>;
  if (r == Wide<T>(-0.5) || r == Wide<T>(1.5)) return -infinity<T>;
  return T(sinOfReduced(x) / cosOfReduced(x));
}

// By pow of the wider type, which holds every x and y.
template <typename T>
T powerOfInt(T x, int y) {
  return T(std::pow(Wide<T>(x), Wide<T>(y)));
}

// 7.5.1: where pow has a value by convention only, powr has none.
template <typename T>
T powerOfPositive(T x, T y) {
  if (std::isnan(x) || std::isnan(y) || x < 0) return nan<T>;
  if (x == 0) return y == 0 ? nan<T> : y > 0 ? T(0) : infinity<T>;
  if (x == infinity<T> && y == 0) return nan<T>;
  if (x == 1 && std::isinf(y)) return nan<T>;
  return std::pow(x, y);
}

template <typename T>
T root(T x, int n) {
  const bool odd = n & 1;
  if (n == 0 || std::isnan(x) || (x < 0 && !odd)) return nan<T>;
  if (x == 0) return n > 0 ? (odd ? x : T(0)) : (odd ? std::copysign(infinity<T>, x) : infinity<T>);
  return std::copysign(T(std::pow(std::fabs(Wide<T>(x)), Wide<T>(1) / n)), x);
}

float logGamma(float x, int* sign) { return float(lgamma_r(double(x), sign)); }
double logGamma(double x, int* sign) { return lgamma_r(x, sign); }
template <typename T>
T lgammaWithSign(T x, int* sign) {
  const T result = logGamma(x, sign);
  // 7.5.1: poles have no sign.
  if (x == std::trunc(x) && x <= 0) *sign = 0;
  return result;
}

template <typename T>
T split(T x, int* exponent) {
  const T result = std::frexp(x, exponent);
  if (!std::isfinite(x)) *exponent = 0;  // libm leaves it open
  return result;
}

// 6.15.2: a remainder of zero has the sign of x; glibc 2.36's has not for some subnormal y.
template <typename T>
T signedZero(T result, T x) {
  return result == 0 ? std::copysign(T(0), x) : result;
}
template <typename T>
T remainderOf(T x, T y) {
  return signedZero(std::remainder(x, y), x);
}
template <typename T>
T remainderAndQuotient(T x, T y, int* quotient) {
  *quotient = 0;
  return signedZero(std::remquo(x, y, quotient), x);
}

// FP_ILOGBNAN is INT_MAX in OpenCL, the least int here.
template <typename T>
int exponentOf(T x) {
  return std::isnan(x) ? std::numeric_limits<int>::max() : std::ilogb(x);
}

float tenTo(float x) { return float(exp10(double(x))); }
double tenTo(double x) { return double(exp10l(x)); }

template <typename T>
T cubeRoot(T x) {
  return T(std::cbrt(Wide<T>(x)));
}

}  // namespace

// One function for float and one for double.
#define FLOAT(name, parameters, expression) \
  SOFTGPU_HOST(float, name##f, SOFTGPU_LIST parameters) { return float(expression); }
#define DOUBLE(name, parameters, expression) \
  SOFTGPU_HOST(double, name, SOFTGPU_LIST parameters) { return double(expression); }
#define SOFTGPU_LIST(...) __VA_ARGS__

#define SAME(name)                     \
  FLOAT(name, (float x), std::name(x)) \
  DOUBLE(name, (double x), std::name(x))
#define SAME2(name)                                \
  FLOAT(name, (float x, float y), std::name(x, y)) \
  DOUBLE(name, (double x, double y), std::name(x, y))
// float by way of double
#define WIDER(name)                            \
  FLOAT(name, (float x), std::name(double(x))) \
  DOUBLE(name, (double x), std::name(x))
#define OVER_PI(name)                                               \
  FLOAT(name##pi, (float x), std::name(Wide<float>(x)) / pi<float>) \
  DOUBLE(name##pi, (double x), std::name(Wide<double>(x)) / pi<double>)
#define OWN(name, function)           \
  FLOAT(name, (float x), function(x)) \
  DOUBLE(name, (double x), function(x))
#define OWN_INT(name, function)                 \
  FLOAT(name, (float x, int y), function(x, y)) \
  DOUBLE(name, (double x, int y), function(x, y))
#define OWN_OUT(name, function)                      \
  FLOAT(name, (float x, int* out), function(x, out)) \
  DOUBLE(name, (double x, int* out), function(x, out))

SAME(sin)
SAME(cos)
SAME(exp)
SAME(exp2)
SAME(log)
SAME(log2)
SAME(logb)
SAME2(fmod)
SAME2(hypot)
SAME2(nextafter)
SAME2(pow)
WIDER(acos)
WIDER(acosh)
WIDER(asin)
WIDER(asinh)
WIDER(atan)
WIDER(atanh)
WIDER(cosh)
WIDER(erf)
WIDER(erfc)
WIDER(expm1)
WIDER(lgamma)
WIDER(log10)
WIDER(log1p)
WIDER(sinh)
WIDER(tan)
WIDER(tanh)
WIDER(tgamma)
OVER_PI(acos)
OVER_PI(asin)
OVER_PI(atan)
OWN(sinpi, sinOfPi)
OWN(cospi, cosOfPi)
OWN(tanpi, tanOfPi)
// glibc's cbrt of double may be off by more than the 2 ulp allowed.
OWN(cbrt, cubeRoot)
OWN(exp10, tenTo)
OWN_INT(ldexp, std::ldexp)
OWN_INT(pown, powerOfInt)
OWN_INT(rootn, root)
OWN_OUT(lgamma_r, lgammaWithSign)
OWN_OUT(frexp, split)
FLOAT(atan2, (float y, float x), std::atan2(double(y), double(x)))
DOUBLE(atan2, (double y, double x), std::atan2(y, x))
FLOAT(atan2pi, (float y, float x), std::atan2(Wide<float>(y), Wide<float>(x)) / pi<float>)
DOUBLE(atan2pi, (double y, double x), std::atan2(Wide<double>(y), Wide<double>(x)) / pi<double>)
FLOAT(powr, (float x, float y), powerOfPositive(x, y))
DOUBLE(powr, (double x, double y), powerOfPositive(x, y))
FLOAT(remainder, (float x, float y), remainderOf(x, y))
DOUBLE(remainder, (double x, double y), remainderOf(x, y))
FLOAT(remquo, (float x, float y, int* quotient), remainderAndQuotient(x, y, quotient))
DOUBLE(remquo, (double x, double y, int* quotient), remainderAndQuotient(x, y, quotient))
SOFTGPU_HOST(int, ilogbf, float x) { return exponentOf(x); }
SOFTGPU_HOST(int, ilogb, double x) { return exponentOf(x); }

}  // namespace softgpu::builtins
