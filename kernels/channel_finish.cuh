// The second kernel of the parameters' gradients: it sums what the blocks of the first have summed.
#pragma once

#include "channel_plan.hpp"
#include "launch.hpp"

#include <cuda_runtime_api.h>

namespace activations_cuda::kernels {

/// Flat parameters of an evaluator: those of each array follow one another.
struct learned_room {
  int arrays, capacity;
};

template <class T>
cudaError_t launch_channel_finish(channel_plan const& plan, learned_room const& room,
                                  learned_gradients const& gradients, cudaStream_t stream);

}  // namespace activations_cuda::kernels
