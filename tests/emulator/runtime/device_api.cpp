// cudaDevice*, cudaGetDevice*, versions and limits.
#include "core/memory.hpp"
#include "runtime/allocations.hpp"
#include "runtime/capture.hpp"
#include "runtime/checks.hpp"
#include "runtime/device.hpp"
#include "runtime/device_attributes.hpp"
#include "runtime/module.hpp"
#include "runtime/stream.hpp"

#include <array>
#include <atomic>
#include <cstdio>

using namespace emulator::runtime;

namespace {

std::atomic<unsigned> device_flags{0};

std::array<std::atomic<std::size_t>, 7>& limits() {
  static std::array<std::atomic<std::size_t>, 7> values{1024, 1 << 20, 8 << 20, 2, 2048, 64, 0};
  return values;
}

// Everything that the program has made on the device is gone afterwards, its sticky error as well.
void reset() {
  {
    stream_state& state = streams();
    runtime_lock lock(state.mutex);
    state.queue.wait_for_all(lock);
    for (auto const& ongoing : std::vector<std::shared_ptr<capture>>(state.captures))
      end_capture(state, ongoing);
    state.forget_handles();
  }
  unload_all_modules();
  allocations::instance().release_all();
  clear_sticky_error();
}

}  // namespace

extern "C" {

cudaError_t cudaGetDeviceCount(int* count) {
  return entry("cudaGetDeviceCount", after_fault::works, [&] {
    require_value(count != nullptr, "nowhere to put the number");
    *count = 1;
  });
}

cudaError_t cudaGetDevice(int* number) {
  return entry("cudaGetDevice", after_fault::works, [&] {
    require_value(number != nullptr, "nowhere to put the number");
    *number = 0;
  });
}

cudaError_t cudaSetDevice(int number) {
  return entry("cudaSetDevice", [&] { require_device(number); });
}

cudaError_t cudaInitDevice(int number, unsigned, unsigned) {
  return entry("cudaInitDevice", [&] { require_device(number); });
}

cudaError_t cudaSetValidDevices(int* numbers, int count) {
  return entry("cudaSetValidDevices", [&] {
    require_value(numbers != nullptr || count == 0, "no list");
    for (int i = 0; i < count; ++i) require_device(numbers[i]);
  });
}

cudaError_t cudaChooseDevice(int* number, cudaDeviceProp const* wanted) {
  return entry("cudaChooseDevice", [&] {
    require_value(number != nullptr && wanted != nullptr,
                  "nowhere to put the number, or nothing wanted");
    *number = 0;
  });
}

cudaError_t cudaSetDeviceFlags(unsigned flags) {
  return entry("cudaSetDeviceFlags", [&] {
    require_value((flags & ~unsigned{cudaDeviceMask}) == 0, "no such flags");
    device_flags = flags;
  });
}

cudaError_t cudaGetDeviceFlags(unsigned* flags) {
  return entry("cudaGetDeviceFlags", [&] {
    require_value(flags != nullptr, "nowhere to put the flags");
    *flags = device_flags;
  });
}

cudaError_t cudaGetDeviceProperties(cudaDeviceProp* result, int number) {
  return entry("cudaGetDeviceProperties", after_fault::works, [&] {
    require_value(result != nullptr, "nowhere to put the properties");
    require_device(number);
    *result = device_properties();
  });
}

cudaError_t cudaDeviceGetAttribute(int* value, cudaDeviceAttr which, int number) {
  return entry("cudaDeviceGetAttribute", after_fault::works, [&] {
    require_value(value != nullptr, "nowhere to put the value");
    require_device(number);
    auto const found = device_attribute(which);
    require_value(found.has_value(), "no such attribute of a device");
    *value = *found;
  });
}

cudaError_t cudaDeviceSynchronize() {
  return entry("cudaDeviceSynchronize", [] {
    forbid_unsafe_call_during_capture();
    runtime_lock lock(streams().mutex);
    wait_for_device(lock);
  });
}

cudaError_t cudaDeviceReset() {
  return entry("cudaDeviceReset", after_fault::works, [] { reset(); });
}

cudaError_t cudaDeviceSetLimit(cudaLimit which, std::size_t value) {
  return entry("cudaDeviceSetLimit", [&] {
    require(static_cast<std::size_t>(which) < limits().size(), cudaErrorUnsupportedLimit,
            "no such limit");
    limits()[which] = value;
  });
}

cudaError_t cudaDeviceGetLimit(std::size_t* value, cudaLimit which) {
  return entry("cudaDeviceGetLimit", [&] {
    require_value(value != nullptr, "nowhere to put the limit");
    require(static_cast<std::size_t>(which) < limits().size(), cudaErrorUnsupportedLimit,
            "no such limit");
    *value = limits()[which];
  });
}

cudaError_t cudaDeviceSetCacheConfig(cudaFuncCache config) {
  return entry("cudaDeviceSetCacheConfig", [&] {
    require_value(config >= cudaFuncCachePreferNone && config <= cudaFuncCachePreferEqual,
                  "no such preference");
  });
}

cudaError_t cudaDeviceGetCacheConfig(cudaFuncCache* config) {
  return entry("cudaDeviceGetCacheConfig", [&] {
    require_value(config != nullptr, "nowhere to put the preference");
    *config = cudaFuncCachePreferNone;
  });
}

cudaError_t cudaDeviceGetPCIBusId(char* text, int length, int number) {
  return entry("cudaDeviceGetPCIBusId", [&] {
    require_value(text != nullptr && length >= 13, "a bus number needs 13 characters");
    require_device(number);
    std::snprintf(text, static_cast<std::size_t>(length), "0000:01:00.0");
  });
}

cudaError_t cudaDeviceCanAccessPeer(int* can, int number, int peer) {
  return entry("cudaDeviceCanAccessPeer", [&] {
    require_value(can != nullptr, "nowhere to put the answer");
    require_device(number);
    require_device(peer);
    *can = 0;
  });
}

cudaError_t cudaDriverGetVersion(int* version) {
  return entry("cudaDriverGetVersion", after_fault::works, [&] {
    require_value(version != nullptr, "nowhere to put the version");
    *version = CUDART_VERSION;
  });
}

cudaError_t cudaRuntimeGetVersion(int* version) {
  return entry("cudaRuntimeGetVersion", after_fault::works, [&] {
    require_value(version != nullptr, "nowhere to put the version");
    *version = CUDART_VERSION;
  });
}

cudaError_t cudaProfilerStart() {
  return entry("cudaProfilerStart", [] {});
}
cudaError_t cudaProfilerStop() {
  return entry("cudaProfilerStop", [] {});
}
cudaError_t cudaCtxResetPersistingL2Cache() {
  return entry("cudaCtxResetPersistingL2Cache", [] {});
}

}  // extern "C"
