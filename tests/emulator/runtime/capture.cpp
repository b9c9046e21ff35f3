#include "runtime/capture.hpp"

#include <algorithm>

namespace emulator::runtime {

namespace {

thread_local cudaStreamCaptureMode thread_mode = cudaStreamCaptureModeGlobal;

bool prohibits(capture const& ongoing) {
  if (thread_mode == cudaStreamCaptureModeRelaxed || ongoing.mode == cudaStreamCaptureModeRelaxed)
    return false;
  if (ongoing.thread == std::this_thread::get_id()) return true;
  return thread_mode == cudaStreamCaptureModeGlobal && ongoing.mode == cudaStreamCaptureModeGlobal;
}

// Whether a path of dependencies leads from one of the nodes back to the target.
bool reaches(std::vector<graph_node*> const& from, graph_node const* target) {
  std::vector<graph_node*> open = from;
  std::vector<graph_node*> seen;
  while (!open.empty()) {
    graph_node* const next = open.back();
    open.pop_back();
    if (next == target) return true;
    if (std::find(seen.begin(), seen.end(), next) != seen.end()) continue;
    seen.push_back(next);
    open.insert(open.end(), next->after.begin(), next->after.end());
  }
  return false;
}

void begin(cudaStream_t handle, cudaStreamCaptureMode mode, std::shared_ptr<graph> target) {
  stream_state& state = streams();
  auto const origin = stream_of(state, handle);
  if (origin->legacy) {
    throw api_error(cudaErrorStreamCaptureUnsupported,
                    "the legacy default stream cannot be captured");
  }
  if (origin->capturing != nullptr) {
    throw api_error(cudaErrorIllegalState, "the stream is being captured already");
  }
  auto const started = std::make_shared<capture>();
  started->id = ++state.last_capture_id;
  started->mode = mode;
  started->thread = std::this_thread::get_id();
  started->origin = origin.get();
  started->members.push_back(origin);
  started->target = std::move(target);
  state.captures.push_back(started);
  origin->capturing = started;
  origin->capture_tail.clear();
}

// The state of a capture at its end, as the code of cudaStreamEndCapture.
cudaError_t verdict(capture const& ended) {
  if (ended.invalid) return cudaErrorStreamCaptureInvalidated;
  for (auto const& member : ended.members) {
    if (member.get() == ended.origin) continue;
    for (graph_node const* const node : member->capture_tail) {
      if (!reaches(ended.origin->capture_tail, node)) return cudaErrorStreamCaptureUnjoined;
    }
  }
  return cudaSuccess;
}

}  // namespace

void end_capture(stream_state& state, std::shared_ptr<capture> const& ended) {
  for (auto const& member : ended->members) {
    member->capturing.reset();
    member->capture_tail.clear();
  }
  ended->members.clear();
  ended->ended = true;
  auto& all = state.captures;
  all.erase(std::remove(all.begin(), all.end(), ended), all.end());
}

namespace {

cudaStreamCaptureStatus status_of(stream const& where) {
  if (where.capturing == nullptr) return cudaStreamCaptureStatusNone;
  return where.capturing->invalid ? cudaStreamCaptureStatusInvalidated
                                  : cudaStreamCaptureStatusActive;
}

}  // namespace

void invalidate(capture& broken, cudaError_t code, char const* message) {
  broken.invalid = true;
  throw api_error(code, message);
}

void forbid_unsafe_call_during_capture() {
  stream_state& state = streams();
  std::lock_guard const lock(state.mutex);
  bool prohibited = false;
  for (auto const& ongoing : state.captures) {
    if (!prohibits(*ongoing)) continue;
    ongoing->invalid = true;
    prohibited = true;
  }
  if (prohibited) {
    throw api_error(cudaErrorStreamCaptureUnsupported,
                    "the call is prohibited while a stream is captured");
  }
}

void forbid_while_capturing(stream_state& state, stream const& where) {
  if (where.capturing != nullptr) {
    invalidate(*where.capturing, cudaErrorStreamCaptureUnsupported,
               "a stream that is captured has no work to wait for or to ask about");
  }
  if (where.legacy) forbid_implicit_dependency(state);
}

void require_no_blocking_capture(stream_state const& state) {
  for (auto const& other : state.blocking) {
    if (other->capturing == nullptr) continue;
    throw api_error(cudaErrorStreamCaptureImplicit,
                    "the legacy stream would depend on a blocking stream that is captured");
  }
}

void forbid_implicit_dependency(stream_state& state) {
  try {
    require_no_blocking_capture(state);
  } catch (api_error const&) {
    for (auto const& other : state.blocking) {
      if (other->capturing != nullptr) other->capturing->invalid = true;
    }
    throw;
  }
}

void join_capture(stream& where, std::shared_ptr<stream> const& self, event const& source) {
  auto const& joined = source.captured_in;
  if (joined->ended) {
    throw api_error(cudaErrorCapturedEvent, "the event was recorded in a capture that has ended");
  }
  if (joined->invalid) {
    throw api_error(cudaErrorStreamCaptureInvalidated,
                    "an earlier call has made this capture invalid");
  }
  if (where.legacy) {
    invalidate(*joined, cudaErrorStreamCaptureImplicit,
               "the legacy default stream cannot be captured");
  }
  if (where.capturing == nullptr) {
    where.capturing = joined;
    joined->members.push_back(self);
  } else if (where.capturing != joined) {
    where.capturing->invalid = true;
    invalidate(*joined, cudaErrorStreamCaptureMerge, "the event belongs to another capture");
  }
  for (graph_node* const node : source.captured_nodes) {
    auto& tail = where.capture_tail;
    if (std::find(tail.begin(), tail.end(), node) == tail.end()) tail.push_back(node);
  }
}

}  // namespace emulator::runtime

