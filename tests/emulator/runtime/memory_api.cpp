// cudaMalloc, cudaFree, page-locked host memory, what a pointer is.
#include "runtime/allocations.hpp"
#include "runtime/capture.hpp"
#include "runtime/checks.hpp"
#include "runtime/device.hpp"
#include "runtime/stream.hpp"

using namespace emulator::runtime;

namespace {

// Freeing waits for the device, as CUDA's does: work that uses the memory is done before it goes.
void wait_before_free() {
  forbid_unsafe_call_during_capture();
  runtime_lock lock(streams().mutex);
  wait_for_device(lock);
}

void allocate(void** result, std::size_t bytes, char const* label) {
  require_value(result != nullptr, "nowhere to put the pointer");
  forbid_unsafe_call_during_capture();
  *result = pointer_to(allocations::instance().allocate(bytes, allocations::source::malloc, label));
}

void allocate_host(void** result, std::size_t bytes, unsigned flags, char const* label) {
  require_value(result != nullptr, "nowhere to put the pointer");
  constexpr unsigned known =
      cudaHostAllocPortable | cudaHostAllocMapped | cudaHostAllocWriteCombined;
  require_value((flags & ~known) == 0, "no such flags");
  forbid_unsafe_call_during_capture();
  *result = nullptr;
  if (bytes == 0) return;
  *result = allocations::instance().allocate_host(bytes, flags, label);
  require(*result != nullptr, cudaErrorMemoryAllocation, "the host has not that much memory");
}

}  // namespace

extern "C" {

cudaError_t cudaMalloc(void** result, std::size_t bytes) {
  return entry("cudaMalloc", [&] { allocate(result, bytes, "cudaMalloc"); });
}

cudaError_t cudaMallocPitch(void** result, std::size_t* pitch, std::size_t width,
                            std::size_t height) {
  return entry("cudaMallocPitch", [&] {
    require_value(pitch != nullptr, "nowhere to put the pitch");
    constexpr std::size_t alignment = 512;
    std::size_t const rounded = (width + alignment - 1) / alignment * alignment;
    std::size_t bytes = 0;
    require(rounded >= width && !__builtin_mul_overflow(rounded, height, &bytes),
            cudaErrorMemoryAllocation, "width times height is beyond any memory");
    allocate(result, bytes, "cudaMallocPitch");
    *pitch = rounded;
  });
}

cudaError_t cudaFree(void* pointer) {
  return entry("cudaFree", [&] {
    wait_before_free();
    if (pointer != nullptr) allocations::instance().release(address_of(pointer));
  });
}

cudaError_t cudaMallocHost(void** result, std::size_t bytes) {
  return entry("cudaMallocHost",
               [&] { allocate_host(result, bytes, cudaHostAllocDefault, "cudaMallocHost"); });
}

cudaError_t cudaHostAlloc(void** result, std::size_t bytes, unsigned flags) {
  return entry("cudaHostAlloc", [&] { allocate_host(result, bytes, flags, "cudaHostAlloc"); });
}

cudaError_t cudaFreeHost(void* pointer) {
  return entry("cudaFreeHost", [&] {
    wait_before_free();
    if (pointer != nullptr) allocations::instance().release_host(pointer);
  });
}

cudaError_t cudaHostRegister(void* pointer, std::size_t bytes, unsigned flags) {
  return entry("cudaHostRegister", [&] {
    require_value(pointer != nullptr && bytes != 0, "no memory to register");
    constexpr unsigned known =
        cudaHostRegisterPortable | cudaHostRegisterMapped | cudaHostRegisterReadOnly;
    require((flags & cudaHostRegisterIoMemory) == 0, cudaErrorNotSupported,
            "I/O memory is not emulated");
    require_value((flags & ~known) == 0, "no such flags");
    require_value(!is_device_pointer(pointer), "this is device memory");
    forbid_unsafe_call_during_capture();
    allocations::instance().register_host(pointer, bytes, flags);
  });
}

cudaError_t cudaHostUnregister(void* pointer) {
  return entry("cudaHostUnregister", [&] {
    require_value(pointer != nullptr, "no memory to unregister");
    wait_before_free();
    allocations::instance().unregister_host(pointer);
  });
}

cudaError_t cudaHostGetFlags(unsigned* flags, void* pointer) {
  return entry("cudaHostGetFlags", [&] {
    require_value(flags != nullptr, "nowhere to put the flags");
    auto const range = allocations::instance().page_locked(pointer, 1);
    require_value(range.has_value(), "this is no page-locked memory");
    *flags = range->flags;
  });
}

cudaError_t cudaHostGetDevicePointer(void** result, void* pointer, unsigned flags) {
  return entry("cudaHostGetDevicePointer", [&] {
    require_value(result != nullptr, "nowhere to put the pointer");
    *result = nullptr;
    require_value(flags == 0, "the flags must be 0");
    require_value(allocations::instance().page_locked(pointer, 1).has_value(),
                  "this is no page-locked memory");
    *result = pointer;  // one address space for all
  });
}

cudaError_t cudaMemGetInfo(std::size_t* free_bytes, std::size_t* total_bytes) {
  return entry("cudaMemGetInfo", [&] {
    require_value(free_bytes != nullptr && total_bytes != nullptr, "nowhere to put the sizes");
    (void)device();
    *free_bytes = emulator::device_memory::instance().free_bytes();
    *total_bytes = emulator::device_memory::instance().total_bytes();
  });
}

cudaError_t cudaPointerGetAttributes(cudaPointerAttributes* attributes, void const* pointer) {
  return entry("cudaPointerGetAttributes", [&] {
    require_value(attributes != nullptr, "nowhere to put the attributes");
    *attributes = {};
    attributes->type = cudaMemoryTypeUnregistered;
    attributes->device = cudaInvalidDeviceId;
    void* const address = const_cast<void*>(pointer);
    if (emulator::device_memory::instance().is_live(address_of(pointer), 1)) {
      attributes->type = cudaMemoryTypeDevice;
      attributes->device = 0;
      attributes->devicePointer = address;
    } else if (allocations::instance().page_locked(pointer, 1)) {
      attributes->type = cudaMemoryTypeHost;
      attributes->device = 0;
      attributes->hostPointer = address;
      attributes->devicePointer = address;
    } else if (!is_device_pointer(pointer)) {
      attributes->hostPointer = address;
    }
  });
}

}  // extern "C"
