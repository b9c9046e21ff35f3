// The pointwise references' public functions: convert, call the op's own file, round.
#include "reference.hpp"

#include "output_constraint.hpp"
#include "reference_values.hpp"
#include "validate.hpp"

#include <activations_cuda/reference.hpp>

#include <cstddef>
#include <vector>

namespace activations_cuda::reference::detail {

template <class Op, class T>
void forward(Op const& op, T const* x, T* y, std::int64_t n) {
  auto const values = rounded<T>(op);
  validate::host_tensors(validate::of_forward(x, y, validate::elements(n, sizeof(T))), sizeof(T));
  for (std::int64_t i = 0; i < n; ++i)
    y[i] = round_to<T>(pointwise<Op>::forward(values, widen(x[i])));
}

template <class Op, class T>
void backward(Op const& op, T const* dy, T const* x, T* dx, std::int64_t n) {
  auto const values = rounded<T>(op);
  validate::host_tensors(validate::of_backward(dy, "x", x, dx, validate::elements(n, sizeof(T))),
                         sizeof(T));
  for (std::int64_t i = 0; i < n; ++i)
    dx[i] = round_to<T>(pointwise<Op>::backward(values, widen(dy[i]), widen(x[i])));
}

template <class Op, class T>
void output_gradient<Op, T, true>::backward(Op const& op, T const* dy, T const* y, T* dx,
                                            std::int64_t n) {
  auto const values = rounded<T>(op);
  require_gradient_from_output<T>(op);
  validate::host_tensors(validate::of_backward(dy, "y", y, dx, validate::elements(n, sizeof(T))),
                         sizeof(T));
  for (std::int64_t i = 0; i < n; ++i) {
    dx[i] = round_to<T>(pointwise<Op>::backward_from_output(values, widen(dy[i]), widen(y[i])));
  }
}

#define INSTANTIATE_POINTWISE(op, T)                                                               \
  template ACTIVATIONS_CUDA_EXPORT void forward(op const&, T const*, T*, std::int64_t);            \
  template ACTIVATIONS_CUDA_EXPORT void backward(op const&, T const*, T const*, T*, std::int64_t); \
  template struct ACTIVATIONS_CUDA_EXPORT output_gradient<op, T>;
#define FOR_EACH_TYPE(instantiate, op)                                   \
  instantiate(op, float) instantiate(op, double) instantiate(op, __half) \
      instantiate(op, __nv_bfloat16)
#define POINTWISE(op, formula) FOR_EACH_TYPE(INSTANTIATE_POINTWISE, op)
#include <activations_cuda/activations.def>

}  // namespace activations_cuda::reference::detail
