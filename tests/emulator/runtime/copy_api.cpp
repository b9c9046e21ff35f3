// cudaMemcpy*, cudaMemset* and copies to and from symbols.
#include "runtime/capture.hpp"
#include "runtime/checks.hpp"
#include "runtime/copy.hpp"
#include "runtime/module.hpp"

using namespace emulator::runtime;

namespace {

// The part of a variable that a copy names.
void* symbol_address(void const* symbol, std::size_t bytes, std::size_t offset) {
  auto const variable = find_variable(symbol);
  require_value(offset <= variable.bytes && bytes <= variable.bytes - offset,
                "the range lies outside of the variable");
  return pointer_to(variable.address + offset);
}

copy_request to_symbol(void const* symbol, void const* from, std::size_t bytes, std::size_t offset,
                       cudaMemcpyKind kind) {
  require(kind != cudaMemcpyDeviceToHost && kind != cudaMemcpyHostToHost,
          cudaErrorInvalidMemcpyDirection, "a symbol is on the device");
  return linear_copy(symbol_address(symbol, bytes, offset), from, bytes, kind);
}

copy_request from_symbol(void* to, void const* symbol, std::size_t bytes, std::size_t offset,
                         cudaMemcpyKind kind) {
  require(kind != cudaMemcpyHostToDevice && kind != cudaMemcpyHostToHost,
          cudaErrorInvalidMemcpyDirection, "a symbol is on the device");
  return linear_copy(to, symbol_address(symbol, bytes, offset), bytes, kind);
}

}  // namespace

// The functions without a stream come twice: for the legacy default stream, and (_ptds) for the
// thread's own.
#define IN_BOTH_DEFAULT_STREAMS(name, parameters, call)                                          \
  cudaError_t name parameters {                                                                  \
    return entry(#name, [&]([[maybe_unused]] cudaStream_t stream = cudaStreamLegacy) { call; }); \
  }                                                                                              \
  cudaError_t name##_ptds parameters {                                                           \
    return entry(#name,                                                                          \
                 [&]([[maybe_unused]] cudaStream_t stream = cudaStreamPerThread) { call; });     \
  }

extern "C" {

IN_BOTH_DEFAULT_STREAMS(cudaMemcpy,
                        (void* to, void const* from, std::size_t bytes, cudaMemcpyKind kind),
                        copy_blocking(linear_copy(to, from, bytes, kind), stream))
IN_BOTH_DEFAULT_STREAMS(cudaMemcpy2D,
                        (void* to, std::size_t to_pitch, void const* from, std::size_t from_pitch,
                         std::size_t width, std::size_t height, cudaMemcpyKind kind),
                        copy_blocking({to, to_pitch, from, from_pitch, width, height, kind},
                                      stream))
IN_BOTH_DEFAULT_STREAMS(cudaMemcpyToSymbol,
                        (void const* symbol, void const* from, std::size_t bytes,
                         std::size_t offset, cudaMemcpyKind kind),
                        copy_blocking(to_symbol(symbol, from, bytes, offset, kind), stream))
IN_BOTH_DEFAULT_STREAMS(cudaMemcpyFromSymbol,
                        (void* to, void const* symbol, std::size_t bytes, std::size_t offset,
                         cudaMemcpyKind kind),
                        copy_blocking(from_symbol(to, symbol, bytes, offset, kind), stream))
IN_BOTH_DEFAULT_STREAMS(cudaMemset, (void* to, int value, std::size_t bytes),
                        fill_async(linear_fill(to, value, bytes), stream))
IN_BOTH_DEFAULT_STREAMS(cudaMemset2D,
                        (void* to, std::size_t pitch, int value, std::size_t width,
                         std::size_t height),
                        fill_async({to, pitch, value, width, height}, stream))

cudaError_t cudaMemcpyPeer(void* to, int to_device, void const* from, int from_device,
                           std::size_t bytes) {
  return entry("cudaMemcpyPeer", [&] {
    require_device(to_device);
    require_device(from_device);
    copy_blocking(linear_copy(to, from, bytes, cudaMemcpyDeviceToDevice), cudaStreamLegacy);
  });
}

cudaError_t cudaMemcpyPeerAsync(void* to, int to_device, void const* from, int from_device,
                                std::size_t bytes, cudaStream_t stream) {
  return entry("cudaMemcpyPeerAsync", [&] {
    require_device(to_device);
    require_device(from_device);
    copy_async(linear_copy(to, from, bytes, cudaMemcpyDeviceToDevice), stream);
  });
}

cudaError_t cudaMemcpyAsync(void* to, void const* from, std::size_t bytes, cudaMemcpyKind kind,
                            cudaStream_t stream) {
  return entry("cudaMemcpyAsync", [&] { copy_async(linear_copy(to, from, bytes, kind), stream); });
}

cudaError_t cudaMemcpy2DAsync(void* to, std::size_t to_pitch, void const* from,
                              std::size_t from_pitch, std::size_t width, std::size_t height,
                              cudaMemcpyKind kind, cudaStream_t stream) {
  return entry("cudaMemcpy2DAsync", [&] {
    copy_async({to, to_pitch, from, from_pitch, width, height, kind}, stream);
  });
}

cudaError_t cudaMemcpyToSymbolAsync(void const* symbol, void const* from, std::size_t bytes,
                                    std::size_t offset, cudaMemcpyKind kind, cudaStream_t stream) {
  return entry("cudaMemcpyToSymbolAsync",
               [&] { copy_async(to_symbol(symbol, from, bytes, offset, kind), stream); });
}

cudaError_t cudaMemcpyFromSymbolAsync(void* to, void const* symbol, std::size_t bytes,
                                      std::size_t offset, cudaMemcpyKind kind,
                                      cudaStream_t stream) {
  return entry("cudaMemcpyFromSymbolAsync",
               [&] { copy_async(from_symbol(to, symbol, bytes, offset, kind), stream); });
}

cudaError_t cudaMemsetAsync(void* to, int value, std::size_t bytes, cudaStream_t stream) {
  return entry("cudaMemsetAsync", [&] { fill_async(linear_fill(to, value, bytes), stream); });
}

cudaError_t cudaMemset2DAsync(void* to, std::size_t pitch, int value, std::size_t width,
                              std::size_t height, cudaStream_t stream) {
  return entry("cudaMemset2DAsync", [&] { fill_async({to, pitch, value, width, height}, stream); });
}

cudaError_t cudaGetSymbolAddress(void** result, void const* symbol) {
  return entry("cudaGetSymbolAddress", [&] {
    require_value(result != nullptr, "nowhere to put the address");
    *result = pointer_to(find_variable(symbol).address);
  });
}

cudaError_t cudaGetSymbolSize(std::size_t* result, void const* symbol) {
  return entry("cudaGetSymbolSize", [&] {
    require_value(result != nullptr, "nowhere to put the size");
    *result = find_variable(symbol).bytes;
  });
}

}  // extern "C"
