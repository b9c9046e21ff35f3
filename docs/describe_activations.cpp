// What the library says of each pointwise activation through the C ABI, and what its kernels give in
// float32 with the default parameters, as JSON: for the page that people read.
#include "support/pointwise_call.hpp"

#include <cmath>
#include <cstdio>
#include <limits>
#include <string>
#include <vector>

namespace {

using support::direction;
using support::host_array;

/// A list or an object, its members with commas between them.
template <class Write>
void write_members(char const* brackets, int count, Write const& write) {
  std::putchar(brackets[0]);
  for (int i = 0; i < count; ++i) {
    if (i > 0) std::putchar(',');
    write(i);
  }
  std::putchar(brackets[1]);
}

void write_text(std::string const& text) {
  std::putchar('"');
  for (char const c : text) {
    if (c == '"' || c == '\\') std::putchar('\\');
    std::putchar(c);
  }
  std::putchar('"');
}

/// As text: JSON's numbers know neither infinities nor NaN.
void write_number(double value) {
  if (std::isnan(value))
    std::fputs("\"nan\"", stdout);
  else
    std::printf("\"%.9g\"", value);
}

void write_numbers(host_array const& values) {
  write_members("[]", static_cast<int>(values.size()),
                [&](int i) { write_number(values[static_cast<std::size_t>(i)]); });
}

/// Why the op has no gradient from the output with these parameters; "" if it has.
std::string output_hides_gradient(act_op const& op) {
  act_status const status =
      act_backward_from_output(&op, ACT_FLOAT32, nullptr, nullptr, nullptr, 0, nullptr);
  return status == ACT_UNSUPPORTED ? act_last_error() : "";
}

void write_parameter(act_op const& defaults, int index, int parameter) {
  char const* const name = act_op_parameter_name(index, parameter);
  double value = 0;
  act_op_get(&defaults, name, &value);
  act_op negative = defaults;
  bool const may_be_negative = act_op_set(&negative, name, -1.0) == ACT_OK;
  std::printf("{\"name\": ");
  write_text(name);
  std::printf(", \"default\": %.17g, \"allowed\": ", value);
  write_text(act_op_parameter_allowed(index, parameter));
  std::printf(", \"negative_hides_gradient\": ");
  write_text(may_be_negative ? output_hides_gradient(negative) : "");
  std::printf("}");
}

void write_values(act_op const& op, host_array const& x) {
  host_array const ones = host_array::of(x.type(), std::vector<double>(x.size(), 1.0));
  std::printf("{\"x\": ");
  write_numbers(x);
  std::printf(", \"y\": ");
  write_numbers(support::call(op, direction::forward, nullptr, x));
  std::printf(", \"dx\": ");
  write_numbers(support::call(op, direction::backward, &ones, x));
  std::printf("}");
}

/// 513 points between -end and end; from -8 to 8 knots at halves are among them.
host_array spread(double end) {
  std::vector<double> x;
  for (int i = -256; i <= 256; ++i) x.push_back(i * end / 256);
  return host_array::of(support::storages[ACT_FLOAT32], x);
}

int turns(host_array const& y) {
  int count = 0;
  for (std::size_t i = 2; i < y.size(); ++i)
    count += (y[i - 1] - y[i - 2]) * (y[i] - y[i - 1]) < 0 ? 1 : 0;
  return count;
}

/// From -8 to 8, or nearer to 0 where the function turns so often that nobody could see it.
host_array plotted(act_op const& op) {
  host_array x = spread(8);
  for (double end = 4; turns(support::call(op, direction::forward, nullptr, x)) > 10; end /= 2)
    x = spread(end);
  return x;
}

host_array special() {
  double const infinity = std::numeric_limits<double>::infinity();
  return host_array::of(support::storages[ACT_FLOAT32], {-infinity, -0.0, 0.0, infinity, NAN});
}

void write_activation(int index) {
  act_op const op = support::op_named(act_op_name(index));
  std::printf("{\"name\": ");
  write_text(act_op_name(index));
  std::printf(", \"formula\": ");
  write_text(act_op_formula(index));
  std::printf(", \"output_hides_gradient\": ");
  write_text(output_hides_gradient(op));
  std::printf(",\n \"parameters\": ");
  write_members("[]", act_op_parameter_count(index),
                [&](int parameter) { write_parameter(op, index, parameter); });
  std::printf(",\n \"special\": ");
  write_values(op, special());
  std::printf(",\n \"plotted\": ");
  write_values(op, plotted(op));
  std::printf("}\n");
}

}  // namespace

int main() { write_members("[]", act_op_count(), write_activation); }
