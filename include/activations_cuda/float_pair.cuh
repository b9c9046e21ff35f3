// Two float32 numbers that one instruction adds or multiplies, where there is such an instruction: two
// elements of 16 bits for the issue slots of one.
//
// What is written for a type Value that may be float or float_pair does the same to each of the two
// as to a float alone, bit for bit. Numbers in it are float, and become pairs of themselves.
#pragma once

#include <activations_cuda/arithmetic.cuh>

namespace activations_cuda::math {

/// Whether the architecture has such instructions. The engines evaluate pairs there and only there.
#if defined(__CUDA_ARCH__) && __CUDA_ARCH__ >= 1000
#define ACTIVATIONS_CUDA_PACKED_FLOAT32 1
#else
#define ACTIVATIONS_CUDA_PACKED_FLOAT32 0
#endif
inline constexpr bool float_pairs_are_packed = ACTIVATIONS_CUDA_PACKED_FLOAT32 == 1;

struct float_pair {
  float first, second;
  float_pair() = default;
  ACTIVATIONS_CUDA_HOST_DEVICE float_pair(float both) : first(both), second(both) {}
  ACTIVATIONS_CUDA_HOST_DEVICE float_pair(float a, float b) : first(a), second(b) {}
};

/// What comparing two pairs gives.
struct condition_pair {
  bool first, second;
};

#if ACTIVATIONS_CUDA_PACKED_FLOAT32
namespace detail {
__device__ __forceinline__ float2 packed(float_pair a) { return make_float2(a.first, a.second); }
__device__ __forceinline__ float_pair unpacked(float2 a) { return {a.x, a.y}; }
}  // namespace detail
ACTIVATIONS_CUDA_HOST_DEVICE float_pair fma(float_pair a, float_pair b, float_pair c) {
  return detail::unpacked(__ffma2_rn(detail::packed(a), detail::packed(b), detail::packed(c)));
}
ACTIVATIONS_CUDA_HOST_DEVICE float_pair product(float_pair a, float_pair b) {
  return detail::unpacked(__fmul2_rn(detail::packed(a), detail::packed(b)));
}
ACTIVATIONS_CUDA_HOST_DEVICE float_pair operator+(float_pair a, float_pair b) {
  return detail::unpacked(__fadd2_rn(detail::packed(a), detail::packed(b)));
}
#else
ACTIVATIONS_CUDA_HOST_DEVICE float_pair fma(float_pair a, float_pair b, float_pair c) {
  return {fma(a.first, b.first, c.first), fma(a.second, b.second, c.second)};
}
ACTIVATIONS_CUDA_HOST_DEVICE float_pair product(float_pair a, float_pair b) {
  return {product(a.first, b.first), product(a.second, b.second)};
}
ACTIVATIONS_CUDA_HOST_DEVICE float_pair operator+(float_pair a, float_pair b) {
  return {a.first + b.first, a.second + b.second};
}
#endif
#undef ACTIVATIONS_CUDA_PACKED_FLOAT32

// Negation is a modifier of the instruction that follows.
ACTIVATIONS_CUDA_HOST_DEVICE float_pair operator-(float_pair a) { return {-a.first, -a.second}; }
ACTIVATIONS_CUDA_HOST_DEVICE float_pair operator-(float_pair a, float_pair b) { return a + -b; }
ACTIVATIONS_CUDA_HOST_DEVICE float_pair operator*(float_pair a, float_pair b) {
  return product(a, b);
}

ACTIVATIONS_CUDA_HOST_DEVICE condition_pair operator<(float_pair a, float_pair b) {
  return {a.first < b.first, a.second < b.second};
}
ACTIVATIONS_CUDA_HOST_DEVICE condition_pair operator>(float_pair a, float_pair b) { return b < a; }
ACTIVATIONS_CUDA_HOST_DEVICE condition_pair operator==(float_pair a, float_pair b) {
  return {a.first == b.first, a.second == b.second};
}
ACTIVATIONS_CUDA_HOST_DEVICE condition_pair operator&(condition_pair a, condition_pair b) {
  return {a.first && b.first, a.second && b.second};
}
ACTIVATIONS_CUDA_HOST_DEVICE float_pair select(condition_pair condition, float_pair yes,
                                               float_pair no) {
  return {condition.first ? yes.first : no.first, condition.second ? yes.second : no.second};
}

// One number at a time.
ACTIVATIONS_CUDA_HOST_DEVICE float_pair absolute(float_pair a) {
  return {absolute(a.first), absolute(a.second)};
}
ACTIVATIONS_CUDA_HOST_DEVICE float_pair with_sign_of(float_pair magnitude, float_pair sign) {
  return {with_sign_of(magnitude.first, sign.first), with_sign_of(magnitude.second, sign.second)};
}
ACTIVATIONS_CUDA_HOST_DEVICE float_pair at_least(float_pair x, float_pair lowest) {
  return {at_least(x.first, lowest.first), at_least(x.second, lowest.second)};
}
ACTIVATIONS_CUDA_HOST_DEVICE float_pair at_most(float_pair x, float_pair highest) {
  return {at_most(x.first, highest.first), at_most(x.second, highest.second)};
}
ACTIVATIONS_CUDA_HOST_DEVICE float_pair minimum_number(float_pair a, float_pair b) {
  return {minimum_number(a.first, b.first), minimum_number(a.second, b.second)};
}
ACTIVATIONS_CUDA_HOST_DEVICE float_pair maximum_number(float_pair a, float_pair b) {
  return {maximum_number(a.first, b.first), maximum_number(a.second, b.second)};
}
ACTIVATIONS_CUDA_HOST_DEVICE float_pair exp2_approximate(float_pair x) {
  return {exp2_approximate(x.first), exp2_approximate(x.second)};
}
ACTIVATIONS_CUDA_HOST_DEVICE float_pair exp2_approximate_subnormal(float_pair x) {
  return {exp2_approximate_subnormal(x.first), exp2_approximate_subnormal(x.second)};
}
ACTIVATIONS_CUDA_HOST_DEVICE float_pair reciprocal_approximate(float_pair x) {
  return {reciprocal_approximate(x.first), reciprocal_approximate(x.second)};
}

}  // namespace activations_cuda::math
