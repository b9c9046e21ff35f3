#include "pointwise_call.hpp"

#include <activations_cuda/reference.hpp>

#include <cstddef>
#include <cstring>

namespace bench {

namespace {

// The library as its users call it.
template <class T>
void launch_library(pointwise_call<T> const& call, cudaStream_t stream) {
  dispatch(
      call, [&](auto op) { act::forward(op, call.saved, call.out, call.n, stream); },
      [&](auto op) { act::backward(op, call.dy, call.saved, call.out, call.n, stream); },
      [&](auto op) {
        act::backward_from_output(op, call.dy, call.saved, call.out, call.n, stream);
      });
}

template <class T>
void expected_activation(pointwise_call<T> const& call) {
  namespace reference = act::reference;
  dispatch(
      call, [&](auto op) { reference::forward(op, call.saved, call.out, call.n); },
      [&](auto op) { reference::backward(op, call.dy, call.saved, call.out, call.n); },
      [&](auto op) { reference::backward_from_output(op, call.dy, call.saved, call.out, call.n); });
}

template <class T>
void expected_copy(pointwise_call<T> const& call) {
  std::size_t const bytes = static_cast<std::size_t>(call.n) * sizeof(T);
  std::memcpy(call.out, call.saved, bytes);
  if (call.way == direction::forward) return;
  auto* const out = reinterpret_cast<unsigned char*>(call.out);
  auto const* const dy = reinterpret_cast<unsigned char const*>(call.dy);
  for (std::size_t i = 0; i < bytes; ++i) out[i] = static_cast<unsigned char>(out[i] ^ dy[i]);
}

}  // namespace

template <class T>
std::vector<implementation<T>> const& implementations() {
  static std::vector<implementation<T>> const all{
      {"activations_cuda", launch_library<T>, expected_activation<T>},
      {"copy", launch_copy<T>, expected_copy<T>},
      {"thrust", launch_thrust<T>, expected_activation<T>},
      {"cub", launch_cub<T>, expected_activation<T>}};
  return all;
}

template std::vector<implementation<float>> const& implementations();
template std::vector<implementation<double>> const& implementations();
template std::vector<implementation<__half>> const& implementations();
template std::vector<implementation<__nv_bfloat16>> const& implementations();

}  // namespace bench
