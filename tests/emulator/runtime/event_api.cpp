// cudaEvent*. Times are those at which the emulator executed the work, so they measure the
// emulator.
#include "runtime/capture.hpp"
#include "runtime/checks.hpp"
#include "runtime/stream.hpp"

using namespace emulator::runtime;

namespace {

void create(cudaEvent_t* result, unsigned flags) {
  require_value(result != nullptr, "nowhere to put the event");
  constexpr unsigned known = cudaEventBlockingSync | cudaEventDisableTiming;
  require((flags & cudaEventInterprocess) == 0, cudaErrorNotSupported, "there is one process");
  require_value((flags & ~known) == 0, "no such event flags");
  stream_state& state = streams();
  std::lock_guard const lock(state.mutex);
  auto const made = std::make_shared<event>();
  made->flags = flags;
  *result = state.events.add(made);
}

void record(cudaEvent_t handle, cudaStream_t where, unsigned flags) {
  require_value(flags == cudaEventRecordDefault || flags == cudaEventRecordExternal,
                "no such flags");
  require(flags == cudaEventRecordDefault, cudaErrorNotSupported,
          "event record nodes are not emulated");
  stream_state& state = streams();
  runtime_lock lock(state.mutex);
  auto const recorded = state.events.get(handle);
  auto const source = stream_of(state, where);
  if (source->capturing != nullptr) {
    require(!source->capturing->invalid, cudaErrorStreamCaptureInvalidated,
            "an earlier call has made this capture invalid");
    recorded->captured_in = source->capturing;
    recorded->captured_nodes = source->capture_tail;
    recorded->recorded = nullptr;
    return;
  }
  recorded->recorded = submit(lock, *source, make_work(cudaGraphNodeTypeEventRecord));
  recorded->captured_in = nullptr;
  recorded->captured_nodes.clear();
}

void forbid_captured(event const& asked) {
  if (asked.captured_in == nullptr) return;
  asked.captured_in->invalid = true;
  throw api_error(cudaErrorCapturedEvent, "the event was last recorded in a captured stream");
}

// The finished record of an event that has a time.
operation const& timed_record(event const& asked) {
  require(asked.captured_in == nullptr && asked.recorded != nullptr &&
              (asked.flags & cudaEventDisableTiming) == 0,
          cudaErrorInvalidResourceHandle, "the event was not recorded, or has no timing");
  require(asked.recorded->done(), cudaErrorNotReady, "the event has not happened yet");
  return *asked.recorded;
}

}  // namespace

extern "C" {

cudaError_t cudaEventCreate(cudaEvent_t* result) {
  return entry("cudaEventCreate", [&] { create(result, cudaEventDefault); });
}

cudaError_t cudaEventCreateWithFlags(cudaEvent_t* result, unsigned flags) {
  return entry("cudaEventCreateWithFlags", [&] { create(result, flags); });
}

cudaError_t cudaEventDestroy(cudaEvent_t handle) {
  return entry("cudaEventDestroy", [&] {
    stream_state& state = streams();
    std::lock_guard const lock(state.mutex);
    (void)state.events.get(handle);
    state.events.remove(handle);
  });
}

cudaError_t cudaEventRecord(cudaEvent_t handle, cudaStream_t stream) {
  return entry("cudaEventRecord", [&] { record(handle, stream, cudaEventRecordDefault); });
}

cudaError_t cudaEventRecordWithFlags(cudaEvent_t handle, cudaStream_t stream, unsigned flags) {
  return entry("cudaEventRecordWithFlags", [&] { record(handle, stream, flags); });
}

cudaError_t cudaEventSynchronize(cudaEvent_t handle) {
  return entry("cudaEventSynchronize", [&] {
    stream_state& state = streams();
    runtime_lock lock(state.mutex);
    auto const waited = state.events.get(handle);
    forbid_captured(*waited);
    wait_for(lock, {waited->recorded});
  });
}

cudaError_t cudaEventQuery(cudaEvent_t handle) {
  return entry("cudaEventQuery", [&] {
    forbid_unsafe_call_during_capture();
    stream_state& state = streams();
    runtime_lock lock(state.mutex);
    auto const asked = state.events.get(handle);
    forbid_captured(*asked);
    bool const done = state.queue.poll(lock, {asked->recorded});
    require(sticky_error() == cudaSuccess, sticky_error(), "work on the device has failed");
    require(done, cudaErrorNotReady, "the event has not happened yet");
  });
}

cudaError_t cudaEventElapsedTime(float* milliseconds, cudaEvent_t start, cudaEvent_t end) {
  return entry("cudaEventElapsedTime", [&] {
    require_value(milliseconds != nullptr, "nowhere to put the time");
    stream_state& state = streams();
    std::lock_guard const lock(state.mutex);
    auto const first = timed_record(*state.events.get(start)).finished;
    auto const last = timed_record(*state.events.get(end)).finished;
    *milliseconds = std::chrono::duration<float, std::milli>(last - first).count();
  });
}

}  // extern "C"
