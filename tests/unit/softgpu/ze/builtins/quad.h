// References of the mathematical functions with 113 bits of precision (libquadmath), and distances in units
// of the last place. Declared here: the header of libquadmath is one of GCC's own, which other compilers do
// not find.
#pragma once

#include <cmath>
#include <cstdint>
#include <limits>

__extension__ typedef __float128 Quad;

extern "C" {
Quad acosq(Quad);
Quad acoshq(Quad);
Quad asinq(Quad);
Quad asinhq(Quad);
Quad atanq(Quad);
Quad atan2q(Quad, Quad);
Quad atanhq(Quad);
Quad cbrtq(Quad);
Quad ceilq(Quad);
Quad copysignq(Quad, Quad);
Quad cosq(Quad);
Quad coshq(Quad);
Quad erfq(Quad);
Quad erfcq(Quad);
Quad expq(Quad);
Quad expm1q(Quad);
Quad fabsq(Quad);
Quad fdimq(Quad, Quad);
Quad floorq(Quad);
Quad fmaq(Quad, Quad, Quad);
Quad fmaxq(Quad, Quad);
Quad fminq(Quad, Quad);
Quad fmodq(Quad, Quad);
Quad hypotq(Quad, Quad);
int ilogbq(Quad);
int isinfq(Quad);
int isnanq(Quad);
Quad ldexpq(Quad, int);
Quad lgammaq(Quad);
Quad logq(Quad);
Quad log10q(Quad);
Quad log1pq(Quad);
Quad log2q(Quad);
Quad logbq(Quad);
Quad powq(Quad, Quad);
Quad remainderq(Quad, Quad);
Quad rintq(Quad);
Quad roundq(Quad);
int signbitq(Quad);
Quad sinq(Quad);
Quad sinhq(Quad);
Quad sqrtq(Quad);
Quad tanq(Quad);
Quad tanhq(Quad);
Quad tgammaq(Quad);
Quad truncq(Quad);
}

namespace quad {

// As the sum of a double and what it lacks: literals of type Quad are GCC's alone.
inline Quad pi() {
  return Quad(3.141592653589793116) + Quad(1.2246467991473532e-16) - Quad(2.9947698097183397e-33);
}
inline Quad nan() { return Quad(std::numeric_limits<double>::quiet_NaN()); }
inline Quad infinity() { return Quad(std::numeric_limits<double>::infinity()); }
inline bool finite(Quad x) { return isnanq(x) == 0 && isinfq(x) == 0; }

// Of pi x: x less the nearest integer is exact, and the sines of the rest are small numbers' own.
struct Turn {
  bool odd;   // the integer
  Quad rest;  // -1/2 to 1/2
};
inline Turn turnOf(Quad x) {
  const Quad whole = rintq(x);
  return {fmodq(whole, 2) != 0, x - whole};
}
inline Quad sinpi(Quad x) {
  if (!finite(x)) return nan();
  const Turn turn = turnOf(x);
  if (turn.rest == 0) return copysignq(0, x);
  const Quad value = sinq(pi() * turn.rest);
  return turn.odd ? -value : value;
}
inline Quad cospi(Quad x) {
  if (!finite(x)) return nan();
  const Turn turn = turnOf(x);
  if (fabsq(turn.rest) == Quad(0.5)) return 0;
  const Quad value = cosq(pi() * turn.rest);
  return turn.odd ? -value : value;
}
// OpenCL C 7.5.1: tanpi of even n is copysign(0, n), of odd n copysign(0, -n); of n + 0.5 infinity for even
// n, -infinity for odd n.
inline Quad tanpi(Quad x) {
  if (!finite(x)) return nan();
  const Turn turn = turnOf(x);
  if (turn.rest == 0) return copysignq(0, turn.odd ? -x : x);
  if (fabsq(turn.rest) == Quad(0.5)) return fmodq(floorq(x), 2) == 0 ? infinity() : -infinity();
  return sinq(pi() * turn.rest) / cosq(pi() * turn.rest);
}
// 7.5.1: no value where pow has one by convention only.
inline Quad powr(Quad x, Quad y) {
  if (x < 0 || isnanq(x) != 0 || isnanq(y) != 0) return nan();
  if ((x == 0 || isinfq(x) != 0) && y == 0) return nan();
  if (x == 1 && isinfq(y) != 0) return nan();
  return powq(fabsq(x), y);
}
inline Quad rootn(Quad x, Quad n) {
  const bool odd = fmodq(fabsq(n), 2) == 1;
  if (n == 0 || (x < 0 && !odd) || isnanq(x) != 0) return nan();
  if (x == 0) return n > 0 ? (odd ? x : Quad(0)) : odd ? copysignq(infinity(), x) : infinity();
  return copysignq(powq(fabsq(x), 1 / n), x);
}
inline Quad ldexp(Quad x, Quad n) { return ldexpq(x, int(fmaxq(fminq(n, 99999), -99999))); }

// A floating point type by its bits of precision and its least exponent.
struct Format {
  int precision, minExponent;
};
constexpr double kWrong = std::numeric_limits<double>::infinity();

// In units of the last place of `exact`. Zeros differ by their sign when `signedZeros`.
inline double ulps(const Format& format, Quad got, Quad exact, bool signedZeros) {
  if (isnanq(exact) != 0) return isnanq(got) != 0 ? 0 : kWrong;
  if (isnanq(got) != 0) return kWrong;
  if (got == 0 && exact == 0) return signedZeros && signbitq(got) != signbitq(exact) ? kWrong : 0;
  // What is too large counts as the power of two above the type's numbers: infinity is as near to it as they
  // are.
  const Quad beyond = ldexpq(1, 2 - format.minExponent);
  if (isinfq(got) != 0) got = copysignq(beyond, got);
  if (fabsq(exact) > beyond) exact = copysignq(beyond, exact);
  const Quad most = beyond - ldexpq(1, 1 - format.minExponent - format.precision + 1);
  if (fabsq(exact) > most && fabsq(got) > most && signbitq(got) == signbitq(exact)) return 0;
  const int exponent = exact == 0 ? format.minExponent : std::max(ilogbq(exact), format.minExponent);
  return double(fabsq(got - exact) / ldexpq(1, exponent - format.precision + 1));
}

}  // namespace quad
