// One call of a gated linear unit through the C ABI, device memory included.
#pragma once

#include "support/device_matrix.hpp"
#include "support/pointwise_call.hpp"
#include "support/runtime_calls.hpp"

#include <activations_cuda/activations.h>

#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace support {

inline act_glu glu_named(std::string const& name) {
  act_glu op;
  if (act_glu_from_name(name.c_str(), &op) != ACT_OK) throw std::runtime_error(act_last_error());
  return op;
}

/// Rows without gaps on the host.
struct glu_inputs {
  std::int64_t rows, columns;
  host_array gate, up, dy;
};

struct glu_gradients {
  host_array gate, up;
  friend bool operator==(glu_gradients const& a, glu_gradients const& b) {
    return a.gate == b.gate && a.up == b.up;
  }
};

inline constexpr act_glu_layout glu_layouts[] = {ACT_GLU_GATE_FIRST, ACT_GLU_GATE_SECOND,
                                                 ACT_GLU_INTERLEAVED};

/// How the tensors of a call lie: each its own, or packed; the elements between rows and the bytes
/// before the first; and which input an output is.
struct glu_placement {
  enum tensor { dy, gate, up, first_output, second_output, none };
  std::optional<act_glu_layout> layout = std::nullopt;  // packed: x has gate's place, dx dgate's
  std::int64_t gap[5] = {0, 0, 0, 0, 0};
  std::size_t offset[5] = {0, 0, 0, 0, 0};
  tensor outputs[2] = {none, none};  // y or dgate or dx, dup: an input in place, or none
};

/// Where element i of two tensors of one shape is when they are packed.
inline std::size_t packed_index(act_glu_layout layout, glu_inputs const& shape, std::size_t i,
                                bool is_gate) {
  auto const columns = static_cast<std::size_t>(shape.columns);
  std::size_t const row = i / columns * 2 * columns;
  std::size_t const column = i % columns;
  if (layout == ACT_GLU_INTERLEAVED) return row + 2 * column + (is_gate ? 0 : 1);
  return row + column + (is_gate == (layout == ACT_GLU_GATE_FIRST) ? 0 : columns);
}
inline host_array packed(act_glu_layout layout, glu_inputs const& shape) {
  host_array x(shape.gate.type(), 2 * shape.gate.size());
  for (std::size_t i = 0; i < shape.gate.size(); ++i) {
    x.set_bits(packed_index(layout, shape, i, true), shape.gate.bits(i));
    x.set_bits(packed_index(layout, shape, i, false), shape.up.bits(i));
  }
  return x;
}
inline glu_gradients unpacked(act_glu_layout layout, glu_inputs const& shape, host_array const& x) {
  glu_gradients result{{x.type(), x.size() / 2}, {x.type(), x.size() / 2}};
  for (std::size_t i = 0; i < result.gate.size(); ++i) {
    result.gate.set_bits(i, x.bits(packed_index(layout, shape, i, true)));
    result.up.set_bits(i, x.bits(packed_index(layout, shape, i, false)));
  }
  return result;
}

/// The tensors of a call in device memory, by their names in glu_placement.
class glu_operands {
 public:
  glu_operands(glu_inputs const& in, glu_placement const& where) : in_(in), where_(where) {}

  void add(glu_placement::tensor name, host_array const& values) {
    at_[name] =
        std::make_shared<device_matrix>(values, in_.rows, where_.gap[name], where_.offset[name]);
  }
  /// The output of that number, of width elements a row unless it is in place.
  void add_output(int number, std::int64_t width) {
    auto const name = number == 0 ? glu_placement::first_output : glu_placement::second_output;
    auto const over = where_.outputs[number];
    at_[name] = over != glu_placement::none
                    ? at_[over]
                    : std::make_shared<device_matrix>(in_.gate.type(), in_.rows, width,
                                                      where_.gap[name], where_.offset[name]);
  }
  device_matrix const& operator[](glu_placement::tensor name) const { return *at_[name]; }

 private:
  glu_inputs const& in_;
  glu_placement const& where_;
  std::shared_ptr<device_matrix> at_[5];
};

/// y. Asserts that one kernel was launched where there are elements.
inline host_array forward(act_glu const& op, glu_inputs const& in,
                          glu_placement const& where = {}) {
  using place = glu_placement;
  act_dtype const dtype = in.gate.type().dtype;
  glu_operands at(in, where);
  if (where.layout) {
    at.add(place::gate, packed(*where.layout, in));
  } else {
    at.add(place::gate, in.gate);
    at.add(place::up, in.up);
  }
  at.add_output(0, in.columns);
  device_matrix const& x = at[place::gate];
  device_matrix const& y = at[place::first_output];
  long const before = calls().launches;
  act_status const status =
      where.layout ? act_glu_packed_forward(&op, dtype, *where.layout, x.get(), x.stride(), y.get(),
                                            y.stride(), in.rows, in.columns, nullptr)
                   : act_glu_forward(&op, dtype, x.get(), x.stride(), at[place::up].get(),
                                     at[place::up].stride(), y.get(), y.stride(), in.rows,
                                     in.columns, nullptr);
  require_launches(status, before, in.gate.size() > 0 ? 1 : 0);
  return y.download();
}

/// dgate and dup, likewise.
inline glu_gradients backward(act_glu const& op, glu_inputs const& in,
                              glu_placement const& where = {}) {
  using place = glu_placement;
  act_dtype const dtype = in.gate.type().dtype;
  glu_operands at(in, where);
  at.add(place::dy, in.dy);
  device_matrix const& dy = at[place::dy];
  if (where.layout) {
    at.add(place::gate, packed(*where.layout, in));
    at.add_output(0, 2 * in.columns);
    device_matrix const& x = at[place::gate];
    device_matrix const& dx = at[place::first_output];
    long const before = calls().launches;
    act_status const status =
        act_glu_packed_backward(&op, dtype, *where.layout, dy.get(), dy.stride(), x.get(),
                                x.stride(), dx.get(), dx.stride(), in.rows, in.columns, nullptr);
    require_launches(status, before, in.gate.size() > 0 ? 1 : 0);
    return unpacked(*where.layout, in, dx.download());
  }
  at.add(place::gate, in.gate);
  at.add(place::up, in.up);
  at.add_output(0, in.columns);
  at.add_output(1, in.columns);
  device_matrix const& gate = at[place::gate];
  device_matrix const& up = at[place::up];
  device_matrix const& dgate = at[place::first_output];
  device_matrix const& dup = at[place::second_output];
  long const before = calls().launches;
  act_status const status = act_glu_backward(
      &op, dtype, dy.get(), dy.stride(), gate.get(), gate.stride(), up.get(), up.stride(),
      dgate.get(), dgate.stride(), dup.get(), dup.stride(), in.rows, in.columns, nullptr);
  require_launches(status, before, in.gate.size() > 0 ? 1 : 0);
  return {dgate.download(), dup.download()};
}

}  // namespace support
