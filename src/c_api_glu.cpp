// The C ABI of the gated linear units.
#include "c_api.hpp"

using namespace activations_cuda::c_api;

act_status act_glu_from_name(char const* name, act_glu* op) {
  return guarded("act_glu_from_name", [&] { fill_from_name(name, op); });
}
act_status act_glu_set(act_glu* op, char const* parameter, double value) {
  return guarded("act_glu_set", [&] { set_parameter(op, parameter, value); });
}
act_status act_glu_get(act_glu const* op, char const* parameter, double* value) {
  return guarded("act_glu_get", [&] { get_parameter(op, parameter, value); });
}

act_status act_glu_forward(act_glu const* op, act_dtype dtype, void const* gate,
                           int64_t gate_stride, void const* up, int64_t up_stride, void* y,
                           int64_t y_stride, int64_t rows, int64_t columns, act_stream stream) {
  return guarded("act_glu_forward", [&] {
    row_of(op).forward[index_of(dtype)](op->parameters, gate, gate_stride, up, up_stride, y,
                                        y_stride, rows, columns, stream);
  });
}

act_status act_glu_backward(act_glu const* op, act_dtype dtype, void const* dy, int64_t dy_stride,
                            void const* gate, int64_t gate_stride, void const* up,
                            int64_t up_stride, void* dgate, int64_t dgate_stride, void* dup,
                            int64_t dup_stride, int64_t rows, int64_t columns, act_stream stream) {
  return guarded("act_glu_backward", [&] {
    row_of(op).backward[index_of(dtype)](op->parameters, dy, dy_stride, gate, gate_stride, up,
                                         up_stride, dgate, dgate_stride, dup, dup_stride, rows,
                                         columns, stream);
  });
}

act_status act_glu_packed_forward(act_glu const* op, act_dtype dtype, act_glu_layout layout,
                                  void const* x, int64_t x_stride, void* y, int64_t y_stride,
                                  int64_t rows, int64_t columns, act_stream stream) {
  return guarded("act_glu_packed_forward", [&] {
    row_of(op).packed_forward[index_of(dtype)](op->parameters, layout, x, x_stride, y, y_stride,
                                               rows, columns, stream);
  });
}

act_status act_glu_packed_backward(act_glu const* op, act_dtype dtype, act_glu_layout layout,
                                   void const* dy, int64_t dy_stride, void const* x,
                                   int64_t x_stride, void* dx, int64_t dx_stride, int64_t rows,
                                   int64_t columns, act_stream stream) {
  return guarded("act_glu_packed_backward", [&] {
    row_of(op).packed_backward[index_of(dtype)](op->parameters, layout, dy, dy_stride, x, x_stride,
                                                dx, dx_stride, rows, columns, stream);
  });
}

int act_glu_count(void) { return family<act_glu>::rows().count; }
char const* act_glu_name(int index) { return name_at<act_glu>(index); }
char const* act_glu_formula(int index) { return formula_at<act_glu>(index); }
int act_glu_parameter_count(int index) { return parameter_count_at<act_glu>(index); }
char const* act_glu_parameter_name(int index, int parameter) {
  return parameter_name_at<act_glu>(index, parameter);
}
char const* act_glu_parameter_allowed(int index, int parameter) {
  return parameter_allowed_at<act_glu>(index, parameter);
}
