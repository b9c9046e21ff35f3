// Tensors for a call in device memory, and whether the call gave what it must.
#pragma once

#include "device_array.hpp"
#include "family.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace bench {

/// The tensors of a direction and a shape: random inputs of both signs, outputs as they are allocated.
template <class T>
class operands {
 public:
  /// @throws std::bad_alloc  if the device has no room for them
  operands(family<T> const& of, int way, int shape, std::int64_t n);

  /// The activation's call on them; changes the last input. Until the next one.
  /// @throws std::bad_alloc  if the device has no room for what the call has beside them
  call<T> prepare(int op);

 private:
  family<T> const& family_;
  int way_, shape_;
  std::int64_t n_;
  std::vector<device_array<T>> in_, out_;
  std::vector<device_array<typename learned_arrays<T>::real>> learned_;  // values, gradients
  std::vector<device_array<unsigned char>> scratch_;
};

/// Poisons the outputs, runs the call once and compares its first, middle and last elements, whole units
/// of the shape, with what they must be, and the gradients of learned parameters. Returns the first difference in words, or "".
///
/// How accurate results are is for the tests to say. This bound only tells the right function from
/// a wrong one: 4 units in the last place of the largest result of the stretch, or of the largest term of
/// one, because near a root a gradient is as exact as its terms are.
template <class T>
std::string wrong_element(family<T> const& of, implementation<T> const& by, call<T> const& c,
                          cudaStream_t stream);

}  // namespace bench
