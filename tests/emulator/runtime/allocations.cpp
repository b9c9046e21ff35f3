#include "runtime/allocations.hpp"

#include "core/memory.hpp"
#include "core/page_locked.hpp"
#include "runtime/call_stack.hpp"
#include "runtime/checks.hpp"
#include "runtime/device.hpp"
#include "runtime/environment.hpp"
#include "runtime/host_access.hpp"

#include <cstdio>
#include <cstdlib>

namespace emulator::runtime {

namespace {

std::string hexadecimal(std::uint64_t value) {
  char text[32];
  std::snprintf(text, sizeof(text), "0x%llx", static_cast<unsigned long long>(value));
  return text;
}

}  // namespace

allocations& allocations::instance() {
  static allocations* const instance = new allocations;  // used until the very end of the process
  return *instance;
}

std::uint64_t allocations::allocate(std::uint64_t bytes, source from, char const* label) {
  if (bytes == 0) return 0;
  (void)device();  // sets the memory's size
  watch_host_accesses();
  device_memory& memory = device_memory::instance();
  std::lock_guard const lock(mutex_);
  std::uint64_t const address = memory.allocate(bytes, label);
  if (address == 0) {
    throw api_error(cudaErrorMemoryAllocation, std::to_string(bytes) + " bytes asked for, " +
                                                   std::to_string(memory.free_bytes()) + " of " +
                                                   std::to_string(memory.total_bytes()) + " left");
  }
  device_[address] = {bytes, from, false};
  note_caller(address);
  return address;
}

allocations::device_range& allocations::find_live(std::uint64_t address) {
  auto const found = device_.find(address);
  if (found == device_.end()) {
    std::string const what =
        host_.count(address) != 0
            ? "it is page-locked host memory, which cudaFreeHost or cudaHostUnregister gives back"
            : device_memory::instance().describe(address);
    throw api_error(cudaErrorInvalidValue, "no live allocation begins here: " + what);
  }
  if (found->second.free_queued) {
    throw api_error(cudaErrorInvalidValue, "cudaFreeAsync was called for this allocation before: " +
                                               device_memory::instance().describe(address));
  }
  return found->second;
}

void allocations::release(std::uint64_t address) {
  std::lock_guard const lock(mutex_);
  (void)find_live(address);
  device_.erase(address);
  device_memory::instance().release(address);
}

void allocations::begin_release(std::uint64_t address) {
  std::lock_guard const lock(mutex_);
  device_range& range = find_live(address);
  if (range.from != source::pool) {
    throw api_error(cudaErrorInvalidValue, "cudaFreeAsync is for memory of cudaMallocAsync");
  }
  range.free_queued = true;
}

void allocations::end_release(std::uint64_t address) {
  std::lock_guard const lock(mutex_);
  if (device_.erase(address) != 0) device_memory::instance().release(address);
}

void allocations::release_all() {
  std::lock_guard const lock(mutex_);
  for (auto const& entry : device_) device_memory::instance().release(entry.first);
  device_.clear();
}

void* allocations::allocate_host(std::uint64_t bytes, unsigned flags, char const* label) {
  constexpr std::uint64_t page = 4096;
  if (bytes > (std::uint64_t{1} << 46)) return nullptr;
  void* const pointer = std::aligned_alloc(page, (bytes + page - 1) / page * page);
  if (pointer == nullptr) return nullptr;
  std::lock_guard const lock(mutex_);
  host_[address_of(pointer)] = {bytes, flags, false};
  page_locked_memory::instance().add({address_of(pointer), bytes, label});
  note_caller(address_of(pointer));
  return pointer;
}

void allocations::release_host(void* pointer) {
  std::lock_guard const lock(mutex_);
  auto const found = host_.find(address_of(pointer));
  if (found == host_.end() || found->second.registered) {
    throw api_error(cudaErrorInvalidValue,
                    "cudaMallocHost or cudaHostAlloc has not returned this pointer");
  }
  host_.erase(found);
  page_locked_memory::instance().remove(address_of(pointer));
  std::free(pointer);
}

void allocations::register_host(void* pointer, std::uint64_t bytes, unsigned flags) {
  std::uint64_t const address = address_of(pointer);
  std::lock_guard const lock(mutex_);
  auto const next = host_.lower_bound(address);
  bool const overlaps_next = next != host_.end() && next->first - address < bytes;
  bool const overlaps_last =
      next != host_.begin() && address - std::prev(next)->first < std::prev(next)->second.bytes;
  if (overlaps_next || overlaps_last) {
    throw api_error(cudaErrorHostMemoryAlreadyRegistered,
                    "part of the range is page-locked already");
  }
  host_[address] = {bytes, flags, true};
  bool const read_only = (flags & cudaHostRegisterReadOnly) != 0;
  page_locked_memory::instance().add({address, bytes, "cudaHostRegister", read_only});
  note_caller(address);
}

void allocations::unregister_host(void* pointer) {
  std::lock_guard const lock(mutex_);
  auto const found = host_.find(address_of(pointer));
  if (found == host_.end() || !found->second.registered) {
    throw api_error(cudaErrorHostMemoryNotRegistered,
                    "cudaHostRegister was not called for this pointer");
  }
  host_.erase(found);
  page_locked_memory::instance().remove(address_of(pointer));
}

std::optional<allocations::host_range> allocations::page_locked(void const* pointer,
                                                                std::uint64_t bytes) const {
  std::uint64_t const address = address_of(pointer);
  std::lock_guard const lock(mutex_);
  auto const after = host_.upper_bound(address);
  if (after == host_.begin()) return std::nullopt;
  auto const& [start, range] = *std::prev(after);
  if (bytes > range.bytes || address - start > range.bytes - bytes) return std::nullopt;
  return range;
}

std::uint64_t allocations::pool_bytes() const {
  std::lock_guard const lock(mutex_);
  std::uint64_t sum = 0;
  for (auto const& entry : device_)
    sum += entry.second.from == source::pool ? entry.second.bytes : 0;
  return sum;
}

void allocations::note_caller(std::uint64_t address) {
  if (settings().leaks) callers_[address] = call_stack();
}

std::string allocations::caller(char const* verb, std::uint64_t address) const {
  auto const found = callers_.find(address);
  if (found == callers_.end()) return "";
  return std::string("\n") + verb + " by" + describe(found->second);
}

std::vector<std::string> allocations::live() const {
  std::lock_guard const lock(mutex_);
  std::vector<std::string> lines;
  for (allocation const& each : device_memory::instance().live()) {
    // Variables of a module that is never unloaded are no leak.
    if (device_.count(each.address) == 0 && each.label != kernel_malloc_label) continue;
    lines.push_back("never freed: " + std::to_string(each.bytes) + "-byte allocation #" +
                    std::to_string(each.serial) + " (" + each.label + ") at " +
                    hexadecimal(each.address) + caller("allocated", each.address));
  }
  for (auto const& [address, range] : host_) {
    std::string const what = std::to_string(range.bytes) + " bytes of page-locked host memory";
    lines.push_back(range.registered ? "never unregistered: " + what + caller("registered", address)
                                     : "never freed: " + what + caller("allocated", address));
  }
  return lines;
}

}  // namespace emulator::runtime
