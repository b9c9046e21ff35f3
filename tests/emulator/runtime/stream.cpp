#include "runtime/stream.hpp"

#include "runtime/capture.hpp"
#include "runtime/environment.hpp"

#include <algorithm>

namespace emulator::runtime {

stream_state::stream_state() : queue(settings().seed), legacy(std::make_shared<stream>()) {
  legacy->legacy = true;
  legacy->id = ++last_stream_id;
}

void stream_state::forget_handles() {
  streams.clear();
  events.clear();
  graphs.clear();
  nodes.clear();
  executables.clear();
}

stream_state& streams() {
  static stream_state* const instance = new stream_state;  // used until the very end of the process
  return *instance;
}

namespace {

// The calling thread's default stream; its work outlives the thread.
struct thread_stream {
  std::shared_ptr<stream> value;
  ~thread_stream() {
    if (value == nullptr) return;
    std::lock_guard const lock(streams().mutex);
    value->closed = true;
  }
};

std::shared_ptr<stream> const& per_thread_stream(stream_state& state) {
  thread_local thread_stream own;
  if (own.value == nullptr) {
    own.value = std::make_shared<stream>();
    own.value->id = ++state.last_stream_id;
    state.blocking.push_back(own.value);
  }
  return own.value;
}

void forget_closed_streams(stream_state& state) {
  auto& all = state.blocking;
  all.erase(std::remove_if(all.begin(), all.end(),
                           [](std::shared_ptr<stream> const& one) {
                             return one->closed && (one->tail == nullptr || one->tail->done());
                           }),
            all.end());
}

// What an operation in this stream comes behind.
std::vector<operation_ptr> predecessors(stream_state& state, stream const& where) {
  std::vector<operation_ptr> result{where.tail};
  if (where.legacy) {
    forget_closed_streams(state);
    for (auto const& other : state.blocking) result.push_back(other->tail);
  } else if (where.blocking()) {
    result.push_back(state.legacy->tail);
  }
  return result;
}

}  // namespace

std::shared_ptr<stream> stream_of(stream_state& state, cudaStream_t handle) {
  if (handle == nullptr || handle == cudaStreamLegacy) return state.legacy;
  if (handle == cudaStreamPerThread) return per_thread_stream(state);
  return state.streams.get(handle);
}

operation_ptr submit(runtime_lock& lock, stream& where, work_ptr what) {
  stream_state& state = streams();
  if (where.capturing != nullptr) {
    if (where.capturing->invalid) {
      throw api_error(cudaErrorStreamCaptureInvalidated,
                      "an earlier call has made this capture invalid");
    }
    where.capture_tail = {add_node(*where.capturing->target, std::move(what), where.capture_tail)};
    return nullptr;
  }
  if (where.legacy) forbid_implicit_dependency(state);
  where.tail = state.queue.add(std::move(what), predecessors(state, where));
  operation_ptr const added = where.tail;
  state.queue.bound(lock);
  return added;
}

void submit_wait(stream_state& state, stream& where, operation_ptr const& behind) {
  std::vector<operation_ptr> before = predecessors(state, where);
  before.push_back(behind);
  where.tail = state.queue.add(make_work(cudaGraphNodeTypeEmpty), before);
}

void submit_graph(runtime_lock& lock, stream& where, executable_graph& launched) {
  stream_state& state = streams();
  if (where.capturing != nullptr) {
    std::vector<graph_node*> added;
    for (auto const& step : launched.steps) {
      std::vector<graph_node*> after;
      for (std::size_t const earlier : step.after) after.push_back(added[earlier]);
      if (after.empty()) after = where.capture_tail;
      added.push_back(add_node(*where.capturing->target, step.what, after));
    }
    std::vector<graph_node*> leaves;
    for (std::size_t const leaf : launched.leaves) leaves.push_back(added[leaf]);
    if (!leaves.empty()) where.capture_tail = leaves;
    return;
  }
  if (where.legacy) forbid_implicit_dependency(state);
  std::vector<operation_ptr> start = predecessors(state, where);
  start.push_back(launched.last_launch);
  std::vector<operation_ptr> added;
  for (auto const& step : launched.steps) {
    std::vector<operation_ptr> behind;
    for (std::size_t const earlier : step.after) behind.push_back(added[earlier]);
    added.push_back(state.queue.add(step.what, step.after.empty() ? start : behind));
  }
  std::vector<operation_ptr> end = start;  // an empty graph's launch is a marker
  for (std::size_t const leaf : launched.leaves) end.push_back(added[leaf]);
  where.tail = state.queue.add(make_work(cudaGraphNodeTypeEmpty), end);
  launched.last_launch = where.tail;
  state.queue.bound(lock);
}

void wait_for(runtime_lock& lock, std::vector<operation_ptr> targets) {
  streams().queue.wait(lock, std::move(targets));
  if (sticky_error() != cudaSuccess)
    throw api_error(sticky_error(), "work on the device has failed");
}

void wait_for_device(runtime_lock& lock) {
  streams().queue.wait_for_all(lock);
  if (sticky_error() != cudaSuccess)
    throw api_error(sticky_error(), "work on the device has failed");
}

std::vector<operation_ptr> last_operations(stream_state& state, stream const& where) {
  return where.legacy ? predecessors(state, where) : std::vector<operation_ptr>{where.tail};
}

}  // namespace emulator::runtime
