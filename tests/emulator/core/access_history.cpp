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

void stamp_arena::clear() {
  chunks_.clear();
  used_ = 0;
}

access_line* access_line::at(std::uint64_t address) {
  std::uint64_t const offset = address - layout::base;
  if (offset >= layout::reserved_bytes) return nullptr;
  return reinterpret_cast<access_line*>(layout::history + offset / bytes * layout::history_bytes);
}

void access_line::add(access_stamp const& what, stamp_arena& arena) {
  if (count_ == at_most) {
    std::copy(stamps() + 1, stamps() + count_, stamps());
    --count_;
  }
  if (count_ == capacity_) {
    std::uint8_t const capacity = capacity_ == in_line ? 8 : static_cast<std::uint8_t>(capacity_ * 2);
    access_stamp* const grown = arena.allocate(capacity);
    std::copy(stamps(), stamps() + count_, grown);
    many_ = grown;
    capacity_ = capacity;
  }
  stamps()[count_++] = what;
}

}  // namespace emulator
