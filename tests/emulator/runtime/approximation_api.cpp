// For tests that run under every sign of the errors that .approx instructions may have. Found with
// dlsym, so that a test runs on a GPU as well, where hardware has its own.
#include "core/approximation.hpp"
#include "runtime/approximation_setting.hpp"
#include "runtime/environment.hpp"
#include "runtime/stream.hpp"

#include <cstdio>
#include <cstdlib>

namespace emulator::runtime {

void apply_approximation_setting() {
  static bool const applied = [] {
    if (settings().approximate.empty()) return true;
    std::string const wrong = approximation::current().set(settings().approximate);
    if (wrong.empty()) return true;
    std::fprintf(stderr, "ptx emulator: ACTIVATIONS_EMULATOR_APPROXIMATE: %s\n", wrong.c_str());
    std::exit(2);
  }();
  (void)applied;
}

namespace {

void finish_queued_work() {
  apply_approximation_setting();
  stream_state& state = streams();
  runtime_lock lock(state.mutex);
  state.queue.wait_for_all(lock);
}

}  // namespace

}  // namespace emulator::runtime

using emulator::approximation;

/// For all launches from here on: what ACTIVATIONS_EMULATOR_APPROXIMATE may say. Returns what is
/// wrong with it, or "".
extern "C" char const* ptxEmulatorApproximate(char const* how) {
  thread_local std::string wrong;
  emulator::runtime::finish_queued_work();
  wrong = approximation::current().set(how);
  return wrong.c_str();
}

/// Which functions the launches since the last call have executed, a bit each.
extern "C" unsigned ptxEmulatorApproximateExecuted() {
  emulator::runtime::finish_queued_work();
  return approximation::current().take_executed();
}

/// The name of the function of a bit; null beyond the last.
extern "C" char const* ptxEmulatorApproximateName(unsigned bit) {
  if (bit >= emulator::approximate_functions) return nullptr;
  return to_string(static_cast<emulator::approximate_function>(bit)).data();
}
