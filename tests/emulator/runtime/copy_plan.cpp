#include "runtime/copy_plan.hpp"

#include "runtime/checks.hpp"

namespace emulator::runtime {

std::size_t extent(std::size_t pitch, std::size_t width, std::size_t height) {
  std::size_t rows = 0, all = 0;
  bool const overflow =
      __builtin_mul_overflow(pitch, height - 1, &rows) || __builtin_add_overflow(rows, width, &all);
  require_value(!overflow, "pitch times height is beyond any memory");
  return all;
}

namespace {

void require_side(bool is_device, bool should_be, char const* message) {
  require_value(is_device == should_be, message);
}

void require_direction(copy_plan const& made) {
  switch (made.copy.kind) {
    case cudaMemcpyHostToHost:
      require_side(made.from_device, false,
                   "the source of a copy from host to host is a device pointer");
      require_side(made.to_device, false,
                   "the destination of a copy from host to host is a device pointer");
      break;
    case cudaMemcpyHostToDevice:
      require_side(made.from_device, false,
                   "the source of a copy from host to device is a device pointer");
      require_side(made.to_device, true,
                   "the destination of a copy from host to device is no device pointer");
      break;
    case cudaMemcpyDeviceToHost:
      require_side(made.from_device, true,
                   "the source of a copy from device to host is no device pointer");
      require_side(made.to_device, false,
                   "the destination of a copy from device to host is a device pointer");
      break;
    case cudaMemcpyDeviceToDevice:
      require_side(made.from_device, true,
                   "the source of a copy from device to device is no device pointer");
      require_side(made.to_device, true,
                   "the destination of a copy from device to device is no device pointer");
      break;
    case cudaMemcpyDefault:
      break;
    default:
      throw api_error(cudaErrorInvalidMemcpyDirection, "no such kind of copy");
  }
}

}  // namespace

copy_plan planned(copy_request const& asked) {
  copy_plan made{asked, is_device_pointer(asked.from), is_device_pointer(asked.to)};
  require_value(asked.kind >= cudaMemcpyHostToHost && asked.kind <= cudaMemcpyDefault,
                "no such kind of copy");
  if (asked.height > 1) {
    require(asked.width <= asked.from_pitch && asked.width <= asked.to_pitch,
            cudaErrorInvalidPitchValue, "a row is wider than the pitch");
  }
  if (asked.width == 0 || asked.height == 0) return made;
  require_value(asked.to != nullptr && asked.from != nullptr, "a null pointer");
  require_direction(made);
  std::size_t const read = extent(asked.from_pitch, asked.width, asked.height);
  std::size_t const written = extent(asked.to_pitch, asked.width, asked.height);
  if (made.from_device) require_live("source", address_of(asked.from), read);
  if (made.to_device) require_live("destination", address_of(asked.to), written);
  return made;
}

}  // namespace emulator::runtime
