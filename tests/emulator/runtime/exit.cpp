#include "runtime/exit.hpp"

#include "runtime/allocations.hpp"
#include "runtime/environment.hpp"
#include "runtime/statistics.hpp"
#include "runtime/stream.hpp"

namespace emulator::runtime {

void finish_device_work_at_exit() {
  stream_state& state = streams();
  runtime_lock lock(state.mutex);
  state.queue.finish_device_work(lock);
}

namespace {

// After the destructors of the program's static objects.
__attribute__((destructor)) void report_at_exit() {
  if (settings().leaks) {
    for (std::string const& leak : allocations::instance().live()) report("leak", leak);
  }
  if (settings().summary) report("summary", statistics_text());
}

}  // namespace

}  // namespace emulator::runtime
