#include "glu.hpp"

#include <activations_cuda/activations.h>
#include <activations_cuda/reference.hpp>

namespace bench {

namespace {

template <class T>
void launch_library(call<T> const& c, cudaStream_t stream) {
  std::int64_t const n = c.n;
  dispatch_glu(
      c, [&](auto op) { act::forward(op, c.in[0], n, c.in[1], n, c.out[0], n, 1, n, stream); },
      [&](auto op) {
        act::backward(op, c.in[0], n, c.in[1], n, c.in[2], n, c.out[0], n, c.out[1], n, 1, n,
                      stream);
      });
}

template <class T>
void expected_unit(call<T> const& c) {
  namespace reference = act::reference;
  std::int64_t const n = c.n;
  dispatch_glu(
      c, [&](auto op) { reference::forward(op, c.in[0], n, c.in[1], n, c.out[0], n, 1, n); },
      [&](auto op) {
        reference::backward(op, c.in[0], n, c.in[1], n, c.in[2], n, c.out[0], n, c.out[1], n, 1, n);
      });
}

std::vector<std::string> names() {
  std::vector<std::string> all;
  for (int op = 0; op < act_glu_count(); ++op) all.emplace_back(act_glu_name(op));
  return all;
}

}  // namespace

template <class T>
family<T> const& glu::of() {
  static family<T> const all{names(),
                             {{"forward", 2, 1}, {"backward", 3, 2}},
                             {{"activations_cuda", launch_library<T>, expected_unit<T>},
                              {"copy", launch_copy<T>, expected_copy<T>},
                              {"thrust", launch_glu_thrust<T>, expected_unit<T>},
                              {"cub", launch_glu_cub<T>, expected_unit<T>}}};
  return all;
}

template family<float> const& glu::of();
template family<double> const& glu::of();
template family<__half> const& glu::of();
template family<__nv_bfloat16> const& glu::of();

}  // namespace bench
