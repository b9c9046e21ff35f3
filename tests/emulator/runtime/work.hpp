// One piece of device work, in a queue or in a graph: executed once or many times.
#pragma once

#include "runtime/errors.hpp"

#include <cuda_runtime_api.h>

#include <functional>
#include <memory>
#include <optional>

namespace emulator::runtime {

struct work {
  cudaGraphNodeType type = cudaGraphNodeTypeEmpty;
  /// Empty for a marker (an event, a join). What it returns becomes the device's sticky error.
  std::function<std::optional<failure>()> run;

  bool is_host_function() const { return type == cudaGraphNodeTypeHost; }
};

using work_ptr = std::shared_ptr<work const>;

inline work_ptr make_work(cudaGraphNodeType type,
                          std::function<std::optional<failure>()> run = nullptr) {
  return std::make_shared<work const>(work{type, std::move(run)});
}

}  // namespace emulator::runtime
