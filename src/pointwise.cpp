// The C++ API of the pointwise activations: check, then launch.
#include "../kernels/launch.hpp"
#include "check_launch.hpp"
#include "output_constraint.hpp"
#include "validate.hpp"

#include <activations_cuda/activations.hpp>

namespace activations_cuda::detail {

template <class Op, class T>
void forward(Op const& op, T const* x, T* y, std::int64_t n, cudaStream_t stream) {
  validate::parameters<T>(op);
  validate::tensors(validate::of_forward(x, y, validate::elements(n, sizeof(T))), sizeof(T));
  if (n > 0) check_launch("forward", launch_forward(op, x, y, n, stream));
}

template <class Op, class T>
void backward(Op const& op, T const* dy, T const* x, T* dx, std::int64_t n, cudaStream_t stream) {
  validate::parameters<T>(op);
  validate::tensors(validate::of_backward(dy, "x", x, dx, validate::elements(n, sizeof(T))),
                    sizeof(T));
  if (n > 0) check_launch("backward", launch_backward(op, dy, x, dx, n, stream));
}

template <class Op, class T>
void output_gradient<Op, T, true>::backward(Op const& op, T const* dy, T const* y, T* dx,
                                            std::int64_t n, cudaStream_t stream) {
  validate::parameters<T>(op);
  require_gradient_from_output<T>(op);
  validate::tensors(validate::of_backward(dy, "y", y, dx, validate::elements(n, sizeof(T))),
                    sizeof(T));
  if (n > 0) {
    check_launch("backward_from_output",
                 output_gradient_launcher<Op, T>::launch(op, dy, y, dx, n, stream));
  }
}

#define INSTANTIATE_FOR(op, T)                                                                    \
  template ACTIVATIONS_CUDA_EXPORT void forward(op const&, T const*, T*, std::int64_t,            \
                                                cudaStream_t);                                    \
  template ACTIVATIONS_CUDA_EXPORT void backward(op const&, T const*, T const*, T*, std::int64_t, \
                                                 cudaStream_t);                                   \
  template struct ACTIVATIONS_CUDA_EXPORT output_gradient<op, T>;
#define POINTWISE(op, formula) \
  INSTANTIATE_FOR(op, float)   \
  INSTANTIATE_FOR(op, double)  \
  INSTANTIATE_FOR(op, __half)  \
  INSTANTIATE_FOR(op, __nv_bfloat16)
#include <activations_cuda/activations.def>

}  // namespace activations_cuda::detail
