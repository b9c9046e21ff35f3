#include "registry.hpp"

#include "registry_softmax.hpp"
#include "validate.hpp"

#include <activations_cuda/activations.hpp>
#include <activations_cuda/glu.hpp>
#include <activations_cuda/random.hpp>

namespace activations_cuda::registry {
namespace {

template <class Op, class T>
void forward_erased(double const* parameters, void const* x, void* y, std::int64_t n,
                    cudaStream_t stream) {
  forward(with_parameters<Op>(parameters), static_cast<T const*>(x), static_cast<T*>(y), n, stream);
}

template <class Op, class T>
void backward_erased(double const* parameters, void const* dy, void const* x, void* dx,
                     std::int64_t n, cudaStream_t stream) {
  backward(with_parameters<Op>(parameters), static_cast<T const*>(dy), static_cast<T const*>(x),
           static_cast<T*>(dx), n, stream);
}

template <class Op, class T>
void backward_from_output_erased(double const* parameters, void const* dy, void const* y, void* dx,
                                 std::int64_t n, cudaStream_t stream) {
  backward_from_output(with_parameters<Op>(parameters), static_cast<T const*>(dy),
                       static_cast<T const*>(y), static_cast<T*>(dx), n, stream);
}

template <class Op, class T>
void glu_forward_erased(double const* parameters, void const* gate, std::int64_t gate_stride,
                        void const* up, std::int64_t up_stride, void* y, std::int64_t y_stride,
                        std::int64_t rows, std::int64_t columns, cudaStream_t stream) {
  forward(with_parameters<Op>(parameters), static_cast<T const*>(gate), gate_stride,
          static_cast<T const*>(up), up_stride, static_cast<T*>(y), y_stride, rows, columns,
          stream);
}

template <class Op, class T>
void glu_backward_erased(double const* parameters, void const* dy, std::int64_t dy_stride,
                         void const* gate, std::int64_t gate_stride, void const* up,
                         std::int64_t up_stride, void* dgate, std::int64_t dgate_stride, void* dup,
                         std::int64_t dup_stride, std::int64_t rows, std::int64_t columns,
                         cudaStream_t stream) {
  backward(with_parameters<Op>(parameters), static_cast<T const*>(dy), dy_stride,
           static_cast<T const*>(gate), gate_stride, static_cast<T const*>(up), up_stride,
           static_cast<T*>(dgate), dgate_stride, static_cast<T*>(dup), dup_stride, rows, columns,
           stream);
}

// An integer that is no layout of C is none of C++.
glu_layout layout_of(act_glu_layout layout) {
  static_assert(ACT_GLU_GATE_FIRST == static_cast<int>(glu_layout::gate_first) &&
                ACT_GLU_GATE_SECOND == static_cast<int>(glu_layout::gate_second) &&
                ACT_GLU_INTERLEAVED == static_cast<int>(glu_layout::interleaved));
  return static_cast<glu_layout>(layout);
}

template <class Op, class T>
void packed_forward_erased(double const* parameters, act_glu_layout layout, void const* x,
                           std::int64_t x_stride, void* y, std::int64_t y_stride, std::int64_t rows,
                           std::int64_t columns, cudaStream_t stream) {
  forward(with_parameters<Op>(parameters), layout_of(layout), static_cast<T const*>(x), x_stride,
          static_cast<T*>(y), y_stride, rows, columns, stream);
}

template <class Op, class T>
void packed_backward_erased(double const* parameters, act_glu_layout layout, void const* dy,
                            std::int64_t dy_stride, void const* x, std::int64_t x_stride, void* dx,
                            std::int64_t dx_stride, std::int64_t rows, std::int64_t columns,
                            cudaStream_t stream) {
  backward(with_parameters<Op>(parameters), layout_of(layout), static_cast<T const*>(dy), dy_stride,
           static_cast<T const*>(x), x_stride, static_cast<T*>(dx), dx_stride, rows, columns,
           stream);
}

template <class Op, class T>
void learned_forward_erased(double const* parameters, channel_shape const& shape, void const* x,
                            detail::erased_parameters const& learned, void* y,
                            cudaStream_t stream) {
  detail::forward(with_parameters<Op>(parameters), shape, static_cast<T const*>(x), learned,
                  static_cast<T*>(y), stream);
}

template <class Op, class T>
void learned_backward_erased(double const* parameters, channel_shape const& shape, void const* dy,
                             void const* x, detail::erased_parameters const& learned, void* dx,
                             cudaStream_t stream) {
  detail::backward(with_parameters<Op>(parameters), shape, static_cast<T const*>(dy),
                   static_cast<T const*>(x), learned, static_cast<T*>(dx), stream);
}

template <class Op, class T>
void learned_gradients_erased(double const* parameters, channel_shape const& shape, void const* dy,
                              void const* x, detail::erased_parameters const& learned, bool with_dx,
                              void* dx, detail::erased_gradients const& gradients,
                              workspace const& space, cudaStream_t stream) {
  detail::backward(with_parameters<Op>(parameters), shape, static_cast<T const*>(dy),
                   static_cast<T const*>(x), learned, with_dx, static_cast<T*>(dx), gradients,
                   space, stream);
}

template <class Op, class T>
std::size_t learned_workspace_erased(double const* parameters, channel_shape const& shape) {
  return detail::backward_workspace<Op, T>(with_parameters<Op>(parameters), shape);
}

template <class Op>
int array_rows_erased(double const* parameters) {
  Op const op = with_parameters<Op>(parameters);
  validate::parameters<double>(op);
  return learned_rows(op);
}

template <class Op, class T>
void random_forward_erased(double const* parameters, void const* x, void* y, std::int64_t n,
                           random_position const& position, cudaStream_t stream) {
  forward(with_parameters<Op>(parameters), static_cast<T const*>(x), static_cast<T*>(y), n,
          position, stream);
}

template <class Op, class T>
void random_backward_erased(double const* parameters, void const* dy, void const* x, void* dx,
                            std::int64_t n, random_position const& position, cudaStream_t stream) {
  backward(with_parameters<Op>(parameters), static_cast<T const*>(dy), static_cast<T const*>(x),
           static_cast<T*>(dx), n, position, stream);
}

template <class Op, class T>
void slopes_erased(double const* parameters, void* slope, std::int64_t n,
                   random_position const& position, cudaStream_t stream) {
  using real = typename arithmetic_for<T>::real;
  slopes(with_parameters<Op>(parameters), static_cast<real*>(slope), n, position, stream);
}

template <class Op>
void inference_erased(double const* parameters, act_slope_mean of, double* of_inference) {
  static_assert(ACT_SLOPE_MEAN_ARITHMETIC == static_cast<int>(slope_mean::arithmetic) &&
                ACT_SLOPE_MEAN_HARMONIC == static_cast<int>(slope_mean::harmonic));
  Op const op = with_parameters<Op>(parameters);
  validate::parameters<double>(op);
  auto const inference = op.inference(static_cast<slope_mean>(of));
  for (auto const& p : decltype(inference)::parameters) *of_inference++ = inference.*p.member;
}

/// The row of a pointwise activation.
template <class Op, class... Ops>
constexpr int index_in(type_list<Ops...>) {
  int index = 0;
  bool found = false;
  ((found = found || std::is_same_v<Op, Ops>, index += found ? 0 : 1), ...);
  return index;
}

#define FOR_EACH_TYPE(function) \
  { function<Op, float>, function<Op, double>, function<Op, __half>, function<Op, __nv_bfloat16> }

template <class Op>
constexpr parametrised_row describe(char const* name, char const* formula) {
  static_assert(parameter_count<Op> <= maximum_parameters, "descriptors have room for eight");
  parametrised_row row{name, formula, static_cast<int>(parameter_count<Op>), {}};
  if constexpr (parameter_count<Op> != 0) {
    for (std::size_t i = 0; i < parameter_count<Op>; ++i) {
      auto const& p = Op::parameters[i];
      row.parameters[i] = {p.name, Op{}.*p.member, p.allowed};
    }
  }
  return row;
}

template <class Op>
constexpr pointwise_row make_pointwise(char const* name, char const* formula) {
  pointwise_row row{describe<Op>(name, formula),
                    FOR_EACH_TYPE(forward_erased),
                    FOR_EACH_TYPE(backward_erased),
                    {}};
  if constexpr (has_backward_from_output<Op>) {
    row.backward_from_output[ACT_FLOAT32] = backward_from_output_erased<Op, float>;
    row.backward_from_output[ACT_FLOAT64] = backward_from_output_erased<Op, double>;
    row.backward_from_output[ACT_FLOAT16] = backward_from_output_erased<Op, __half>;
    row.backward_from_output[ACT_BFLOAT16] = backward_from_output_erased<Op, __nv_bfloat16>;
  }
  return row;
}

template <class Op>
constexpr glu_row make_glu(char const* name, char const* formula) {
  return {describe<Op>(name, formula), FOR_EACH_TYPE(glu_forward_erased),
          FOR_EACH_TYPE(glu_backward_erased), FOR_EACH_TYPE(packed_forward_erased),
          FOR_EACH_TYPE(packed_backward_erased)};
}

template <class Op>
constexpr learned_row make_learned(char const* name, char const* formula) {
  static_assert(learned_count<Op> <= maximum_learned, "rows have room for four");
  learned_row row{describe<Op>(name, formula),
                  learned_count<Op>,
                  {},
                  FOR_EACH_TYPE(learned_forward_erased),
                  FOR_EACH_TYPE(learned_backward_erased),
                  FOR_EACH_TYPE(learned_gradients_erased),
                  FOR_EACH_TYPE(learned_workspace_erased),
                  array_rows_erased<Op>};
  for (int i = 0; i < learned_count<Op>; ++i) row.learned[i] = Op::learned[i];
  return row;
}

template <class Op>
constexpr random_row make_random(char const* name, char const* formula) {
  return {describe<Op>(name, formula),
          FOR_EACH_TYPE(random_forward_erased),
          FOR_EACH_TYPE(random_backward_erased),
          FOR_EACH_TYPE(slopes_erased),
          inference_erased<Op>,
          index_in<decltype(Op{}.inference())>(pointwise_ops{})};
}

template <class Op>
constexpr rowwise_row make_rowwise(char const* name, char const* formula) {
  return {describe<Op>(name, formula),
          FOR_EACH_TYPE(softmax_forward_erased),
          FOR_EACH_TYPE(softmax_backward_erased),
          FOR_EACH_TYPE(strided_softmax_forward_erased),
          FOR_EACH_TYPE(strided_softmax_backward_erased),
          FOR_EACH_TYPE(softmax_workspace_erased)};
}

// Constants, so that a user's static initialisers may call.
constexpr pointwise_row pointwise_rows[] = {
#define POINTWISE(name, formula) make_pointwise<name>(#name, formula),
#include <activations_cuda/activations.def>
};

constexpr glu_row glu_rows[] = {
#define GLU(name, activation, formula) make_glu<name>(#name, formula),
#include <activations_cuda/activations.def>
};

constexpr learned_row learned_rows_of_table[] = {
#define LEARNED(name, formula) make_learned<name>(#name, formula),
#include <activations_cuda/activations.def>
};

constexpr random_row random_rows[] = {
#define RANDOM(name, formula) make_random<name>(#name, formula),
#include <activations_cuda/activations.def>
};

constexpr rowwise_row rowwise_rows[] = {
#define ROWWISE(name, kernels, formula) make_rowwise<name>(#name, formula),
#include <activations_cuda/activations.def>
};

}  // namespace

table<pointwise_row> pointwise() {
  return {pointwise_rows, static_cast<int>(sizeof(pointwise_rows) / sizeof(pointwise_rows[0]))};
}

table<glu_row> gated() {
  return {glu_rows, static_cast<int>(sizeof(glu_rows) / sizeof(glu_rows[0]))};
}

table<learned_row> learned() {
  return {learned_rows_of_table,
          static_cast<int>(sizeof(learned_rows_of_table) / sizeof(learned_rows_of_table[0]))};
}

table<random_row> random() {
  return {random_rows, static_cast<int>(sizeof(random_rows) / sizeof(random_rows[0]))};
}

table<rowwise_row> rowwise() {
  return {rowwise_rows, static_cast<int>(sizeof(rowwise_rows) / sizeof(rowwise_rows[0]))};
}

}  // namespace activations_cuda::registry
