#include "pointwise.hpp"

#include <activations_cuda/activations.h>
#include <activations_cuda/reference.hpp>

namespace bench {

namespace {

template <class T>
void launch_library(call<T> const& c, cudaStream_t stream) {
  dispatch_pointwise(
      c, [&](auto op) { act::forward(op, c.in[0], c.out[0], c.n, stream); },
      [&](auto op) { act::backward(op, c.in[0], c.in[1], c.out[0], c.n, stream); },
      [&](auto op) { act::backward_from_output(op, c.in[0], c.in[1], c.out[0], c.n, stream); });
}

template <class T>
void expected_activation(call<T> const& c) {
  namespace reference = act::reference;
  dispatch_pointwise(
      c, [&](auto op) { reference::forward(op, c.in[0], c.out[0], c.n); },
      [&](auto op) { reference::backward(op, c.in[0], c.in[1], c.out[0], c.n); },
      [&](auto op) { reference::backward_from_output(op, c.in[0], c.in[1], c.out[0], c.n); });
}

template <class T>
void prepare_last_input(call<T> const& c, T* tensor) {
  if (c.way == pointwise::backward_from_output)
    launch_library<T>({c.op, pointwise::forward, {tensor}, {tensor}, c.n}, nullptr);
}

bool has_direction(int op, int way) {
  return way != pointwise::backward_from_output || act_op_has_backward_from_output(op) != 0;
}

std::vector<std::string> names() {
  std::vector<std::string> all;
  for (int op = 0; op < act_op_count(); ++op) all.emplace_back(act_op_name(op));
  return all;
}

}  // namespace

template <class T>
family<T> const& pointwise::of() {
  static family<T> const all{
      names(),
      {{"forward", 1, 1}, {"backward", 2, 1}, {"backward_from_output", 2, 1}},
      {{"activations_cuda", launch_library<T>, expected_activation<T>},
       {"copy", launch_copy<T>, expected_copy<T>},
       {"thrust", launch_pointwise_thrust<T>, expected_activation<T>},
       {"cub", launch_pointwise_cub<T>, expected_activation<T>}},
      has_direction,
      prepare_last_input<T>};
  return all;
}

template family<float> const& pointwise::of();
template family<double> const& pointwise::of();
template family<__half> const& pointwise::of();
template family<__nv_bfloat16> const& pointwise::of();

}  // namespace bench
