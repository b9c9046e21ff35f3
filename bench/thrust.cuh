#pragma once

#include "peer.cuh"

#include <thrust/system/cuda/execution_policy.h>
#include <thrust/transform.h>

template <class T>
void bench::launch_thrust(pointwise_call<T> const& call, cudaStream_t stream) {
  launch_transform(call, [&](auto const& function, T const* first, auto... second) {
    thrust::transform(thrust::cuda::par_nosync.on(stream), first, first + call.n, second...,
                      call.out, function);
  });
}
