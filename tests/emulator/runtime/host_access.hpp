// Host code that dereferences a device pointer: a segmentation fault, with a report before it.
#pragma once

namespace emulator::runtime {

/// Looks at segmentation faults from now on. Those elsewhere go to the handler that was there
/// before, or end the process as ever.
void watch_host_accesses();

}  // namespace emulator::runtime