using namespace emulator::runtime;

extern "C" {

cudaError_t cudaStreamBeginCapture(cudaStream_t stream, cudaStreamCaptureMode mode) {
  return entry("cudaStreamBeginCapture", [&] {
    if (mode < cudaStreamCaptureModeGlobal || mode > cudaStreamCaptureModeRelaxed) {
      throw api_error(cudaErrorInvalidValue, "no such capture mode");
    }
    std::lock_guard const lock(streams().mutex);
    begin(stream, mode, std::make_shared<graph>());
  });
}

cudaError_t cudaStreamEndCapture(cudaStream_t stream, cudaGraph_t* result) {
  return entry("cudaStreamEndCapture", [&] {
    if (result == nullptr) throw api_error(cudaErrorInvalidValue, "nowhere to put the graph");
    stream_state& state = streams();
    std::lock_guard const lock(state.mutex);
    auto const where = stream_of(state, stream);
    auto const ended = where->capturing;
    *result = nullptr;
    if (ended == nullptr)
      throw api_error(cudaErrorIllegalState, "the stream is not being captured");
    if (ended->origin != where.get()) {
      invalidate(*ended, cudaErrorStreamCaptureUnmatched, "the capture began in another stream");
    }
    if (ended->mode != cudaStreamCaptureModeRelaxed &&
        ended->thread != std::this_thread::get_id()) {
      throw api_error(cudaErrorStreamCaptureWrongThread, "the capture began in another thread");
    }
    cudaError_t const code = verdict(*ended);
    end_capture(state, ended);
    if (code == cudaErrorStreamCaptureUnjoined) {
      throw api_error(code, "a stream that joined the capture was not joined back to its origin");
    }
    if (code != cudaSuccess) throw api_error(code, "an earlier call has made this capture invalid");
    if (ended->target->handle == nullptr) ended->target->handle = state.graphs.add(ended->target);
    *result = ended->target->handle;
  });
}

cudaError_t cudaStreamIsCapturing(cudaStream_t stream, cudaStreamCaptureStatus* status) {
  return entry("cudaStreamIsCapturing", [&] {
    if (status == nullptr) throw api_error(cudaErrorInvalidValue, "nowhere to put the status");
    stream_state& state = streams();
    std::lock_guard const lock(state.mutex);
    auto const where = stream_of(state, stream);
    if (where->legacy) require_no_blocking_capture(state);
    *status = status_of(*where);
  });
}

cudaError_t cudaStreamGetCaptureInfo(cudaStream_t stream, cudaStreamCaptureStatus* status,
                                     unsigned long long* id, cudaGraph_t* target,
                                     cudaGraphNode_t const** dependencies,
                                     cudaGraphEdgeData const** edges, std::size_t* count) {
  return entry("cudaStreamGetCaptureInfo", [&] {
    if (status == nullptr) throw api_error(cudaErrorInvalidValue, "nowhere to put the status");
    stream_state& state = streams();
    std::lock_guard const lock(state.mutex);
    auto const where = stream_of(state, stream);
    if (where->legacy) require_no_blocking_capture(state);
    *status = status_of(*where);
    if (*status != cudaStreamCaptureStatusActive) return;
    capture& active = *where->capturing;
    if (active.target->handle == nullptr) active.target->handle = state.graphs.add(active.target);
    thread_local std::vector<cudaGraphNode_t> handles;  // CUDA's are valid until the next call, too
    handles.clear();
    for (graph_node const* const node : where->capture_tail) handles.push_back(node->handle);
    if (id != nullptr) *id = active.id;
    if (target != nullptr) *target = active.target->handle;
    if (dependencies != nullptr) *dependencies = handles.data();
    if (edges != nullptr) *edges = nullptr;
    if (count != nullptr) *count = handles.size();
  });
}

cudaError_t cudaThreadExchangeStreamCaptureMode(cudaStreamCaptureMode* mode) {
  return entry("cudaThreadExchangeStreamCaptureMode", [&] {
    if (mode == nullptr || *mode < cudaStreamCaptureModeGlobal ||
        *mode > cudaStreamCaptureModeRelaxed) {
      throw api_error(cudaErrorInvalidValue, "no such capture mode");
    }
    std::swap(thread_mode, *mode);
  });
}

}  // extern "C"
