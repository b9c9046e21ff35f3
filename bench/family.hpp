// What the benchmarks time and count: calls of a family of activations, whoever computes them.
#pragma once

#include <cuda_runtime_api.h>

#include <cstdint>
#include <string>
#include <vector>

namespace bench {

/// A kind of call, and how many tensors it reads and writes.
struct direction {
  char const* name;
  int inputs, outputs;
};

/// One call: an activation by its place in its family, with its default parameters, on tensors of n
/// elements in the order in which the C++ API takes them. Those that there are not are null.
template <class T>
struct call {
  static constexpr int most_inputs = 3, most_outputs = 2;
  int op;
  int way;  // the direction by its place in the family
  T const* in[most_inputs];
  T* out[most_outputs];
  std::int64_t n;
  std::int64_t first = 0;  // the number of its first element, for who draws by it
};

/// Somebody who computes such calls.
template <class T>
struct implementation {
  char const* name;
  /// Queues the call, whose tensors are in device memory.
  void (*launch)(call<T> const&, cudaStream_t);
  /// What it must give: the same call on host memory.
  void (*expected)(call<T> const&);
};

template <class T>
struct family {
  std::vector<std::string> ops;
  std::vector<direction> directions;
  std::vector<implementation<T>> implementations;
  bool (*has_direction)(int op, int way);
  /// Makes of a random tensor what the call reads last: an output, for a gradient from the output.
  void (*prepare_last_input)(int op, int way, T* tensor, std::int64_t n);
};

/// The ceiling for every family: as many bytes read and written, and nothing computed.
template <class T>
void launch_copy(call<T> const&, cudaStream_t);
template <class T>
void expected_copy(call<T> const&);

}  // namespace bench
