// Checks on arguments, before anything is launched. Each throws std::invalid_argument, in words.
#pragma once

#include <activations_cuda/parameter.hpp>
#include <activations_cuda/traits.hpp>
#include <activations_cuda/workspace.hpp>

#include <cstddef>
#include <cstdint>
#include <type_traits>

namespace activations_cuda::validate {

/// An output may be exactly an input; all others are apart from everything that is written, and
/// parameters are only read.
enum class role { input, output, parameter, gradient, statistic, workspace };

/// How many elements a tensor has, and what the call's arguments make of that number. They are in
/// rows, whose first elements are stride elements apart, and in a row in runs of neighbours, whose
/// first ones are run_stride apart.
struct extent {
  char const* words;
  std::int64_t count;
  std::int64_t rows = 1;
  std::int64_t stride = 0;
  std::int64_t runs = 1;
  std::int64_t run_stride = 0;
};

struct tensor {
  char const* name;  // as the public headers call it
  void const* pointer;
  role kind;
  extent size;
  std::size_t element_bytes = 0;  // 0: those of the call's elements
};

/// The tensors of one call, in the order in which they are checked.
struct tensor_list {
  tensor items[12];
  int count;
  void add(tensor const& t) { items[count++] = t; }
  tensor const* begin() const { return items; }
  tensor const* end() const { return items + count; }
};

inline tensor_list of_output(char const* name, void const* pointer, extent const& size) {
  return {{{name, pointer, role::output, size}}, 1};
}

inline tensor_list of_forward(void const* x, void const* y, extent const& size) {
  return {{{"x", x, role::input, size}, {"y", y, role::output, size}}, 2};
}

/// saved is what the gradient is computed from: x or y, by its name.
inline tensor_list of_backward(void const* dy, char const* name, void const* saved, void const* dx,
                               extent const& size) {
  return {{{"dy", dy, role::input, size},
           {name, saved, role::input, size},
           {"dx", dx, role::output, size}},
          3};
}

/// Beyond, the size in bytes overflows.
std::int64_t most_elements(std::size_t element_bytes);

/// n, which is 0 or more and in range.
extent elements(std::int64_t n, std::size_t element_bytes);

/// rows * columns, both 0 or more and the product in range.
extent elements(std::int64_t rows, std::int64_t columns, std::size_t element_bytes);

/// The product of three, each 0 or more and the product in range.
struct named_size {
  char const* name;
  std::int64_t size;
};
extent elements(named_size const (&sizes)[3], char const* words, std::size_t element_bytes);

/// rows of columns elements or, for pairs, 2 * columns, whose first ones are stride apart; all 0 or
/// more, the stride not less than a row, and the last element in range. name is the tensor's.
enum class row_of { columns, pairs };
extent strided_elements(char const* name, std::int64_t rows, std::int64_t columns, row_of what,
                        std::int64_t stride, std::size_t element_bytes);

/// No null pointer unless there are no elements, each aligned to its element, no output partly over
/// another tensor, and, with ACTIVATIONS_CUDA_CHECK_POINTERS=1 in the environment, no pointer to
/// host memory.
void tensors(tensor_list const& arguments, std::size_t element_bytes);

/// A 64-bit value in device memory that the kernel reads, or null: aligned, apart from the outputs,
/// and, with ACTIVATIONS_CUDA_CHECK_POINTERS=1, not host memory.
void device_value(char const* name, std::uint64_t const* pointer, tensor_list const& arguments,
                  std::size_t element_bytes);

/// The same for the references, whose value is in host memory.
void host_value(char const* name, std::uint64_t const* pointer, tensor_list const& arguments,
                std::size_t element_bytes);

/// A sequence's first element, which is 0 or more, and the number of its last one, in range.
void first_element(std::int64_t first, std::int64_t n);

/// The same for the references, whose pointers are host pointers.
void host_tensors(tensor_list const& arguments, std::size_t element_bytes);

/// At least so many bytes; query is who says how many.
void workspace_of(workspace const& space, std::size_t needed, char const* query);

/// One parameter's value, as given and as rounded to the compute type.
void parameter_value(char const* name, double value, constraint allowed, bool computes_in_double);

namespace detail {
template <class Op, class = void>
struct declares_contradictions : std::false_type {};
template <class Op>
struct declares_contradictions<Op, std::void_t<decltype(&Op::parameters_contradict)>>
    : std::true_type {};
}  // namespace detail

/// Two parameters' values that do not go together, and the rule.
[[noreturn]] void contradiction(char const* first, double first_value, char const* second,
                                double second_value, char const* rule);

/// All parameters of an op for storage type T.
template <class T, class Op>
void parameters([[maybe_unused]] Op const& op) {
  if constexpr (parameter_count<Op> != 0) {
    for (auto const& p : Op::parameters) {
      parameter_value(p.name, op.*p.member, p.allowed,
                      sizeof(typename arithmetic_for<T>::real) == 8);
    }
  }
  if constexpr (detail::declares_contradictions<Op>::value) {
    static_assert(parameter_count<Op> == 2, "the message names both parameters");
    auto const& [first, second] = Op::parameters;
    if (char const* const rule = op.parameters_contradict())
      contradiction(first.name, op.*first.member, second.name, op.*second.member, rule);
  }
}

}  // namespace activations_cuda::validate
