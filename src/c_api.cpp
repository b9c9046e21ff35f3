// The C ABI: descriptors checked, exceptions turned into status codes, nothing else.
#include "registry.hpp"
#include "validate.hpp"

#include <activations_cuda/activations.h>
#include <activations_cuda/error.hpp>

#include <cstdio>
#include <cstring>
#include <new>
#include <string>

using namespace activations_cuda;

namespace {

thread_local char last_error[2048] = "";
thread_local int last_cuda_error = 0;

act_status fail(act_status status, char const* function, char const* words) {
  std::snprintf(last_error, sizeof(last_error), "%s: %s", function, words);
  return status;
}

// Runs the body, which throws on failure. Nothing escapes.
template <class Body>
act_status guarded(char const* function, Body&& body) {
  try {
    body();
    return ACT_OK;
  } catch (unsupported const& error) {
    return fail(ACT_UNSUPPORTED, function, error.what());
  } catch (std::invalid_argument const& error) {
    return fail(ACT_INVALID_ARGUMENT, function, error.what());
  } catch (cuda_error const& error) {
    last_cuda_error = error.code();
    return fail(ACT_CUDA_ERROR, function, error.what());
  } catch (std::exception const& error) {
    return fail(ACT_INTERNAL, function, error.what());
  } catch (...) {
    return fail(ACT_INTERNAL, function, "an exception of unknown type");
  }
}

[[noreturn]] void reject(std::string const& words) { throw std::invalid_argument(words); }

// A caller's string, cut where its length would crowd out what is allowed.
std::string quoted(char const* text) {
  constexpr std::size_t most = 64;
  std::string const shown(text, strnlen(text, most + 1));
  return shown.size() <= most ? '"' + shown + '"' : '"' + shown.substr(0, most) + "...\"";
}

template <class Row>
std::string names_of(registry::table<Row> rows) {
  std::string names;
  for (Row const& row : rows) names += (names.empty() ? "" : ", ") + std::string(row.name);
  return names;
}

template <class Row>
Row const* find(registry::table<Row> rows, char const* name) {
  for (Row const& row : rows) {
    if (std::strcmp(row.name, name) == 0) return &row;
  }
  return nullptr;
}

template <class Row, class Descriptor>
Row const& row_of(registry::table<Row> rows, Descriptor const* op, char const* from_name) {
  if (op == nullptr)
    reject("op is null; it must point to a descriptor filled by " + std::string(from_name));
  if (op->struct_size != sizeof(Descriptor) ||
      op->index >= static_cast<std::uint32_t>(rows.count)) {
    reject("op has struct_size " + std::to_string(op->struct_size) + " and index " +
           std::to_string(op->index) + "; it must be filled by " + from_name);
  }
  return rows.rows[op->index];
}

registry::pointwise_row const& row_of(act_op const* op) {
  return row_of(registry::pointwise(), op, "act_op_from_name");
}
registry::rowwise_row const& row_of(act_softmax const* op) {
  return row_of(registry::rowwise(), op, "act_softmax_from_name");
}

// An index into a row's functions. dtype may hold any integer when it comes from C.
int index_of(act_dtype dtype) {
  int const index = static_cast<int>(dtype);
  if (index < 0 || index >= registry::dtype_count) {
    reject("dtype is " + std::to_string(index) +
           "; it must be ACT_FLOAT32 (0), ACT_FLOAT64 (1), ACT_FLOAT16 (2) or ACT_BFLOAT16 (3)");
  }
  return index;
}

int parameter_index(registry::pointwise_row const& row, char const* parameter) {
  if (parameter == nullptr) reject("parameter is null; it must be a name");
  std::string names;
  for (int i = 0; i < row.parameter_count; ++i) {
    if (std::strcmp(row.parameters[i].name, parameter) == 0) return i;
    names += (i == 0 ? "" : ", ") + std::string(row.parameters[i].name);
  }
  reject("parameter is " + quoted(parameter) + "; " + row.name +
         (names.empty() ? " has no parameters" : " has " + names));
}

template <class Descriptor, class Row>
Descriptor descriptor_at(registry::table<Row> rows, Row const* row) {
  Descriptor op{};
  op.struct_size = sizeof(Descriptor);
  op.index = static_cast<std::uint32_t>(row - rows.rows);
  return op;
}

registry::pointwise_row const* row_at(int index) {
  auto const rows = registry::pointwise();
  return index >= 0 && index < rows.count ? &rows.rows[index] : nullptr;
}

registry::rowwise_row const* softmax_row_at(int index) {
  auto const rows = registry::rowwise();
  return index >= 0 && index < rows.count ? &rows.rows[index] : nullptr;
}

registry::parameter_row const* parameter_at(int index, int parameter) {
  auto const* const row = row_at(index);
  return row != nullptr && parameter >= 0 && parameter < row->parameter_count
             ? &row->parameters[parameter]
             : nullptr;
}

static_assert(sizeof(act_op) == 256, "the descriptor's size is part of the ABI");
static_assert(sizeof(act_softmax) == 256, "the descriptor's size is part of the ABI");

}  // namespace

