// Counts what the library asks of the CUDA runtime: the test executable defines the entry points,
// which the dynamic linker then prefers, and passes every call on. The same on a GPU and on the
// emulator.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdlib>

namespace support {

struct runtime_calls {
  std::atomic<long> launches{0};          // cudaLaunchKernelExC
  std::atomic<unsigned> blocks_in_z{0};   // of the last launch's grid
  std::atomic<long> allocations{0};       // of device memory, and frees
  std::atomic<long> synchronizations{0};  // device, stream and event; blocking copies
  std::atomic<long> queries{0};  // of devices, functions, pointers, occupancy; and attributes set
  std::atomic<long> current_device{0};  // the thread's own state, no question to a device
  std::atomic<long> error_reads{0};     // cudaGetLastError would swallow the user's error

  /// All but launches and the current device.
  long forbidden() const { return allocations + synchronizations + queries + error_reads; }
};

runtime_calls& calls();

/// How often this thread has taken memory from operator new, the CUDA runtime's own uses left out.
/// Counted where the executable asks for it: COUNT_HOST_ALLOCATIONS, once, at namespace scope.
std::size_t host_allocations();

/// Of operator new.
void* counted_allocation(std::size_t bytes);

#define COUNT_HOST_ALLOCATIONS                                                           \
  void* operator new(std::size_t bytes) { return support::counted_allocation(bytes); }   \
  void* operator new[](std::size_t bytes) { return support::counted_allocation(bytes); } \
  void operator delete(void* pointer) noexcept { std::free(pointer); }                   \
  void operator delete[](void* pointer) noexcept { std::free(pointer); }                 \
  void operator delete(void* pointer, std::size_t) noexcept { std::free(pointer); }      \
  void operator delete[](void* pointer, std::size_t) noexcept { std::free(pointer); }

}  // namespace support
