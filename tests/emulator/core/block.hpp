// One thread block: its warps, shared memory and barriers. Independent of the worker that advances it, so that the
// blocks of a cluster can be advanced together.
#pragma once

#include "core/warp.hpp"

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <vector>

namespace emulator {

/// One launch as its blocks see it.
struct launch_state {
  kernel_info const* info = nullptr;
  kernel_code const* code = nullptr;
  launch_config const* config = nullptr;
  device_limits const* limits = nullptr;
  std::uint64_t serial = 0;
  std::uint32_t shared_end = 0;         // one past the last shared address
  std::atomic<bool> stop{false};        // another block has faulted
};

enum class barrier_reduction : std::uint8_t { none, all, any, count };

class block {
 public:
  /// Memory is kept between blocks and launches.
  void start(launch_state& launch, std::uint64_t index, worker_context& worker);

  /// Runs to the end of every warp. Throws kernel_fault. Returns early if the launch has been stopped.
  void run();

  launch_state& launch() const { return *launch_; }
  worker_context& worker() const { return *worker_; }
  dim3_t index() const { return index_; }
  dim3_t thread_index(std::uint32_t linear) const;

  std::uint8_t* shared() { return shared_.data(); }
  std::uint8_t* shared_validity() { return shared_validity_.data(); }
  std::uint32_t shared_end() const { return launch_->shared_end; }

  /// The warp, all its lanes, arrives. Returns true if it must wait; then it is released later, maybe at once.
  struct arrival {
    unsigned id = 0;
    std::uint32_t threads = 0;  // 0: all of the block
    bool waits = true;
    barrier_reduction reduction = barrier_reduction::none;
    lane_mask predicate = 0;
  };
  void arrive(warp& from, arrival const& what);

 private:
  struct barrier {
    std::uint32_t arrived = 0;   // threads, whole warps
    std::uint32_t expected = 0;  // 0: all of the block
    std::uint32_t count = 0;     // predicates that hold
    std::uint32_t threads = 0;   // threads that took part in the reduction
    barrier_reduction reduction = barrier_reduction::none;
    std::vector<warp*> waiting;
  };
  void complete(barrier& which);
  void check_barriers();
  [[noreturn]] void fail_deadlock() const;
  void set_specials(warp& which, std::uint32_t first_thread) const;
  void start_warp(std::uint32_t number);

  launch_state* launch_ = nullptr;
  worker_context* worker_ = nullptr;
  dim3_t index_{};
  std::uint32_t threads_ = 0;
  std::uint32_t unfinished_ = 0;
  struct member {
    warp self;
    warp_status status = warp_status::ready;
    bool started = false;
    std::uint32_t file = 0;  // of the register files, which is the warp's
  };
  std::vector<member> warps_;
  std::array<barrier, 16> barriers_;
  std::vector<std::vector<cache_line>> files_;
  std::vector<std::uint32_t> free_files_;
  std::vector<std::uint8_t> shared_, shared_validity_, local_, local_validity_;
};

}  // namespace emulator
