// cudaStream*: creation, waiting, host functions.
#include "runtime/capture.hpp"
#include "runtime/checks.hpp"
#include "runtime/stream.hpp"

#include <cstring>

using namespace emulator::runtime;

namespace {

constexpr int least_priority = 0, greatest_priority = -5;

void create(cudaStream_t* result, unsigned flags, int priority) {
  require_value(result != nullptr, "nowhere to put the stream");
  require_value(flags == cudaStreamDefault || flags == cudaStreamNonBlocking,
                "no such stream flags");
  stream_state& state = streams();
  std::lock_guard const lock(state.mutex);
  auto const made = std::make_shared<stream>();
  made->flags = flags;
  made->priority = std::min(std::max(priority, greatest_priority), least_priority);
  made->id = ++state.last_stream_id;
  if (made->blocking()) state.blocking.push_back(made);
  *result = state.streams.add(made);
}

// Reads a stream's property under the lock.
template <class Read>
void with_stream(cudaStream_t handle, Read&& read) {
  std::lock_guard const lock(streams().mutex);
  read(*stream_of(streams(), handle));
}

}  // namespace

extern "C" {

cudaError_t cudaStreamCreate(cudaStream_t* result) {
  return entry("cudaStreamCreate", [&] { create(result, cudaStreamDefault, 0); });
}

cudaError_t cudaStreamCreateWithFlags(cudaStream_t* result, unsigned flags) {
  return entry("cudaStreamCreateWithFlags", [&] { create(result, flags, 0); });
}

cudaError_t cudaStreamCreateWithPriority(cudaStream_t* result, unsigned flags, int priority) {
  return entry("cudaStreamCreateWithPriority", [&] { create(result, flags, priority); });
}

cudaError_t cudaStreamDestroy(cudaStream_t handle) {
  return entry("cudaStreamDestroy", [&] {
    stream_state& state = streams();
    std::lock_guard const lock(state.mutex);
    auto const destroyed = state.streams.get(handle);
    if (destroyed->capturing != nullptr) {
      destroyed->capturing->invalid = true;
      if (destroyed->capturing->origin == destroyed.get()) end_capture(state, destroyed->capturing);
    }
    destroyed->closed = true;
    state.streams.remove(handle);
  });
}

cudaError_t cudaStreamSynchronize(cudaStream_t handle) {
  return entry("cudaStreamSynchronize", [&] {
    stream_state& state = streams();
    runtime_lock lock(state.mutex);
    auto const waited = stream_of(state, handle);
    forbid_while_capturing(state, *waited);
    wait_for(lock, last_operations(state, *waited));
  });
}

cudaError_t cudaStreamQuery(cudaStream_t handle) {
  return entry("cudaStreamQuery", [&] {
    stream_state& state = streams();
    runtime_lock lock(state.mutex);
    auto const asked = stream_of(state, handle);
    forbid_while_capturing(state, *asked);
    bool const done = state.queue.poll(lock, last_operations(state, *asked));
    require(sticky_error() == cudaSuccess, sticky_error(), "work on the device has failed");
    require(done, cudaErrorNotReady, "the stream has work to do");
  });
}

cudaError_t cudaStreamWaitEvent(cudaStream_t handle, cudaEvent_t event, unsigned flags) {
  return entry("cudaStreamWaitEvent", [&] {
    require_value(flags == cudaEventWaitDefault || flags == cudaEventWaitExternal, "no such flags");
    require(flags == cudaEventWaitDefault, cudaErrorNotSupported,
            "event wait nodes are not emulated");
    stream_state& state = streams();
    runtime_lock lock(state.mutex);
    auto const waiting = stream_of(state, handle);
    auto const source = state.events.get(event);
    if (source->captured_in != nullptr) {
      join_capture(*waiting, waiting, *source);
    } else if (waiting->capturing != nullptr && source->recorded != nullptr) {
      invalidate(*waiting->capturing, cudaErrorStreamCaptureIsolation,
                 "a captured stream cannot wait for work outside the capture");
    } else if (waiting->capturing == nullptr && source->recorded != nullptr) {
      if (waiting->legacy) forbid_implicit_dependency(state);
      submit_wait(state, *waiting, source->recorded);
    }
  });
}

cudaError_t cudaLaunchHostFunc(cudaStream_t handle, cudaHostFn_t function, void* data) {
  return entry("cudaLaunchHostFunc", [&] {
    require_value(function != nullptr, "no function");
    stream_state& state = streams();
    runtime_lock lock(state.mutex);
    submit(lock, *stream_of(state, handle), make_work(cudaGraphNodeTypeHost, [=] {
             function(data);
             return std::nullopt;
           }));
  });
}

cudaError_t cudaStreamAddCallback(cudaStream_t handle, cudaStreamCallback_t callback, void* data,
                                  unsigned flags) {
  return entry("cudaStreamAddCallback", [&] {
    require_value(callback != nullptr && flags == 0, "no callback, or flags that are not 0");
    stream_state& state = streams();
    runtime_lock lock(state.mutex);
    auto const where = stream_of(state, handle);
    if (where->capturing != nullptr) {
      invalidate(*where->capturing, cudaErrorStreamCaptureUnsupported,
                 "callbacks cannot be captured");
    }
    submit(lock, *where, make_work(cudaGraphNodeTypeHost, [=] {
             callback(handle, cudaSuccess, data);
             return std::nullopt;
           }));
  });
}

cudaError_t cudaStreamGetFlags(cudaStream_t handle, unsigned* flags) {
  return entry("cudaStreamGetFlags", [&] {
    require_value(flags != nullptr, "nowhere to put the flags");
    with_stream(handle, [&](stream const& asked) { *flags = asked.flags; });
  });
}

cudaError_t cudaStreamGetPriority(cudaStream_t handle, int* priority) {
  return entry("cudaStreamGetPriority", [&] {
    require_value(priority != nullptr, "nowhere to put the priority");
    with_stream(handle, [&](stream const& asked) { *priority = asked.priority; });
  });
}

cudaError_t cudaStreamGetId(cudaStream_t handle, unsigned long long* id) {
  return entry("cudaStreamGetId", [&] {
    require_value(id != nullptr, "nowhere to put the number");
    with_stream(handle, [&](stream const& asked) { *id = asked.id; });
  });
}

cudaError_t cudaStreamGetDevice(cudaStream_t handle, int* device) {
  return entry("cudaStreamGetDevice", [&] {
    require_value(device != nullptr, "nowhere to put the device");
    with_stream(handle, [&](stream const&) { *device = 0; });
  });
}

cudaError_t cudaDeviceGetStreamPriorityRange(int* least, int* greatest) {
  return entry("cudaDeviceGetStreamPriorityRange", [&] {
    if (least != nullptr) *least = least_priority;
    if (greatest != nullptr) *greatest = greatest_priority;
  });
}

// Attributes of a stream are hints (cache windows, spinning or blocking): kept, without effect on
// what is computed.
cudaError_t cudaStreamSetAttribute(cudaStream_t handle, cudaStreamAttrID,
                                   cudaStreamAttrValue const* value) {
  return entry("cudaStreamSetAttribute", [&] {
    require_value(value != nullptr, "no value");
    with_stream(handle, [](stream const&) {});
  });
}

cudaError_t cudaStreamGetAttribute(cudaStream_t handle, cudaStreamAttrID,
                                   cudaStreamAttrValue* value) {
  return entry("cudaStreamGetAttribute", [&] {
    require_value(value != nullptr, "nowhere to put the value");
    with_stream(handle, [](stream const&) {});
    std::memset(value, 0, sizeof(*value));
  });
}

cudaError_t cudaStreamCopyAttributes(cudaStream_t to, cudaStream_t from) {
  return entry("cudaStreamCopyAttributes", [&] {
    with_stream(to, [](stream const&) {});
    with_stream(from, [](stream const&) {});
  });
}

}  // extern "C"
