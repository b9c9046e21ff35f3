// 32 lanes with a program counter each. While they agree the warp is one group and runs straight
// on; where they part there is a group for each program counter, and groups that meet again become
// one.
#pragma once

#include "core/access_history.hpp"
#include "core/kernel_code.hpp"
#include "core/range_cache.hpp"
#include "core/undefined_registers.hpp"

#include <array>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace emulator {

class block;

/// What a worker keeps between blocks and counts over a launch.
struct worker_context {
  range_cache ranges;
  stamp_arena stamps;
  std::vector<execution_count> executed;  // for each decoded instruction
  memory_count memory;
  std::uint64_t barriers = 0;
};

enum class warp_status : std::uint8_t {
  ready,    // its turn is over, it could go on
  waiting,  // at a barrier of the block
  finished,
};

class warp {
 public:
  /// Lanes [first_thread, first_thread + lanes) of the block, at the kernel's first instruction.
  void start(block& owner, std::uint32_t first_thread, std::uint32_t lanes,
             std::uint8_t* registers);

  /// Runs until every lane has exited, all wait at one barrier, or the turn is over. Throws
  /// kernel_fault.
  warp_status run();

  /// The barrier that the warp waits at has completed; the result is what barrier reductions give.
  void release_from_barrier(std::uint32_t result);

  template <class T>
  T* lanes(slot where) const {
    return reinterpret_cast<T*>(bases_[where & 1] + (where & ~slot{1}));
  }
  lane_mask& predicate(slot where) const { return *lanes<lane_mask>(where); }

  /// The condition-code register of add.cc and its kin: one carry bit per lane.
  lane_mask& carry() { return carry_; }

  /// Registers whose value depends on memory that nobody wrote.
  undefined_registers& undefined() { return undefined_; }
  /// Where lanes() finds registers and constants from now on; returns where it did.
  std::array<std::uint8_t*, 2> exchange_registers(std::array<std::uint8_t*, 2> const& bases) {
    return std::exchange(bases_, bases);
  }

  block& owner() const { return *block_; }
  kernel_code const& code() const { return *code_; }
  lane_mask alive() const { return alive_; }
  std::uint32_t first_thread() const { return first_thread_; }
  worker_context& worker() const { return *worker_; }

  [[noreturn]] void fail(decoded_instruction const& at, unsigned lane, fault_kind kind,
                         std::string const& what, std::string const& detail = "") const;

  /// Where every group stands, for messages about lanes that wait for each other.
  std::string describe_groups() const;
  /// The instruction of the barrier that the warp waits at.
  ptx::instruction const* barrier_waited_at() const;

 private:
  enum class group_state : std::uint8_t { ready, at_sync, at_barrier };
  struct group {
    std::uint32_t pc;
    lane_mask mask;
    group_state state;
    bool yielded;
  };

  bool choose(unsigned& chosen);
  void merge();
  void execute(unsigned index);
  void run_one(decoded_instruction const& in, lane_mask mask);
  void remove(unsigned index);
  void add(std::uint32_t pc, lane_mask mask, group_state state);
  /// Whether the lanes may execute the warp-synchronising instruction now; if not they wait as a
  /// group of their own.
  bool arrive_at_sync(unsigned index, lane_mask active);
  void arrive_at_barrier(unsigned index, lane_mask active);
  bool enter_barrier();
  void branch_indexed(unsigned index, decoded_instruction const& at, lane_mask active);
  [[noreturn]] void fail_stuck() const;

  std::array<std::uint8_t*, 2> bases_{};
  block* block_ = nullptr;
  kernel_code const* code_ = nullptr;
  worker_context* worker_ = nullptr;
  std::uint32_t first_thread_ = 0;
  lane_mask alive_ = 0;
  lane_mask carry_ = 0;
  decoded_instruction const* barrier_ = nullptr;  // what it waits at
  unsigned turns_left_ = 0;
  unsigned count_ = 0;
  std::array<group, warp_size> groups_;
  undefined_registers undefined_;
};

}  // namespace emulator
