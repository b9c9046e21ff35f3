// Every implementation of every pointwise call, once: that the results are right, and what the PTX
// emulator counts. Anywhere; on a GPU nothing is counted, and nothing is timed in either case.
#include "checked_call.hpp"
#include "launch_counters.hpp"

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <exception>

namespace {

// ./run counted-work sets the variable.
constexpr char const* usage =
    "usage: counted_work [OP]     OP: one activation (default: all)\n"
    "ACTIVATIONS_EMULATOR_COUNTERS=FILE counts on the PTX emulator, which appends to the file.\n";

// Eight blocks of the library's narrowest tiles and enough that no rest weighs.
constexpr std::int64_t n = 1 << 16;

int failures = 0;

template <class T>
void run(bench::operands<T>& operands, int op, bench::direction_row const& row, char const* type,
         bench::launch_counters& counters) {
  bench::pointwise_call<T> const call = operands.call(op);
  for (bench::implementation<T> const& by : bench::implementations<T>()) {
    std::string wrong;
    bench::check(cudaDeviceSynchronize(), "the inputs");
    counters.since_last();
    try {
      wrong = bench::wrong_element(by, call, nullptr);
    } catch (std::exception const& error) {
      wrong = error.what();
    }
    bench::launch_count const count = counters.since_last();
    std::printf("%-16s %-9s %-21s %-17s", act_op_name(op), type, row.name, by.name);
    if (counters.counting()) {
      auto const each = [](std::uint64_t sum) { return static_cast<double>(sum) / n; };
      std::printf(" %8d %9.3f %13.3f %12.2f",
                  (bench::inputs_of(row.way) + 1) * static_cast<int>(sizeof(T)), each(count.bytes),
                  32 * each(count.sectors), each(count.instructions));
    }
    std::printf("  %s\n", wrong.empty() ? "right" : wrong.c_str());
    failures += wrong.empty() ? 0 : 1;
  }
}

template <class T>
void run_type(char const* type, char const* only, bench::launch_counters& counters) {
  for (bench::direction_row const& row : bench::directions) {
    bench::operands<T> operands(row.way, n);
    for (int op = 0; op < act_op_count(); ++op) {
      bool const wanted = only == nullptr || std::strcmp(only, act_op_name(op)) == 0;
      if (wanted && bench::has_direction(op, row.way)) run(operands, op, row, type, counters);
    }
  }
}

}  // namespace

int main(int argc, char** argv) try {
  act_op known;
  if (argc > 2 || (argc == 2 && act_op_from_name(argv[1], &known) != ACT_OK)) {
    std::fprintf(stderr, "%s%s\n", usage, argc == 2 ? act_last_error() : "");
    return 2;
  }
  bench::launch_counters counters;
  std::printf("%-16s %-9s %-21s %-17s", "activation", "type", "direction", "implementation");
  if (counters.counting()) {
    std::printf(" %8s %9s %13s %12s", "minimum", "bytes", "sector bytes", "instructions");
  }
  std::printf("  result\n");
  char const* const only = argc == 2 ? argv[1] : nullptr;
  run_type<float>("float32", only, counters);
  run_type<double>("float64", only, counters);
  run_type<__half>("float16", only, counters);
  run_type<__nv_bfloat16>("bfloat16", only, counters);
  if (counters.counting()) {
    std::printf(
        "n = %lld; per element: bytes that must be moved and that were asked for, those of "
        "the 32-byte sectors touched, instructions.\n",
        static_cast<long long>(n));
  }
  return failures == 0 ? 0 : 1;
} catch (std::exception const& error) {
  std::fprintf(stderr, "counted_work: %s\n", error.what());
  return 1;
}
