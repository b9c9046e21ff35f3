// The C++ API of the row-wise activations: check, then launch.
#include "../kernels/launch.hpp"
#include "check_launch.hpp"
#include "validate.hpp"

#include <activations_cuda/softmax.hpp>

namespace activations_cuda::detail {

template <class Op, class T>
void forward(Op const& op, T const* x, T* y, std::int64_t rows, std::int64_t columns,
             cudaStream_t stream) {
  validate::parameters<T>(op);
  auto const extent = validate::elements(rows, columns, sizeof(T));
  validate::tensors(validate::of_forward(x, y, extent), sizeof(T));
  if (extent.count > 0)
    check_launch("forward", launch_rowwise_forward(op, x, y, rows, columns, stream));
}

template <class Op, class T>
void backward(Op const& op, T const* dy, T const* y, T* dx, std::int64_t rows, std::int64_t columns,
              cudaStream_t stream) {
  validate::parameters<T>(op);
  auto const extent = validate::elements(rows, columns, sizeof(T));
  validate::tensors(validate::of_backward(dy, "y", y, dx, extent), sizeof(T));
  if (extent.count > 0)
    check_launch("backward", launch_rowwise_backward(op, dy, y, dx, rows, columns, stream));
}

#define INSTANTIATE_FOR(op, T)                                                                    \
  template ACTIVATIONS_CUDA_EXPORT void forward(op const&, T const*, T*, std::int64_t,            \
                                                std::int64_t, cudaStream_t);                      \
  template ACTIVATIONS_CUDA_EXPORT void backward(op const&, T const*, T const*, T*, std::int64_t, \
                                                 std::int64_t, cudaStream_t);
#define ROWWISE(op, formula)  \
  INSTANTIATE_FOR(op, float)  \
  INSTANTIATE_FOR(op, double) \
  INSTANTIATE_FOR(op, __half) \
  INSTANTIATE_FOR(op, __nv_bfloat16)
#include <activations_cuda/activations.def>

}  // namespace activations_cuda::detail
