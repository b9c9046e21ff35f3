// Sine and cosine: a multiple of pi is taken off, and one polynomial serves every phase. Phases of
// which float arithmetic no longer can take it off are rare, and go through one branch. For 16 bits,
// where the hardware's sine of what a multiple of 2 pi leaves is accurate enough, see below.
#pragma once

#include <activations_cuda/float_pair.cuh>

#include <cstdint>
#include <type_traits>

namespace activations_cuda::math {

/// pi / 2 = half_pi + half_pi_low to twice the precision.
template <class Real>
constexpr Real half_pi = Real(1.57079632679489661923);
template <class Real>
constexpr Real half_pi_low = sizeof(Real) == 8 ? Real(6.123233995736766e-17) : Real(-4.37113883e-8);

namespace detail {

/// A phase less a multiple of pi, and the sign bit if that multiple is odd.
template <class Real>
struct reduced_phase {
  Real remainder;
  typename format<Real>::bits sign;
};

/// Cody and Waite: pi in two parts, the first no longer than the type and below pi, so that the
/// first difference is exact and -0 stays -0. For |phase| up to 2^16, float64 2^30, the error is
/// below 2^-33, float64 2^-77.
template <class Real>
struct pi_parts;
template <>
struct pi_parts<float> {
  static constexpr float largest_phase = 65536.0F, inverse = 0.318309873F;
  static constexpr float high = 3.1415925F, low = 1.50995803e-7F;
  static constexpr float round_to_integer = 12582912.0F;  // 1.5 * 2^23
};
template <>
struct pi_parts<double> {
  static constexpr double largest_phase = 1073741824.0, inverse = 0.31830988618379069;
  static constexpr double high = 3.1415926535897931, low = 1.2246467991473532e-16;
  static constexpr double round_to_integer = 6755399441055744.0;  // 1.5 * 2^52
};

ACTIVATIONS_CUDA_HOST_DEVICE std::uint64_t upper_product(std::uint64_t a, std::uint64_t b) {
#ifdef __CUDA_ARCH__
  return __umul64hi(a, b);
#else
  __extension__ using wide = unsigned __int128;
  return static_cast<std::uint64_t>(static_cast<wide>(a) * b >> 64);
#endif
}

/// Payne and Hanek, for any phase of 2^15 or more times 2^doublings: of the phase's integer
/// mantissa times 1 / pi only the bits from weight 1 downwards matter, modulo 2. 128 bits of 1 / pi
/// leave an error below 2^-62. Infinity gives NaN.
template <class Real>
ACTIVATIONS_CUDA_HOST_DEVICE_RARE reduced_phase<Real> reduce_large(Real phase, int doublings) {
  using layout = format<Real>;
  // 64 bits of weight 1 and more, then those of 1 / pi.
  static constexpr std::uint64_t inverse_pi[] = {
      0x0000000000000000, 0x517CC1B727220A94, 0xFE13ABE8FA9A6EE0, 0x6DB14ACC9E21C820,
      0xFF28B1D5EF5DE2B0, 0xDB92371D2126E970, 0x0324977504E8C90E, 0x7F0EF58E5894D39F,
      0x74411AFA975DA242, 0x74CE38135A2FBF20, 0x9CC8EB1CC1A99CFA, 0x4E422FC5DEFC941D,
      0x8FFC4BFFEF02CC07, 0xF79788C5AD05368F, 0xB69B3F6793E584DB, 0xA7A31FB34F2FF516,
      0xBA93DD63F5F2F8BD, 0x9E839CFBC5294975, 0x35FDAFD88FC6AE84};
  if (!(absolute(phase) <= largest<Real>)) return {phase - phase, 0};
  auto const bits = bits_as<typename layout::bits>(absolute(phase));
  constexpr std::uint64_t implicit = std::uint64_t{1} << layout::mantissa_bits;
  std::uint64_t const mantissa = (bits & (implicit - 1)) | implicit;
  int const exponent = static_cast<int>(bits >> layout::mantissa_bits) - layout::bias -
                       layout::mantissa_bits + doublings;

  int const first = exponent + 63;  // the bit of the table that the mantissa's unit makes weight 1
  std::uint64_t const* const words = inverse_pi + (first >> 6);
  int const shift = first & 63;
  std::uint64_t const high = words[0] << shift | words[1] >> 1 >> (63 - shift);
  std::uint64_t const low = words[1] << shift | words[2] >> 1 >> (63 - shift);
  std::uint64_t const half_turns = mantissa * high + upper_product(mantissa, low);  // 2^63 is one

  auto const fraction = static_cast<std::int64_t>(half_turns << 1);  // from -1/2 to 1/2, in 2^-64
  bool const odd = (half_turns + (std::uint64_t{1} << 62)) >> 63 != 0;
  constexpr double unit = 1.7030607900432772e-19;  // 2^-64 pi
  auto const remainder = static_cast<Real>(product(static_cast<double>(fraction), unit));
  return {phase < 0 ? -remainder : remainder, static_cast<typename layout::bits>(odd)
                                                  << (8 * sizeof(Real) - 1)};
}

/// Of phase * 2^doublings.
template <class Real>
ACTIVATIONS_CUDA_HOST_DEVICE reduced_phase<Real> reduce_phase(Real phase, int doublings) {
  using pi = pi_parts<Real>;
  Real const p = product(phase, power_of_two<Real>(doublings));
  if (absolute(p) > pi::largest_phase) return reduce_large(phase, doublings);
  Real const shifted = fma(p, pi::inverse, pi::round_to_integer);
  Real const k = shifted - pi::round_to_integer;
  return {fma(k, -pi::low, fma(k, -pi::high, p)), bits_as<typename format<Real>::bits>(shifted)
                                                      << (8 * sizeof(Real) - 1)};
}

// Minimax polynomials in z = r^2 on |r| <= pi / 2: (sin r / r - 1) / z, where the error of the sine
// stays below 2^-27, 2^-61 and 2^-19 of itself, and (cos r - 1) / z: 2^-31, 2^-57.

ACTIVATIONS_CUDA_HOST_DEVICE float sine_polynomial(float32_arithmetic, float z) {
  return polynomial(z, 2.60609568e-6F, -0.000198097769F, 0.00833306927F, -0.166666597F);
}
ACTIVATIONS_CUDA_HOST_DEVICE double sine_polynomial(float64_arithmetic, double z) {
  return polynomial(z, 2.7214196739690627e-15, -7.6430193770529618e-13, 1.6058941002403158e-10,
                    -2.5052106904423879e-8, 2.7557319211569486e-6, -0.00019841269841212479,
                    0.0083333333333332066, -0.16666666666666666);
}
ACTIVATIONS_CUDA_HOST_DEVICE float sine_polynomial(reduced_arithmetic, float z) {
  return polynomial(z, -0.000185423036F, 0.00831427798F, -0.166658536F);
}
ACTIVATIONS_CUDA_HOST_DEVICE float cosine_polynomial(float32_arithmetic, float z) {
  return polynomial(z, -2.62090197e-7F, 2.47701792e-5F, -0.00138885854F, 0.0416666567F, -0.5F);
}
ACTIVATIONS_CUDA_HOST_DEVICE double cosine_polynomial(float64_arithmetic, double z) {
  return polynomial(z, 4.6104338285982609e-14, -1.1463054996014517e-11, 2.0876568452932435e-9,
                    -2.7557316542208945e-7, 2.4801587279375513e-5, -0.0013888888888787315,
                    0.04166666666666443, -0.49999999999999983);
}

template <class Real>
ACTIVATIONS_CUDA_HOST_DEVICE Real with_flipped_sign(Real value, typename format<Real>::bits sign) {
  return bits_as<Real>(bits_as<typename format<Real>::bits>(value) ^ sign);
}

}  // namespace detail

/// sin r - r for |r| <= pi / 2.
template <class Arithmetic>
ACTIVATIONS_CUDA_HOST_DEVICE typename Arithmetic::real sine_less_argument(
    typename Arithmetic::real r) {
  auto const z = product(r, r);
  return product(product(r, z), detail::sine_polynomial(Arithmetic{}, z));
}

/// sin(phase * 2^doublings): up to pi / 2 within 1.6 ulp, beyond within 2^-22.8, float64 2^-51.8.
template <class Arithmetic>
ACTIVATIONS_CUDA_HOST_DEVICE typename Arithmetic::real sine(typename Arithmetic::real phase,
                                                            int doublings = 0) {
  using real = typename Arithmetic::real;
  auto const reduced = detail::reduce_phase(phase, doublings);
  real const r = reduced.remainder;
  real const z = product(r, r);
  real const quotient = detail::sine_polynomial(Arithmetic{}, z);
  real const value = with_sign_of(fma(product(r, z), quotient, r), r);  // the sum of -0 is +0
  return detail::with_flipped_sign(value, reduced.sign);
}

/// cos(phase) within 2^-22.6, float64 2^-51.
template <class Arithmetic>
ACTIVATIONS_CUDA_HOST_DEVICE typename Arithmetic::real cosine(typename Arithmetic::real phase) {
  using real = typename Arithmetic::real;
  auto const reduced = detail::reduce_phase(phase, 0);
  real const z = product(reduced.remainder, reduced.remainder);
  real const magnitude = fma(z, detail::cosine_polynomial(Arithmetic{}, z), real(1));
  return detail::with_flipped_sign(magnitude, reduced.sign);
}

// For reduced_arithmetic; Value is float or float_pair.

/// sin r and cos r for |r| <= 2 pi: absolute error 2^-20.5.
ACTIVATIONS_CUDA_HOST_DEVICE float sine_approximate(float r) {
#ifdef __CUDA_ARCH__
  float y;
  asm("sin.approx.ftz.f32 %0, %1;" : "=f"(y) : "f"(r));
  return y;
#else
  return ::sinf(r);
#endif
}
ACTIVATIONS_CUDA_HOST_DEVICE float cosine_approximate(float r) {
#ifdef __CUDA_ARCH__
  float y;
  asm("cos.approx.ftz.f32 %0, %1;" : "=f"(y) : "f"(r));
  return y;
#else
  return ::cosf(r);
#endif
}
ACTIVATIONS_CUDA_HOST_DEVICE float_pair sine_approximate(float_pair r) {
  return {sine_approximate(r.first), sine_approximate(r.second)};
}
ACTIVATIONS_CUDA_HOST_DEVICE float_pair cosine_approximate(float_pair r) {
  return {cosine_approximate(r.first), cosine_approximate(r.second)};
}

/// A phase less a multiple of 2 pi, from -pi to pi, as reduce_phase does it: the error is below
/// 2^-32, and up to pi there is none.
template <class Value>
ACTIVATIONS_CUDA_HOST_DEVICE Value less_turns(Value phase) {
  using pi = detail::pi_parts<float>;
  Value const shifted = fma(phase, 0.5F * pi::inverse, pi::round_to_integer);
  Value const k = shifted - pi::round_to_integer;
  return fma(k, -2.0F * pi::low, fma(k, -2.0F * pi::high, phase));
}

/// Where factor x is no phase for less_turns, or, of a factor so large or small that the formulas
/// around it would have to mind their range: everywhere.
struct phase_reach {
  float largest_x;

  ACTIVATIONS_CUDA_HOST_DEVICE explicit phase_reach(float factor) {
    float const size = absolute(factor);
    bool const ordinary = (size >= 0x1p-60F) & (size <= 0x1p60F);
    largest_x = ordinary ? detail::pi_parts<float>::largest_phase / size : -1.0F;
  }
  template <class Value>
  ACTIVATIONS_CUDA_HOST_DEVICE auto beyond(Value x) const {
    return absolute(x) > largest_x;
  }
};

}  // namespace activations_cuda::math
