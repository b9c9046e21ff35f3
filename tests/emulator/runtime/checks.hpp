// Argument checks that several entry points share.
#pragma once

#include "core/memory.hpp"
#include "runtime/errors.hpp"

#include <cstdint>

namespace emulator::runtime {

inline void require(bool condition, cudaError_t code, char const* message) {
  if (!condition) throw api_error(code, message);
}

inline void require_value(bool condition, char const* message) {
  require(condition, cudaErrorInvalidValue, message);
}

inline std::uint64_t address_of(void const* pointer) {
  return reinterpret_cast<std::uintptr_t>(pointer);
}
inline void* pointer_to(std::uint64_t address) { return reinterpret_cast<void*>(address); }

inline bool is_device_pointer(void const* pointer) {
  return device_memory::instance().in_reserved_range(address_of(pointer));
}

/// The emulated machine has one device.
inline void require_device(int device) {
  require(device == 0, cudaErrorInvalidDevice, "there is one device, number 0");
}

/// That [address, address + bytes) lies inside one live allocation.
inline void require_live(char const* role, std::uint64_t address, std::uint64_t bytes) {
  if (device_memory::instance().is_live(address, bytes)) return;
  throw api_error(cudaErrorInvalidValue, std::string(role) + ": " + std::to_string(bytes) +
                                             " bytes at " +
                                             device_memory::instance().describe(address));
}

}  // namespace emulator::runtime
