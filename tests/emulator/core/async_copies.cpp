#include "core/async_copies.hpp"

#include <algorithm>
#include <cstring>

namespace emulator {

void async_copies::clear() {
  pending_.clear();
  groups_.clear();
}

void async_copies::issue(copy what) {
  std::memset(what.validity, 0, what.bytes.size());
  pending_.push_back(std::move(what));
}

void async_copies::commit(std::uint32_t thread) {
  if (groups_.size() <= thread) groups_.resize(thread + 1);
  std::uint32_t const group = groups_[thread]++;
  for (auto& each : pending_) {
    if (each.thread == thread && each.barrier == 0 && each.group == not_committed)
      each.group = group;
  }
}

template <class Condition>
std::uint64_t async_copies::complete(Condition const& condition) {
  std::uint64_t bytes = 0;
  for (auto& each : pending_) {
    if (!condition(each)) continue;
    std::memcpy(each.to, each.bytes.data(), each.bytes.size());
    std::memset(each.validity, 1, each.bytes.size());
    bytes += each.bytes.size();
    each.to = nullptr;
  }
  pending_.erase(std::remove_if(pending_.begin(), pending_.end(),
                                [](copy const& each) { return each.to == nullptr; }),
                 pending_.end());
  return bytes;
}

void async_copies::wait_group(std::uint32_t thread, std::uint32_t newest) {
  std::uint32_t const committed = thread < groups_.size() ? groups_[thread] : 0;
  std::uint32_t const end = committed > newest ? committed - newest : 0;
  complete([&](copy const& each) {
    return each.thread == thread && each.barrier == 0 && each.group < end;
  });
}

void async_copies::wait_all(std::uint32_t thread) {
  complete([&](copy const& each) { return each.thread == thread && each.barrier == 0; });
}

std::uint64_t async_copies::complete_on(std::uint64_t barrier) {
  return complete([&](copy const& each) { return each.barrier == barrier; });
}

}  // namespace emulator
