#include "runtime/launch.hpp"

#include "core/access_counter.hpp"
#include "core/fault.hpp"
#include "runtime/approximation_setting.hpp"
#include "runtime/checks.hpp"
#include "runtime/device.hpp"
#include "runtime/environment.hpp"
#include "runtime/statistics.hpp"
#include "runtime/stream.hpp"

#include <algorithm>
#include <cstring>

namespace emulator::runtime {

namespace {

cudaError_t code_of(fault_kind kind) {
  switch (kind) {
    case fault_kind::unsupported:
      return cudaErrorNotSupported;
    case fault_kind::out_of_bounds:
    case fault_kind::use_after_free:
    case fault_kind::null_access:
      return cudaErrorIllegalAddress;
    case fault_kind::misaligned:
      return cudaErrorMisalignedAddress;
    case fault_kind::assertion:
      return cudaErrorAssert;
    case fault_kind::deadlock:
      return cudaErrorLaunchTimeout;
    default:
      return cudaErrorLaunchFailure;
  }
}

std::string spelled(dim3 const& size) {
  return std::to_string(size.x) + " x " + std::to_string(size.y) + " x " + std::to_string(size.z);
}

[[noreturn]] void refuse(cudaError_t code, loaded_kernel const& launched,
                         std::string const& reason) {
  throw api_error(code, demangled(launched.registered->name()) + ": " + reason);
}

void check_sizes(loaded_kernel const& launched, launch_request const& asked) {
  unsigned const grid[3] = {asked.grid.x, asked.grid.y, asked.grid.z};
  unsigned const block[3] = {asked.block.x, asked.block.y, asked.block.z};
  bool good = true;
  for (int i = 0; i < 3; ++i) {
    good =
        good && grid[i] >= 1 && grid[i] <= max_grid[i] && block[i] >= 1 && block[i] <= max_block[i];
  }
  std::uint64_t const threads = std::uint64_t{block[0]} * block[1] * block[2];
  if (!good || threads > device().limits.max_threads_per_block) {
    refuse(cudaErrorInvalidConfiguration, launched,
           "a grid of " + spelled(asked.grid) + " blocks of " + spelled(asked.block) +
               " threads; allowed are grids up to 2147483647 x 65535 x 65535 and blocks up to 1024 "
               "x 1024 x 64 with at "
               "most 1024 threads");
  }
  if (threads > launched.info->max_threads_per_block) {
    refuse(cudaErrorInvalidValue, launched,
           std::to_string(threads) + " threads a block, but its launch bounds allow " +
               std::to_string(launched.info->max_threads_per_block));
  }
}

void check_shared(loaded_kernel const& launched, std::size_t dynamic_bytes) {
  std::size_t const limit = dynamic_shared_limit(launched);
  if (dynamic_bytes <= limit) return;
  refuse(cudaErrorInvalidValue, launched,
         std::to_string(dynamic_bytes) + " bytes of dynamic shared memory, but at most " +
             std::to_string(limit) +
             " are allowed (cudaFuncAttributeMaxDynamicSharedMemorySize raises that)");
}

// The cluster of the launch: given, or required by the kernel, or none.
dim3 checked_cluster(loaded_kernel const& launched, launch_request const& asked) {
  kernel_settings const attributes = launched.registered->settings();
  dim3 required = attributes.required_cluster;
  if (launched.info->required_cluster) {
    dim3_t const& compiled = *launched.info->required_cluster;
    required = dim3(compiled.x, compiled.y, compiled.z);
  }
  bool const given = asked.cluster.x != 0;
  if (!given && required.x == 0) {
    if (attributes.cluster_must_be_set)
      refuse(cudaErrorInvalidClusterSize, launched, "it needs a cluster size");
    return dim3(1, 1, 1);
  }
  dim3 const cluster = given ? asked.cluster : required;
  if (given && required.x != 0 &&
      (cluster.x != required.x || cluster.y != required.y || cluster.z != required.z)) {
    refuse(cudaErrorInvalidClusterSize, launched,
           "a cluster of " + spelled(cluster) + " blocks, but it was compiled for " +
               spelled(required));
  }
  std::uint64_t const blocks = std::uint64_t{cluster.x} * cluster.y * cluster.z;
  if (blocks == 1) return cluster;
  unsigned const limit = attributes.non_portable_cluster ? device().non_portable_cluster_blocks
                                                         : device().portable_cluster_blocks;
  if (limit == 0) refuse(cudaErrorNotSupported, launched, "clusters need compute capability 9.0");
  if (blocks > limit) {
    refuse(cudaErrorInvalidClusterSize, launched,
           "a cluster of " + spelled(cluster) + " blocks, but at most " + std::to_string(limit) +
               " are allowed");
  }
  if (asked.grid.x % cluster.x != 0 || asked.grid.y % cluster.y != 0 ||
      asked.grid.z % cluster.z != 0) {
    refuse(cudaErrorInvalidConfiguration, launched,
           "a grid of " + spelled(asked.grid) + " blocks is no multiple of a cluster of " +
               spelled(cluster));
  }
  return cluster;
}

std::vector<std::byte> copied_arguments(loaded_kernel const& launched, void** arguments) {
  std::vector<std::byte> block(launched.info->parameter_bytes);
  auto const& parameters = launched.info->parameters;
  if (!parameters.empty() && arguments == nullptr)
    refuse(cudaErrorInvalidValue, launched, "no arguments");
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    if (arguments[i] == nullptr) {
      refuse(cudaErrorInvalidValue, launched,
             "argument " + std::to_string(i) + " is a null pointer");
    }
    std::memcpy(block.data() + parameters[i].offset, arguments[i], parameters[i].bytes);
  }
  return block;
}

std::optional<failure> execute(loaded_kernel const& launched, launch_config const& config) {
  apply_approximation_setting();
  if (!settings().counters.empty()) sector_set::instance().enable();
  launch_statistics counted;
  auto const start = std::chrono::steady_clock::now();
  auto const fault = launched.code->run(*launched.info, config, device().limits, counted);
  count_launch(*launched.info, config, counted, std::chrono::steady_clock::now() - start);
  if (!fault) return std::nullopt;
  return failure{code_of(fault->kind), fault->message, std::string(to_string(fault->kind))};
}

}  // namespace

