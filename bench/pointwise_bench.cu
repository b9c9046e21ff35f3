// Times every pointwise call, by this library and by its peers, on NVBench.
#include "checked_call.hpp"

#include <algorithm>
#include <nvbench/nvbench.cuh>

NVBENCH_DECLARE_TYPE_STRINGS(__half, "F16", "__half");
NVBENCH_DECLARE_TYPE_STRINGS(__nv_bfloat16, "BF16", "__nv_bfloat16");

namespace {

bool all_right = true;

int op_named(std::string const& name) {
  int op = 0;
  while (act_op_name(op) != name) ++op;
  return op;
}

bench::direction direction_named(std::string const& name) {
  return std::find_if(std::begin(bench::directions), std::end(bench::directions),
                      [&](auto const& row) { return row.name == name; })
      ->way;
}

template <class T>
bench::implementation<T> const& implementation_named(std::string const& name) {
  auto const& all = bench::implementations<T>();
  return *std::find_if(all.begin(), all.end(), [&](auto const& by) { return by.name == name; });
}

template <class T>
void pointwise(nvbench::state& state, nvbench::type_list<T>) try {
  int const op = op_named(state.get_string("op"));
  bench::direction const way = direction_named(state.get_string("direction"));
  auto const& by = implementation_named<T>(state.get_string("implementation"));
  std::int64_t const n = state.get_int64("n");
  if (!bench::has_direction(op, way))
    return state.skip("the activation's output does not determine its gradient");

  bench::operands<T> operands(way, n);
  bench::pointwise_call<T> const call = operands.call(op);
  std::string const wrong = bench::wrong_element(by, call, state.get_cuda_stream());
  if (!wrong.empty()) {
    all_right = false;
    return state.skip("wrong result, not timed: " + wrong);
  }
  auto const elements = static_cast<std::size_t>(n);
  state.add_element_count(elements);
  state.add_global_memory_reads<T>(elements * static_cast<std::size_t>(bench::inputs_of(way)));
  state.add_global_memory_writes<T>(elements);
  state.exec([&](nvbench::launch& launch) { by.launch(call, launch.get_stream()); });
} catch (std::bad_alloc const&) {
  state.skip("out of device memory");
}

std::vector<std::string> op_names() {
  std::vector<std::string> names;
  for (int op = 0; op < act_op_count(); ++op) names.emplace_back(act_op_name(op));
  return names;
}

std::vector<std::string> direction_names() {
  std::vector<std::string> names;
  for (bench::direction_row const& row : bench::directions) names.emplace_back(row.name);
  return names;
}

std::vector<std::string> implementation_names() {
  std::vector<std::string> names;
  for (auto const& by : bench::implementations<float>()) names.emplace_back(by.name);
  return names;
}

using types = nvbench::type_list<float, double, __half, __nv_bfloat16>;
NVBENCH_BENCH_TYPES(pointwise, NVBENCH_TYPE_AXES(types))
    .set_type_axes_names({"T"})
    .add_string_axis("op", op_names())
    .add_string_axis("direction", direction_names())
    .add_string_axis("implementation", implementation_names())
    .add_int64_power_of_two_axis("n", nvbench::range(16, 28, 4));

int run(int argc, char** argv) { NVBENCH_MAIN_BODY(argc, argv); }

}  // namespace

int main(int argc, char** argv) try {
  int const status = run(argc, argv);
  return all_right ? status : 1;
}
NVBENCH_MAIN_CATCH_EXCEPTIONS
