// Checks on arguments, before anything is launched. Each throws std::invalid_argument, in words.
#pragma once

#include <activations_cuda/parameter.hpp>
#include <activations_cuda/traits.hpp>

#include <cstddef>
#include <cstdint>
#include <initializer_list>

namespace activations_cuda::validate {

enum class role { input, output };

struct tensor {
  char const* name;  // as the public headers call it
  void const* pointer;
  role kind;
};

/// Tensors of n elements each: n and its product with the element's size in range, no null pointer
/// unless n is 0, each aligned to its element, no output partly over another tensor, and, with
/// ACTIVATIONS_CUDA_CHECK_POINTERS=1 in the environment, no pointer to host memory.
void tensors(std::initializer_list<tensor> arguments, std::int64_t n, std::size_t element_bytes);

/// The same for the references, whose pointers are host pointers.
void host_tensors(std::initializer_list<tensor> arguments, std::int64_t n,
                  std::size_t element_bytes);

/// rows * columns, both 0 or more, in range.
std::int64_t elements(std::int64_t rows, std::int64_t columns, std::size_t element_bytes);

/// One parameter's value, as given and as rounded to the compute type.
void parameter_value(char const* name, double value, constraint allowed, bool computes_in_double);

/// All parameters of an op for storage type T.
template <class T, class Op>
void parameters([[maybe_unused]] Op const& op) {
  if constexpr (parameter_count<Op> != 0) {
    for (auto const& p : Op::parameters) {
      parameter_value(p.name, op.*p.member, p.allowed,
                      sizeof(typename arithmetic_for<T>::real) == 8);
    }
  }
}

}  // namespace activations_cuda::validate
