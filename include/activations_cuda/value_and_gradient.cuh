// What a gated linear unit asks of its activation's evaluation for 16 bits.
#pragma once

#include <activations_cuda/float_pair.cuh>

namespace activations_cuda {

/// y = f(x) and dx = dy up f'(x), for any finite dy and up.
template <class Value>
struct value_and_gradient {
  Value y, dx;
};

/// dy up in two factors for an f' that is itself in two, none of them much above 1: the product and 1 or,
/// where that overflows, which dx need not, dy and up. Both are at least 1 then: what small factors make
/// of them does not underflow before dx does.
template <class Value>
struct product_in_range {
  Value first, second;
  ACTIVATIONS_CUDA_HOST_DEVICE product_in_range(Value dy, Value up) {
    Value const product = math::product(dy, up);
    auto const overflows = math::absolute(product) > math::largest<float>;
    first = math::select(overflows, dy, product);
    second = math::select(overflows, up, Value(1));
  }
};

}  // namespace activations_cuda
