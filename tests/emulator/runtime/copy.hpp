// Copies and fills, in one and two dimensions, between host and device.
#pragma once

#include <cuda_runtime_api.h>

#include <cstddef>

namespace emulator::runtime {

/// height rows of width bytes; the pitch is the distance of two rows.
struct copy_request {
  void* to = nullptr;
  std::size_t to_pitch = 0;
  void const* from = nullptr;
  std::size_t from_pitch = 0;
  std::size_t width = 0;
  std::size_t height = 1;
  cudaMemcpyKind kind = cudaMemcpyDefault;
};

struct fill_request {
  void* to = nullptr;
  std::size_t pitch = 0;
  int value = 0;
  std::size_t width = 0;
  std::size_t height = 1;
};

copy_request linear_copy(void* to, void const* from, std::size_t bytes, cudaMemcpyKind kind);
fill_request linear_fill(void* to, int value, std::size_t bytes);

/// The same as the CUDA functions whose name ends in Async, or does not: which of them return
/// before the copy is done follows "API synchronization behavior" in the CUDA runtime's manual.
void copy_async(copy_request const& asked, cudaStream_t stream);
void copy_blocking(copy_request const& asked, cudaStream_t stream);
void fill_async(fill_request const& asked, cudaStream_t stream);

}  // namespace emulator::runtime
