// Sums that do not depend on which thread has an element.
//
// Packs go round the threads of a group. Where they begin shift elements early, an element is that many
// places further on: in the same thread, or in one of the first shift places of the next thread, which
// for the last thread is the first one, a round later. So a thread sums each place of its packs apart,
// over the rounds in order, and gives the sums of the first places back to the thread before it.
#pragma once

#include "row_group.cuh"

namespace activations_cuda::kernels {

/// A thread's part of the sum of all places, as if no pack had begun early: from the last place down.
template <bool shifted, int width, class Group, class Real>
__device__ Real sum_of_places(Real const (&places)[width], int shift, Group const& group) {
  Real sum(-0.0);
  if constexpr (shifted) {
    Real lent(-0.0);
#pragma unroll
    for (int i = width - 2; i >= 0; --i) {
      if (i < shift) lent += places[i];
    }
    sum = group.from_next(lent);
#pragma unroll
    for (int i = width - 1; i >= 0; --i) {
      if (i >= shift) sum += places[i];
    }
  } else {
#pragma unroll
    for (int i = width - 1; i >= 0; --i) sum += places[i];
  }
  return sum;
}

}  // namespace activations_cuda::kernels
