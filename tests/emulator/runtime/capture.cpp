#include "runtime/capture.hpp"

#include <algorithm>

namespace emulator::runtime {

namespace {

bool prohibits(capture const& ongoing) {
  cudaStreamCaptureMode const thread_mode = thread_capture_mode();
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

}  // namespace

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

void end_capture(stream_state& state, std::shared_ptr<capture> ended) {
  for (auto const& member : ended->members) {
    member->capturing.reset();
    member->capture_tail.clear();
  }
  ended->members.clear();
  ended->ended = true;
  auto& all = state.captures;
  all.erase(std::remove(all.begin(), all.end(), ended), all.end());
}

cudaStreamCaptureMode& thread_capture_mode() {
  thread_local cudaStreamCaptureMode mode = cudaStreamCaptureModeGlobal;
  return mode;
}

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
    throw api_error(
        cudaErrorStreamCaptureUnsupported,
        "the call is prohibited while a stream is captured in cudaStreamCaptureModeGlobal "
        "or, by this thread, cudaStreamCaptureModeThreadLocal: it would wait for the "
        "device or might.\nCall it before cudaStreamBeginCapture or after "
        "cudaStreamEndCapture; cudaThreadExchangeStreamCaptureMode with "
        "cudaStreamCaptureModeRelaxed allows what is no part of the graph");
  }
}

void forbid_while_capturing(stream_state& state, stream const& where) {
  if (where.capturing != nullptr) {
    invalidate(
        *where.capturing, cudaErrorStreamCaptureUnsupported,
        "a stream that is captured has no work to wait for or to ask about: end the capture and "
        "launch the graph first");
  }
  if (where.legacy) forbid_implicit_dependency(state);
}

void require_no_blocking_capture(stream_state const& state) {
  for (auto const& other : state.blocking) {
    if (other->capturing == nullptr) continue;
    throw api_error(cudaErrorStreamCaptureImplicit,
                    "the legacy stream would depend on a blocking stream that is captured: use the "
                    "captured stream itself, or create it with cudaStreamNonBlocking");
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
