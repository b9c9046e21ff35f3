#include "describe.hpp"
#include "support/rowwise_call.hpp"

namespace describe {
namespace {

constexpr family_calls<act_softmax> rowwise{"rowwise",
                                            act_softmax_count,
                                            act_softmax_name,
                                            act_softmax_formula,
                                            act_softmax_parameter_count,
                                            act_softmax_parameter_name,
                                            act_softmax_parameter_allowed,
                                            act_softmax_from_name,
                                            act_softmax_get};

host_array firsts(host_array const& pairs) {
  host_array result(pairs.type(), pairs.size() / 2);
  for (std::size_t i = 0; i < result.size(); ++i) result.set_bits(i, pairs.bits(2 * i));
  return result;
}

/// The first element of rows of x and 0, and its gradient for dy = 1 there and 0 at the other.
columns values(act_softmax const& op, host_array const& x) {
  host_array rows(x.type(), 2 * x.size());
  host_array dy(x.type(), 2 * x.size());
  for (std::size_t i = 0; i < x.size(); ++i) {
    rows.set_bits(2 * i, x.bits(i));
    dy.set(2 * i, 1);
  }
  auto const n = static_cast<std::int64_t>(x.size());
  host_array const y = support::call(op, nullptr, {rows, n, 2});
  return {{"x", x}, {"y", firsts(y)}, {"dx", firsts(support::call(op, &dy, {y, n, 2}))}};
}

}  // namespace

void write_rowwise() {
  write_members("  ", rowwise.count(), [](int index) {
    act_softmax const op = rowwise.at(index);
    std::printf("{");
    rowwise.write(index);
    std::printf(",\n \"special\": ");
    write_columns(values(op, special()));
    std::printf(",\n \"plotted\": ");
    write_columns(plotted([&](host_array const& x) { return values(op, x); }));
    std::printf("}\n");
  });
}

}  // namespace describe
