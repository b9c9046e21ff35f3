// Work on all cores.
#pragma once

#include <algorithm>
#include <cstddef>
#include <thread>
#include <vector>

namespace support {

/// Calls function(begin, end) for consecutive parts of 0 to n, each in a thread; the results in
/// the parts' order.
template <class Result, class Function>
std::vector<Result> in_parallel(std::size_t n, Function const& function) {
  std::size_t const parts = std::max(1U, std::thread::hardware_concurrency());
  std::vector<Result> results(parts);
  std::vector<std::thread> threads;
  for (std::size_t part = 0; part < parts; ++part) {
    threads.emplace_back([&results, &function, n, part, parts] {
      results[part] = function(n * part / parts, n * (part + 1) / parts);
    });
  }
  for (std::thread& thread : threads) thread.join();
  return results;
}

}  // namespace support
