#include "drawn.hpp"

#include <activations_cuda/activations.h>
#include <activations_cuda/reference.hpp>

namespace bench {

namespace {

namespace act = activations_cuda;

/// Calls the function of the call's direction with the call's activation.
template <class T, class Forward, class Backward>
void dispatch(call<T> const& c, Forward const& forward, Backward const& backward) {
  act::for_each(act::random_ops{}, [&, place = 0](auto tag) mutable {
    using op = typename decltype(tag)::type;
    if (place++ != c.op) return;
    if (c.way == drawn::forward)
      forward(op{});
    else
      backward(op{});
  });
}

template <class T, std::int64_t first_element>
act::random_position position_of(call<T> const& c) {
  return {1, 2, first_element + c.first};
}

template <class T, std::int64_t first_element>
void launch_library(call<T> const& c, cudaStream_t stream) {
  auto const position = position_of<T, first_element>(c);
  dispatch(
      c, [&](auto op) { act::forward(op, c.in[0], c.out[0], c.n, position, stream); },
      [&](auto op) { act::backward(op, c.in[0], c.in[1], c.out[0], c.n, position, stream); });
}

template <class T, std::int64_t first_element>
void expected(call<T> const& c) {
  namespace reference = act::reference;
  auto const position = position_of<T, first_element>(c);
  dispatch(
      c, [&](auto op) { reference::forward(op, c.in[0], c.out[0], c.n, position); },
      [&](auto op) { reference::backward(op, c.in[0], c.in[1], c.out[0], c.n, position); });
}

std::vector<std::string> names() {
  std::vector<std::string> all;
  for (int op = 0; op < act_random_count(); ++op) all.emplace_back(act_random_name(op));
  return all;
}

}  // namespace

template <class T>
family<T> const& drawn::of() {
  static family<T> const all{names(),
                             {{"forward", 1, 1}, {"backward", 2, 1}},
                             {{"activations_cuda", launch_library<T, 0>, expected<T, 0>},
                              {"straddling", launch_library<T, 1>, expected<T, 1>},
                              {"copy", launch_copy<T>, expected_copy<T>}}};
  return all;
}

template family<float> const& drawn::of();
template family<double> const& drawn::of();
template family<__half> const& drawn::of();
template family<__nv_bfloat16> const& drawn::of();

}  // namespace bench
