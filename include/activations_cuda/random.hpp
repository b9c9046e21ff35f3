// The C++ API of the random activations, which draw a parameter for each element.
#pragma once

#include <activations_cuda/config.h>
#include <activations_cuda/error.hpp>
#include <activations_cuda/ops.hpp>
#include <activations_cuda/random_position.hpp>
#include <activations_cuda/requirements.hpp>
#include <activations_cuda/traits.hpp>
#include <cuda_runtime_api.h>

#include <cstdint>

namespace activations_cuda {

// Training; for inference, act::forward(act::rrelu{}.inference(), x, y, n, stream). T is float,
// double, __half or __nv_bfloat16. Parameters are rounded once to the type that T computes in:
// double for double, else float.
//
// For each function below:
//  - Nothing random is stored: backward gets the position that forward got, and draws the same.
//  - The fast path is a first_element that is a multiple of 4 (double: 2) where the tensors, all
//    equally aligned, are on a 16-byte boundary.
//  - Pointers are device pointers to n contiguous elements, aligned to their type.
//  - n of 0 is a no-op, whatever the pointers; otherwise they may not be null.
//  - An output may be exactly one of the inputs; any other overlap with an input is an error, and
//    so is one with the position's seed or offset. Inputs may overlap each other.
//  - Work is queued on the stream, whose device must be current. Nothing is allocated or
//    synchronised, so calls may be captured into CUDA graphs. What the position points to is read
//    when the kernel runs.
//  - An element of the result depends only on its own inputs, the parameters, the seed, the offset
//    and first_element + its index, and is the same bits in every call on the same device model.
//  - Host pointers are found only with ACTIVATIONS_CUDA_CHECK_POINTERS=1 in the environment when
//    the library is loaded.
//  @throws std::invalid_argument  for a bad argument; nothing has been launched or written
//  @throws cuda_error             if the launch failed

namespace detail {

// The part in the library, instantiated for each activation and type.
template <class Op, class T>
ACTIVATIONS_CUDA_EXPORT void forward(Op const& op, T const* x, T* y, std::int64_t n,
                                     random_position const& position, cudaStream_t stream);
template <class Op, class T>
ACTIVATIONS_CUDA_EXPORT void backward(Op const& op, T const* dy, T const* x, T* dx, std::int64_t n,
                                      random_position const& position, cudaStream_t stream);
template <class Op, class Real>
ACTIVATIONS_CUDA_EXPORT void slopes(Op const& op, Real* slope, std::int64_t n,
                                    random_position const& position, cudaStream_t stream);

}  // namespace detail

/// y[k] = f(x[k]) with the slope of element first_element + k
template <class Op, class T>
void forward(Op const& op, T const* x, T* y, std::int64_t n, random_position const& position,
             cudaStream_t stream) {
  detail::require_random<Op, T>();
  detail::forward(op, x, y, n, position, stream);
}

/// dx[k] = dy[k] f'(x[k]) with the same slope
template <class Op, class T>
void backward(Op const& op, T const* dy, T const* x, T* dx, std::int64_t n,
              random_position const& position, cudaStream_t stream) {
  detail::require_random<Op, T>();
  detail::backward(op, dy, x, dx, n, position, stream);
}

/// The slopes themselves, for those who want to see them: Real is double for those of double
/// elements, float for those of float, __half and __nv_bfloat16 elements, which are computed in
/// float and not rounded to 16 bits.
template <class Op, class Real>
void slopes(Op const& op, Real* slope, std::int64_t n, random_position const& position,
            cudaStream_t stream) {
  detail::require_slopes<Op, Real>();
  detail::slopes(op, slope, n, position, stream);
}

}  // namespace activations_cuda
