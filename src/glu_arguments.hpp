// The arguments of the gated linear units, for the library and for the references.
#pragma once

#include "validate.hpp"

#include <activations_cuda/glu.hpp>

#include <cstddef>
#include <cstdint>

namespace activations_cuda::validate {

/// One of the three; from C it may be any integer.
void layout(glu_layout value);

/// What the tensors of a call have in common.
struct glu_shape {
  std::int64_t rows, columns;
  std::size_t element_bytes;

  bool empty() const { return rows == 0 || columns == 0; }
  tensor input(char const* name, void const* pointer, std::int64_t stride,
               row_of what = row_of::columns) const {
    return {name, pointer, role::input,
            strided_elements(name, rows, columns, what, stride, element_bytes)};
  }
  tensor output(char const* name, void const* pointer, std::int64_t stride,
                row_of what = row_of::columns) const {
    tensor result = input(name, pointer, stride, what);
    result.kind = role::output;
    return result;
  }
};

inline tensor_list of_glu_forward(glu_shape const& shape, void const* gate,
                                  std::int64_t gate_stride, void const* up, std::int64_t up_stride,
                                  void const* y, std::int64_t y_stride) {
  return {{shape.input("gate", gate, gate_stride), shape.input("up", up, up_stride),
           shape.output("y", y, y_stride)},
          3};
}

inline tensor_list of_glu_backward(glu_shape const& shape, void const* dy, std::int64_t dy_stride,
                                   void const* gate, std::int64_t gate_stride, void const* up,
                                   std::int64_t up_stride, void const* dgate,
                                   std::int64_t dgate_stride, void const* dup,
                                   std::int64_t dup_stride) {
  return {{shape.input("dy", dy, dy_stride), shape.input("gate", gate, gate_stride),
           shape.input("up", up, up_stride), shape.output("dgate", dgate, dgate_stride),
           shape.output("dup", dup, dup_stride)},
          5};
}

inline tensor_list of_packed_forward(glu_shape const& shape, void const* x, std::int64_t x_stride,
                                     void const* y, std::int64_t y_stride) {
  return {{shape.input("x", x, x_stride, row_of::pairs), shape.output("y", y, y_stride)}, 2};
}

inline tensor_list of_packed_backward(glu_shape const& shape, void const* dy,
                                      std::int64_t dy_stride, void const* x, std::int64_t x_stride,
                                      void const* dx, std::int64_t dx_stride) {
  return {{shape.input("dy", dy, dy_stride), shape.input("x", x, x_stride, row_of::pairs),
           shape.output("dx", dx, dx_stride, row_of::pairs)},
          3};
}

/// Where gate and up begin in a packed row, and how far apart two of each are.
struct packed_places {
  std::int64_t gate, up, step;
};
inline packed_places places_of(glu_layout layout, std::int64_t columns) {
  switch (layout) {
    case glu_layout::gate_first:
      return {0, columns, 1};
    case glu_layout::gate_second:
      return {columns, 0, 1};
    case glu_layout::interleaved:
      break;
  }
  return {0, 1, 2};
}

}  // namespace activations_cuda::validate
