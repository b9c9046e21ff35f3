// cudaGraph*: what a captured graph is for: look at it, instantiate it, launch it.
#include "runtime/capture.hpp"
#include "runtime/checks.hpp"
#include "runtime/stream.hpp"

#include <algorithm>

using namespace emulator::runtime;

namespace {

void instantiate_into(cudaGraphExec_t* result, cudaGraph_t source, unsigned long long flags) {
  require_value(result != nullptr, "nowhere to put the executable graph");
  constexpr unsigned long long known = cudaGraphInstantiateFlagAutoFreeOnLaunch |
                                       cudaGraphInstantiateFlagUpload |
                                       cudaGraphInstantiateFlagUseNodePriority;
  require(flags != cudaGraphInstantiateFlagDeviceLaunch, cudaErrorNotSupported,
          "launches of graphs from the device are not emulated");
  require_value((flags & ~known) == 0, "no such flags");
  stream_state& state = streams();
  std::lock_guard const lock(state.mutex);
  auto const made = instantiate(*state.graphs.get(source));
  made->flags = flags;
  *result = state.executables.add(made);
}

// CUDA's way of returning lists: the count alone, or as many as there is room for.
template <class Handle>
void list(std::vector<Handle> const& all, Handle* room, std::size_t* count) {
  require_value(count != nullptr, "nowhere to put the number");
  if (room != nullptr) {
    for (std::size_t i = 0; i < *count; ++i) room[i] = i < all.size() ? all[i] : nullptr;
    *count = std::min(*count, all.size());
  } else {
    *count = all.size();
  }
}

void forget(stream_state& state, graph const& destroyed) {
  for (auto const& node : destroyed.nodes) state.nodes.remove(node->handle);
}

}  // namespace

extern "C" {

cudaError_t cudaGraphCreate(cudaGraph_t* result, unsigned flags) {
  return entry("cudaGraphCreate", [&] {
    require_value(result != nullptr && flags == 0,
                  "nowhere to put the graph, or flags that are not 0");
    stream_state& state = streams();
    std::lock_guard const lock(state.mutex);
    auto const made = std::make_shared<graph>();
    made->handle = state.graphs.add(made);
    *result = made->handle;
  });
}

cudaError_t cudaGraphDestroy(cudaGraph_t handle) {
  return entry("cudaGraphDestroy", [&] {
    stream_state& state = streams();
    std::lock_guard const lock(state.mutex);
    forget(state, *state.graphs.get(handle));
    state.graphs.remove(handle);
  });
}

cudaError_t cudaGraphGetNodes(cudaGraph_t handle, cudaGraphNode_t* nodes, std::size_t* count) {
  return entry("cudaGraphGetNodes", [&] {
    stream_state& state = streams();
    std::lock_guard const lock(state.mutex);
    std::vector<cudaGraphNode_t> all;
    for (auto const& node : state.graphs.get(handle)->nodes) all.push_back(node->handle);
    list(all, nodes, count);
  });
}

cudaError_t cudaGraphGetRootNodes(cudaGraph_t handle, cudaGraphNode_t* nodes, std::size_t* count) {
  return entry("cudaGraphGetRootNodes", [&] {
    stream_state& state = streams();
    std::lock_guard const lock(state.mutex);
    std::vector<cudaGraphNode_t> roots;
    for (auto const& node : state.graphs.get(handle)->nodes) {
      if (node->after.empty()) roots.push_back(node->handle);
    }
    list(roots, nodes, count);
  });
}

cudaError_t cudaGraphGetEdges(cudaGraph_t handle, cudaGraphNode_t* from, cudaGraphNode_t* to,
                              cudaGraphEdgeData* data, std::size_t* count) {
  return entry("cudaGraphGetEdges", [&] {
    require_value((from == nullptr) == (to == nullptr), "both lists, or neither");
    stream_state& state = streams();
    std::lock_guard const lock(state.mutex);
    std::vector<cudaGraphNode_t> sources, targets;
    for (auto const& node : state.graphs.get(handle)->nodes) {
      for (graph_node const* const before : node->after) {
        sources.push_back(before->handle);
        targets.push_back(node->handle);
      }
    }
    require_value(count != nullptr, "nowhere to put the number");
    std::size_t room = *count;
    list(sources, from, count);
    list(targets, to, &room);
    if (data != nullptr) std::fill_n(data, *count, cudaGraphEdgeData{});
  });
}

cudaError_t cudaGraphNodeGetType(cudaGraphNode_t handle, cudaGraphNodeType* type) {
  return entry("cudaGraphNodeGetType", [&] {
    require_value(type != nullptr, "nowhere to put the type");
    stream_state& state = streams();
    std::lock_guard const lock(state.mutex);
    *type = state.nodes.get(handle)->what->type;
  });
}

cudaError_t cudaGraphNodeGetDependencies(cudaGraphNode_t handle, cudaGraphNode_t* dependencies,
                                         cudaGraphEdgeData* data, std::size_t* count) {
  return entry("cudaGraphNodeGetDependencies", [&] {
    stream_state& state = streams();
    std::lock_guard const lock(state.mutex);
    std::vector<cudaGraphNode_t> all;
    for (graph_node const* const before : state.nodes.get(handle)->after)
      all.push_back(before->handle);
    list(all, dependencies, count);
    if (data != nullptr) std::fill_n(data, *count, cudaGraphEdgeData{});
  });
}

cudaError_t cudaGraphInstantiate(cudaGraphExec_t* result, cudaGraph_t source,
                                 unsigned long long flags) {
  return entry("cudaGraphInstantiate", [&] { instantiate_into(result, source, flags); });
}

cudaError_t cudaGraphInstantiateWithFlags(cudaGraphExec_t* result, cudaGraph_t source,
                                          unsigned long long flags) {
  return entry("cudaGraphInstantiateWithFlags", [&] { instantiate_into(result, source, flags); });
}

cudaError_t cudaGraphExecGetFlags(cudaGraphExec_t handle, unsigned long long* flags) {
  return entry("cudaGraphExecGetFlags", [&] {
    require_value(flags != nullptr, "nowhere to put the flags");
    stream_state& state = streams();
    std::lock_guard const lock(state.mutex);
    *flags = state.executables.get(handle)->flags;
  });
}

cudaError_t cudaGraphUpload(cudaGraphExec_t handle, cudaStream_t stream) {
  return entry("cudaGraphUpload", [&] {
    stream_state& state = streams();
    std::lock_guard const lock(state.mutex);
    (void)state.executables.get(handle);
    (void)stream_of(state, stream);
  });
}

cudaError_t cudaGraphLaunch(cudaGraphExec_t handle, cudaStream_t stream) {
  return entry("cudaGraphLaunch", [&] {
    stream_state& state = streams();
    runtime_lock lock(state.mutex);
    auto const launched = state.executables.get(handle);
    auto const where = stream_of(state, stream);
    if (where->capturing != nullptr && where->capturing->invalid) {
      throw api_error(cudaErrorStreamCaptureInvalidated,
                      "an earlier call has made this capture invalid");
    }
    submit_graph(lock, *where, *launched);
  });
}

cudaError_t cudaGraphExecDestroy(cudaGraphExec_t handle) {
  return entry("cudaGraphExecDestroy", [&] {
    stream_state& state = streams();
    std::lock_guard const lock(state.mutex);
    (void)state.executables.get(handle);
    state.executables.remove(handle);
  });
}

}  // extern "C"
