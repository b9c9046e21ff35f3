#include "validate.hpp"

#include "channelwise_arguments.hpp"
#include "glu_arguments.hpp"
#include "reject.hpp"

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

void reject(char const* format, ...) {
  char text[320];
  std::va_list arguments;
  va_start(arguments, format);
  std::vsnprintf(text, sizeof(text), format, arguments);
  va_end(arguments);
  throw std::invalid_argument(text);
}

namespace {

bool const check_pointers = [] {
  char const* const value = std::getenv("ACTIVATIONS_CUDA_CHECK_POINTERS");
  return value != nullptr && std::string(value) == "1";
}();

bool is_written(tensor const& t) { return t.kind != role::input && t.kind != role::parameter; }

// A gradient has the name of its parameter.
char const* prefix(tensor const& t) { return t.kind == role::gradient ? "the gradient of " : ""; }

std::size_t bytes_of_element(tensor const& t, std::size_t element_bytes) {
  return t.element_bytes != 0 ? t.element_bytes : element_bytes;
}

std::uintptr_t address(tensor const& t) { return reinterpret_cast<std::uintptr_t>(t.pointer); }

void reject_host_pointer(tensor const& t) {
  cudaPointerAttributes attributes{};
  cudaError_t const status = cudaPointerGetAttributes(&attributes, t.pointer);
  if (status != cudaSuccess) {
    throw cuda_error(status, std::string("cudaPointerGetAttributes of ") + prefix(t) + t.name +
                                 ": " + cudaGetErrorName(status) + " (" +
                                 cudaGetErrorString(status) + ")");
  }
  if (attributes.type == cudaMemoryTypeUnregistered) {
    reject("%s%s is %p, which is host memory; it must point to memory that the device can access",
           prefix(t), t.name, t.pointer);
  }
}

// Where a tensor's bytes are, from its first one on.
struct places {
  std::int64_t rows, stride, runs, run_stride, run;

  places(tensor const& t, std::size_t element_bytes) : rows(t.size.rows), runs(t.size.runs) {
    auto const bytes = static_cast<std::int64_t>(bytes_of_element(t, element_bytes));
    stride = t.size.stride * bytes;
    run_stride = t.size.run_stride * bytes;
    run = t.size.count / (rows * runs) * bytes;
  }
  // From the first byte to the end of the last one.
  std::int64_t span() const { return (rows - 1) * stride + (runs - 1) * run_stride + run; }
  bool are_as_far_apart_as(places const& other) const {
    return rows == other.rows && runs == other.runs && (rows == 1 || stride == other.stride) &&
           (runs == 1 || run_stride == other.run_stride);
  }
};

std::size_t span(tensor const& t, std::size_t element_bytes) {
  return static_cast<std::size_t>(places(t, element_bytes).span());
}

bool same_elements(tensor const& a, tensor const& b, std::size_t element_bytes) {
  return a.pointer == b.pointer && a.size.count == b.size.count &&
         places(a, element_bytes).are_as_far_apart_as(places(b, element_bytes));
}

// Whether one of two neighbours of a distance will do: what is left of it after k strides, for the
// two k next to it, where count things lie that far apart.
template <class Test>
bool any_neighbour(std::int64_t distance, std::int64_t stride, std::int64_t count,
                   Test const& test) {
  if (count == 1) return test(distance);
  std::int64_t const below = distance / stride - (distance % stride < 0 ? 1 : 0);
  for (std::int64_t k = below; k <= below + 1; ++k) {
    if (k > -count && k < count && test(distance - k * stride)) return true;
  }
  return false;
}

// Exact for tensors of the same strides, whose rows or runs may lie between each other's. Of different
// strides, the whole tensors must be apart.
bool overlap(tensor const& a, tensor const& b, std::size_t element_bytes) {
  places const in_a(a, element_bytes);
  places const in_b(b, element_bytes);
  if (address(a) >= address(b) + span(b, element_bytes) ||
      address(b) >= address(a) + span(a, element_bytes)) {
    return false;
  }
  if (!in_a.are_as_far_apart_as(in_b)) return true;
  // A row is no longer than a stride: only the two rows of a next to one of b can meet it.
  auto const apart = static_cast<std::int64_t>(address(b) - address(a));
  return any_neighbour(apart, in_a.stride, in_a.rows, [&](std::int64_t of_rows) {
    return any_neighbour(of_rows, in_a.run_stride, in_a.runs, [&](std::int64_t of_runs) {
      return of_runs < in_a.run && -of_runs < in_b.run;
    });
  });
}

void check_overlap(tensor const& output, tensor const& other, std::size_t element_bytes) {
  bool const in_place = output.kind == role::output && other.kind == role::input;
  if (in_place && same_elements(output, other, element_bytes)) return;
  if (!overlap(output, other, element_bytes)) return;
  bool const could_be_in_place = in_place && output.size.count == other.size.count;
  reject("%s%s (%p, %zu bytes) overlaps %s%s (%p, %zu bytes); it must be apart%s%s", prefix(output),
         output.name, output.pointer, span(output, element_bytes), prefix(other), other.name,
         other.pointer, span(other, element_bytes),
         could_be_in_place ? ", or the same pointer (in place)" : "",
         !could_be_in_place     ? ""
         : output.size.runs > 1 ? " with the same strides"
         : output.size.rows > 1 ? " with the same stride"
                                : "");
}

void check_counts(std::int64_t rows, std::int64_t columns) {
  if (rows < 0) reject("rows is %" PRId64 "; it must be 0 or more", rows);
  if (columns < 0) reject("columns is %" PRId64 "; it must be 0 or more", columns);
}

}  // namespace

