// How fast the emulator runs pointwise float32 kernels, all checks on: lane-instructions and
// elements a second. ACTIVATIONS_EMULATOR_THREADS=1 gives the figure of one core.
#include "core/memory.hpp"
#include "core/program.hpp"
#include "ptx/module.hpp"

#include <benchmark/benchmark.h>
#include <cstring>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

namespace {

using namespace emulator;

std::string file_text(char const* path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

void run_kernel(benchmark::State& state, char const* name) {
  static std::unique_ptr<program> const loaded =
      program::load(ptx::parse(file_text(EMULATOR_SPEED_PTX)));
  std::int64_t const packs = state.range(0) / 4;
  device_memory& memory = device_memory::instance();
  auto const bytes = static_cast<std::uint64_t>(packs) * 16;
  std::uint64_t const x = memory.allocate(bytes, "x");
  std::uint64_t const y = memory.allocate(bytes, "y");
  std::vector<float> values(static_cast<std::size_t>(packs) * 4);
  for (std::size_t i = 0; i < values.size(); ++i)
    values[i] = static_cast<float>(i % 1000) * 0.02F - 10.0F;
  memory.write(x, values.data(), bytes);

  launch_config config;
  config.grid = {static_cast<std::uint32_t>((packs + 255) / 256), 1, 1};
  config.block = {256, 1, 1};
  config.parameters.resize(24);
  std::memcpy(config.parameters.data(), &x, 8);
  std::memcpy(config.parameters.data() + 8, &y, 8);
  std::memcpy(config.parameters.data() + 16, &packs, 8);
  launch_statistics statistics;
  for (auto _ : state) {
    if (auto const fault =
            loaded->run(*loaded->find_kernel(name), config, device_limits{}, statistics)) {
      state.SkipWithError(fault->message.c_str());
      break;
    }
  }
  state.counters["lane_instructions"] = benchmark::Counter(
      static_cast<double>(statistics.lane_instructions), benchmark::Counter::kIsRate);
  state.counters["elements"] =
      benchmark::Counter(static_cast<double>(state.iterations()) * static_cast<double>(packs) * 4,
                         benchmark::Counter::kIsRate);
  memory.release(x);
  memory.release(y);
}

BENCHMARK_CAPTURE(run_kernel, copy, "copy")->Arg(1 << 22)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(run_kernel, sigmoid, "sigmoid")->Arg(1 << 22)->Unit(benchmark::kMillisecond);

}  // namespace

BENCHMARK_MAIN();
