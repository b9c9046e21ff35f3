#include "reject.hpp"
#include "softmax_arguments.hpp"

#include <cinttypes>
#include <limits>

namespace activations_cuda::validate {
namespace {

// a * b + c, all 0 or more; less than 0 where that overflows.
std::int64_t multiply_add(std::int64_t a, std::int64_t b, std::int64_t c) {
  std::int64_t result = 0;
  bool const overflows =
      c < 0 || __builtin_mul_overflow(a, b, &result) || __builtin_add_overflow(result, c, &result);
  return overflows ? -1 : result;
}

void check_end(char const* name, std::int64_t end, std::size_t element_bytes) {
  std::int64_t const largest = most_elements(element_bytes);
  if (end >= 0 && end <= largest) return;
  reject(
      "the strides of %s take its last element too far from the first; with %zu bytes an element it"
      " must end at most %" PRId64 " elements from there",
      name, element_bytes, largest);
}

}  // namespace

extent elements(softmax_shape const& shape, std::size_t element_bytes) {
  return elements({{"outer", shape.outer}, {"columns", shape.columns}, {"inner", shape.inner}},
                  "outer * columns * inner", element_bytes);
}

extent strided_elements(char const* name, softmax_shape const& shape, std::int64_t outer_stride,
                        std::int64_t column_stride, std::size_t element_bytes) {
  extent const size = elements(shape, element_bytes);
  if (column_stride < shape.inner) {
    reject("the column_stride of %s is %" PRId64 "; it must be inner = %" PRId64 " or more", name,
           column_stride, shape.inner);
  }
  std::int64_t const row =
      shape.columns == 0 ? 0 : multiply_add(shape.columns - 1, column_stride, shape.inner);
  check_end(name, row, element_bytes);
  if (outer_stride < row) {
    reject("the outer_stride of %s is %" PRId64
           "; it must be (columns - 1) * column_stride + inner = %" PRId64 " or more",
           name, outer_stride, row);
  }
  if (size.count == 0) return size;
  check_end(name, multiply_add(shape.outer - 1, outer_stride, row), element_bytes);
  return {size.words, size.count, shape.outer, outer_stride, shape.columns, column_stride};
}

void outer_axes(softmax_shape const& shape, std::int64_t heads, std::int64_t queries,
                causal_mask const& causal) {
  if (heads < 1) reject("heads is %" PRId64 "; it must be 1 or more", heads);
  if (queries < 1) reject("queries is %" PRId64 "; it must be 1 or more", queries);
  if (shape.outer % heads != 0 || shape.outer / heads % queries != 0) {
    reject("outer is %" PRId64 ", heads is %" PRId64 " and queries is %" PRId64
           "; outer must be a multiple of heads * queries",
           shape.outer, heads, queries);
  }
  constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();
  if (causal.enabled && causal.offset > most - queries) {
    reject("the causal offset is %" PRId64 " and queries is %" PRId64
           "; their sum must be at most %" PRId64,
           causal.offset, queries, most);
  }
}

extent mask_elements(char const* name, softmax_shape const& shape, mask_axes const& axes,
                     mask_strides const& strides, std::size_t element_bytes) {
  struct {
    char const* name;
    std::int64_t size, stride;
  } const all[] = {{"batch", shape.outer / axes.heads / axes.queries, strides.batch},
                   {"head", axes.heads, strides.head},
                   {"query", axes.queries, strides.query},
                   {"column", shape.columns, strides.column},
                   {"inner", shape.inner, strides.inner}};
  for (auto const& axis : all) {
    if (axis.stride < 0) {
      reject("the %s stride of %s is %" PRId64 "; it must be 0 or more", axis.name, name,
             axis.stride);
    }
  }
  extent span{"what its strides reach", 1};
  for (auto const& axis : all) {
    if (axis.size == 0) return {span.words, 0};
    span.count = multiply_add(axis.size - 1, axis.stride, span.count);
    check_end(name, span.count, element_bytes);
  }
  return span;
}

extent statistic_elements(softmax_shape const& shape, std::size_t real_bytes) {
  std::int64_t const most = most_elements(real_bytes);
  if (shape.inner > 0 && shape.outer > most / shape.inner) {
    reject("outer is %" PRId64 " and inner is %" PRId64
           "; with %zu bytes for each row's statistics their product must be at most %" PRId64,
           shape.outer, shape.inner, real_bytes, most);
  }
  return {"outer * inner", shape.columns == 0 ? 0 : shape.outer * shape.inner};
}

void meaning(mask_meaning value) {
  if (value == mask_meaning::nonzero_keeps || value == mask_meaning::nonzero_masks) return;
  reject("the meaning of boolean is %d; it must be nonzero_keeps (%d) or nonzero_masks (%d)",
         static_cast<int>(value), static_cast<int>(mask_meaning::nonzero_keeps),
         static_cast<int>(mask_meaning::nonzero_masks));
}

void empty(empty_rows value) {
  if (value == empty_rows::nan || value == empty_rows::zeros) return;
  reject("empty is %d; it must be nan (%d) or zeros (%d)", static_cast<int>(value),
         static_cast<int>(empty_rows::nan), static_cast<int>(empty_rows::zeros));
}

}  // namespace activations_cuda::validate
