// Stream-ordered allocation. Memory is there from the call on; it goes when the stream reaches
// cudaFreeAsync.
#include "runtime/allocations.hpp"
#include "runtime/capture.hpp"
#include "runtime/checks.hpp"
#include "runtime/handle_table.hpp"
#include "runtime/stream.hpp"

#include <cstring>

using namespace emulator::runtime;

namespace {

struct pool {
  std::uint64_t release_threshold = 0;
  std::uint64_t used_high = 0;
  int reuse[3] = {1, 1, 1};
};

struct pools {
  std::mutex mutex;
  handle_table<cudaMemPool_t, pool> all{0x5006, "memory pool"};
  cudaMemPool_t standard = all.add(std::make_shared<pool>());
  cudaMemPool_t current = standard;
};

pools& known_pools() {
  static pools* const instance = new pools;
  return *instance;
}

// Runs the body with the pool behind the handle.
template <class Body>
void with_pool(cudaMemPool_t handle, Body&& body) {
  std::lock_guard const lock(known_pools().mutex);
  body(*known_pools().all.get(handle));
}

void forbid_captured_allocation(stream_state& state, cudaStream_t handle) {
  std::lock_guard const lock(state.mutex);
  auto const where = stream_of(state, handle);
  if (where->capturing == nullptr) return;
  invalidate(*where->capturing, cudaErrorNotSupported,
             "allocations inside graphs are not emulated");
}

void allocate(void** result, std::size_t bytes, cudaMemPool_t from, cudaStream_t stream) {
  require_value(result != nullptr, "nowhere to put the pointer");
  forbid_captured_allocation(streams(), stream);
  with_pool(from, [&](pool& used) {
    auto& memory = allocations::instance();
    *result = pointer_to(memory.allocate(bytes, allocations::source::pool, "cudaMallocAsync"));
    used.used_high = std::max(used.used_high, memory.pool_bytes());
  });
}

int* reuse_flag(pool& of, cudaMemPoolAttr attribute) {
  if (attribute < cudaMemPoolReuseFollowEventDependencies ||
      attribute > cudaMemPoolReuseAllowInternalDependencies) {
    return nullptr;
  }
  return &of.reuse[attribute - cudaMemPoolReuseFollowEventDependencies];
}

std::uint64_t counter(pool const& of, cudaMemPoolAttr attribute) {
  switch (attribute) {
    case cudaMemPoolAttrReleaseThreshold:
      return of.release_threshold;
    case cudaMemPoolAttrReservedMemCurrent:
    case cudaMemPoolAttrUsedMemCurrent:
      return allocations::instance().pool_bytes();
    case cudaMemPoolAttrReservedMemHigh:
    case cudaMemPoolAttrUsedMemHigh:
      return of.used_high;
    default:
      throw api_error(cudaErrorInvalidValue, "no such attribute of a memory pool");
  }
}

}  // namespace

