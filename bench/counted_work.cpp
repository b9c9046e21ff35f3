// Every implementation of every call of every family, once: that the results are right, and what the
// PTX emulator counts. On a GPU nothing is counted, and nothing is timed in either case.
#include "checked_call.hpp"
#include "drawn.hpp"
#include "glu.hpp"
#include "launch_counters.hpp"
#include "learned.hpp"
#include "pointwise.hpp"
#include "rowwise.hpp"

#include <cstdio>
#include <exception>

namespace {

// ./run counted-work sets the variable.
constexpr char const* usage =
    "usage: counted_work [OP]     OP: one activation (default: all)\n"
    "ACTIVATIONS_EMULATOR_COUNTERS=FILE counts on the PTX emulator, which appends to the file.\n";

// Eight blocks of the library's narrowest tiles and enough that no rest weighs.
constexpr std::int64_t n = 1 << 16;

int runs = 0;
int failures = 0;

template <class T>
void run(bench::family<T> const& family, bench::call<T> const& call, char const* type,
         bench::launch_counters& counters) {
  bench::direction const& way = family.directions[static_cast<std::size_t>(call.way)];
  for (bench::implementation<T> const& by : family.implementations) {
    if (!by.can(call)) continue;
    std::string wrong;
    bench::check(cudaDeviceSynchronize(), "the inputs");
    counters.since_last();
    try {
      wrong = bench::wrong_element(family, by, call, nullptr);
    } catch (std::exception const& error) {
      wrong = error.what();
    }
    bench::launch_count const count = counters.since_last();
    std::printf("%-16s %-9s %-24s %-15s %-17s",
                family.ops[static_cast<std::size_t>(call.op)].c_str(), type, way.name,
                family.shapes[static_cast<std::size_t>(call.shape)].name.c_str(), by.name);
    if (counters.counting()) {
      auto const each = [&](std::uint64_t sum) {
        return static_cast<double>(sum) / static_cast<double>(call.n);
      };
      auto const read = static_cast<std::uint64_t>(family.extent_of(call.shape, call.n).read);
      auto const written = static_cast<std::uint64_t>(call.n);
      auto const inputs = static_cast<unsigned>(way.inputs),
                 outputs = static_cast<unsigned>(way.outputs);
      std::printf(" %8.3f %9.3f %13.3f %12.2f",
                  each((inputs * read + outputs * written) * sizeof(T)), each(count.bytes),
                  32 * each(count.sectors), each(count.instructions));
    }
    std::printf("  %s\n", wrong.empty() ? "right" : wrong.c_str());
    ++runs;
    failures += wrong.empty() ? 0 : 1;
  }
}

template <class Family, class T>
void run_type(char const* type, std::string const& only, bench::launch_counters& counters) {
  bench::family<T> const& family = Family::template of<T>();
  for (int way = 0; way < static_cast<int>(family.directions.size()); ++way) {
    for (int shape = 0; shape < static_cast<int>(family.shapes.size()); ++shape) {
      if (!family.shapes[static_cast<std::size_t>(shape)].counted) continue;
      bench::operands<T> operands(family, way, shape, n);
      for (int op = 0; op < static_cast<int>(family.ops.size()); ++op) {
        bool const wanted = only.empty() || only == family.ops[static_cast<std::size_t>(op)];
        if (wanted && family.has_direction(op, way))
          run(family, operands.prepare(op), type, counters);
      }
    }
  }
}

template <class Family>
void run_family(std::string const& only, bench::launch_counters& counters) {
  run_type<Family, float>("float32", only, counters);
  run_type<Family, double>("float64", only, counters);
  run_type<Family, __half>("float16", only, counters);
  run_type<Family, __nv_bfloat16>("bfloat16", only, counters);
}

}  // namespace

int main(int argc, char** argv) try {
  if (argc > 2) {
    std::fputs(usage, stderr);
    return 2;
  }
  bench::launch_counters counters;
  std::printf("%-16s %-9s %-24s %-15s %-17s", "activation", "type", "direction", "shape",
              "implementation");
  if (counters.counting())
    std::printf(" %8s %9s %13s %12s", "minimum", "bytes", "sector bytes", "instructions");
  std::printf("  result\n");
  std::string const only = argc == 2 ? argv[1] : "";
  run_family<bench::pointwise>(only, counters);
  run_family<bench::glu>(only, counters);
  run_family<bench::learned>(only, counters);
  run_family<bench::drawn>(only, counters);
  run_family<bench::rowwise>(only, counters);
  if (runs == 0) {
    std::fprintf(stderr, "counted_work: no activation is called %s\n", argv[1]);
    return 2;
  }
  if (counters.counting()) {
    std::printf(
        "n = %lld, or the most whole rows of it; per element: bytes that must be moved and that "
        "were asked for, those of "
        "the 32-byte sectors touched, instructions.\n",
        static_cast<long long>(n));
  }
  return failures == 0 ? 0 : 1;
} catch (std::exception const& error) {
  std::fprintf(stderr, "counted_work: %s\n", error.what());
  return 1;
}
