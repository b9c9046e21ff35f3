// What the benchmarks time and count: one pointwise call, whoever computes it.
#pragma once

#include <activations_cuda/activations.h>
#include <activations_cuda/activations.hpp>

#include <cstdint>
#include <vector>

namespace bench {

namespace act = activations_cuda;

enum class direction { forward, backward, backward_from_output };

struct direction_row {
  char const* name;
  direction way;
};
inline constexpr direction_row directions[] = {
    {"forward", direction::forward},
    {"backward", direction::backward},
    {"backward_from_output", direction::backward_from_output}};

/// Tensors that the direction reads; it writes one.
inline int inputs_of(direction way) { return way == direction::forward ? 1 : 2; }

/// An op by its place in the table, with its default parameters, on n elements.
template <class T>
struct pointwise_call {
  int op;
  direction way;
  T const* dy;     // null forward
  T const* saved;  // x, or y for backward_from_output
  T* out;
  std::int64_t n;
};

/// Calls the function of the call's direction with the call's op.
template <class T, class Forward, class Backward, class BackwardFromOutput>
void dispatch(pointwise_call<T> const& call, Forward const& forward, Backward const& backward,
              BackwardFromOutput const& backward_from_output) {
  act::for_each(act::pointwise_ops{}, [&, place = 0](auto tag) mutable {
    using op = typename decltype(tag)::type;
    if (place++ != call.op) return;
    if (call.way == direction::forward) return forward(op{});
    if (call.way == direction::backward) return backward(op{});
    if constexpr (act::has_backward_from_output<op>) backward_from_output(op{});
  });
}

/// Whether an op of the table has the direction.
inline bool has_direction(int op, direction way) {
  return way != direction::backward_from_output || act_op_has_backward_from_output(op) != 0;
}

/// Somebody who computes such calls.
template <class T>
struct implementation {
  char const* name;
  /// Queues the call, whose pointers are to device memory.
  void (*launch)(pointwise_call<T> const& call, cudaStream_t stream);
  /// What it must give: the same call on host memory.
  void (*expected)(pointwise_call<T> const& call);
};

/// This library and its peers.
template <class T>
std::vector<implementation<T>> const& implementations();

// The peers: the least that must be moved; and transforms of the library's own function objects.
template <class T>
void launch_copy(pointwise_call<T> const& call, cudaStream_t stream);
template <class T>
void launch_thrust(pointwise_call<T> const& call, cudaStream_t stream);
template <class T>
void launch_cub(pointwise_call<T> const& call, cudaStream_t stream);

}  // namespace bench