act_status act_op_from_name(char const* name, act_op* op) {
  return guarded("act_op_from_name", [&] {
    if (name == nullptr)
      reject("name is null; it must be one of " + names_of(registry::pointwise()));
    if (op == nullptr) reject("op is null; it must point to an act_op");
    auto const* const row = find(registry::pointwise(), name);
    if (row == nullptr && find(registry::rowwise(), name) != nullptr) {
      reject("name is " + quoted(name) + ", which works on rows: use act_softmax_from_name");
    }
    if (row == nullptr) {
      reject("name is " + quoted(name) + "; it must be one of " + names_of(registry::pointwise()));
    }
    *op = descriptor_at<act_op>(registry::pointwise(), row);
    for (int i = 0; i < row->parameter_count; ++i) op->parameters[i] = row->parameters[i].initial;
  });
}

act_status act_op_set(act_op* op, char const* parameter, double value) {
  return guarded("act_op_set", [&] {
    auto const& row = row_of(op);
    int const index = parameter_index(row, parameter);
    // In double only: what it rounds to is checked with the type, in the call that computes.
    validate::parameter_value(parameter, value, row.parameters[index].allowed, true);
    op->parameters[index] = value;
  });
}

act_status act_op_get(act_op const* op, char const* parameter, double* value) {
  return guarded("act_op_get", [&] {
    int const index = parameter_index(row_of(op), parameter);
    if (value == nullptr) reject("value is null; it must point to a double");
    *value = op->parameters[index];
  });
}

act_status act_forward(act_op const* op, act_dtype dtype, void const* x, void* y, int64_t n,
                       act_stream stream) {
  return guarded("act_forward",
                 [&] { row_of(op).forward[index_of(dtype)](op->parameters, x, y, n, stream); });
}

act_status act_backward(act_op const* op, act_dtype dtype, void const* dy, void const* x, void* dx,
                        int64_t n, act_stream stream) {
  return guarded("act_backward", [&] {
    row_of(op).backward[index_of(dtype)](op->parameters, dy, x, dx, n, stream);
  });
}

act_status act_backward_from_output(act_op const* op, act_dtype dtype, void const* dy,
                                    void const* y, void* dx, int64_t n, act_stream stream) {
  return guarded("act_backward_from_output", [&] {
    auto const& row = row_of(op);
    auto const function = row.backward_from_output[index_of(dtype)];
    if (function == nullptr) {
      throw unsupported("the output of " + std::string(row.name) +
                        " does not determine its gradient; keep x and call act_backward");
    }
    function(op->parameters, dy, y, dx, n, stream);
  });
}

act_status act_softmax_from_name(char const* name, act_softmax* op) {
  return guarded("act_softmax_from_name", [&] {
    if (name == nullptr) reject("name is null; it must be one of " + names_of(registry::rowwise()));
    if (op == nullptr) reject("op is null; it must point to an act_softmax");
    auto const* const row = find(registry::rowwise(), name);
    if (row == nullptr && find(registry::pointwise(), name) != nullptr) {
      reject("name is " + quoted(name) + ", which works on single elements: use act_op_from_name");
    }
    if (row == nullptr) {
      reject("name is " + quoted(name) + "; it must be one of " + names_of(registry::rowwise()));
    }
    *op = descriptor_at<act_softmax>(registry::rowwise(), row);
  });
}

act_status act_softmax_forward(act_softmax const* op, act_dtype dtype, void const* x, void* y,
                               int64_t rows, int64_t columns, act_stream stream) {
  return guarded("act_softmax_forward",
                 [&] { row_of(op).forward[index_of(dtype)](x, y, rows, columns, stream); });
}

act_status act_softmax_backward(act_softmax const* op, act_dtype dtype, void const* dy,
                                void const* y, void* dx, int64_t rows, int64_t columns,
                                act_stream stream) {
  return guarded("act_softmax_backward",
                 [&] { row_of(op).backward[index_of(dtype)](dy, y, dx, rows, columns, stream); });
}

char const* act_status_string(act_status status) {
  switch (status) {
    case ACT_OK:
      return "ok";
    case ACT_INVALID_ARGUMENT:
      return "invalid argument";
    case ACT_UNSUPPORTED:
      return "unsupported";
    case ACT_CUDA_ERROR:
      return "CUDA error";
    case ACT_INTERNAL:
      return "internal error";
  }
  return "unknown status";
}

char const* act_last_error(void) { return last_error; }
int act_last_cuda_error(void) { return last_cuda_error; }
int act_version(void) { return ACTIVATIONS_CUDA_VERSION; }

int act_op_count(void) { return registry::pointwise().count; }
char const* act_op_name(int index) {
  return row_at(index) != nullptr ? row_at(index)->name : nullptr;
}
char const* act_op_formula(int index) {
  return row_at(index) != nullptr ? row_at(index)->formula : nullptr;
}
int act_op_has_backward_from_output(int index) {
  return row_at(index) != nullptr && row_at(index)->backward_from_output[0] != nullptr ? 1 : 0;
}
int act_op_parameter_count(int index) {
  return row_at(index) != nullptr ? row_at(index)->parameter_count : 0;
}
char const* act_op_parameter_name(int index, int parameter) {
  auto const* const row = parameter_at(index, parameter);
  return row != nullptr ? row->name : nullptr;
}
char const* act_op_parameter_allowed(int index, int parameter) {
  auto const* const row = parameter_at(index, parameter);
  return row != nullptr ? to_string(row->allowed) : nullptr;
}
int act_softmax_count(void) { return registry::rowwise().count; }
char const* act_softmax_name(int index) {
  return softmax_row_at(index) != nullptr ? softmax_row_at(index)->name : nullptr;
}
char const* act_softmax_formula(int index) {
  return softmax_row_at(index) != nullptr ? softmax_row_at(index)->formula : nullptr;
}
