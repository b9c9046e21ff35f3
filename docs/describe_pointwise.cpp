#include "describe.hpp"
#include "support/pointwise_call.hpp"

namespace describe {
namespace {

using support::direction;

constexpr family_calls<act_op> pointwise{"pointwise",
                                         act_op_count,
                                         act_op_name,
                                         act_op_formula,
                                         act_op_parameter_count,
                                         act_op_parameter_name,
                                         act_op_parameter_allowed,
                                         act_op_from_name,
                                         act_op_get};

/// Why the op has no gradient from the output with these parameters; "" if it has.
std::string output_hides_gradient(act_op const& op) {
  act_status const status =
      act_backward_from_output(&op, ACT_FLOAT32, nullptr, nullptr, nullptr, 0, nullptr);
  return status == ACT_UNSUPPORTED ? act_last_error() : "";
}

/// The same with a parameter of -1, if it may be that.
std::string negative_hides_gradient(act_op op, char const* parameter) {
  return act_op_set(&op, parameter, -1.0) == ACT_OK ? output_hides_gradient(op) : "";
}

columns values(act_op const& op, host_array const& x) {
  host_array const ones = host_array::of(x.type(), std::vector<double>(x.size(), 1.0));
  return {{"x", x},
          {"y", support::call(op, direction::forward, nullptr, x)},
          {"dx", support::call(op, direction::backward, &ones, x)}};
}

}  // namespace

void write_pointwise() {
  write_members("  ", pointwise.count(), [](int index) {
    act_op const op = pointwise.at(index);
    std::printf("{");
    pointwise.write(index);
    std::printf(", \"output_hides_gradient\": ");
    write_text(output_hides_gradient(op));
    std::printf(", \"negative_hides_gradient\": ");
    write_members("[]", pointwise.parameter_count(index), [&](int parameter) {
      write_text(negative_hides_gradient(op, pointwise.parameter_name(index, parameter)));
    });
    std::printf(",\n \"special\": ");
    write_columns(values(op, special()));
    std::printf(",\n \"plotted\": ");
    write_columns(plotted([&](host_array const& x) { return values(op, x); }));
    std::printf("}\n");
  });
}

}  // namespace describe
