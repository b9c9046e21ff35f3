#include "describe.hpp"
#include "support/learned_call.hpp"

#include <stdexcept>

namespace describe {
namespace {

constexpr family_calls<act_learned> learned{"learned",
                                            act_learned_count,
                                            act_learned_name,
                                            act_learned_formula,
                                            act_learned_parameter_count,
                                            act_learned_parameter_name,
                                            act_learned_parameter_allowed,
                                            act_learned_from_name,
                                            act_learned_get};

/// Parameters that show what an activation does: array after array, each with its rows.
struct example {
  char const* name;
  int hinges;
  std::vector<double> learned;
  std::vector<double> knots;  // beside 0
};
// The initial ones, except where they make it another activation.
std::vector<example> const& examples() {
  static std::vector<example> const all{{"prelu", 1, {0.25}, {}},
                                        {"s_shaped_relu", 1, {1.0, 0.5, -1.0, 0.2}, {-1.0, 1.0}},
                                        {"apl", 2, {0.4, -0.5, 1.0, -2.0}, {-2.0, 1.0}},
                                        {"swish", 1, {1.0}, {}},
                                        {"learned_snake", 1, {1.0}, {}}};
  return all;
}

example const& example_of(std::string const& name) {
  for (example const& e : examples())
    if (e.name == name) return e;
  throw std::runtime_error("docs/describe_learned.cpp has no parameters to show " + name + " with");
}

/// Each element is a channel of its own, so that a gradient is what the element adds to it.
columns values(act_learned const& op, example const& shown, host_array const& x) {
  auto const n = static_cast<std::int64_t>(x.size());
  std::size_t const rows = support::learned_rows(op);
  int const index = static_cast<int>(op.index);
  std::vector<host_array> arrays;
  for (std::size_t first = 0; first < shown.learned.size(); first += rows) {
    arrays.emplace_back(x.type(), rows * x.size());
    for (std::size_t i = 0; i < rows * x.size(); ++i)
      arrays.back().set(i, shown.learned[first + i / x.size()]);
  }
  host_array const ones = host_array::of(x.type(), std::vector<double>(x.size(), 1.0));
  support::learned_operands const call(op, x.type(), x.type(), {1, n, 1}, x, ones, arrays);
  call.forward();
  call.backward_with_parameters(ACT_OVERWRITE);
  columns all{{"x", x}, {"y", call.y()}, {"dx", call.dx()}};
  for (std::size_t a = 0; a < arrays.size(); ++a) {
    host_array const gradient = call.gradient(a);
    for (std::size_t row = 0; row < rows; ++row) {
      host_array of_row(x.type(), x.size());
      for (std::size_t i = 0; i < x.size(); ++i)
        of_row.set_bits(i, gradient.bits(row * x.size() + i));
      std::string const number = rows > 1 ? "_" + std::to_string(row + 1) : "";
      all.emplace_back(
          "d_" + std::string(act_learned_array_name(index, static_cast<int>(a))) + number, of_row);
    }
  }
  return all;
}

}  // namespace

void write_learned() {
  write_members("  ", learned.count(), [](int index) {
    example const& shown = example_of(learned.name_of(index));
    act_learned const op = shown.hinges > 1 ? support::apl_of(shown.hinges) : learned.at(index);
    std::size_t const rows = support::learned_rows(op);
    std::printf("{");
    learned.write(index);
    std::printf(", \"learned\": ");
    write_members("[]", act_learned_array_count(index), [&](int array) {
      std::printf("{\"name\": ");
      write_text(act_learned_array_name(index, array));
      std::printf(", \"initial\": %.17g, \"shown\": ", act_learned_array_initial(index, array));
      auto const first = shown.learned.begin() + array * static_cast<std::ptrdiff_t>(rows);
      write_members("[]", static_cast<int>(rows),
                    [&](int row) { std::printf("%.17g", *(first + row)); });
      std::printf("}");
    });
    std::printf(",\n \"special\": ");
    write_columns(values(op, shown, special(shown.knots)));
    std::printf(",\n \"plotted\": ");
    columns drawn = plotted([&](host_array const& x) { return values(op, shown, x); });
    drawn.erase(drawn.begin() + 3, drawn.end());
    write_columns(drawn);
    std::printf("}\n");
  });
}

}  // namespace describe
