// The functions of softmax and its family behind erased ones, for registry.cpp.
#pragma once

#include "registry.hpp"
#include "with_parameters.hpp"

#include <activations_cuda/softmax.hpp>

namespace activations_cuda::registry {

template <class Op, class T>
void softmax_forward_erased(double const* parameters, void const* x, void* y, std::int64_t rows,
                            std::int64_t columns, cudaStream_t stream) {
  forward(with_parameters<Op>(parameters), static_cast<T const*>(x), static_cast<T*>(y), rows,
          columns, stream);
}

template <class Op, class T>
void softmax_backward_erased(double const* parameters, void const* dy, void const* y, void* dx,
                             std::int64_t rows, std::int64_t columns, cudaStream_t stream) {
  backward(with_parameters<Op>(parameters), static_cast<T const*>(dy), static_cast<T const*>(y),
           static_cast<T*>(dx), rows, columns, stream);
}

template <class T>
softmax_tensor<T const> typed(erased_tensor const& t) {
  return {static_cast<T const*>(t.first), t.outer_stride, t.column_stride};
}
template <class T>
softmax_tensor<T> typed(erased_output const& t) {
  return {static_cast<T*>(t.first), t.outer_stride, t.column_stride};
}

inline mask_strides strides_of(act_mask_strides const& s) {
  return {s.batch, s.head, s.query, s.column, s.inner};
}

// An integer that is no value of C's enumerations is none of C++'s.
template <class T>
softmax_options<T> typed(act_softmax_options const& o) {
  static_assert(ACT_MASK_UNSET == static_cast<int>(mask_meaning::unset) &&
                ACT_MASK_NONZERO_KEEPS == static_cast<int>(mask_meaning::nonzero_keeps) &&
                ACT_MASK_NONZERO_MASKS == static_cast<int>(mask_meaning::nonzero_masks));
  static_assert(ACT_EMPTY_ROWS_NAN == static_cast<int>(empty_rows::nan) &&
                ACT_EMPTY_ROWS_ZEROS == static_cast<int>(empty_rows::zeros));
  using real = typename softmax_options<T>::real;
  softmax_options<T> result;
  softmax_mask<T>& mask = result.mask;
  mask.heads = o.heads;
  mask.queries = o.queries;
  mask.additive = {static_cast<T const*>(o.additive), strides_of(o.additive_strides)};
  mask.boolean = {o.boolean, strides_of(o.boolean_strides),
                  static_cast<mask_meaning>(o.boolean_meaning)};
  mask.causal = {o.causal != 0, o.causal_offset};
  mask.lengths = {o.lengths, o.lengths_batch_stride, o.lengths_head_stride, o.lengths_query_stride};
  result.empty = static_cast<empty_rows>(o.empty_rows);
  result.maximum = static_cast<real*>(o.maximum);
  result.log_sum_exp = static_cast<real*>(o.log_sum_exp);
  result.space = {o.workspace, o.workspace_bytes};
  return result;
}

template <class Op, class T>
void strided_softmax_forward_erased(double const* parameters, softmax_shape const& shape,
                                    erased_tensor const& x, erased_output const& y,
                                    act_softmax_options const& options, cudaStream_t stream) {
  forward(with_parameters<Op>(parameters), shape, typed<T>(x), typed<T>(y), typed<T>(options),
          stream);
}

template <class Op, class T>
void strided_softmax_backward_erased(double const* parameters, softmax_shape const& shape,
                                     erased_tensor const& dy, erased_tensor const& y,
                                     erased_output const& dx, act_softmax_options const& options,
                                     cudaStream_t stream) {
  backward(with_parameters<Op>(parameters), shape, typed<T>(dy), typed<T>(y), typed<T>(dx),
           typed<T>(options), stream);
}

template <class Op, class T>
std::size_t softmax_workspace_erased(double const* parameters, softmax_shape const& shape) {
  return softmax_workspace<T>(with_parameters<Op>(parameters), shape);
}

}  // namespace activations_cuda::registry
