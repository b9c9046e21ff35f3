#pragma once

#include "device_array.hpp"
#include "glu_peer.cuh"

#include <cub/device/device_transform.cuh>

template <class T>
void bench::launch_glu_cub(call<T> const& c, cudaStream_t stream) {
  launch_glu_transform(c, [&](auto const& function, auto output, auto... inputs) {
    check(cub::DeviceTransform::Transform(cuda::std::make_tuple(inputs...), output, c.n, function,
                                          stream),
          "cub::DeviceTransform::Transform");
  });
}
