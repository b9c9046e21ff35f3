// A copy whose arguments are checked, and which sides of it are the device's.
#pragma once

#include "runtime/copy.hpp"

namespace emulator::runtime {

struct copy_plan {
  copy_request copy;
  bool from_device = false;
  bool to_device = false;

  bool host_to_device() const { return !from_device && to_device; }
  bool empty() const { return copy.width == 0 || copy.height == 0; }
  bool device_to_host() const { return from_device && !to_device; }
};

/// The bytes from the first to the last that the rows touch; height >= 1. Throws where that is
/// beyond any memory.
std::size_t extent(std::size_t pitch, std::size_t width, std::size_t height);

/// Throws what CUDA returns for wrong pointers, directions, pitches and ranges.
copy_plan planned(copy_request const& asked);

}  // namespace emulator::runtime
