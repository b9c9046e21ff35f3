// The references of the activations with learned parameters: convert, call the op's own file, sum in
// double, round.
#include "reference_learned.hpp"

#include "channelwise_arguments.hpp"
#include "compensated.hpp"
#include "reference_values.hpp"

#include <activations_cuda/reference.hpp>

#include <cstddef>
#include <vector>

namespace activations_cuda::reference::detail {
namespace {

using activations_cuda::detail::erased_gradients;
using activations_cuda::detail::erased_parameters;

template <class T>
double parameter_at(erased_parameters const& parameters, int array, std::int64_t i) {
  using real = typename arithmetic_for<T>::real;
  void const* const from = parameters.array[array];
  return parameters.wide ? static_cast<double>(static_cast<real const*>(from)[i])
                         : widen(static_cast<T const*>(from)[i]);
}

template <class T>
void put_gradient(erased_gradients const& gradients, int array, std::int64_t i, double value) {
  using real = typename arithmetic_for<T>::real;
  bool const adds = gradients.update == gradient_update::add;
  if (gradients.wide) {
    real& to = static_cast<real*>(gradients.array[array])[i];
    to = static_cast<real>(adds ? static_cast<double>(to) + value : value);
  } else {
    T& to = static_cast<T*>(gradients.array[array])[i];
    to = round_to<T>(adds ? widen(to) + value : value);
  }
}

/// Calls with each element's index and channel number, and that channel's parameters.
template <class Op, class T, class Use>
void for_each_element(Op const& op, channel_shape const& shape, erased_parameters const& parameters,
                      Use const& use) {
  int const rows = learned_rows(op);
  std::vector<double> values(static_cast<std::size_t>(learned_count<Op>) *
                             static_cast<std::size_t>(rows));
  for (std::int64_t c = 0; c < shape.channels; ++c) {
    double* value = values.data();
    for (int i = 0; i < learned_count<Op>; ++i) {
      for (int row = 0; row < rows; ++row)
        *value++ = parameter_at<T>(parameters, i, row * shape.channels + c);
    }
    channel const here{{values.data(), rounded_to<typename arithmetic_for<T>::real>},
                       values.size()};
    for (std::int64_t o = 0; o < shape.outer; ++o) {
      for (std::int64_t i = 0; i < shape.inner; ++i)
        use((o * shape.channels + c) * shape.inner + i, c, here);
    }
  }
}

template <class Op, class T>
validate::tensor_list checked(Op const& op, channel_shape const& shape, validate::tensor_list list,
                              erased_parameters const& parameters) {
  validate::parameters<T>(op);
  validate::learned_tensors const learned{shape, learned_rows(op), sizeof(T),
                                          sizeof(typename arithmetic_for<T>::real)};
  learned.template add_parameters<Op>(list, parameters);
  return list;
}

}  // namespace

template <class Op, class T>
void forward(Op const& op, channel_shape const& shape, T const* x,
             erased_parameters const& parameters, T* y) {
  auto const size = validate::elements(shape, sizeof(T));
  auto const list = checked<Op, T>(op, shape, validate::of_forward(x, y, size), parameters);
  if (size.count == 0) return;
  validate::host_tensors(list, sizeof(T));
  for_each_element<Op, T>(op, shape, parameters,
                          [&](std::int64_t at, std::int64_t, channel const& here) {
                            y[at] = round_to<T>(channelwise<Op>::forward(here, widen(x[at])));
                          });
}

template <class Op, class T>
void backward(Op const& op, channel_shape const& shape, T const* dy, T const* x,
              erased_parameters const& parameters, T* dx) {
  auto const size = validate::elements(shape, sizeof(T));
  auto const list =
      checked<Op, T>(op, shape, validate::of_backward(dy, "x", x, dx, size), parameters);
  if (size.count == 0) return;
  validate::host_tensors(list, sizeof(T));
  for_each_element<Op, T>(
      op, shape, parameters, [&](std::int64_t at, std::int64_t, channel const& here) {
        dx[at] = round_to<T>(channelwise<Op>::backward(here, widen(dy[at]), widen(x[at])));
      });
}

template <class Op, class T>
void backward_parameters(Op const& op, channel_shape const& shape, T const* dy, T const* x,
                         erased_parameters const& parameters, erased_gradients const& gradients) {
  validate::update(gradients.update);
  auto const size = validate::elements(shape, sizeof(T));
  auto list = checked<Op, T>(
      op, shape,
      {{{"dy", dy, validate::role::input, size}, {"x", x, validate::role::input, size}}, 2},
      parameters);
  int const rows = learned_rows(op);
  validate::learned_tensors const learned{shape, rows, sizeof(T),
                                          sizeof(typename arithmetic_for<T>::real)};
  learned.template add_gradients<Op>(list, gradients);
  if (shape.channels == 0) return;
  validate::host_tensors(list, sizeof(T));
  auto const count = static_cast<std::size_t>(learned_count<Op>) * static_cast<std::size_t>(rows);
  std::vector<compensated_sum> sums(count * static_cast<std::size_t>(shape.channels));
  std::vector<double> terms(count);
  for_each_element<Op, T>(
      op, shape, parameters, [&](std::int64_t at, std::int64_t c, channel const& here) {
        channelwise<Op>::parameter_terms(here, widen(dy[at]), widen(x[at]), terms.data());
        for (std::size_t i = 0; i < count; ++i)
          sums[static_cast<std::size_t>(c) * count + i].add(terms[i]);
      });
  for (std::int64_t c = 0; c < shape.channels; ++c) {
    for (std::size_t i = 0; i < count; ++i) {
      auto const array = static_cast<int>(i) / rows;
      auto const row = static_cast<int>(i) % rows;
      put_gradient<T>(gradients, array, row * shape.channels + c,
                      sums[static_cast<std::size_t>(c) * count + i].value());
    }
  }
}

#define INSTANTIATE_FOR(op, T)                                                              \
  template ACTIVATIONS_CUDA_EXPORT void forward(op const&, channel_shape const&, T const*,  \
                                                erased_parameters const&, T*);              \
  template ACTIVATIONS_CUDA_EXPORT void backward(op const&, channel_shape const&, T const*, \
                                                 T const*, erased_parameters const&, T*);   \
  template ACTIVATIONS_CUDA_EXPORT void backward_parameters(                                \
      op const&, channel_shape const&, T const*, T const*, erased_parameters const&,        \
      erased_gradients const&);
#define LEARNED(op, formula)  \
  INSTANTIATE_FOR(op, float)  \
  INSTANTIATE_FOR(op, double) \
  INSTANTIATE_FOR(op, __half) \
  INSTANTIATE_FOR(op, __nv_bfloat16)
#include <activations_cuda/activations.def>

}  // namespace activations_cuda::reference::detail
