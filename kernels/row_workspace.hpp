// How much workspace rows need that are shared among blocks.
#pragma once

#include "device_limits.hpp"
#include "row_plan.hpp"

#include <activations_cuda/softmax_options.hpp>
#include <activations_cuda/traits.hpp>

#include <cstddef>
#include <cstdint>

namespace activations_cuda::kernels {

/// What a block of forward and one of backward leave of their part of a row.
inline constexpr int forward_sums = 3, backward_sums = 1;

/// For forward and for backward on the current device; 0 where no rows are shared.
template <class T>
cudaError_t softmax_workspace_bytes(softmax_shape const& shape, std::size_t& bytes) {
  bytes = 0;
  if (shape.outer <= 0 || shape.columns <= 0 || shape.inner != 1) return cudaSuccess;
  device_limits limits{};
  cudaError_t const status = limits_of_device(limits);
  if (status != cudaSuccess) return status;
  auto const needed = [&](int streams, int sums) {
    row_plan const plan = plan_row<T>(shape.columns, streams, true, limits);
    return plan.tier == row_tier::parts ? static_cast<std::size_t>(shape.outer * plan.parts * sums)
                                        : std::size_t{0};
  };
  std::size_t const forward = needed(1, forward_sums), backward = needed(2, backward_sums);
  bytes = (forward > backward ? forward : backward) * sizeof(typename arithmetic_for<T>::real);
  return cudaSuccess;
}

}  // namespace activations_cuda::kernels
