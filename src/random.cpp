// The C++ API of the random activations: check, then launch.
#include "../kernels/launch.hpp"
#include "check_launch.hpp"
#include "random_arguments.hpp"

#include <activations_cuda/random.hpp>

namespace activations_cuda::detail {

template <class Op, class T>
void forward(Op const& op, T const* x, T* y, std::int64_t n, random_position const& position,
             cudaStream_t stream) {
  validate::parameters<T>(op);
  validate::drawn_tensors(validate::of_forward(x, y, validate::elements(n, sizeof(T))), sizeof(T),
                          position);
  if (n > 0) check_launch("forward", launch_random_forward(op, x, y, n, position, stream));
}

template <class Op, class T>
void backward(Op const& op, T const* dy, T const* x, T* dx, std::int64_t n,
              random_position const& position, cudaStream_t stream) {
  validate::parameters<T>(op);
  validate::drawn_tensors(validate::of_backward(dy, "x", x, dx, validate::elements(n, sizeof(T))),
                          sizeof(T), position);
  if (n > 0) check_launch("backward", launch_random_backward(op, dy, x, dx, n, position, stream));
}

template <class Op, class Real>
void slopes(Op const& op, Real* slope, std::int64_t n, random_position const& position,
            cudaStream_t stream) {
  validate::parameters<Real>(op);
  validate::drawn_tensors(validate::of_output("slope", slope, validate::elements(n, sizeof(Real))),
                          sizeof(Real), position);
  if (n > 0) check_launch("slopes", launch_slopes(op, slope, n, position, stream));
}

#define INSTANTIATE_FOR(op, T)                                                                    \
  template ACTIVATIONS_CUDA_EXPORT void forward(op const&, T const*, T*, std::int64_t,            \
                                                random_position const&, cudaStream_t);            \
  template ACTIVATIONS_CUDA_EXPORT void backward(op const&, T const*, T const*, T*, std::int64_t, \
                                                 random_position const&, cudaStream_t);
#define INSTANTIATE_SLOPES_FOR(op, Real)                                       \
  template ACTIVATIONS_CUDA_EXPORT void slopes(op const&, Real*, std::int64_t, \
                                               random_position const&, cudaStream_t);
#define RANDOM(op, formula)          \
  INSTANTIATE_FOR(op, float)         \
  INSTANTIATE_FOR(op, double)        \
  INSTANTIATE_FOR(op, __half)        \
  INSTANTIATE_FOR(op, __nv_bfloat16) \
  INSTANTIATE_SLOPES_FOR(op, float)  \
  INSTANTIATE_SLOPES_FOR(op, double)
#include <activations_cuda/activations.def>

}  // namespace activations_cuda::detail
