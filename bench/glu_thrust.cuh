#pragma once

#include "glu_peer.cuh"

#include <thrust/system/cuda/execution_policy.h>
#include <thrust/transform.h>
#include <thrust/zip_function.h>

template <class T>
void bench::launch_glu_thrust(call<T> const& c, cudaStream_t stream) {
  launch_glu_transform(c, [&](auto const& function, auto output, auto... inputs) {
    auto const first = thrust::make_zip_iterator(inputs...);
    thrust::transform(thrust::cuda::par_nosync.on(stream), first, first + c.n, output,
                      thrust::make_zip_function(function));
  });
}
