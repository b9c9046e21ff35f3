// Runs PTX text on the core, without the runtime library: device memory in, device memory out.
#pragma once

#include "core/memory.hpp"
#include "core/program.hpp"
#include "ptx/module.hpp"

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <gtest/gtest.h>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

namespace emulator {

/// An array in device memory.
template <class T>
class device_array {
 public:
  explicit device_array(std::size_t count) : count_(count) {
    address_ = device_memory::instance().allocate(count * sizeof(T), "device_array");
  }
  explicit device_array(std::vector<T> const& values) : device_array(values.size()) {
    device_memory::instance().write(address_, values.data(), values.size() * sizeof(T));
  }
  device_array(device_array const&) = delete;
  device_array& operator=(device_array const&) = delete;
  ~device_array() { device_memory::instance().release(address_); }

  std::uint64_t address() const { return address_; }
  std::vector<T> read() const {
    std::vector<T> result(count_);
    device_memory::instance().read(address_, result.data(), count_ * sizeof(T));
    return result;
  }

 private:
  std::size_t count_;
  std::uint64_t address_;
};

class ptx_runner {
 public:
  explicit ptx_runner(std::string const& text) : program_(program::load(ptx::parse(text))) {}

  dim3_t grid, block{32, 1, 1}, cluster;
  std::uint32_t dynamic_shared_bytes = 0;
  launch_statistics statistics;

  /// Launches the kernel with 64-bit or narrower parameters, each given as its bits.
  std::optional<fault> run(std::string const& kernel, std::vector<std::uint64_t> const& arguments) {
    kernel_info const* const info = program_->find_kernel(kernel);
    if (info == nullptr) throw std::runtime_error("no kernel " + kernel);
    launch_config config;
    config.grid = grid;
    config.block = block;
    config.cluster = cluster;
    config.dynamic_shared_bytes = dynamic_shared_bytes;
    config.parameters.resize(info->parameter_bytes);
    for (std::size_t i = 0; i < arguments.size(); ++i) {
      kernel_parameter const& place = info->parameters.at(i);
      std::memcpy(config.parameters.data() + place.offset, &arguments[i], place.bytes);
    }
    return program_->run(*info, config, device_limits{}, statistics);
  }
  /// The same where no fault is expected.
  void run_clean(std::string const& kernel, std::vector<std::uint64_t> const& arguments) {
    auto const result = run(kernel, arguments);
    ASSERT_FALSE(result) << result->message;
  }

 private:
  std::unique_ptr<program> program_;
};

}  // namespace emulator
