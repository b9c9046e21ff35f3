// The C++ API of the row-wise activations: check, then launch.
#include "../kernels/launch.hpp"
#include "../kernels/row_workspace.hpp"
#include "check_launch.hpp"
#include "softmax_arguments.hpp"

#include <activations_cuda/softmax.hpp>

namespace activations_cuda::detail {
namespace {

template <class Op, class = void>
struct has_kernels_of_another : std::false_type {};
template <class Op>
struct has_kernels_of_another<Op, std::void_t<decltype(&Op::on_kernels)>> : std::true_type {};

/// The op whose kernels compute it.
template <class Op>
auto on_kernels(Op const& op) {
  if constexpr (has_kernels_of_another<Op>::value) {
    return op.on_kernels();
  } else {
    return op;
  }
}

template <class T>
std::size_t workspace_of(softmax_shape const& shape) {
  std::size_t bytes = 0;
  check_call("softmax_workspace", " does not know the device",
             kernels::softmax_workspace_bytes<T>(shape, bytes));
  return bytes;
}

/// False if there is nothing to do.
template <class T>
bool checked(softmax_shape const& shape, softmax_options<T> const& options,
             validate::tensor_list tensors) {
  bool const has_elements = tensors.items[0].size.count != 0;
  if (has_elements && options.space.bytes != 0)
    validate::softmax_call<T>{shape, options}.add_workspace(tensors, workspace_of<T>(shape));
  validate::tensors(tensors, sizeof(T));
  return has_elements;
}

}  // namespace

template <class Op, class T>
void forward(Op const& op, T const* x, T* y, std::int64_t rows, std::int64_t columns,
             cudaStream_t stream) {
  validate::parameters<T>(op);
  auto const extent = validate::elements(rows, columns, sizeof(T));
  validate::tensors(validate::of_forward(x, y, extent), sizeof(T));
  if (extent.count == 0) return;
  check_launch("forward",
               launch_softmax_forward<decltype(on_kernels(op)), T>(
                   on_kernels(op), {rows, columns}, {x, columns}, {y, columns}, {}, stream));
}

template <class Op, class T>
void backward(Op const& op, T const* dy, T const* y, T* dx, std::int64_t rows, std::int64_t columns,
              cudaStream_t stream) {
  validate::parameters<T>(op);
  auto const extent = validate::elements(rows, columns, sizeof(T));
  validate::tensors(validate::of_backward(dy, "y", y, dx, extent), sizeof(T));
  if (extent.count == 0) return;
  check_launch("backward", launch_softmax_backward<decltype(on_kernels(op)), T>(
                               on_kernels(op), {rows, columns}, {dy, columns}, {y, columns},
                               {dx, columns}, {}, stream));
}

template <class Op, class T>
void forward(Op const& op, softmax_shape const& shape, softmax_tensor<T const> const& x,
             softmax_tensor<T> const& y, softmax_options<T> const& options, cudaStream_t stream) {
  validate::parameters<T>(op);
  if (!checked(shape, options, validate::of_softmax_forward(shape, x, y, options))) return;
  check_launch("forward", launch_softmax_forward(on_kernels(op), shape, x, y, options, stream));
}

template <class Op, class T>
void backward(Op const& op, softmax_shape const& shape, softmax_tensor<T const> const& dy,
              softmax_tensor<T const> const& y, softmax_tensor<T> const& dx,
              softmax_options<T> const& options, cudaStream_t stream) {
  validate::parameters<T>(op);
  if (!checked(shape, options, validate::of_softmax_backward(shape, dy, y, dx, options))) return;
  check_launch("backward",
               launch_softmax_backward(on_kernels(op), shape, dy, y, dx, options, stream));
}

template <class Op, class T>
std::size_t softmax_workspace(Op const& op, softmax_shape const& shape) {
  validate::parameters<T>(op);
  return validate::elements(shape, sizeof(T)).count == 0 ? 0 : workspace_of<T>(shape);
}

#define INSTANTIATE_FOR(op, T)                                                                    \
  template ACTIVATIONS_CUDA_EXPORT void forward(op const&, T const*, T*, std::int64_t,            \
                                                std::int64_t, cudaStream_t);                      \
  template ACTIVATIONS_CUDA_EXPORT void backward(op const&, T const*, T const*, T*, std::int64_t, \
                                                 std::int64_t, cudaStream_t);                     \
  template ACTIVATIONS_CUDA_EXPORT void forward(                                                  \
      op const&, softmax_shape const&, softmax_tensor<T const> const&, softmax_tensor<T> const&,  \
      softmax_options<T> const&, cudaStream_t);                                                   \
  template ACTIVATIONS_CUDA_EXPORT void backward(                                                 \
      op const&, softmax_shape const&, softmax_tensor<T const> const&,                            \
      softmax_tensor<T const> const&, softmax_tensor<T> const&, softmax_options<T> const&,        \
      cudaStream_t);                                                                              \
  template ACTIVATIONS_CUDA_EXPORT std::size_t softmax_workspace<op, T>(op const&,                \
                                                                        softmax_shape const&);
#define ROWWISE(op, kernels, formula) \
  INSTANTIATE_FOR(op, float)          \
  INSTANTIATE_FOR(op, double)         \
  INSTANTIATE_FOR(op, __half)         \
  INSTANTIATE_FOR(op, __nv_bfloat16)
#include <activations_cuda/activations.def>

}  // namespace activations_cuda::detail
