// A gated linear unit's call as a transform of two or three inputs by the library's evaluation.
#pragma once

#include "glu.hpp"
#include "glu_function.cuh"

#include <thrust/iterator/zip_iterator.h>

namespace bench {

/// transform(function, output, inputs...) queues the peer's kernel.
template <class T, class Transform>
void launch_glu_transform(call<T> const& c, Transform const& transform) {
  dispatch_glu(
      c,
      [&](auto op) { transform(gated_forward<decltype(op), T>(op), c.out[0], c.in[0], c.in[1]); },
      [&](auto op) {
        transform(gated_backward<decltype(op), T>(op),
                  thrust::make_zip_iterator(c.out[0], c.out[1]), c.in[0], c.in[1], c.in[2]);
      });
}

}  // namespace bench
