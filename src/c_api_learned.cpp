// The C ABI of the activations with learned parameters.
#include "c_api.hpp"

using namespace activations_cuda;
using namespace activations_cuda::c_api;

namespace {

channel_shape shape_of(act_channel_shape const& shape) {
  return {shape.outer, shape.channels, shape.inner};
}

// True for parameters of the type that dtype computes in, where that is another one.
bool are_wide(act_dtype dtype, act_dtype learned_dtype) {
  int const type = index_of(dtype);
  int const learned = index_of(learned_dtype, "learned_dtype");
  if (type == learned) return false;
  bool const is_16_bit = type == ACT_FLOAT16 || type == ACT_BFLOAT16;
  if (is_16_bit && learned == ACT_FLOAT32) return true;
  reject("learned_dtype is " + std::to_string(learned) + " and dtype is " + std::to_string(type) +
         "; it must be dtype or, for ACT_FLOAT16 (2) and ACT_BFLOAT16 (3), ACT_FLOAT32 (0)");
}

detail::erased_parameters parameters_of(act_dtype dtype, act_dtype learned_dtype,
                                        void const* const* learned) {
  bool const wide = are_wide(dtype, learned_dtype);
  if (learned == nullptr) reject("learned is null; it must point to an array of pointers");
  return {learned, wide};
}

void compute_gradients(act_learned const* op, act_dtype dtype, act_channel_shape const& shape,
                       void const* dy, void const* x, act_dtype learned_dtype,
                       void const* const* learned, bool with_dx, void* dx, void* const* gradients,
                       act_gradient_update update, void* workspace, size_t workspace_bytes,
                       act_stream stream) {
  static_assert(ACT_OVERWRITE == static_cast<int>(gradient_update::overwrite) &&
                ACT_ADD == static_cast<int>(gradient_update::add));
  auto const& row = row_of(op);
  auto const parameters = parameters_of(dtype, learned_dtype, learned);
  if (gradients == nullptr) reject("gradients is null; it must point to an array of pointers");
  row.backward_with_gradients[index_of(dtype)](
      op->parameters, shape_of(shape), dy, x, parameters, with_dx, dx,
      {gradients, parameters.wide, static_cast<gradient_update>(update)},
      {workspace, workspace_bytes}, stream);
}

learned_parameter const* array_at(int index, int array) {
  auto const* const row = row_at<act_learned>(index);
  return row != nullptr && array >= 0 && array < row->learned_count ? &row->learned[array]
                                                                    : nullptr;
}

}  // namespace

act_status act_learned_from_name(char const* name, act_learned* op) {
  return guarded("act_learned_from_name", [&] { fill_from_name(name, op); });
}
act_status act_learned_set(act_learned* op, char const* parameter, double value) {
  return guarded("act_learned_set", [&] { set_parameter(op, parameter, value); });
}
act_status act_learned_get(act_learned const* op, char const* parameter, double* value) {
  return guarded("act_learned_get", [&] { get_parameter(op, parameter, value); });
}

act_status act_learned_array_rows(act_learned const* op, int64_t* rows) {
  return guarded("act_learned_array_rows", [&] {
    auto const& row = row_of(op);
    if (rows == nullptr) reject("rows is null; it must point to an int64_t");
    *rows = row.array_rows(op->parameters);
  });
}

act_status act_learned_forward(act_learned const* op, act_dtype dtype, act_channel_shape shape,
                               void const* x, act_dtype learned_dtype, void const* const* learned,
                               void* y, act_stream stream) {
  return guarded("act_learned_forward", [&] {
    row_of(op).forward[index_of(dtype)](op->parameters, shape_of(shape), x,
                                        parameters_of(dtype, learned_dtype, learned), y, stream);
  });
}

act_status act_learned_backward(act_learned const* op, act_dtype dtype, act_channel_shape shape,
                                void const* dy, void const* x, act_dtype learned_dtype,
                                void const* const* learned, void* dx, act_stream stream) {
  return guarded("act_learned_backward", [&] {
    row_of(op).backward[index_of(dtype)](op->parameters, shape_of(shape), dy, x,
                                         parameters_of(dtype, learned_dtype, learned), dx, stream);
  });
}

act_status act_learned_backward_workspace(act_learned const* op, act_dtype dtype,
                                          act_channel_shape shape, size_t* bytes) {
  return guarded("act_learned_backward_workspace", [&] {
    auto const& row = row_of(op);
    int const type = index_of(dtype);
    if (bytes == nullptr) reject("bytes is null; it must point to a size_t");
    *bytes = row.backward_workspace[type](op->parameters, shape_of(shape));
  });
}

act_status act_learned_backward_with_parameters(
    act_learned const* op, act_dtype dtype, act_channel_shape shape, void const* dy, void const* x,
    act_dtype learned_dtype, void const* const* learned, void* dx, void* const* gradients,
    act_gradient_update update, void* workspace, size_t workspace_bytes, act_stream stream) {
  return guarded("act_learned_backward_with_parameters", [&] {
    compute_gradients(op, dtype, shape, dy, x, learned_dtype, learned, true, dx, gradients, update,
                      workspace, workspace_bytes, stream);
  });
}

act_status act_learned_backward_parameters(act_learned const* op, act_dtype dtype,
                                           act_channel_shape shape, void const* dy, void const* x,
                                           act_dtype learned_dtype, void const* const* learned,
                                           void* const* gradients, act_gradient_update update,
                                           void* workspace, size_t workspace_bytes,
                                           act_stream stream) {
  return guarded("act_learned_backward_parameters", [&] {
    compute_gradients(op, dtype, shape, dy, x, learned_dtype, learned, false, nullptr, gradients,
                      update, workspace, workspace_bytes, stream);
  });
}

int act_learned_count(void) { return family<act_learned>::rows().count; }
char const* act_learned_name(int index) { return name_at<act_learned>(index); }
char const* act_learned_formula(int index) { return formula_at<act_learned>(index); }
int act_learned_parameter_count(int index) { return parameter_count_at<act_learned>(index); }
char const* act_learned_parameter_name(int index, int parameter) {
  return parameter_name_at<act_learned>(index, parameter);
}
char const* act_learned_parameter_allowed(int index, int parameter) {
  return parameter_allowed_at<act_learned>(index, parameter);
}
int act_learned_array_count(int index) {
  auto const* const row = row_at<act_learned>(index);
  return row != nullptr ? row->learned_count : 0;
}
char const* act_learned_array_name(int index, int array) {
  auto const* const found = array_at(index, array);
  return found != nullptr ? found->name : nullptr;
}
double act_learned_array_initial(int index, int array) {
  auto const* const found = array_at(index, array);
  return found != nullptr ? found->initial : 0.0;
}
