#include "describe.hpp"
#include "support/glu_call.hpp"

namespace describe {
namespace {

constexpr family_calls<act_glu> glu{"glu",
                                    act_glu_count,
                                    act_glu_name,
                                    act_glu_formula,
                                    act_glu_parameter_count,
                                    act_glu_parameter_name,
                                    act_glu_parameter_allowed,
                                    act_glu_from_name,
                                    act_glu_get};

/// For an up of 2, so that y and its gradients are three lines.
columns values(act_glu const& op, host_array const& gate) {
  auto const all = [&](double value) {
    return host_array::of(gate.type(), std::vector<double>(gate.size(), value));
  };
  support::glu_inputs const in{1, static_cast<std::int64_t>(gate.size()), gate, all(2), all(1)};
  support::glu_gradients const gradients = support::backward(op, in);
  return {{"gate", gate},
          {"y", support::forward(op, in)},
          {"dgate", gradients.gate},
          {"dup", gradients.up}};
}

}  // namespace

void write_glu() {
  write_members("  ", glu.count(), [](int index) {
    act_glu const op = glu.at(index);
    std::printf("{");
    glu.write(index);
    std::printf(",\n \"special\": ");
    write_columns(values(op, special()));
    std::printf(",\n \"plotted\": ");
    write_columns(plotted([&](host_array const& gate) { return values(op, gate); }));
    std::printf("}\n");
  });
}

}  // namespace describe
