#include "runtime/copy.hpp"

#include "core/fault.hpp"
#include "runtime/allocations.hpp"
#include "runtime/checks.hpp"
#include "runtime/copy_plan.hpp"
#include "runtime/stream.hpp"

#include <cstring>
#include <memory>
#include <vector>

namespace emulator::runtime {

namespace {

// Up to this size CUDA copies pageable memory through a buffer and does not wait for the device to
// fetch it.
constexpr std::size_t staged_bytes = 64 * 1024;

// The device side may have been freed since the call: then the copy faults like a kernel.
std::optional<failure> gone(char const* role, void const* pointer, std::size_t bytes) {
  if (device_memory::instance().is_live(address_of(pointer), bytes)) return std::nullopt;
  return failure{cudaErrorIllegalAddress,
                 std::string("a queued copy: ") + role + " " +
                     device_memory::instance().describe(address_of(pointer)),
                 std::string(to_string(fault_kind::use_after_free))};
}

void copy_row(copy_plan const& made, std::size_t row) {
  device_memory& memory = device_memory::instance();
  auto* const to = static_cast<std::byte*>(made.copy.to) + row * made.copy.to_pitch;
  auto const* const from =
      static_cast<std::byte const*>(made.copy.from) + row * made.copy.from_pitch;
  std::size_t const bytes = made.copy.width;
  if (made.from_device && made.to_device) {
    memory.copy(address_of(to), address_of(from), bytes);
  } else if (made.to_device) {
    memory.write(address_of(to), from, bytes);
  } else if (made.from_device) {
    memory.read(address_of(from), to, bytes);
  } else {
    std::memmove(to, from, bytes);
  }
}

std::optional<failure> execute(copy_plan const& made) {
  copy_request const& copy = made.copy;
  if (made.from_device) {
    auto failed = gone("source", copy.from, extent(copy.from_pitch, copy.width, copy.height));
    if (failed) return failed;
  }
  if (made.to_device) {
    auto failed = gone("destination", copy.to, extent(copy.to_pitch, copy.width, copy.height));
    if (failed) return failed;
  }
  for (std::size_t row = 0; row < copy.height; ++row) copy_row(made, row);
  return std::nullopt;
}

work_ptr copy_work(copy_plan const& made) {
  return make_work(cudaGraphNodeTypeMemcpy, [made] { return execute(made); });
}

// The same copy out of a buffer that holds the source as it is now.
work_ptr staged_copy_work(copy_plan made) {
  auto const staged = std::make_shared<std::vector<std::byte>>(made.copy.width * made.copy.height);
  for (std::size_t row = 0; row < made.copy.height; ++row) {
    std::memcpy(staged->data() + row * made.copy.width,
                static_cast<std::byte const*>(made.copy.from) + row * made.copy.from_pitch,
                made.copy.width);
  }
  made.copy.from_pitch = made.copy.width;
  return make_work(cudaGraphNodeTypeMemcpy, [made, staged]() mutable {
    made.copy.from = staged->data();
    return execute(made);
  });
}

bool is_pageable(void const* pointer, std::size_t bytes) {
  return !allocations::instance().page_locked(pointer, bytes);
}

}  // namespace

copy_request linear_copy(void* to, void const* from, std::size_t bytes, cudaMemcpyKind kind) {
  return {to, bytes, from, bytes, bytes, 1, kind};
}

fill_request linear_fill(void* to, int value, std::size_t bytes) {
  return {to, bytes, value, bytes, 1};
}

void copy_async(copy_request const& asked, cudaStream_t stream) {
  copy_plan const made = planned(asked);
  stream_state& state = streams();
  runtime_lock lock(state.mutex);
  auto const where = stream_of(state, stream);
  if (made.empty()) return;
  if (where->capturing != nullptr) {
    submit(lock, *where,
           copy_work(made));  // reads and writes the host's memory whenever the graph runs
    return;
  }
  bool const pageable_source =
      !made.from_device &&
      is_pageable(asked.from, extent(asked.from_pitch, asked.width, asked.height));
  bool const pageable_destination =
      !made.to_device && is_pageable(asked.to, extent(asked.to_pitch, asked.width, asked.height));
  bool const staged = made.host_to_device() && pageable_source;
  auto const queued = submit(lock, *where, staged ? staged_copy_work(made) : copy_work(made));
  bool const host_to_host = !made.from_device && !made.to_device;
  if (host_to_host || (made.device_to_host() && pageable_destination)) wait_for(lock, {queued});
}

void copy_blocking(copy_request const& asked, cudaStream_t stream) {
  copy_plan const made = planned(asked);
  stream_state& state = streams();
  runtime_lock lock(state.mutex);
  auto const where = stream_of(state, stream);
  require(where->capturing == nullptr || made.empty(), cudaErrorStreamCaptureUnsupported,
          "a captured stream cannot be waited for");
  if (made.empty()) return;
  if (made.from_device && made.to_device) {
    submit(lock, *where, copy_work(made));  // not synchronous with the host in CUDA either
    return;
  }
  bool const staged = made.host_to_device() && asked.width * asked.height <= staged_bytes &&
                      is_pageable(asked.from, extent(asked.from_pitch, asked.width, asked.height));
  if (!staged) {
    wait_for(lock, {submit(lock, *where, copy_work(made))});
    return;
  }
  auto const queued = submit(lock, *where, staged_copy_work(made));
  wait_for(lock, queued->before);
}

void fill_async(fill_request const& asked, cudaStream_t stream) {
  require(asked.height <= 1 || asked.width <= asked.pitch, cudaErrorInvalidPitchValue,
          "a row is wider than the pitch");
  stream_state& state = streams();
  runtime_lock lock(state.mutex);
  auto const where = stream_of(state, stream);
  if (asked.width == 0 || asked.height == 0) return;
  std::size_t const bytes = extent(asked.pitch, asked.width, asked.height);
  require_value(is_device_pointer(asked.to), "the destination is no device pointer");
  require_live("destination", address_of(asked.to), bytes);
  submit(lock, *where,
         make_work(cudaGraphNodeTypeMemset, [asked, bytes]() -> std::optional<failure> {
           if (auto failed = gone("destination of a memset", asked.to, bytes)) return failed;
           auto const byte = static_cast<unsigned char>(asked.value);
           for (std::size_t row = 0; row < asked.height; ++row) {
             device_memory::instance().fill(address_of(asked.to) + row * asked.pitch, &byte, 1,
                                            asked.width);
           }
           return std::nullopt;
         }));
}

}  // namespace emulator::runtime
