// The C++ API of the activations with learned parameters: check, then launch.
#include "../kernels/launch.hpp"
#include "channelwise_arguments.hpp"
#include "check_launch.hpp"

#include <activations_cuda/channelwise.hpp>

namespace activations_cuda::detail {
namespace {

template <class T>
validate::learned_tensors learned_tensors_of(channel_shape const& shape, int rows) {
  return {shape, rows, sizeof(T), sizeof(typename arithmetic_for<T>::real)};
}

template <class Op>
learned_arrays arrays_of(Op const& op, erased_parameters const& parameters) {
  learned_arrays result{{}, learned_rows(op), parameters.wide};
  for (int i = 0; i < learned_count<Op>; ++i) result.array[i] = parameters.array[i];
  return result;
}

template <class Op>
learned_gradients arrays_of(Op const& op, erased_gradients const& gradients, void* sums) {
  learned_gradients result{
      {}, learned_rows(op), gradients.wide, gradients.update == gradient_update::add, sums};
  for (int i = 0; i < learned_count<Op>; ++i) result.array[i] = gradients.array[i];
  return result;
}

}  // namespace

template <class Op, class T>
void forward(Op const& op, channel_shape const& shape, T const* x,
             erased_parameters const& parameters, T* y, cudaStream_t stream) {
  validate::parameters<T>(op);
  auto const size = validate::elements(shape, sizeof(T));
  auto tensors = validate::of_forward(x, y, size);
  auto const learned = learned_tensors_of<T>(shape, learned_rows(op));
  if (size.count == 0) return;
  learned.template add_parameters<Op>(tensors, parameters);
  validate::tensors(tensors, sizeof(T));
  check_launch("forward",
               launch_channelwise_forward(op, shape, x, arrays_of(op, parameters), y, stream));
}

template <class Op, class T>
void backward(Op const& op, channel_shape const& shape, T const* dy, T const* x,
              erased_parameters const& parameters, T* dx, cudaStream_t stream) {
  validate::parameters<T>(op);
  auto const size = validate::elements(shape, sizeof(T));
  auto tensors = validate::of_backward(dy, "x", x, dx, size);
  auto const learned = learned_tensors_of<T>(shape, learned_rows(op));
  if (size.count == 0) return;
  learned.template add_parameters<Op>(tensors, parameters);
  validate::tensors(tensors, sizeof(T));
  check_launch("backward", launch_channelwise_backward(op, shape, dy, x, arrays_of(op, parameters),
                                                       dx, stream));
}

template <class Op, class T>
void backward(Op const& op, channel_shape const& shape, T const* dy, T const* x,
              erased_parameters const& parameters, bool with_dx, T* dx,
              erased_gradients const& gradients, workspace const& space, cudaStream_t stream) {
  validate::parameters<T>(op);
  validate::update(gradients.update);
  auto const size = validate::elements(shape, sizeof(T));
  std::size_t const needed = backward_workspace<Op, T>(op, shape);
  validate::workspace_of(space, needed, "backward_workspace");
  bool const adds_nothing = size.count == 0 && gradients.update == gradient_update::add;
  if (shape.channels == 0 || adds_nothing) return;
  auto tensors = validate::of_backward(dy, "x", x, dx, size);
  if (!with_dx) --tensors.count;
  auto const learned = learned_tensors_of<T>(shape, learned_rows(op));
  if (size.count != 0) learned.template add_parameters<Op>(tensors, parameters);
  learned.template add_gradients<Op>(tensors, gradients);
  constexpr auto sum_bytes = sizeof(typename arithmetic_for<T>::real);
  tensors.add({"workspace",
               space.pointer,
               validate::role::workspace,
               {"its need", static_cast<std::int64_t>(needed / sum_bytes)},
               sum_bytes});
  validate::tensors(tensors, sizeof(T));
  check_launch("backward", launch_channelwise_backward(
                               op, shape, dy, x, arrays_of(op, parameters), with_dx ? dx : nullptr,
                               arrays_of(op, gradients, space.pointer), stream));
}

template <class Op, class T>
std::size_t backward_workspace(Op const& op, channel_shape const& shape) {
  validate::parameters<T>(op);
  auto const size = validate::elements(shape, sizeof(T));
  if (size.count == 0) return 0;
  return static_cast<std::size_t>(channelwise_workspace<Op, T>(op, shape));
}

#define INSTANTIATE_FOR(op, T)                                                                 \
  template ACTIVATIONS_CUDA_EXPORT void forward(op const&, channel_shape const&, T const*,     \
                                                erased_parameters const&, T*, cudaStream_t);   \
  template ACTIVATIONS_CUDA_EXPORT void backward(op const&, channel_shape const&, T const*,    \
                                                 T const*, erased_parameters const&, T*,       \
                                                 cudaStream_t);                                \
  template ACTIVATIONS_CUDA_EXPORT void backward(                                              \
      op const&, channel_shape const&, T const*, T const*, erased_parameters const&, bool, T*, \
      erased_gradients const&, workspace const&, cudaStream_t);                                \
  template ACTIVATIONS_CUDA_EXPORT std::size_t backward_workspace<op, T>(op const&,            \
                                                                         channel_shape const&);
#define LEARNED(op, formula)  \
  INSTANTIATE_FOR(op, float)  \
  INSTANTIATE_FOR(op, double) \
  INSTANTIATE_FOR(op, __half) \
  INSTANTIATE_FOR(op, __nv_bfloat16)
#include <activations_cuda/activations.def>

}  // namespace activations_cuda::detail
