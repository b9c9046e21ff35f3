// What the program has allocated and must free: device memory and page-locked host memory.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace emulator::runtime {

class allocations {
 public:
  static allocations& instance();

  enum class source { malloc, pool };

  /// Throws cudaErrorMemoryAllocation. Zero bytes give address 0.
  std::uint64_t allocate(std::uint64_t bytes, source from, char const* label);
  /// Throws cudaErrorInvalidValue for what is not the start of a live allocation, or is queued to
  /// be freed.
  void release(std::uint64_t address);
  /// From the call of cudaFreeAsync on, the program must not free it again.
  void begin_release(std::uint64_t address);
  void end_release(std::uint64_t address);
  void release_all();

  struct host_range {
    std::uint64_t bytes = 0;
    unsigned flags = 0;
    bool registered = false;  // by cudaHostRegister, else allocated by CUDA
  };
  /// Null if the host has no more memory.
  void* allocate_host(std::uint64_t bytes, unsigned flags, char const* label);
  void release_host(void* pointer);
  void register_host(void* pointer, std::uint64_t bytes, unsigned flags);
  void unregister_host(void* pointer);
  /// The page-locked range that holds all of [pointer, pointer + bytes).
  std::optional<host_range> page_locked(void const* pointer, std::uint64_t bytes) const;

  std::uint64_t pool_bytes() const;
  /// A line for each live allocation, for the leak report.
  std::vector<std::string> live() const;

 private:
  struct device_range {
    std::uint64_t bytes = 0;
    source from = source::malloc;
    bool free_queued = false;
  };

  device_range& find_live(std::uint64_t address);
  void note_caller(std::uint64_t address);
  std::string caller(char const* verb, std::uint64_t address) const;

  mutable std::mutex mutex_;
  std::map<std::uint64_t, device_range> device_;
  std::map<std::uint64_t, host_range> host_;
  std::map<std::uint64_t, std::vector<void*>> callers_;  // of both; kept for the leak report
};

}  // namespace emulator::runtime
