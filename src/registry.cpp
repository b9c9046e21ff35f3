#include "registry.hpp"

#include <activations_cuda/activations.hpp>
#include <activations_cuda/softmax.hpp>

namespace activations_cuda::registry {
namespace {

template <class Op>
Op with_parameters([[maybe_unused]] double const* values) {
  Op op{};
  if constexpr (parameter_count<Op> != 0) {
    for (auto const& p : Op::parameters) op.*p.member = *values++;
  }
  return op;
}

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
void rowwise_forward_erased(void const* x, void* y, std::int64_t rows, std::int64_t columns,
                            cudaStream_t stream) {
  forward(Op{}, static_cast<T const*>(x), static_cast<T*>(y), rows, columns, stream);
}

template <class Op, class T>
void rowwise_backward_erased(void const* dy, void const* y, void* dx, std::int64_t rows,
                             std::int64_t columns, cudaStream_t stream) {
  backward(Op{}, static_cast<T const*>(dy), static_cast<T const*>(y), static_cast<T*>(dx), rows,
           columns, stream);
}

template <class Op>
constexpr pointwise_row make_pointwise(char const* name, char const* formula) {
  static_assert(parameter_count<Op> <= maximum_parameters, "act_op has room for eight parameters");
  pointwise_row row{name,
                    formula,
                    static_cast<int>(parameter_count<Op>),
                    {},
                    {forward_erased<Op, float>, forward_erased<Op, double>,
                     forward_erased<Op, __half>, forward_erased<Op, __nv_bfloat16>},
                    {backward_erased<Op, float>, backward_erased<Op, double>,
                     backward_erased<Op, __half>, backward_erased<Op, __nv_bfloat16>},
                    {}};
  if constexpr (parameter_count<Op> != 0) {
    for (std::size_t i = 0; i < parameter_count<Op>; ++i) {
      auto const& p = Op::parameters[i];
      row.parameters[i] = {p.name, Op{}.*p.member, p.allowed};
    }
  }
  if constexpr (has_backward_from_output<Op>) {
    row.backward_from_output[ACT_FLOAT32] = backward_from_output_erased<Op, float>;
    row.backward_from_output[ACT_FLOAT64] = backward_from_output_erased<Op, double>;
    row.backward_from_output[ACT_FLOAT16] = backward_from_output_erased<Op, __half>;
    row.backward_from_output[ACT_BFLOAT16] = backward_from_output_erased<Op, __nv_bfloat16>;
  }
  return row;
}

template <class Op>
constexpr rowwise_row make_rowwise(char const* name, char const* formula) {
  return {name,
          formula,
          {rowwise_forward_erased<Op, float>, rowwise_forward_erased<Op, double>,
           rowwise_forward_erased<Op, __half>, rowwise_forward_erased<Op, __nv_bfloat16>},
          {rowwise_backward_erased<Op, float>, rowwise_backward_erased<Op, double>,
           rowwise_backward_erased<Op, __half>, rowwise_backward_erased<Op, __nv_bfloat16>}};
}

// Constants, so that a user's static initialisers may call.
constexpr pointwise_row pointwise_rows[] = {
#define POINTWISE(name, formula) make_pointwise<name>(#name, formula),
#include <activations_cuda/activations.def>
};

constexpr rowwise_row rowwise_rows[] = {
#define ROWWISE(name, formula) make_rowwise<name>(#name, formula),
#include <activations_cuda/activations.def>
};

}  // namespace

table<pointwise_row> pointwise() {
  return {pointwise_rows, static_cast<int>(sizeof(pointwise_rows) / sizeof(pointwise_rows[0]))};
}

table<rowwise_row> rowwise() {
  return {rowwise_rows, static_cast<int>(sizeof(rowwise_rows) / sizeof(rowwise_rows[0]))};
}

}  // namespace activations_cuda::registry
