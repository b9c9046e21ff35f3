// x Phi(x), Phi the normal distribution function, and its gradient at once.
#pragma once

#include <activations_cuda/normal_distribution.cuh>
#include <activations_cuda/value_and_gradient.cuh>

namespace activations_cuda {

/// For 16 bits, with one exponential: with a = |x|, Phi(-a) = R(a) e^(-a^2 / 2), y is
/// max(x, 0) - a Phi(-a), and f' is q = (R(a) - a / sqrt(2 pi)) e^(-a^2 / 2) or, for x > 0, 1 - q. The
/// root w of the exponential meets its factors twice, so that nothing underflows before y or dx does.
///
/// A minimax polynomial for (a + c) R(a) in 1 / (a + c): relative error 2^-15.4 up to 4.1; above,
/// where only bfloat16 is normal, 2^-12.4.
template <class Value>
ACTIVATIONS_CUDA_HOST_DEVICE value_and_gradient<Value> normal_gate_approximate(Value dy, Value up,
                                                                               Value x) {
  auto const negative = x < 0;
  // The exponential underflows below 2^-126, and its root, times 2^6, at an a of 19.5.
  Value const a = math::at_most(math::absolute(x), 19.5F);
  Value const h =
      math::exp2_approximate(math::fma(-0.25F * math::log2_e, math::product(a, a), 6.0F));
  Value const w = math::product(h, 0x1p-6F);
  Value const inverse = math::reciprocal_approximate(a + 4.0F);
  Value const ratio =
      math::product(inverse, math::polynomial(inverse, 250.4268494F, -28.29067039F, 11.87125015F,
                                              1.263799429F, 0.4059521854F));
  Value const root = math::product(w, math::fma(a, -math::normal_density_at_zero<float>, ratio));
  Value const slope = math::select(negative, root, math::fma(-w, root, 1.0F));
  product_in_range<Value> const product(dy, up);
  Value const dx = math::product(math::product(product.first, slope),
                                 math::product(product.second, math::select(negative, w, 1.0F)));
  Value const above = math::select(negative, 0.0F, x);
  return {math::fma(math::product(-a, w), math::product(w, ratio), above), dx};
}

}  // namespace activations_cuda
