// cudaStreamBeginCapture and its kin.
#include "runtime/capture.hpp"

#include <utility>

using namespace emulator::runtime;

namespace {

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

cudaStreamCaptureStatus status_of(stream const& where) {
  if (where.capturing == nullptr) return cudaStreamCaptureStatusNone;
  return where.capturing->invalid ? cudaStreamCaptureStatusInvalidated
                                  : cudaStreamCaptureStatusActive;
}

}  // namespace

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
      invalidate(*ended, cudaErrorStreamCaptureUnmatched,
                 "the capture began in another stream, and is ended there");
    }
    if (ended->mode != cudaStreamCaptureModeRelaxed &&
        ended->thread != std::this_thread::get_id()) {
      throw api_error(
          cudaErrorStreamCaptureWrongThread,
          "the capture began in another thread; only with cudaStreamCaptureModeRelaxed may "
          "any thread end it");
    }
    cudaError_t const code = verdict(*ended);
    end_capture(state, ended);
    if (code == cudaErrorStreamCaptureUnjoined) {
      throw api_error(code,
                      "a stream that joined the capture was not joined back to its origin: "
                      "cudaEventRecord there, then "
                      "cudaStreamWaitEvent in the stream where the capture began");
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
    std::swap(thread_capture_mode(), *mode);
  });
}

}  // extern "C"
