// A softmax call with strides, masks and statistics in device memory, through C and through C++.
#pragma once

#include "support/device_buffer.hpp"
#include "support/softmax_case.hpp"

#include <activations_cuda/activations.h>
#include <activations_cuda/softmax.hpp>

#include <cstring>
#include <stdexcept>
#include <vector>

namespace support {

inline act_mask_strides c_strides(act::mask_strides const& s) {
  return {s.batch, s.head, s.query, s.column, s.inner};
}

class softmax_device_case {
 public:
  softmax_device_case(storage const& of, softmax_case const& of_masks, std::mt19937_64& random)
      : type(of),
        with(of_masks),
        layout(with.shape, 1, 2),
        x(noise(random)),
        dy(noise(random)),
        y(noise(random)),
        dx(noise(random)),
        additive(with.additive),
        boolean(with.boolean.size()),
        lengths(8 * with.lengths.size()),
        maximum(statistics_bytes()),
        log_sum_exp(statistics_bytes()) {
    set_masks(with);
  }

  /// Other values of the same masks.
  void set_masks(softmax_case const& from) const {
    additive.upload(from.additive);
    check(
        cudaMemcpy(boolean.get(), from.boolean.data(), from.boolean.size(), cudaMemcpyHostToDevice),
        "the boolean mask");
    check(cudaMemcpy(lengths.get(), from.lengths.data(), 8 * from.lengths.size(),
                     cudaMemcpyHostToDevice),
          "the lengths");
  }

  act_softmax_options c_options() const {
    act_softmax_options o;
    if (act_softmax_options_init(&o) != ACT_OK) throw std::runtime_error(act_last_error());
    o.heads = softmax_case::heads;
    o.queries = softmax_case::queries;
    if (with.masks.additive) {
      o.additive = additive.get();
      o.additive_strides = c_strides(with.additive_strides);
    }
    if (with.masks.boolean) {
      o.boolean = static_cast<std::uint8_t const*>(boolean.get());
      o.boolean_strides = c_strides(with.boolean_strides);
      o.boolean_meaning = static_cast<act_mask_meaning>(with.meaning);
    }
    o.causal = with.masks.causal ? 1 : 0;
    o.causal_offset = with.causal_offset;
    if (with.masks.lengths) {
      o.lengths = static_cast<std::int64_t const*>(lengths.get());
      o.lengths_batch_stride = softmax_case::heads;
      o.lengths_head_stride = 1;
    }
    o.empty_rows = ACT_EMPTY_ROWS_ZEROS;
    o.maximum = maximum.get();
    o.log_sum_exp = log_sum_exp.get();
    return o;
  }
  act_status forward(act_softmax const& op, cudaStream_t stream = nullptr) const {
    act_softmax_options const o = c_options();
    return act_softmax_forward_strided(&op, type.dtype, c_shape(), x.get(), strides(), y.get(),
                                       strides(), &o, stream);
  }
  act_status backward(act_softmax const& op, cudaStream_t stream = nullptr) const {
    act_softmax_options const o = c_options();
    return act_softmax_backward_strided(&op, type.dtype, c_shape(), dy.get(), strides(), y.get(),
                                        strides(), dx.get(), strides(), &o, stream);
  }

  /// The same through C++, where T is the type's.
  template <class T, class Op>
  void forward(Op const& op, cudaStream_t stream = nullptr) const {
    act::forward(op, with.shape, tensor<T const>(x), tensor<T>(y), options<T>(), stream);
  }
  template <class T, class Op>
  void backward(Op const& op, cudaStream_t stream = nullptr) const {
    act::backward(op, with.shape, tensor<T const>(dy), tensor<T const>(y), tensor<T>(dx),
                  options<T>(), stream);
  }

  /// What both have written.
  std::vector<host_array> results() const {
    storage const& wide = storages[type.bytes == 8 ? ACT_FLOAT64 : ACT_FLOAT32];
    return {y.download(type), dx.download(type), maximum.download(wide),
            log_sum_exp.download(wide)};
  }

  storage const& type;
  softmax_case with;
  strided_layout layout;
  device_buffer x, dy, y, dx, additive, boolean, lengths, maximum, log_sum_exp;

 private:
  std::size_t statistics_bytes() const {
    return static_cast<std::size_t>(with.shape.outer * with.shape.inner) *
           (type.bytes == 8 ? 8 : 4);
  }
  host_array noise(std::mt19937_64& random) const {
    std::normal_distribution<double> normal(0, 2);
    host_array values(type, layout.size());
    for (std::size_t i = 0; i < values.size(); ++i) values.set(i, normal(random));
    return values;
  }
  act_softmax_shape c_shape() const {
    return {with.shape.outer, with.shape.columns, with.shape.inner};
  }
  act_softmax_strides strides() const { return {layout.outer_stride, layout.column_stride}; }
  template <class T>
  act::softmax_tensor<T> tensor(device_buffer const& of) const {
    return layout.tensor(static_cast<T*>(of.get()));
  }
  template <class T>
  act::softmax_options<T> options() const {
    using real = typename act::softmax_options<T>::real;
    auto o = with.options<T>(static_cast<T const*>(additive.get()),
                             static_cast<std::uint8_t const*>(boolean.get()),
                             static_cast<std::int64_t const*>(lengths.get()));
    o.empty = act::empty_rows::zeros;
    o.maximum = static_cast<real*>(maximum.get());
    o.log_sum_exp = static_cast<real*>(log_sum_exp.get());
    return o;
  }
};

}  // namespace support
