// What an activation's struct declares, read without naming any activation.
#pragma once

#include <activations_cuda/arithmetic.cuh>
#include <activations_cuda/parameter.hpp>

#include <cstddef>
#include <type_traits>
#include <utility>

namespace activations_cuda {

namespace detail {
template <class Op, class = void>
struct declares_backward_from_output : std::false_type {};
template <class Op>
struct declares_backward_from_output<
    Op,
    std::void_t<decltype(std::declval<typename Op::template evaluator<float32_arithmetic> const&>()
                             .backward_from_output(0.0F, 0.0F))>> : std::true_type {};

template <class Op, class = void>
struct declares_rows : std::false_type {};
template <class Op>
struct declares_rows<Op, std::void_t<decltype(std::declval<Op const&>().rows())>> : std::true_type {
};

template <class Op, class = void>
struct parameter_count_of : std::integral_constant<std::size_t, 0> {};
template <class Op>
struct parameter_count_of<Op, std::void_t<decltype(Op::parameters)>>
    : std::extent<std::remove_reference_t<decltype(Op::parameters)>> {};
}  // namespace detail

/// True where the gradient can be computed from the output alone: the op's evaluator has
/// backward_from_output.
template <class Op>
inline constexpr bool has_backward_from_output = detail::declares_backward_from_output<Op>::value;

/// How many parameters the op has.
template <class Op>
inline constexpr std::size_t parameter_count = detail::parameter_count_of<Op>::value;

/// How many arrays of learned parameters the op has.
template <class Op>
inline constexpr int learned_count =
    static_cast<int>(std::extent<std::remove_reference_t<decltype(Op::learned)>>::value);

/// True where such an array has several rows: one for each hinge of apl.
template <class Op>
inline constexpr bool has_learned_rows = detail::declares_rows<Op>::value;

/// The rows of an op's arrays of learned parameters, each of [channels].
template <class Op>
constexpr int learned_rows([[maybe_unused]] Op const& op) {
  if constexpr (has_learned_rows<Op>) {
    return op.rows();
  } else {
    return 1;
  }
}

/// Converts a storage type to the type its evaluation computes in, and back with one rounding.
ACTIVATIONS_CUDA_HOST_DEVICE float to_real(float value) { return value; }
ACTIVATIONS_CUDA_HOST_DEVICE double to_real(double value) { return value; }
ACTIVATIONS_CUDA_HOST_DEVICE float to_real(__half value) { return __half2float(value); }
ACTIVATIONS_CUDA_HOST_DEVICE float to_real(__nv_bfloat16 value) { return __bfloat162float(value); }

template <class T>
ACTIVATIONS_CUDA_HOST_DEVICE T from_real(typename arithmetic_for<T>::real value) {
  if constexpr (std::is_same<T, __half>::value) {
    return __float2half_rn(value);
  } else if constexpr (std::is_same<T, __nv_bfloat16>::value) {
    return __float2bfloat16_rn(value);
  } else {
    return value;
  }
}

}  // namespace activations_cuda
