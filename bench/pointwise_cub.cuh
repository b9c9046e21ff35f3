#pragma once

#include "device_array.hpp"
#include "pointwise_peer.cuh"

#include <cub/device/device_transform.cuh>
#include <cuda/std/tuple>

template <class T>
void bench::launch_pointwise_cub(call<T> const& c, cudaStream_t stream) {
  launch_transform(c, [&](auto const& function, auto... inputs) {
    check(cub::DeviceTransform::Transform(cuda::std::make_tuple(inputs...), c.out[0], c.n, function,
                                          stream),
          "cub::DeviceTransform::Transform");
  });
}
