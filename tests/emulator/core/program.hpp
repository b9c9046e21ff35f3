// What the runtime needs from the core: load a module, look up kernels and symbols, run a launch.
#pragma once

#include "core/counters.hpp"
#include "ptx/module.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace emulator {

struct dim3_t {
  std::uint32_t x = 1, y = 1, z = 1;
  std::uint64_t count() const { return std::uint64_t{x} * y * z; }
};

/// The emulated device: what cudaGetDeviceProperties reports and the core enforces.
struct device_limits {
  unsigned compute_capability = 80;  // 80 for 8.0
  unsigned multiprocessors = 8;
  unsigned max_threads_per_block = 1024;
  std::uint32_t shared_bytes_per_block = 48 * 1024;
  std::uint32_t shared_bytes_per_block_optin = 163 * 1024;
};

struct kernel_parameter {
  std::uint32_t offset = 0;  // in the parameter block
  std::uint32_t bytes = 0;
};

struct kernel_info {
  std::string name;  // mangled
  std::vector<kernel_parameter> parameters;
  std::uint32_t parameter_bytes = 0;
  std::uint32_t static_shared_bytes = 0;
  std::uint32_t local_bytes = 0;
  std::uint32_t max_threads_per_block = 1024;  // .maxntid if given
  std::uint32_t register_estimate = 32;
  std::optional<dim3_t> required_cluster;
};

struct launch_config {
  dim3_t grid, block, cluster;
  std::uint32_t dynamic_shared_bytes = 0;
  std::vector<std::byte> parameters;  // parameter_bytes long, laid out by kernel_info::parameters
  bool check_global_races = true;
};

enum class fault_kind {
  unsupported,  // an instruction, modifier or feature that the emulator does not implement
  out_of_bounds,
  use_after_free,
  misaligned,
  uninitialized_read,
  null_access,
  barrier_divergence,
  deadlock,
  trap,
  assertion,
  race,
  non_coherent_read,
};

/// Why a launch ended early: one sentence per line, the first names kernel, thread, instruction,
/// address.
struct fault {
  fault_kind kind;
  std::string message;
};

class program {
 public:
  virtual ~program() = default;

  /// Module-scope variables get device memory; a kernel is decoded at its first launch. An
  /// instruction that is not supported is an error only when a thread reaches it: then run() returns
  /// fault_kind::unsupported with its line.
  static std::unique_ptr<program> load(ptx::module module);

  virtual kernel_info const* find_kernel(std::string_view mangled_name) const = 0;

  struct symbol {
    std::uint64_t address;
    std::uint64_t bytes;
  };
  virtual std::optional<symbol> find_symbol(std::string_view name) const = 0;

  /// Runs every block of the launch to its end on all worker threads (ACTIVATIONS_EMULATOR_THREADS,
  /// default: all cores) and returns the first fault, if any. The caller has checked the
  /// configuration against the limits.
  virtual std::optional<fault> run(kernel_info const& kernel, launch_config const& config,
                                   device_limits const& limits, launch_statistics& statistics) = 0;
};

}  // namespace emulator
