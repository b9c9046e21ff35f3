#include "support/runtime_calls.hpp"

#include <cuda_runtime_api.h>

#include <cstdio>
#include <cstdlib>
#include <dlfcn.h>
#include <new>

namespace support {

runtime_calls& calls() {
  static runtime_calls instance;
  return instance;
}

namespace {

thread_local std::size_t allocated = 0;
thread_local int inside_the_runtime = 0;

struct runtime_scope {
  runtime_scope() { ++inside_the_runtime; }
  runtime_scope(runtime_scope const&) = delete;
  ~runtime_scope() { --inside_the_runtime; }
};

template <class Function>
Function* next(char const* name) {
  void* const symbol = dlsym(RTLD_NEXT, name);
  if (symbol == nullptr) {
    std::fprintf(stderr, "no %s behind the test's own\n", name);
    std::abort();
  }
  return reinterpret_cast<Function*>(symbol);
}

}  // namespace

std::size_t host_allocations() { return allocated; }

void* counted_allocation(std::size_t bytes) {
  if (inside_the_runtime == 0) ++allocated;
  if (void* const memory = std::malloc(bytes == 0 ? 1 : bytes)) return memory;
  throw std::bad_alloc();
}

}  // namespace support

// Each definition forwards to the runtime that the process has loaded.
#define FORWARD_NOTED(note, name, parameters, arguments)                          \
  extern "C" __attribute__((visibility("default"))) cudaError_t name parameters { \
    note;                                                                         \
    support::runtime_scope const scope;                                           \
    static auto* const next = support::next<cudaError_t parameters>(#name);       \
    return next arguments;                                                        \
  }

#define FORWARD(counter, name, parameters, arguments) \
  FORWARD_NOTED(++support::calls().counter, name, parameters, arguments)

FORWARD_NOTED(++support::calls().launches;
              support::calls().blocks_in_z = config->gridDim.z, cudaLaunchKernelExC,
              (cudaLaunchConfig_t const* config, void const* function, void** arguments),
              (config, function, arguments))
FORWARD(allocations, cudaMalloc, (void** pointer, std::size_t bytes), (pointer, bytes))
FORWARD(allocations, cudaFree, (void* pointer), (pointer))
FORWARD(allocations, cudaMallocAsync, (void** pointer, std::size_t bytes, cudaStream_t stream),
        (pointer, bytes, stream))
FORWARD(allocations, cudaFreeAsync, (void* pointer, cudaStream_t stream), (pointer, stream))
FORWARD(synchronizations, cudaDeviceSynchronize, (), ())
FORWARD(synchronizations, cudaStreamSynchronize, (cudaStream_t stream), (stream))
FORWARD(synchronizations, cudaEventSynchronize, (cudaEvent_t event), (event))
FORWARD(synchronizations, cudaMemcpy,
        (void* to, void const* from, std::size_t bytes, cudaMemcpyKind kind),
        (to, from, bytes, kind))
FORWARD(current_device, cudaGetDevice, (int* device), (device))
FORWARD(queries, cudaDeviceGetAttribute, (int* value, cudaDeviceAttr attribute, int device),
        (value, attribute, device))
FORWARD(queries, cudaPointerGetAttributes, (cudaPointerAttributes * result, void const* pointer),
        (result, pointer))
FORWARD(queries, cudaFuncGetAttributes, (cudaFuncAttributes * result, void const* function),
        (result, function))
FORWARD(queries, cudaFuncSetAttribute,
        (void const* function, cudaFuncAttribute attribute, int value),
        (function, attribute, value))
FORWARD(error_reads, cudaGetLastError, (), ())
FORWARD(error_reads, cudaPeekAtLastError, (), ())
