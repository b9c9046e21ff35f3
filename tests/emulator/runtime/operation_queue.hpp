// The work that is queued on the device and not yet done. Nothing runs by itself: a thread that has
// to wait for an operation executes what that operation depends on, and with a seed also other work
// that could run by then.
#pragma once

#include "runtime/work.hpp"

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <random>
#include <vector>

namespace emulator::runtime {

struct operation {
  enum class state_t { queued, running, done };

  std::uint64_t number = 0;  // in the order of the calls
  work_ptr what;
  state_t state = state_t::queued;
  bool wanted = false;                             // somebody waits for it
  std::vector<std::shared_ptr<operation>> before;  // not yet done, at the time of the call
  std::vector<std::shared_ptr<operation>> after;
  std::size_t blockers = 0;
  std::chrono::steady_clock::time_point finished;

  bool done() const { return state == state_t::done; }
};

using operation_ptr = std::shared_ptr<operation>;
using runtime_lock = std::unique_lock<std::mutex>;

class operation_queue {
 public:
  explicit operation_queue(std::uint64_t seed) : seed_(seed), random_(seed) {}

  /// Appends an operation behind the given ones; nulls and finished ones are allowed among them.
  operation_ptr add(work_ptr what, std::vector<operation_ptr> const& behind);
  /// Returns when the operations are done; nulls are. Unlocks while work runs, so the list is a
  /// copy.
  void wait(runtime_lock& lock, std::vector<operation_ptr> targets);
  void wait_for_all(runtime_lock& lock);
  /// Whether the operations are done; if not, executes one that they wait for: a polling loop ends.
  bool poll(runtime_lock& lock, std::vector<operation_ptr> const& targets);
  /// Executes whatever can run without host functions; for the end of the process.
  void finish_device_work(runtime_lock& lock);
  /// A device's queue is finite: beyond this many operations a call executes the oldest first.
  void bound(runtime_lock& lock);

 private:
  void want(operation_ptr const& target);
  operation_ptr pick();
  void step(runtime_lock& lock);
  void execute(runtime_lock& lock, operation_ptr const& chosen);
  void finish(operation_ptr const& finished);

  std::uint64_t seed_;
  std::mt19937_64 random_;
  std::uint64_t next_ = 0;
  std::map<std::uint64_t, operation_ptr> unfinished_;
  std::map<std::uint64_t, operation_ptr> ready_;  // those of them that nothing blocks
  bool device_busy_ = false;  // one operation at a time: a kernel uses all cores
  std::condition_variable changed_;
};

}  // namespace emulator::runtime