extern "C" {

cudaError_t cudaMallocAsync(void** result, std::size_t bytes, cudaStream_t stream) {
  return entry("cudaMallocAsync", [&] { allocate(result, bytes, known_pools().current, stream); });
}

cudaError_t cudaMallocFromPoolAsync(void** result, std::size_t bytes, cudaMemPool_t from,
                                    cudaStream_t stream) {
  return entry("cudaMallocFromPoolAsync", [&] { allocate(result, bytes, from, stream); });
}

cudaError_t cudaFreeAsync(void* pointer, cudaStream_t stream) {
  return entry("cudaFreeAsync", [&] {
    forbid_captured_allocation(streams(), stream);
    if (pointer == nullptr) return;
    std::uint64_t const address = address_of(pointer);
    allocations::instance().begin_release(address);
    runtime_lock lock(streams().mutex);
    submit(lock, *stream_of(streams(), stream), make_work(cudaGraphNodeTypeMemFree, [address] {
             allocations::instance().end_release(address);
             return std::nullopt;
           }));
  });
}

cudaError_t cudaDeviceGetDefaultMemPool(cudaMemPool_t* result, int device) {
  return entry("cudaDeviceGetDefaultMemPool", [&] {
    require_value(result != nullptr, "nowhere to put the pool");
    require_device(device);
    *result = known_pools().standard;
  });
}

cudaError_t cudaDeviceGetMemPool(cudaMemPool_t* result, int device) {
  return entry("cudaDeviceGetMemPool", [&] {
    require_value(result != nullptr, "nowhere to put the pool");
    require_device(device);
    std::lock_guard const lock(known_pools().mutex);
    *result = known_pools().current;
  });
}

cudaError_t cudaDeviceSetMemPool(int device, cudaMemPool_t handle) {
  return entry("cudaDeviceSetMemPool", [&] {
    require_device(device);
    with_pool(handle, [&](pool&) { known_pools().current = handle; });
  });
}

cudaError_t cudaMemPoolCreate(cudaMemPool_t* result, cudaMemPoolProps const* properties) {
  return entry("cudaMemPoolCreate", [&] {
    require_value(result != nullptr && properties != nullptr,
                  "nowhere to put the pool, or no properties");
    require_value(properties->allocType == cudaMemAllocationTypePinned &&
                      properties->location.type == cudaMemLocationTypeDevice,
                  "only pools of device memory are emulated");
    require_device(properties->location.id);
    std::lock_guard const lock(known_pools().mutex);
    *result = known_pools().all.add(std::make_shared<pool>());
  });
}

cudaError_t cudaMemPoolDestroy(cudaMemPool_t handle) {
  return entry("cudaMemPoolDestroy", [&] {
    require_value(handle != known_pools().standard, "the default pool cannot be destroyed");
    std::lock_guard const lock(known_pools().mutex);
    (void)known_pools().all.get(handle);
    known_pools().all.remove(handle);
    if (known_pools().current == handle) known_pools().current = known_pools().standard;
  });
}

cudaError_t cudaMemPoolSetAttribute(cudaMemPool_t handle, cudaMemPoolAttr attribute, void* value) {
  return entry("cudaMemPoolSetAttribute", [&] {
    require_value(value != nullptr, "no value");
    with_pool(handle, [&](pool& changed) {
      if (int* const flag = reuse_flag(changed, attribute)) {
        std::memcpy(flag, value, sizeof(int));
        return;
      }
      std::uint64_t number = 0;
      std::memcpy(&number, value, sizeof(number));
      if (attribute == cudaMemPoolAttrReleaseThreshold) {
        changed.release_threshold = number;
      } else {
        require_value((attribute == cudaMemPoolAttrReservedMemHigh ||
                       attribute == cudaMemPoolAttrUsedMemHigh) &&
                          number == 0,
                      "this attribute cannot be set; a high-water mark can be set to 0");
        changed.used_high = 0;
      }
    });
  });
}

cudaError_t cudaMemPoolGetAttribute(cudaMemPool_t handle, cudaMemPoolAttr attribute, void* value) {
  return entry("cudaMemPoolGetAttribute", [&] {
    require_value(value != nullptr, "nowhere to put the value");
    with_pool(handle, [&](pool& asked) {
      if (int const* const flag = reuse_flag(asked, attribute)) {
        std::memcpy(value, flag, sizeof(int));
        return;
      }
      std::uint64_t const number = counter(asked, attribute);
      std::memcpy(value, &number, sizeof(number));
    });
  });
}

cudaError_t cudaMemPoolTrimTo(cudaMemPool_t handle, std::size_t) {
  return entry("cudaMemPoolTrimTo", [&] { with_pool(handle, [](pool&) {}); });
}

cudaError_t cudaMemPoolSetAccess(cudaMemPool_t handle, cudaMemAccessDesc const* list,
                                 std::size_t count) {
  return entry("cudaMemPoolSetAccess", [&] {
    require_value(list != nullptr || count == 0, "no list");
    for (std::size_t i = 0; i < count; ++i) require_device(list[i].location.id);
    with_pool(handle, [](pool&) {});
  });
}

}  // extern "C"
