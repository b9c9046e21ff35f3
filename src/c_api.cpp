// The C ABI: descriptors checked, exceptions turned into status codes, nothing else. That of a
// family is in c_api_<family>.cpp, pointwise activations are here.
#include "c_api.hpp"

#include <cstdio>
#include <cstring>
#include <string>

namespace activations_cuda::c_api {
namespace {

thread_local char last_error[2048] = "";
thread_local int last_cuda_error = 0;

}  // namespace

act_status fail(act_status status, char const* function, char const* words) {
  std::snprintf(last_error, sizeof(last_error), "%s: %s", function, words);
  return status;
}
act_status fail(cuda_error const& error, char const* function) {
  last_cuda_error = error.code();
  return fail(ACT_CUDA_ERROR, function, error.what());
}

void reject(std::string const& words) { throw std::invalid_argument(words); }

std::string quoted(char const* text) {
  constexpr std::size_t most = 64;
  std::string const shown(text, strnlen(text, most + 1));
  return shown.size() <= most ? '"' + shown + '"' : '"' + shown.substr(0, most) + "...\"";
}

int index_of(act_dtype dtype, char const* name) {
  int const index = static_cast<int>(dtype);
  if (index < 0 || index >= registry::dtype_count) {
    reject(std::string(name) + " is " + std::to_string(index) +
           "; it must be ACT_FLOAT32 (0), ACT_FLOAT64 (1), ACT_FLOAT16 (2) or ACT_BFLOAT16 (3)");
  }
  return index;
}

int parameter_index(registry::parametrised_row const& row, char const* parameter) {
  if (parameter == nullptr) reject("parameter is null; it must be a name");
  std::string names;
  for (int i = 0; i < row.parameter_count; ++i) {
    if (std::strcmp(row.parameters[i].name, parameter) == 0) return i;
    names += (i == 0 ? "" : ", ") + std::string(row.parameters[i].name);
  }
  reject("parameter is " + quoted(parameter) + "; " + row.name +
         (names.empty() ? " has no parameters" : " has " + names));
}

}  // namespace activations_cuda::c_api

using namespace activations_cuda;
using namespace activations_cuda::c_api;

act_status act_op_from_name(char const* name, act_op* op) {
  return guarded("act_op_from_name", [&] { fill_from_name(name, op); });
}
act_status act_op_set(act_op* op, char const* parameter, double value) {
  return guarded("act_op_set", [&] { set_parameter(op, parameter, value); });
}
act_status act_op_get(act_op const* op, char const* parameter, double* value) {
  return guarded("act_op_get", [&] { get_parameter(op, parameter, value); });
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

int act_op_count(void) { return family<act_op>::rows().count; }
char const* act_op_name(int index) { return name_at<act_op>(index); }
char const* act_op_formula(int index) { return formula_at<act_op>(index); }
int act_op_has_backward_from_output(int index) {
  auto const* const row = row_at<act_op>(index);
  return row != nullptr && row->backward_from_output[0] != nullptr ? 1 : 0;
}
int act_op_parameter_count(int index) { return parameter_count_at<act_op>(index); }
char const* act_op_parameter_name(int index, int parameter) {
  return parameter_name_at<act_op>(index, parameter);
}
char const* act_op_parameter_allowed(int index, int parameter) {
  return parameter_allowed_at<act_op>(index, parameter);
}
