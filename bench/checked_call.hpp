// Operands for a call in device memory, and whether the call gave what it must.
#pragma once

#include "device_array.hpp"
#include "pointwise_call.hpp"

#include <cstdint>
#include <string>

namespace bench {

/// Random inputs of both signs; the output is the caller's to poison.
template <class T>
class operands {
 public:
  /// @throws std::bad_alloc  if the device has no room for them
  operands(direction way, std::int64_t n);

  /// The op's call on them; backward_from_output replaces the saved tensor by the op's output.
  pointwise_call<T> call(int op);

 private:
  direction way_;
  std::int64_t n_;
  device_array<T> saved_, dy_, out_;
};

/// Poisons the output, runs the call once and compares the first, middle and last elements with
/// what they must be. Returns the first difference in words, or "".
///
/// How accurate results are is for the tests to say. This bound only tells the right function from
/// a wrong one: 8 units in the last place, of the larger of result and first input, because near a
/// root a gradient is as exact as its terms are.
template <class T>
std::string wrong_element(implementation<T> const& by, pointwise_call<T> const& call,
                          cudaStream_t stream);

}  // namespace bench
