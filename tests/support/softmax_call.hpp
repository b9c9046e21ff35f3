// One softmax call along any axis through the C ABI, with strides and options, device memory included.
#pragma once

#include "support/device_buffer.hpp"
#include "support/row_plans.hpp"
#include "support/rowwise_call.hpp"
#include "support/runtime_calls.hpp"

#include <activations_cuda/activations.h>

#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <vector>

namespace support {

inline std::size_t elements_of(act_softmax_shape const& shape) {
  return static_cast<std::size_t>(shape.outer * shape.columns * shape.inner);
}
inline act_softmax_strides dense_strides(act_softmax_shape const& shape) {
  return {shape.columns * shape.inner, shape.inner};
}

/// [outer, columns, inner] elements in device memory, with gaps that nobody may write, behind offset
/// bytes and with nothing after the last.
class device_tensor {
 public:
  /// With those values, or with none.
  device_tensor(storage const& type, act_softmax_shape const& shape,
                act_softmax_strides const& strides, std::size_t offset, host_array const* dense)
      : type_(type), shape_(shape), strides_(strides), buffer_(filled(dense), offset) {}

  void* get() const { return buffer_.get(); }
  act_softmax_strides const& strides() const { return strides_; }

  /// The elements without gaps. Throws if a gap has been written to.
  host_array download() const {
    host_array const all = buffer_.download(type_);
    host_array dense(type_, elements_of(shape_));
    std::vector<bool> is_element(all.size());
    for_each([&](std::size_t i, std::size_t at) {
      dense.set_bits(i, all.bits(at));
      is_element[at] = true;
    });
    for (std::size_t at = 0; at < all.size(); ++at) {
      if (!is_element[at] && all.bits(at) != unwritten)
        throw std::runtime_error("element " + std::to_string(at) + ", in a gap, was written");
    }
    return dense;
  }

 private:
  static constexpr std::uint64_t unwritten = 0x4242;

  /// Calls body(index without gaps, index).
  template <class Body>
  void for_each(Body const& body) const {
    std::size_t i = 0;
    for (std::int64_t o = 0; o < shape_.outer; ++o) {
      for (std::int64_t c = 0; c < shape_.columns; ++c) {
        for (std::int64_t in = 0; in < shape_.inner; ++in) {
          body(i++, static_cast<std::size_t>(o * strides_.outer_stride +
                                             c * strides_.column_stride + in));
        }
      }
    }
  }
  host_array filled(host_array const* dense) const {
    std::size_t size = 0;
    for_each([&](std::size_t, std::size_t at) { size = at + 1; });
    host_array all(type_, size);
    for (std::size_t at = 0; at < size; ++at) all.set_bits(at, unwritten);
    if (dense != nullptr)
      for_each([&](std::size_t i, std::size_t at) { all.set_bits(at, dense->bits(i)); });
    return all;
  }

  storage const& type_;
  act_softmax_shape shape_;
  act_softmax_strides strides_;
  device_buffer buffer_;
};

/// How a call's tensors lie: elements between rows and between columns beside what they take, bytes
/// before the first.
struct softmax_layout {
  std::int64_t outer_gap = 0, column_gap = 0;
  std::size_t offset = 0;
  bool in_place = false;  // y over x, dx over dy

  act_softmax_strides strides(act_softmax_shape const& shape) const {
    std::int64_t const column = shape.inner + column_gap;
    return {(shape.columns - 1) * column + shape.inner + outer_gap, column};
  }
};

/// Options as a C caller sets them.
inline act_softmax_options plain_options() {
  act_softmax_options options;
  if (act_softmax_options_init(&options) != ACT_OK) throw std::runtime_error(act_last_error());
  return options;
}

/// A device copy of what a mask is made of.
template <class Element>
class device_values {
 public:
  explicit device_values(std::vector<Element> const& values)
      : buffer_(values.size() * sizeof(Element)) {
    check(cudaMemcpy(buffer_.get(), values.data(), values.size() * sizeof(Element),
                     cudaMemcpyHostToDevice),
          "upload");
  }
  Element const* get() const { return static_cast<Element const*>(buffer_.get()); }

 private:
  device_buffer buffer_;
};

inline host_array forward(act_softmax const& op, act_softmax_shape const& shape,
                          host_array const& x, act_softmax_options const& options,
                          softmax_layout const& layout = {}, long launches = 1) {
  storage const& type = x.type();
  device_tensor const in(type, shape, layout.strides(shape), layout.offset, &x);
  device_tensor const apart(type, shape, layout.strides(shape), layout.offset, nullptr);
  device_tensor const& out = layout.in_place ? in : apart;
  long const before = calls().launches;
  act_status const status = act_softmax_forward_strided(
      &op, type.dtype, shape, in.get(), in.strides(), out.get(), out.strides(), &options, nullptr);
  require_launches(status, before, launches);
  return out.download();
}

inline host_array backward(act_softmax const& op, act_softmax_shape const& shape,
                           host_array const& dy, host_array const& y,
                           act_softmax_options const& options, softmax_layout const& layout = {},
                           long launches = 1) {
  storage const& type = y.type();
  device_tensor const in_dy(type, shape, layout.strides(shape), layout.offset, &dy);
  device_tensor const in_y(type, shape, layout.strides(shape), layout.offset, &y);
  device_tensor const apart(type, shape, layout.strides(shape), layout.offset, nullptr);
  device_tensor const& out = layout.in_place ? in_dy : apart;
  long const before = calls().launches;
  act_status const status =
      act_softmax_backward_strided(&op, type.dtype, shape, in_dy.get(), in_dy.strides(), in_y.get(),
                                   in_y.strides(), out.get(), out.strides(), &options, nullptr);
  require_launches(status, before, launches);
  return out.download();
}

/// Row (o, i) of values without gaps.
inline std::vector<double> axis_of(host_array const& values, act_softmax_shape const& shape,
                                   std::int64_t outer, std::int64_t inner) {
  std::vector<double> result;
  for (std::int64_t c = 0; c < shape.columns; ++c) {
    result.push_back(
        values[static_cast<std::size_t>((outer * shape.columns + c) * shape.inner + inner)]);
  }
  return result;
}

}  // namespace support