std::int64_t most_elements(std::size_t element_bytes) {
  return std::numeric_limits<std::int64_t>::max() / static_cast<std::int64_t>(element_bytes);
}

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
  check_counts(rows, columns);
  if (columns > 0 && rows > largest / columns) {
    reject("rows is %" PRId64 " and columns is %" PRId64
           "; with %zu bytes an element their product must be at most %" PRId64,
           rows, columns, element_bytes, largest);
  }
  return {"rows * columns", rows * columns};
}

extent strided_elements(char const* name, std::int64_t rows, std::int64_t columns, row_of what,
                        std::int64_t stride, std::size_t element_bytes) {
  bool const pairs = what == row_of::pairs;
  std::int64_t const largest = most_elements(element_bytes);
  std::int64_t const most_columns = pairs ? largest / 2 : largest;
  check_counts(rows, columns);
  if (columns > most_columns) {
    reject("columns is %" PRId64 "; with %zu bytes an element it must be at most %" PRId64, columns,
           element_bytes, most_columns);
  }
  std::int64_t const row = pairs ? 2 * columns : columns;
  if (stride < row) {
    reject("%s_stride is %" PRId64 "; it must be %s = %" PRId64 " or more", name, stride,
           pairs ? "2 * columns" : "columns", row);
  }
  if (rows == 0 || columns == 0) return {"rows * columns", 0};
  if (rows - 1 > (largest - row) / stride) {
    reject("rows is %" PRId64 " and %s_stride is %" PRId64
           "; with %zu bytes an element the last of the rows must end at most %" PRId64
           " elements from the first",
           rows, name, stride, element_bytes, largest);
  }
  return {pairs ? "rows * 2 * columns" : "rows * columns", rows * row, rows, stride};
}

void layout(glu_layout value) {
  switch (value) {
    case glu_layout::gate_first:
    case glu_layout::gate_second:
    case glu_layout::interleaved:
      return;
  }
  reject("layout is %d; it must be gate_first (%d), gate_second (%d) or interleaved (%d)",
         static_cast<int>(value), static_cast<int>(glu_layout::gate_first),
         static_cast<int>(glu_layout::gate_second), static_cast<int>(glu_layout::interleaved));
}

void host_tensors(tensor_list const& arguments, std::size_t element_bytes) {
  for (tensor const& t : arguments) {
    if (t.size.count == 0) continue;  // whatever the pointer is
    if (t.pointer == nullptr) {
      reject("%s%s is null; it must point to %s = %" PRId64
             " elements (null is allowed for %s = 0 only)",
             prefix(t), t.name, t.size.words, t.size.count, t.size.words);
    }
    std::size_t const alignment = bytes_of_element(t, element_bytes);
    if (address(t) % alignment != 0) {
      reject("%s%s is %p; it must be aligned to its element, %zu bytes", prefix(t), t.name,
             t.pointer, alignment);
    }
    std::size_t const bytes = span(t, element_bytes);
    if (address(t) > std::numeric_limits<std::uintptr_t>::max() - bytes) {
      reject("%s%s is %p; %zu bytes from there pass the end of the address space", prefix(t),
             t.name, t.pointer, bytes);
    }
  }
  for (tensor const& output : arguments) {
    if (!is_written(output) || output.size.count == 0) continue;
    for (tensor const& other : arguments) {
      if (&other != &output && other.size.count != 0) check_overlap(output, other, element_bytes);
    }
  }
}

