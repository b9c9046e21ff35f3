#include "describe.hpp"
#include "support/random_call.hpp"

#include <stdexcept>

namespace describe {
namespace {

constexpr family_calls<act_random> random{"random",
                                          act_random_count,
                                          act_random_name,
                                          act_random_formula,
                                          act_random_parameter_count,
                                          act_random_parameter_name,
                                          act_random_parameter_allowed,
                                          act_random_from_name,
                                          act_random_get};

host_array ones_like(host_array const& x) {
  return host_array::of(x.type(), std::vector<double>(x.size(), 1.0));
}

columns at_inference(act_op const& op, host_array const& x) {
  host_array const ones = ones_like(x);
  return {{"x", x},
          {"y", support::call(op, support::direction::forward, nullptr, x)},
          {"dx", support::call(op, support::direction::backward, &ones, x)}};
}

/// And what a training step draws of it.
columns drawn(act_random const& op, act_op const& inference, host_array const& x) {
  columns all = at_inference(inference, x);
  auto const position = support::position_at(1, 0);
  host_array const ones = ones_like(x);
  all.emplace_back("drawn_y", support::call(op, nullptr, x, position));
  all.emplace_back("drawn_dx", support::call(op, &ones, x, position));
  return all;
}

}  // namespace

void write_random() {
  write_members("  ", random.count(), [](int index) {
    act_random const op = random.at(index);
    act_op inference;
    if (act_random_inference(&op, ACT_SLOPE_MEAN_ARITHMETIC, &inference) != ACT_OK)
      throw std::runtime_error(act_last_error());
    std::printf("{");
    random.write(index);
    std::printf(",\n \"special\": ");
    write_columns(at_inference(inference, special()));
    std::printf(",\n \"plotted\": ");
    write_columns(plotted([&](host_array const& x) { return drawn(op, inference, x); }));
    std::printf("}\n");
  });
}

}  // namespace describe
