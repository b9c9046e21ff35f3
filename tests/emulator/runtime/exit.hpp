// The end of the process, or of a module: queued work is executed, leaks are reported.
#pragma once

namespace emulator::runtime {

/// Executes what is queued and needs no host function, so that its faults are seen.
void finish_device_work_at_exit();

}  // namespace emulator::runtime
