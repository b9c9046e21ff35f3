// The C ABI of the random activations.
#include "c_api.hpp"

#include <activations_cuda/random_position.hpp>

using namespace activations_cuda;
using namespace activations_cuda::c_api;

namespace {

random_position position_of(act_random_position const* position) {
  if (position == nullptr) reject("position is null; it must point to an act_random_position");
  return {position->seed, position->offset, position->first_element, position->device_seed,
          position->device_offset};
}

}  // namespace

act_status act_random_from_name(char const* name, act_random* op) {
  return guarded("act_random_from_name", [&] { fill_from_name(name, op); });
}
act_status act_random_set(act_random* op, char const* parameter, double value) {
  return guarded("act_random_set", [&] { set_parameter(op, parameter, value); });
}
act_status act_random_get(act_random const* op, char const* parameter, double* value) {
  return guarded("act_random_get", [&] { get_parameter(op, parameter, value); });
}

act_status act_random_forward(act_random const* op, act_dtype dtype, void const* x, void* y,
                              int64_t n, act_random_position const* position, act_stream stream) {
  return guarded("act_random_forward", [&] {
    row_of(op).forward[index_of(dtype)](op->parameters, x, y, n, position_of(position), stream);
  });
}

act_status act_random_backward(act_random const* op, act_dtype dtype, void const* dy, void const* x,
                               void* dx, int64_t n, act_random_position const* position,
                               act_stream stream) {
  return guarded("act_random_backward", [&] {
    row_of(op).backward[index_of(dtype)](op->parameters, dy, x, dx, n, position_of(position),
                                         stream);
  });
}

act_status act_random_slopes(act_random const* op, act_dtype dtype, void* slope, int64_t n,
                             act_random_position const* position, act_stream stream) {
  return guarded("act_random_slopes", [&] {
    row_of(op).slopes[index_of(dtype)](op->parameters, slope, n, position_of(position), stream);
  });
}

act_status act_random_inference(act_random const* op, act_slope_mean mean, act_op* inference) {
  return guarded("act_random_inference", [&] {
    auto const& row = row_of(op);
    if (inference == nullptr) reject("inference is null; it must point to an act_op");
    if (mean != ACT_SLOPE_MEAN_ARITHMETIC && mean != ACT_SLOPE_MEAN_HARMONIC) {
      reject("mean is " + std::to_string(static_cast<int>(mean)) +
             "; it must be ACT_SLOPE_MEAN_ARITHMETIC (0) or ACT_SLOPE_MEAN_HARMONIC (1)");
    }
    act_op filled = descriptor_named(name_at<act_op>(row.inference_index), inference);
    row.inference(op->parameters, mean, filled.parameters);
    *inference = filled;
  });
}

int act_random_count(void) { return family<act_random>::rows().count; }
char const* act_random_name(int index) { return name_at<act_random>(index); }
char const* act_random_formula(int index) { return formula_at<act_random>(index); }
int act_random_parameter_count(int index) { return parameter_count_at<act_random>(index); }
char const* act_random_parameter_name(int index, int parameter) {
  return parameter_name_at<act_random>(index, parameter);
}
char const* act_random_parameter_allowed(int index, int parameter) {
  return parameter_allowed_at<act_random>(index, parameter);
}