void tensors(tensor_list const& arguments, std::size_t element_bytes) {
  host_tensors(arguments, element_bytes);
  if (!check_pointers) return;
  for (tensor const& t : arguments) {
    if (t.size.count > 0) reject_host_pointer(t);
  }
}

extent elements(named_size const (&sizes)[3], char const* words, std::size_t element_bytes) {
  for (named_size const& s : sizes) {
    if (s.size < 0) reject("%s is %" PRId64 "; it must be 0 or more", s.name, s.size);
  }
  std::int64_t const largest = most_elements(element_bytes);
  std::int64_t n = 0, row = 0;
  bool const overflows = __builtin_mul_overflow(sizes[1].size, sizes[2].size, &row) ||
                         __builtin_mul_overflow(sizes[0].size, row, &n) || n > largest;
  if (overflows && sizes[0].size != 0) {
    reject("%s is %" PRId64 ", %s is %" PRId64 " and %s is %" PRId64
           "; with %zu bytes an element their product must be at most %" PRId64,
           sizes[0].name, sizes[0].size, sizes[1].name, sizes[1].size, sizes[2].name, sizes[2].size,
           element_bytes, largest);
  }
  return {words, n};
}

extent elements(channel_shape const& shape, std::size_t element_bytes) {
  return elements({{"outer", shape.outer}, {"channels", shape.channels}, {"inner", shape.inner}},
                  "outer * channels * inner", element_bytes);
}

extent learned_elements(channel_shape const& shape, int rows, std::size_t element_bytes) {
  std::int64_t const most = most_elements(element_bytes) / rows;
  if (shape.channels > most) {
    reject("channels is %" PRId64
           "; for parameters of %d rows and %zu bytes it must be at most "
           "%" PRId64,
           shape.channels, rows, element_bytes, most);
  }
  return {rows == 1 ? "channels" : "hinges * channels", rows * shape.channels};
}

void update(gradient_update value) {
  if (value == gradient_update::overwrite || value == gradient_update::add) return;
  reject("update is %d; it must be overwrite (%d) or add (%d)", static_cast<int>(value),
         static_cast<int>(gradient_update::overwrite), static_cast<int>(gradient_update::add));
}

void workspace_of(workspace const& space, std::size_t needed, char const* query) {
  if (space.bytes >= needed) return;
  reject("workspace has %zu bytes; it must have the %zu that %s says", space.bytes, needed, query);
}

void host_value(char const* name, std::uint64_t const* pointer, tensor_list const& arguments,
                std::size_t element_bytes) {
  if (pointer == nullptr) return;
  tensor const value{name, pointer, role::input, {"1", 1}};
  if (address(value) % sizeof(*pointer) != 0)
    reject("%s is %p; it must be aligned to its value, 8 bytes", name, value.pointer);
  for (tensor const& output : arguments) {
    if (output.kind != role::output || output.size.count == 0) continue;
    if (address(value) < address(output) + span(output, element_bytes) &&
        address(output) < address(value) + sizeof(*pointer)) {
      reject("%s (%p, %zu bytes) overlaps %s (%p, 8 bytes); it must be apart", output.name,
             output.pointer, span(output, element_bytes), name, value.pointer);
    }
  }
}

void device_value(char const* name, std::uint64_t const* pointer, tensor_list const& arguments,
                  std::size_t element_bytes) {
  host_value(name, pointer, arguments, element_bytes);
  if (check_pointers && pointer != nullptr)
    reject_host_pointer({name, pointer, role::input, {"1", 1}});
}

void first_element(std::int64_t first, std::int64_t n) {
  if (first < 0) reject("first_element is %" PRId64 "; it must be 0 or more", first);
  if (first > std::numeric_limits<std::int64_t>::max() - n) {
    reject("first_element is %" PRId64 " and n is %" PRId64
           "; their sum must be at most 9223372036854775807",
           first, n);
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
