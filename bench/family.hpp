// What the benchmarks time and count: calls of a family of activations, whoever computes them.
#pragma once

#include <activations_cuda/traits.hpp>
#include <cuda_runtime_api.h>

#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <vector>

namespace bench {

/// A kind of call, and how many tensors it reads and writes.
struct direction {
  char const* name;
  int inputs, outputs;
};

/// What a call has beside its tensors where parameters are learned: for all of them so many values in
/// the type that T is computed in, and their gradients, one array after the other.
template <class T>
struct learned_arrays {
  using real = typename activations_cuda::arithmetic_for<T>::real;
  real const* values = nullptr;
  real* gradients = nullptr;
  std::int64_t size = 0;
};

/// What a shape makes of the number of elements that is asked for.
struct extent {
  std::int64_t n;         // elements of each tensor
  std::int64_t unit = 1;  // of elements that are computed together, of which n is a multiple
  std::int64_t read = n;  // elements of each input that a call has to read
};

/// The sizes of what a call has beside its tensors.
struct sizes_beside {
  std::int64_t learned = 0;
  std::size_t scratch_bytes = 0;
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
  std::int64_t first = 0;  // the number of its first element, for who draws or finds channels by it
  int shape = 0;           // by its place in the family
  learned_arrays<T> learned = {};
  void* scratch = nullptr;
  std::size_t scratch_bytes = 0;
};

/// What an implementation throws that finds out in a call that it cannot compute it.
struct unsupported : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// Somebody who computes such calls.
template <class T>
struct implementation {
  char const* name;
  /// Queues the call, whose tensors are in device memory.
  void (*launch)(call<T> const&, cudaStream_t);
  /// What it must give: the same call on host memory.
  void (*expected)(call<T> const&);
  /// Whether it computes this call; all of them where this is null.
  bool (*computes)(call<T> const&) = nullptr;
  /// What is wrong with the gradients of learned parameters, in words, or "".
  std::string (*wrong_gradient)(call<T> const&) = nullptr;

  bool can(call<T> const& c) const { return computes == nullptr || computes(c); }
};

/// What the tensors of a family's calls may be; without a name where there is nothing to choose.
struct shape {
  std::string name = "";
  bool counted = true;  // few elements of it show what many do, so that the emulator can count them
};

template <class T>
struct family {
  std::vector<std::string> ops;
  std::vector<direction> directions;
  std::vector<implementation<T>> implementations;
  bool (*has_direction)(int op, int way) = [](int, int) { return true; };
  /// Makes of the call's last input, a random tensor, what the call reads: an output, for a gradient
  /// from the output.
  void (*prepare_last_input)(call<T> const&, T* tensor) = [](call<T> const&, T*) {};
  std::vector<shape> shapes = {shape{}};
  char const* shape_axis = "shape";
  sizes_beside (*beside)(call<T> const&) = [](call<T> const&) { return sizes_beside{}; };
  extent (*extent_of)(int shape, std::int64_t n) = [](int, std::int64_t n) { return extent{n}; };
  /// The largest term of the differences, of sums over rows, that results on the host are; 0 where no
  /// result is one.
  double (*largest_term)(call<T> const&) = [](call<T> const&) { return 0.0; };
};

/// The ceiling for every family: as many bytes read and written, and nothing computed.
template <class T>
void launch_copy(call<T> const&, cudaStream_t);
template <class T>
void expected_copy(call<T> const&);

}  // namespace bench
