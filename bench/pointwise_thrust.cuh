#pragma once

#include "pointwise_peer.cuh"

#include <thrust/system/cuda/execution_policy.h>
#include <thrust/transform.h>

template <class T>
void bench::launch_pointwise_thrust(call<T> const& c, cudaStream_t stream) {
  launch_transform(c, [&](auto const& function, T const* first, auto... second) {
    thrust::transform(thrust::cuda::par_nosync.on(stream), first, first + c.n, second..., c.out[0],
                      function);
  });
}
