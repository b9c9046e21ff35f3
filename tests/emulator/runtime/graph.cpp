#include "runtime/graph.hpp"

#include "runtime/stream.hpp"

#include <algorithm>
#include <map>

namespace emulator::runtime {

graph_node* add_node(graph& target, work_ptr what, std::vector<graph_node*> after) {
  auto const made = std::make_shared<graph_node>();
  made->what = std::move(what);
  made->after = std::move(after);
  made->handle = streams().nodes.add(made);
  target.nodes.push_back(made);
  return made.get();
}

std::shared_ptr<executable_graph> instantiate(graph const& source) {
  auto result = std::make_shared<executable_graph>();
  std::map<graph_node const*, std::size_t> place;
  std::vector<bool> has_successor;
  // Nodes whose dependencies all have a place get theirs, until none is left.
  for (bool progress = true; progress;) {
    progress = false;
    for (auto const& node : source.nodes) {
      bool const ready =
          std::all_of(node->after.begin(), node->after.end(),
                      [&](graph_node const* before) { return place.count(before) != 0; });
      if (!ready || place.count(node.get()) != 0) continue;
      executable_graph::step step{node->what, {}};
      for (graph_node const* const before : node->after) {
        step.after.push_back(place[before]);
        has_successor[place[before]] = true;
      }
      place[node.get()] = result->steps.size();
      result->steps.push_back(std::move(step));
      has_successor.push_back(false);
      progress = true;
    }
  }
  if (result->steps.size() != source.nodes.size()) {
    throw api_error(cudaErrorInvalidValue, "the graph's dependencies form a cycle");
  }
  for (std::size_t i = 0; i < has_successor.size(); ++i) {
    if (!has_successor[i]) result->leaves.push_back(i);
  }
  return result;
}

}  // namespace emulator::runtime
