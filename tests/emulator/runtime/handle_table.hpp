// Handles that are given out once and never again, so that the use of a destroyed one is seen.
#pragma once

#include "runtime/errors.hpp"

#include <cstdint>
#include <memory>
#include <unordered_map>

namespace emulator::runtime {

/// Handle is one of CUDA's opaque pointer types. The caller holds the lock of the state that it
/// guards.
template <class Handle, class Object>
class handle_table {
 public:
  handle_table(std::uint64_t kind, char const* name) : name_(name), next_(kind << 48) {}

  Handle add(std::shared_ptr<Object> object) {
    next_ += 16;
    Handle const handle = reinterpret_cast<Handle>(next_);
    objects_.emplace(handle, std::move(object));
    return handle;
  }
  /// Throws cudaErrorInvalidResourceHandle for what is not, or no longer, a handle.
  std::shared_ptr<Object> const& get(Handle handle) const {
    auto const found = objects_.find(handle);
    if (found == objects_.end()) {
      throw api_error(cudaErrorInvalidResourceHandle,
                      std::string("this is no ") + name_ + ", or one that is destroyed");
    }
    return found->second;
  }
  void remove(Handle handle) { objects_.erase(handle); }
  void clear() { objects_.clear(); }

 private:
  char const* name_;
  std::uint64_t next_;  // not a canonical address: a dereference faults
  std::unordered_map<Handle, std::shared_ptr<Object>> objects_;
};

}  // namespace emulator::runtime
