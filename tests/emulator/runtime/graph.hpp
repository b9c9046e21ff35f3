// Graphs of work, and graphs made ready for launch.
#pragma once

#include "runtime/operation_queue.hpp"

#include <cstddef>
#include <memory>
#include <vector>

namespace emulator::runtime {

struct graph_node {
  work_ptr what;
  std::vector<graph_node*> after;  // its dependencies; all in the same graph
  cudaGraphNode_t handle = nullptr;
};

struct graph {
  std::vector<std::shared_ptr<graph_node>> nodes;
  cudaGraph_t handle = nullptr;
};

/// What cudaGraphInstantiate makes: a copy in topological order, independent of the graph.
struct executable_graph {
  struct step {
    work_ptr what;
    std::vector<std::size_t> after;  // earlier steps
  };
  std::vector<step> steps;
  std::vector<std::size_t> leaves;
  unsigned long long flags = 0;
  operation_ptr last_launch;  // launches of one executable graph follow each other
};

/// Throws cudaErrorInvalidValue for a graph with a cycle.
std::shared_ptr<executable_graph> instantiate(graph const& source);

/// Adds a node behind the given ones and gives it a handle.
graph_node* add_node(graph& target, work_ptr what, std::vector<graph_node*> after);

}  // namespace emulator::runtime
