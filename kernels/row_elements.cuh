// A row's elements on their way from packs to the sums: as they are, or with their masks.
#pragma once

#include "row_call.cuh"
#include "row_group.cuh"
#include "row_mask.cuh"

#include <cmath>

namespace activations_cuda::kernels {

/// Elements without the scale, whose sign then gives the logits' order, or scaled by their mask already.
template <class T, class Evaluator, class Mask>
struct row_elements {
  using real = typename Evaluator::real;
  /// The larger of 16-bit numbers two at a time; what is masked becomes known in float.
  static constexpr bool unpacks_late = sizeof(T) == 2 && !Mask::has_tensors;

  Evaluator const& op;
  Mask const& mask;
  real sign;
  real masked;  // what a masked element becomes

  __device__ row_elements(Evaluator const& o, Mask const& m)
      : op(o),
        mask(m),
        sign(!m.scales() && o.signed_scale < 0 ? real(-1) : real(1)),
        masked(static_cast<real>(sign < 0 ? INFINITY : -INFINITY)) {}

  /// All packs of a thread; the largest logit. Those that are unpacked late are not unpacked here.
  template <class Access, int packs, int width>
  __device__ real unpack_all(Access const& in, std::int64_t start, pack<T, width> (&raw)[packs],
                             real (&values)[packs][width]) const {
    if constexpr (unpacks_late) {
      real highest;
      if (sign < 0) {
        highest = -pack<T, width>::template extreme<true>(raw);
      } else {
        highest = pack<T, width>::template extreme<false>(raw);
      }
#pragma unroll
      for (int p = 0; p < packs; ++p) raw[p].forget_unpacked();
      return highest;
    } else {
      if constexpr (Mask::has_tensors) {
        mask_packs<T, packs, width> terms;
        mask.load(in, start, terms);
        mask.apply(terms, raw, op.signed_scale, lowest<T>(op), values);
      } else {
#pragma unroll
        for (int p = 0; p < packs; ++p) raw[p].unpack(values[p]);
      }
      return sign < 0 ? -extreme<true>(values) : extreme<false>(values);
    }
  }
  __device__ real unpacked(T raw, std::int64_t column) const {
    real value = to_real(raw);
    mask.apply(column, op.signed_scale, masked, value);
    return value;
  }

 private:
  /// The largest element, or the smallest one.
  template <bool smallest, int packs, int width>
  __device__ static real extreme(real const (&values)[packs][width]) {
    real highest = static_cast<real>(-INFINITY);
#pragma unroll
    for (int p = 0; p < packs; ++p) {
#pragma unroll
      for (int i = 0; i < width; ++i)
        highest = larger{}(smallest ? -values[p][i] : values[p][i], highest);
    }
    return smallest ? -highest : highest;
  }
};

}  // namespace activations_cuda::kernels
