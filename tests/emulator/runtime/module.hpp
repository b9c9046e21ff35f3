// The modules, kernels and variables that a program has registered. A module is loaded at its first
// use.
#pragma once

#include "core/program.hpp"
#include "runtime/errors.hpp"

#include <cuda_runtime_api.h>

#include <map>
#include <memory>
#include <mutex>
#include <string>

namespace emulator::runtime {

/// One fat binary, from __cudaRegisterFatBinary to __cudaUnregisterFatBinary.
class registered_module {
 public:
  explicit registered_module(void const* wrapper) : wrapper_(wrapper) {}

  /// The program for the emulated device, loaded now if it was not. Throws the code that CUDA gives
  /// for what the emulated device cannot run, and says why on stderr, once.
  std::shared_ptr<program> const& get();
  /// The N of the compute_N that the loaded PTX was compiled for.
  unsigned ptx_architecture();
  /// For what the emulator cannot do for this module, found at registration.
  void refuse(std::string reason);
  /// Back to unloaded: variables get their first values again.
  void unload();

 private:
  void load();

  void const* wrapper_;
  std::mutex mutex_;
  std::shared_ptr<program> program_;
  unsigned architecture_ = 0;
  std::unique_ptr<failure> failed_;
  std::string refused_;
};

/// What cudaFuncSetAttribute changes.
struct kernel_settings {
  int max_dynamic_shared_bytes = -1;  // -1: as much as needs no opt-in
  int preferred_carveout = -1;
  bool non_portable_cluster = false;
  int cluster_scheduling = 0;
  dim3 required_cluster{0, 0, 0};
  bool cluster_must_be_set = false;
};

/// A __global__ function.
class kernel {
 public:
  kernel(std::shared_ptr<registered_module> owner, std::string name)
      : owner_(std::move(owner)), name_(std::move(name)) {}

  std::shared_ptr<registered_module> const& owner() const { return owner_; }
  std::string const& name() const { return name_; }  // mangled
  kernel_settings settings() const {
    std::lock_guard const lock(mutex_);
    return settings_;
  }
  template <class Change>
  void change(Change&& change_settings) {
    std::lock_guard const lock(mutex_);
    change_settings(settings_);
  }

 private:
  std::shared_ptr<registered_module> owner_;
  std::string name_;
  mutable std::mutex mutex_;
  kernel_settings settings_;
};

/// A kernel whose module is loaded.
struct loaded_kernel {
  std::shared_ptr<kernel> registered;
  std::shared_ptr<program> code;
  kernel_info const* info;
};

/// By the host function's address, or by a cudaKernel_t. Throws cudaErrorInvalidDeviceFunction.
std::shared_ptr<kernel> find_kernel(void const* function);
loaded_kernel load_kernel(void const* function);

/// A __device__ or __constant__ variable by its host shadow. Throws cudaErrorInvalidSymbol.
program::symbol find_variable(void const* symbol);

/// For cudaDeviceReset.
void unload_all_modules();

}  // namespace emulator::runtime
