#include "runtime/device.hpp"

#include "core/memory.hpp"
#include "runtime/environment.hpp"

#include <cstdio>
#include <cstdlib>

namespace emulator::runtime {

namespace {

constexpr std::uint32_t kib = 1024;
constexpr std::uint64_t mib = 1024 * 1024;

// CUDA C++ Programming Guide, "Compute Capabilities", technical specifications.
struct row {
  unsigned capability;
  unsigned threads, blocks;            // a multiprocessor
  std::uint32_t shared, shared_optin;  // KiB a multiprocessor, a block
  std::uint64_t l2;                    // MiB, of the largest chip
};

constexpr row rows[] = {
    {75, 1024, 16, 64, 64, 4},     {80, 2048, 32, 164, 163, 40},   {86, 1536, 16, 100, 99, 6},
    {87, 1536, 16, 164, 163, 4},   {88, 1536, 16, 164, 163, 4},    {89, 1536, 24, 100, 99, 72},
    {90, 2048, 32, 228, 227, 50},  {100, 2048, 32, 228, 227, 126}, {103, 2048, 32, 228, 227, 126},
    {110, 1536, 24, 228, 227, 32}, {120, 1536, 24, 100, 99, 96},   {121, 1536, 24, 100, 99, 24},
};

row const& row_for(unsigned capability) {
  for (row const& candidate : rows) {
    if (candidate.capability == capability) return candidate;
  }
  std::fprintf(stderr, "ptx emulator: ACTIVATIONS_EMULATOR_COMPUTE_CAPABILITY is %u, allowed are",
               capability);
  for (row const& candidate : rows) std::fprintf(stderr, " %u", candidate.capability);
  std::fputs("\n", stderr);
  std::_Exit(2);  // what runs at exit would ask for the device again
}

device_description described() {
  environment const& asked = settings();
  row const& from = row_for(asked.compute_capability);
  device_description result;
  result.limits.compute_capability = from.capability;
  if (asked.multiprocessors)
    result.limits.multiprocessors = static_cast<unsigned>(*asked.multiprocessors);
  result.limits.shared_bytes_per_block_optin = from.shared_optin * kib;
  result.threads_per_multiprocessor = from.threads;
  result.blocks_per_multiprocessor = from.blocks;
  result.registers_per_multiprocessor = 65536;
  result.shared_bytes_per_multiprocessor = from.shared * kib;
  result.reserved_shared_bytes_per_block = from.capability >= 80 ? kib : 0;
  result.l2_bytes = from.l2 * mib;
  bool const clusters = from.capability >= 90;
  result.portable_cluster_blocks = clusters ? 8 : 0;
  result.non_portable_cluster_blocks = !clusters ? 0 : from.capability < 120 ? 16 : 8;
  if (asked.memory_bytes) device_memory::instance().set_total_bytes(*asked.memory_bytes);
  return result;
}

}  // namespace

device_description const& device() {
  static device_description const instance = described();
  return instance;
}

}  // namespace emulator::runtime
