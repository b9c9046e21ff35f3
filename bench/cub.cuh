#pragma once

#include "device_array.hpp"
#include "peer.cuh"

#include <cub/device/device_transform.cuh>
#include <cuda/std/tuple>

template <class T>
void bench::launch_cub(pointwise_call<T> const& call, cudaStream_t stream) {
  launch_transform(call, [&](auto const& function, auto... inputs) {
    check(cub::DeviceTransform::Transform(cuda::std::make_tuple(inputs...), call.out, call.n,
                                          function, stream),
          "cub::DeviceTransform::Transform");
  });
}
