// Times every call of every family, by this library and by its peers, on NVBench.
#include "checked_call.hpp"
#include "drawn.hpp"
#include "glu.hpp"
#include "learned.hpp"
#include "pointwise.hpp"
#include "rowwise.hpp"

#include <nvbench/nvbench.cuh>

NVBENCH_DECLARE_TYPE_STRINGS(__half, "F16", "__half");
NVBENCH_DECLARE_TYPE_STRINGS(__nv_bfloat16, "BF16", "__nv_bfloat16");

namespace {

using types = nvbench::type_list<float, double, __half, __nv_bfloat16>;

bool all_right = true;

/// The names of the rows, as an axis.
template <class Rows>
std::vector<std::string> names(Rows const& rows) {
  std::vector<std::string> all;
  for (auto const& row : rows) all.emplace_back(row.name);
  return all;
}

int place_of(std::string const& name, std::vector<std::string> const& in) {
  int place = 0;
  while (in[static_cast<std::size_t>(place)] != name) ++place;
  return place;
}

template <class T>
void time(nvbench::state& state, bench::family<T> const& family) {
  int const op = place_of(state.get_string("op"), family.ops);
  int const way = place_of(state.get_string("direction"), names(family.directions));
  int const by = place_of(state.get_string("implementation"), names(family.implementations));
  if (!family.has_direction(op, way))
    return state.skip("the activation's output does not determine its gradient");

  bench::implementation<T> const& implementation =
      family.implementations[static_cast<std::size_t>(by)];
  bool const has_shapes = family.shapes.size() > 1;
  int const shape =
      has_shapes ? place_of(state.get_string(family.shape_axis), names(family.shapes)) : 0;
  bench::extent const extent = family.extent_of(shape, state.get_int64("n"));
  bench::operands<T> operands(family, way, shape, extent.n);
  bench::call<T> const call = operands.prepare(op);
  if (!implementation.can(call)) return state.skip("not this implementation's");
  std::string const wrong =
      bench::wrong_element(family, implementation, call, state.get_cuda_stream());
  if (!wrong.empty()) {
    all_right = false;
    return state.skip("wrong result, not timed: " + wrong);
  }
  bench::direction const& moved = family.directions[static_cast<std::size_t>(way)];
  auto const elements = static_cast<std::size_t>(extent.n);
  auto const read = static_cast<std::size_t>(extent.read);
  state.add_element_count(elements);
  state.add_global_memory_reads<T>(read * static_cast<std::size_t>(moved.inputs));
  state.add_global_memory_writes<T>(elements * static_cast<std::size_t>(moved.outputs));
  state.exec([&](nvbench::launch& launch) { implementation.launch(call, launch.get_stream()); });
}

template <class Family>
struct timed {
  template <class T>
  void operator()(nvbench::state& state, nvbench::type_list<T>) const try {
    time(state, Family::template of<T>());
  } catch (std::bad_alloc const&) {
    state.skip("out of device memory");
  } catch (bench::unsupported const& error) {
    state.skip(error.what());
  }
};

template <class Family>
void add_benchmark() {
  using benchmark = nvbench::benchmark<timed<Family>, nvbench::type_list<types>>;
  auto const& family = Family::template of<float>();
  auto& added = nvbench::benchmark_manager::get().add(std::make_unique<benchmark>());
  added.set_name(Family::name)
      .set_type_axes_names({"T"})
      .add_string_axis("op", family.ops)
      .add_string_axis("direction", names(family.directions))
      .add_string_axis("implementation", names(family.implementations))
      .add_int64_power_of_two_axis("n", nvbench::range(16, 28, 4));
  if (family.shapes.size() > 1) added.add_string_axis(family.shape_axis, names(family.shapes));
}

int run(int argc, char** argv) { NVBENCH_MAIN_BODY(argc, argv); }

}  // namespace

int main(int argc, char** argv) try {
  add_benchmark<bench::pointwise>();
  add_benchmark<bench::glu>();
  add_benchmark<bench::learned>();
  add_benchmark<bench::drawn>();
  add_benchmark<bench::rowwise>();
  int const status = run(argc, argv);
  return all_right ? status : 1;
}
NVBENCH_MAIN_CATCH_EXCEPTIONS
