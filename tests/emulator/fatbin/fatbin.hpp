// The container that nvcc embeds: finds the PTX texts behind a registration call's pointer.
#pragma once

#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <vector>

namespace emulator::fatbin {

struct ptx_image {
  unsigned architecture = 0;  // 80 for compute_80
  std::string text;           // without a trailing NUL
};

class format_error : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Every PTX image behind the wrapper that __cudaRegisterFatBinary receives, plain or compressed
/// (zstd).
std::vector<ptx_image> images_from_wrapper(void const* wrapper);

/// The same for the container itself (magic 0xBA55ED50), never reading beyond size bytes.
std::vector<ptx_image> images_from_container(std::byte const* data, std::size_t size);

/// The newest image that a device of this compute capability (90 for 9.0) can run: the largest
/// architecture not above it (sm_90a is for 9.0 alone, sm_100f for 10.x). Returns nullptr if there
/// is none: the caller reports cudaErrorNoKernelImageForDevice.
ptx_image const* select_image(std::vector<ptx_image> const& images, unsigned compute_capability);

}  // namespace emulator::fatbin
