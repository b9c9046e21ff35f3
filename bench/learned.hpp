#pragma once

#include "family.hpp"

#include <activations_cuda/channelwise.hpp>

namespace bench {

namespace act = activations_cuda;

/// The activations with learned parameters: this library, and for the gradients of prelu what frameworks
/// do, in two steps.
struct learned {
  static constexpr char const* name = "learned";
  enum way { forward, backward, backward_with_parameters };
  enum shape { channels_first, channels_last, shared };
  template <class T>
  static family<T> const& of();
};

/// 64 channels of planes of 16 by 16, or of single elements, or one channel of all n elements.
inline act::channel_shape channel_shape_of(int shape, std::int64_t n) {
  constexpr std::int64_t channels = 64, plane = 16 * 16;
  if (shape == learned::channels_first) return {n / (channels * plane), channels, plane};
  if (shape == learned::channels_last) return {n / channels, channels, 1};
  return {1, 1, n};
}

/// Writes dx and, for each element, its part of alpha's gradient; then sums these with CUB. Not where
/// the channels are last: what sums columns there is not one of CUB's.
template <class T>
void launch_prelu_in_two_steps(call<T> const&, cudaStream_t);
template <class T>
std::size_t scratch_of_two_steps(act::channel_shape const& shape);

}  // namespace bench
