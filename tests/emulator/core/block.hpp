// One thread block: its warps, shared and local memory and barriers. Independent of the worker that
// advances it, so that the blocks of a cluster can be advanced together.
#pragma once

#include "core/async_copies.hpp"
#include "core/byte_set.hpp"
#include "core/cluster.hpp"
#include "core/memory_order.hpp"
#include "core/shared_races.hpp"
#include "core/warp.hpp"

#include <array>
#include <atomic>
#include <cstdint>
#include <string>
#include <vector>

namespace emulator {

/// Bits of decoded_instruction::option for flow::barrier.
namespace barrier_option {
inline constexpr std::uint32_t aligned = 1;  // the whole warp must execute the same instruction
inline constexpr std::uint32_t arrive = 2;   // does not wait
inline constexpr std::uint32_t reduce_and = 4, reduce_or = 8, reduce_popc = 12;
inline constexpr std::uint32_t reduction_mask = 12;
inline constexpr std::uint32_t negated = 16;  // the predicate in src[2]
// barrier.cluster, whose arrival and wait are two instructions; without operands.
inline constexpr std::uint32_t cluster_arrive = 32, cluster_wait = 64;
}  // namespace barrier_option

/// Global memory that a launch wrote, and what it read through the non-coherent path
/// (ld.global.nc): bytes of both are read from a cache that need not see the write. Kept for
/// kernels that have such loads.
struct coherence {
  byte_set written, read_non_coherently;
};

/// What orders accesses to global memory across blocks.
struct global_order {
  std::uint32_t launch = 0;  // its number in access_line
  release_logs releases;
};

/// One launch as its blocks see it.
struct launch_state {
  kernel_info const* info = nullptr;
  kernel_code const* code = nullptr;
  launch_config const* config = nullptr;
  device_limits const* limits = nullptr;
  ptx::module const* module = nullptr;
  std::uint64_t serial = 0;
  std::uint32_t shared_end = 0;   // one past the last shared address
  coherence* coherent = nullptr;  // of a kernel with non-coherent loads
  global_order* order = nullptr;  // nullptr: races in global memory are not looked for
  std::atomic<bool> stop{false};  // another block has faulted
};

class block {
 public:
  block() = default;
  block(block const&) = delete;
  block& operator=(block const&) = delete;

  /// Memory is kept between blocks and launches.
  void start(launch_state& launch, dim3_t index, worker_context& worker, unsigned worker_number,
             cluster& neighbours, std::uint32_t rank);

  enum class progress : std::uint8_t { some, none, finished };
  /// Gives every warp a turn. Throws kernel_fault.
  progress advance();
  /// No block of a gang makes progress.
  [[noreturn]] void fail_deadlock() const;

  launch_state& launch() const { return *launch_; }
  worker_context& worker() const { return *worker_; }

  std::uint8_t* shared() { return shared_.data(); }  // of address 0
  async_copies& copies() { return copies_; }
  std::uint8_t* shared_validity() { return shared_validity_.data(); }
  warp_clocks& clocks() { return clocks_; }
  warp_clocks const& clocks() const { return clocks_; }
  memory_order& order() { return order_; }
  memory_order const& order() const { return order_; }
  shared_races& races() { return races_; }
  cluster& neighbours() const { return *cluster_; }
  std::uint32_t rank() const { return rank_; }
  unsigned worker_number() const { return worker_number_; }
  std::uint32_t unfinished_warps() const { return unfinished_; }
  std::uint32_t shared_end() const { return launch_->shared_end; }
  std::uint8_t* local(std::uint32_t thread) {
    return local_.data() + std::size_t{thread} * launch_->code->local_bytes;
  }
  std::uint8_t* local_validity(std::uint32_t thread) {
    return local_validity_.data() + std::size_t{thread} * launch_->code->local_bytes;
  }

  /// The warp arrives with all its lanes. Returns true if it must wait; then it is released later,
  /// maybe at once.
  bool arrive(warp& from, decoded_instruction const& at);

  /// A lane of the warp waits for an mbarrier in vain, for now.
  void note_failed_wait(warp const& from, decoded_instruction const& at) {
    warps_[from.first_thread() / warp_size].failed_wait = &at;
  }

  /// "(x, y, z)"
  std::string describe_thread(std::uint32_t thread) const;
  /// The same of a block of the grid, by its number.
  std::string describe_block(std::uint32_t number) const;
  /// All warps of the cluster have arrived at its barrier: what they did is in the past.
  void pass_cluster_barrier();

  /// The warp's barrier has completed.
  void release(warp& which, std::uint32_t result);

  /// A fault's message: what happened, in which kernel and line, by which thread, and the detail.
  std::string describe(std::string const& what, ptx::instruction const* at, std::uint32_t thread,
                       std::string const& detail) const;

 private:
  struct barrier {
    std::uint32_t arrived = 0;   // threads, counted in whole warps
    std::uint32_t expected = 0;  // 0: all of the block
    std::uint32_t count = 0;     // predicates that hold
    std::uint32_t threads = 0;   // threads that took part in the reduction
    std::uint32_t reduction = 0;
    std::vector<warp*> waiting;
    std::vector<std::uint32_t> passed;  // warps that arrived and did not wait
  };
  void complete(barrier& which);
  bool arrive_at_cluster_barrier(warp& from, decoded_instruction const& at);
  void complete_what_can_be();
  void order_accesses(std::vector<warp*> const& released, std::vector<std::uint32_t> passed,
                      bool is_whole_block);
  void set_specials(warp& which, std::uint32_t first_thread) const;
  dim3_t thread_index(std::uint32_t linear) const;

  launch_state* launch_ = nullptr;
  worker_context* worker_ = nullptr;
  unsigned worker_number_ = 0;
  cluster* cluster_ = nullptr;
  std::uint32_t rank_ = 0;
  dim3_t index_{};
  std::uint32_t threads_ = 0;
  std::uint32_t unfinished_ = 0;  // warps
  struct member {
    warp self;
    warp_status status = warp_status::ready;
    bool started = false;
    std::uint32_t file = 0;           // the register file that the warp has
    std::uint32_t cluster_phase = 0;  // of its arrival at the cluster's barrier
    bool arrived_at_cluster = false;
    decoded_instruction const* failed_wait = nullptr;  // for an mbarrier, in its last turn
  };
  bool is_stuck();
  std::vector<member> warps_;
  std::array<barrier, 16> barriers_;
  std::uint64_t mbarrier_events_ = 0;  // of the cluster, when last looked at
  unsigned rounds_without_event_ = 0;
  async_copies copies_;
  std::vector<std::vector<cache_line>> files_;
  std::vector<std::uint32_t> free_files_;
  warp_clocks clocks_;
  memory_order order_{clocks_};
  shared_races races_{clocks_};
  std::vector<std::uint8_t> shared_, shared_validity_, local_, local_validity_;
};

}  // namespace emulator
