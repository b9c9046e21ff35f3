#include "validate.hpp"

#include <activations_cuda/error.hpp>
#include <cuda_runtime_api.h>

#include <cinttypes>
#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <limits>
#include <stdexcept>
#include <string>

namespace activations_cuda::validate {
namespace {

[[noreturn, gnu::format(printf, 1, 2)]] void reject(char const* format, ...) {
  char text[320];
  std::va_list arguments;
  va_start(arguments, format);
  std::vsnprintf(text, sizeof(text), format, arguments);
  va_end(arguments);
  throw std::invalid_argument(text);
}

bool const check_pointers = [] {
  char const* const value = std::getenv("ACTIVATIONS_CUDA_CHECK_POINTERS");
  return value != nullptr && std::string(value) == "1";
}();

std::uintptr_t address(tensor const& t) { return reinterpret_cast<std::uintptr_t>(t.pointer); }

void reject_host_pointer(tensor const& t) {
  cudaPointerAttributes attributes{};
  cudaError_t const status = cudaPointerGetAttributes(&attributes, t.pointer);
  if (status != cudaSuccess) {
    throw cuda_error(status, std::string("cudaPointerGetAttributes of ") + t.name + ": " +
                                 cudaGetErrorName(status) + " (" + cudaGetErrorString(status) +
                                 ")");
  }
  if (attributes.type == cudaMemoryTypeUnregistered) {
    reject("%s is %p, which is host memory; it must point to memory that the device can access",
           t.name, t.pointer);
  }
}

void check_overlap(tensor const& output, tensor const& other, std::size_t bytes) {
  if (output.pointer == other.pointer && other.kind == role::input) return;
  if (address(output) < address(other) + bytes && address(other) < address(output) + bytes) {
    reject("%s (%p) overlaps %s (%p) within their %zu bytes; it must be apart%s", output.name,
           output.pointer, other.name, other.pointer, bytes,
           other.kind == role::input ? ", or the same pointer (in place)" : "");
  }
}

// Beyond, the size in bytes overflows.
std::int64_t most_elements(std::size_t element_bytes) {
  return std::numeric_limits<std::int64_t>::max() / static_cast<std::int64_t>(element_bytes);
}

}  // namespace

extent elements(std::int64_t n, std::size_t element_bytes) {
  std::int64_t const largest = most_elements(element_bytes);
  if (n < 0) reject("n is %" PRId64 "; it must be 0 or more", n);
  if (n > largest) {
    reject("n is %" PRId64 "; with %zu bytes an element it must be at most %" PRId64, n,
           element_bytes, largest);
  }
  return {"n", n};
}

extent elements(std::int64_t rows, std::int64_t columns, std::size_t element_bytes) {
  std::int64_t const largest = most_elements(element_bytes);
  if (rows < 0) reject("rows is %" PRId64 "; it must be 0 or more", rows);
  if (columns < 0) reject("columns is %" PRId64 "; it must be 0 or more", columns);
  if (columns > 0 && rows > largest / columns) {
    reject("rows is %" PRId64 " and columns is %" PRId64
           "; with %zu bytes an element their product must be at most %" PRId64,
           rows, columns, element_bytes, largest);
  }
  return {"rows * columns", rows * columns};
}

void host_tensors(tensor_list const& arguments, extent const& size, std::size_t element_bytes) {
  if (size.count == 0) return;  // whatever the pointers are
  std::size_t const bytes = static_cast<std::size_t>(size.count) * element_bytes;
  for (tensor const& t : arguments) {
    if (t.pointer == nullptr) {
      reject("%s is null; it must point to %s = %" PRId64
             " elements (null is allowed for %s = 0 only)",
             t.name, size.words, size.count, size.words);
    }
    if (address(t) % element_bytes != 0) {
      reject("%s is %p; it must be aligned to its element, %zu bytes", t.name, t.pointer,
             element_bytes);
    }
    if (address(t) > std::numeric_limits<std::uintptr_t>::max() - bytes) {
      reject("%s is %p; %zu bytes from there pass the end of the address space", t.name, t.pointer,
             bytes);
    }
  }
  for (tensor const& output : arguments) {
    if (output.kind != role::output) continue;
    for (tensor const& other : arguments) {
      if (&other != &output) check_overlap(output, other, bytes);
    }
  }
}

void tensors(tensor_list const& arguments, extent const& size, std::size_t element_bytes) {
  host_tensors(arguments, size, element_bytes);
  if (check_pointers && size.count > 0) {
    for (tensor const& t : arguments) reject_host_pointer(t);
  }
}

void parameter_value(char const* name, double value, constraint allowed, bool computes_in_double) {
  bool const fits = satisfies(allowed, value) &&
                    (computes_in_double || satisfies(allowed, static_cast<float>(value)));
  if (!fits) {
    reject("%s is %.17g; it must be %s%s", name, value, to_string(allowed),
           computes_in_double ? "" : ", also when rounded to float32");
  }
}

void contradiction(char const* first, double first_value, char const* second, double second_value,
                   char const* rule) {
  reject("%s is %.17g and %s is %.17g; %s", first, first_value, second, second_value, rule);
}

}  // namespace activations_cuda::validate
