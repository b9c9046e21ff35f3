// The C ABI of softmax and its family.
#include "c_api.hpp"

using namespace activations_cuda;
using namespace activations_cuda::c_api;

namespace {

static_assert(sizeof(act_softmax_options) == 512, "the options' size is part of the ABI");

softmax_shape shape_of(act_softmax_shape const& shape) {
  return {shape.outer, shape.columns, shape.inner};
}
registry::erased_tensor tensor_of(void const* first, act_softmax_strides const& strides) {
  return {first, strides.outer_stride, strides.column_stride};
}
registry::erased_output tensor_of(void* first, act_softmax_strides const& strides) {
  return {first, strides.outer_stride, strides.column_stride};
}

act_softmax_options default_options() {
  act_softmax_options options{};
  options.struct_size = sizeof(options);
  options.heads = options.queries = 1;
  options.additive_strides.column = options.boolean_strides.column = 1;
  return options;
}

act_softmax_options checked(act_softmax_options const* options) {
  if (options == nullptr) return default_options();
  if (options->struct_size != sizeof(*options)) {
    reject("options has struct_size " + std::to_string(options->struct_size) +
           "; it must be filled by act_softmax_options_init");
  }
  return *options;
}

}  // namespace

act_status act_softmax_from_name(char const* name, act_softmax* op) {
  return guarded("act_softmax_from_name", [&] { fill_from_name(name, op); });
}
act_status act_softmax_set(act_softmax* op, char const* parameter, double value) {
  return guarded("act_softmax_set", [&] { set_parameter(op, parameter, value); });
}
act_status act_softmax_get(act_softmax const* op, char const* parameter, double* value) {
  return guarded("act_softmax_get", [&] { get_parameter(op, parameter, value); });
}

act_status act_softmax_forward(act_softmax const* op, act_dtype dtype, void const* x, void* y,
                               int64_t rows, int64_t columns, act_stream stream) {
  return guarded("act_softmax_forward", [&] {
    row_of(op).forward[index_of(dtype)](op->parameters, x, y, rows, columns, stream);
  });
}

act_status act_softmax_backward(act_softmax const* op, act_dtype dtype, void const* dy,
                                void const* y, void* dx, int64_t rows, int64_t columns,
                                act_stream stream) {
  return guarded("act_softmax_backward", [&] {
    row_of(op).backward[index_of(dtype)](op->parameters, dy, y, dx, rows, columns, stream);
  });
}

act_status act_softmax_options_init(act_softmax_options* options) {
  return guarded("act_softmax_options_init", [&] {
    if (options == nullptr) reject("options is null; it must point to an act_softmax_options");
    *options = default_options();
  });
}

act_status act_softmax_forward_strided(act_softmax const* op, act_dtype dtype,
                                       act_softmax_shape shape, void const* x,
                                       act_softmax_strides x_strides, void* y,
                                       act_softmax_strides y_strides,
                                       act_softmax_options const* options, act_stream stream) {
  return guarded("act_softmax_forward_strided", [&] {
    row_of(op).forward_strided[index_of(dtype)](op->parameters, shape_of(shape),
                                                tensor_of(x, x_strides), tensor_of(y, y_strides),
                                                checked(options), stream);
  });
}

act_status act_softmax_backward_strided(act_softmax const* op, act_dtype dtype,
                                        act_softmax_shape shape, void const* dy,
                                        act_softmax_strides dy_strides, void const* y,
                                        act_softmax_strides y_strides, void* dx,
                                        act_softmax_strides dx_strides,
                                        act_softmax_options const* options, act_stream stream) {
  return guarded("act_softmax_backward_strided", [&] {
    row_of(op).backward_strided[index_of(dtype)](
        op->parameters, shape_of(shape), tensor_of(dy, dy_strides), tensor_of(y, y_strides),
        tensor_of(dx, dx_strides), checked(options), stream);
  });
}

act_status act_softmax_workspace(act_softmax const* op, act_dtype dtype, act_softmax_shape shape,
                                 size_t* bytes) {
  return guarded("act_softmax_workspace", [&] {
    auto const& row = row_of(op);
    int const type = index_of(dtype);
    if (bytes == nullptr) reject("bytes is null; it must point to a size_t");
    *bytes = row.workspace[type](op->parameters, shape_of(shape));
  });
}

int act_softmax_count(void) { return family<act_softmax>::rows().count; }
char const* act_softmax_name(int index) { return name_at<act_softmax>(index); }
char const* act_softmax_formula(int index) { return formula_at<act_softmax>(index); }
int act_softmax_parameter_count(int index) { return parameter_count_at<act_softmax>(index); }
char const* act_softmax_parameter_name(int index, int parameter) {
  return parameter_name_at<act_softmax>(index, parameter);
}
char const* act_softmax_parameter_allowed(int index, int parameter) {
  return parameter_allowed_at<act_softmax>(index, parameter);
}
