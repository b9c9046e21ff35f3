// Softmax calls with strides, masks and statistics, and what the masks do to each element, found out
// without the library.
#pragma once

#include "support/samples.hpp"
#include "support/storage.hpp"

#include <activations_cuda/softmax_options.hpp>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <random>
#include <vector>

namespace support {

namespace act = activations_cuda;

/// Which masks a call has.
struct mask_choice {
  bool additive, boolean, causal, lengths;

  bool any() const { return additive || boolean || causal || lengths; }
};
inline std::vector<mask_choice> mask_choices() {
  std::vector<mask_choice> all;
  for (int bits = 0; bits < 16; ++bits)
    all.push_back({(bits & 1) != 0, (bits & 2) != 0, (bits & 4) != 0, (bits & 8) != 0});
  return all;
}

/// Batches of heads of queries over columns and inner, with masks that vary along some axes each. The
/// tensors have gaps; statistics and lengths have none.
class softmax_case {
 public:
  static constexpr std::int64_t batches = 2, heads = 3, queries = 4;

  softmax_case(storage const& type, std::int64_t columns, std::int64_t inner, mask_choice const& of,
               std::mt19937_64& random)
      : shape{batches * heads * queries, columns, inner},
        masks(of),
        // One for each query, column and inner of a batch, whatever the head.
        additive_strides{queries * columns * inner, 0, columns * inner, inner, 1},
        // One for each column of a head, whatever the batch and the query.
        boolean_strides{0, columns, 0, 1, 0},
        additive(type, static_cast<std::size_t>(batches * queries * columns * inner)),
        boolean(static_cast<std::size_t>(heads * columns)),
        lengths(static_cast<std::size_t>(batches * heads)) {
    std::normal_distribution<double> normal;
    for (std::size_t i = 0; i < additive.size(); ++i)
      additive.set(i, random() % 4 == 0 ? -INFINITY : normal(random));
    for (std::uint8_t& byte : boolean) byte = random() % 4 == 0 ? 0 : random() % 2 == 0 ? 1 : 0x80;
    for (std::int64_t& length : lengths)
      length = static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(columns + 3)) - 1;
  }

  /// The options for pointers to copies of the masks.
  template <class T>
  act::softmax_options<T> options(T const* additive_at, std::uint8_t const* boolean_at,
                                  std::int64_t const* lengths_at) const {
    act::softmax_options<T> result;
    auto& mask = result.mask;
    mask.heads = heads;
    mask.queries = queries;
    if (masks.additive) mask.additive = {additive_at, additive_strides};
    if (masks.boolean) mask.boolean = {boolean_at, boolean_strides, meaning};
    if (masks.causal) mask.causal = {true, causal_offset};
    if (masks.lengths) mask.lengths = {lengths_at, heads, 1, 0};
    return result;
  }

  /// What is added to an element; -inf if a mask has it.
  double added(std::int64_t outer, std::int64_t column, std::int64_t i) const {
    std::int64_t const query = outer % queries;
    std::int64_t const head = outer / queries % heads;
    std::int64_t const batch = outer / (queries * heads);
    bool const is_zero = boolean[static_cast<std::size_t>(head * shape.columns + column)] == 0;
    bool const masked =
        (masks.boolean && is_zero == (meaning == act::mask_meaning::nonzero_keeps)) ||
        (masks.causal && column > query + causal_offset) ||
        (masks.lengths && column >= lengths[static_cast<std::size_t>(batch * heads + head)]);
    if (masked) return -INFINITY;
    std::int64_t const at = ((batch * queries + query) * shape.columns + column) * shape.inner + i;
    return masks.additive ? additive[static_cast<std::size_t>(at)] : 0;
  }

  act::softmax_shape shape;
  mask_choice masks;
  act::mask_strides additive_strides, boolean_strides;
  act::mask_meaning meaning = act::mask_meaning::nonzero_keeps;
  std::int64_t causal_offset = -1;  // the first query sees nothing
  host_array additive;
  std::vector<std::uint8_t> boolean;
  std::vector<std::int64_t> lengths;
};

/// A tensor of a shape with gaps between columns and rows.
struct strided_layout {
  act::softmax_shape shape;
  std::int64_t column_stride, outer_stride;

  strided_layout(act::softmax_shape const& s, std::int64_t column_gap, std::int64_t outer_gap)
      : shape(s),
        column_stride(s.inner + column_gap),
        outer_stride(s.columns * column_stride + outer_gap) {}
  std::size_t size() const { return static_cast<std::size_t>(shape.outer * outer_stride); }
  std::size_t at(std::int64_t outer, std::int64_t column, std::int64_t inner) const {
    return static_cast<std::size_t>(outer * outer_stride + column * column_stride + inner);
  }
  template <class T>
  act::softmax_tensor<T> tensor(T* first) const {
    return {first, outer_stride, column_stride};
  }
};

}  // namespace support
