#include "core/access_history.hpp"

#include "core/memory_layout.hpp"

#include <algorithm>

namespace emulator {

access_stamp* stamp_arena::allocate(std::size_t count) {
  constexpr std::size_t chunk = 8192;
  if (chunks_.empty() || used_ + count > chunk) {
    chunks_.push_back(std::make_unique<access_stamp[]>(chunk));
    used_ = 0;
  }
  access_stamp* const result = chunks_.back().get() + used_;
  used_ += count;
  return result;
}

void stamp_arena::start(std::uint64_t launch) {
  if (launch_ == launch) return;
  launch_ = launch;
  chunks_.clear();
  used_ = 0;
}

namespace {
access_line* line_number(std::uint64_t number) {
  return reinterpret_cast<access_line*>(layout::history + number * layout::history_bytes);
}
}  // namespace

access_line* access_line::of_global(std::uint64_t address) {
  std::uint64_t const offset = address - layout::base;
  return offset < layout::reserved_bytes ? line_number(offset / bytes) : nullptr;
}

access_line* access_line::of_shared(unsigned worker, std::uint32_t rank, std::uint32_t offset) {
  std::uint64_t const block = worker % layout::most_workers * layout::most_blocks + rank;
  return line_number((layout::reserved_bytes + block * layout::shared_history_span + offset) /
                     bytes);
}

std::uint32_t access_line::next_number() {
  static std::uint32_t newest = 0;  // 0 is no number
  return __atomic_add_fetch(&newest, 1, __ATOMIC_RELAXED);
}

void access_line::add(access_stamp const& what, stamp_arena& arena) {
  if (count_ == at_most) {
    std::copy(stamps() + 1, stamps() + count_, stamps());
    --count_;
  }
  if (count_ == capacity_) {
    std::uint8_t const capacity =
        capacity_ == in_line ? 8 : static_cast<std::uint8_t>(capacity_ * 2);
    access_stamp* const grown = arena.allocate(capacity);
    std::copy(stamps(), stamps() + count_, grown);
    many_ = grown;
    capacity_ = capacity;
  }
  stamps()[count_++] = what;
}

}  // namespace emulator