std::size_t dynamic_shared_limit(loaded_kernel const& asked) {
  int const opted_in = asked.registered->settings().max_dynamic_shared_bytes;
  if (opted_in >= 0) return static_cast<std::size_t>(opted_in);
  std::size_t const all = device().limits.shared_bytes_per_block;
  return all - std::min<std::size_t>(all, asked.info->static_shared_bytes);
}

void launch(launch_request const& asked) {
  loaded_kernel const launched = load_kernel(asked.function);
  check_sizes(launched, asked);
  check_shared(launched, asked.dynamic_shared_bytes);
  dim3 const cluster = checked_cluster(launched, asked);
  launch_config config;
  config.check_global_races = settings().global_races;
  config.grid = {asked.grid.x, asked.grid.y, asked.grid.z};
  config.block = {asked.block.x, asked.block.y, asked.block.z};
  config.cluster = {cluster.x, cluster.y, cluster.z};
  config.dynamic_shared_bytes = static_cast<std::uint32_t>(asked.dynamic_shared_bytes);
  config.parameters = copied_arguments(launched, asked.arguments);
  stream_state& state = streams();
  runtime_lock lock(state.mutex);
  submit(lock, *stream_of(state, asked.stream),
         make_work(cudaGraphNodeTypeKernel,
                   [launched, config = std::move(config)] { return execute(launched, config); }));
}

dim3 cluster_of(cudaLaunchAttribute const* attributes, unsigned count) {
  dim3 cluster(0, 0, 0);
  require_value(attributes != nullptr || count == 0, "no attributes");
  for (unsigned i = 0; i < count; ++i) {
    cudaLaunchAttributeValue const& value = attributes[i].val;
    switch (attributes[i].id) {
      case cudaLaunchAttributeClusterDimension:
        require(value.clusterDim.x != 0 && value.clusterDim.y != 0 && value.clusterDim.z != 0,
                cudaErrorInvalidClusterSize, "a cluster of no blocks");
        cluster = dim3(value.clusterDim.x, value.clusterDim.y, value.clusterDim.z);
        break;
      // Hints, and permissions that need not be used: the launch begins after its predecessor's
      // end.
      case cudaLaunchAttributeIgnore:
      case cudaLaunchAttributeAccessPolicyWindow:
      case cudaLaunchAttributeSynchronizationPolicy:
      case cudaLaunchAttributeClusterSchedulingPolicyPreference:
      case cudaLaunchAttributeProgrammaticStreamSerialization:
      case cudaLaunchAttributePriority:
      case cudaLaunchAttributeMemSyncDomainMap:
      case cudaLaunchAttributeMemSyncDomain:
      case cudaLaunchAttributePreferredClusterDimension:
      case cudaLaunchAttributePreferredSharedMemoryCarveout:
      case cudaLaunchAttributeNvlinkUtilCentricScheduling:
        break;
      case cudaLaunchAttributeCooperative:
        require(value.cooperative == 0, cudaErrorNotSupported,
                "cooperative launches are not emulated");
        break;
      default:
        throw api_error(
            cudaErrorNotSupported,
            "launch attribute " + std::to_string(attributes[i].id) + " is not emulated");
    }
  }
  return cluster;
}

}  // namespace emulator::runtime
