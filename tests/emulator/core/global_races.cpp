#include "core/global_races.hpp"

#include "core/access_history.hpp"
#include "core/fault.hpp"
#include "core/memory.hpp"

#include <algorithm>
#include <bit>
#include <cstring>
#include <optional>
#include <string>

namespace emulator {

namespace {

/// The stamp that an access meets, and the byte of the line where.
struct meeting {
  access_stamp before;
  std::uint32_t byte;
};

constexpr unsigned max_bytes = 32;  // of a lane

class recorder {
 public:
  recorder(warp& w, decoded_instruction const& in, unsigned bytes, access_kind kind,
           stored_value value)
      : w_(w),
        in_(in),
        bytes_(bytes),
        kind_(kind),
        value_(value),
        warp_(w.first_thread() / warp_size) {
    warp_clocks::state const& self = w.owner().clocks().of(warp_);
    now_.block = w.owner().clocks().block();
    now_.clock = self.clock;
    now_.order = self.order;
    now_.pc = static_cast<std::uint32_t>(&in - w.code().code.data()) & ((1U << 24) - 1);
    now_.writes = kind != access_kind::load;
    now_.synchronizes =
        kind == access_kind::atomic || (in.option & access_option::synchronizes) != 0;
    now_.warp = static_cast<std::uint8_t>(warp_);
    now_.shift = static_cast<std::uint8_t>(std::countr_zero(bytes)) & 7U;
  }

  /// A load, or the store of the values.
  recorder(warp& w, decoded_instruction const& in, unsigned bytes, stored_value value)
      : recorder(w, in, bytes, value == nullptr ? access_kind::load : access_kind::store, value) {}

  /// From here on addresses are those of the shared memory of a block of the cluster.
  void enter_shared(block& holder) { holder_ = &holder; }

  /// Lanes [lane, lane + count) side by side, or all at one place.
  void record(std::uint64_t address, unsigned lane, unsigned count, bool by_many) {
    std::uint64_t const end = address + std::uint64_t{bytes_} * (by_many ? 1 : count);
    now_.by_many = by_many;
    now_.last = (lane + count - 1) & 31U;
    for (unsigned i = 1; by_many && value_ != nullptr && i < count; ++i) {
      if (!same_value(lane, lane + i)) fail_among_lanes(address, lane, lane + i);
    }
    for (std::uint64_t at = address; at < end;) {
      access_line* const line = line_at(at);
      if (line == nullptr) return;  // shared, local or page-locked host memory
      std::uint64_t const begin_of_line = at & ~std::uint64_t{access_line::bytes - 1};
      std::uint64_t const stop = std::min(end, begin_of_line + access_line::bytes);
      now_.begin = static_cast<std::uint8_t>(at - begin_of_line);
      now_.end = static_cast<std::uint8_t>(stop - begin_of_line);
      now_.lane = static_cast<std::uint8_t>(by_many ? lane : lane + (at - address) / bytes_) & 31U;
      line->lock();
      std::optional<meeting> const met = meet(*line, begin_of_line);
      line->unlock();
      if (met) fail(begin_of_line, *met);
      at = stop;
    }
  }

 private:
  access_line* line_at(std::uint64_t address) const {
    if (holder_ == nullptr) return access_line::of_global(address);
    return access_line::of_shared(holder_->worker_number(), holder_->rank(),
                                  static_cast<std::uint32_t>(address));
  }
  std::uint8_t const* bytes_at(std::uint64_t address) const {
    return holder_ == nullptr ? layout::bytes_at(address) : holder_->shared() + address;
  }

  std::optional<meeting> meet(access_line& line, std::uint64_t address) {
    line.enter(holder_ == nullptr ? w_.owner().launch().order->launch
                                  : w_.owner().neighbours().number());
    unsigned readers = 0;
    for (std::uint32_t i = 0; i < line.size();) {
      access_stamp const& before = line[i];
      if (before.end <= now_.begin || before.begin >= now_.end) {
        ++i;
        continue;
      }
      bool const covered = now_.begin <= before.begin && before.end <= now_.end;
      bool const both_read = before.writes == 0 && now_.writes == 0;
      bool const both_strong = before.synchronizes != 0 && now_.synchronizes != 0;
      if (both_read && !covered) {
        ++readers;
        ++i;
        continue;
      }
      std::uint32_t byte = std::max(before.begin, now_.begin);
      bool const same_readers = both_read && before.block == now_.block && before.warp == now_.warp;
      bool const is_ordered = both_strong || same_readers || ordered(before, byte);
      if (!is_ordered && !both_read && !stores_the_same(address, before))
        return meeting{before, byte};
      // What this access covers and comes after need not be remembered beside it.
      if (covered && (now_.writes != 0 || (before.writes == 0 && is_ordered))) {
        line.remove(i);
        continue;
      }
      if (before.writes == 0) ++readers;
      ++i;
    }
    // Two readers that nothing orders are enough: a write that comes after both seldom races with a
    // third.
    if (now_.writes == 0 && readers >= 2) return std::nullopt;
    line.add(now_, w_.worker().stamps);
    return std::nullopt;
  }

  // Finds the first byte that is not.
  bool ordered(access_stamp const& before, std::uint32_t& byte) const {
    warp_clocks const& clocks = w_.owner().clocks();
    if (before.block != now_.block) {
      return w_.owner().order().reaches(warp_, before.block, before.warp, before.clock,
                                        before.writes == 0);
    }
    if (before.warp != now_.warp) return clocks.of(warp_).known[before.warp] >= before.clock;
    if (clocks.of(warp_).all_ordered > before.order) return true;
    std::uint32_t const end = std::min(before.end, now_.end);
    for (; byte < end; ++byte) {
      for (std::uint32_t a = before.first_lane_at(byte); a <= before.last_lane_at(byte); ++a) {
        for (std::uint32_t b = now_.first_lane_at(byte); b <= now_.last_lane_at(byte); ++b) {
          if (!clocks.lanes_ordered(warp_, a, b, before.order)) return false;
        }
      }
    }
    return true;
  }

  bool same_value(unsigned a, unsigned b) const {
    std::uint8_t of_a[max_bytes];
    std::uint8_t of_b[max_bytes];
    value_(w_, in_, a, of_a);
    value_(w_, in_, b, of_b);
    return std::memcmp(of_a, of_b, bytes_) == 0;
  }

  // Whether each lane stores what is there, or what another lane of the same store stores.
  bool stores_the_same(std::uint64_t line, access_stamp const& before) const {
    if (value_ == nullptr || before.writes == 0) return false;
    bool const same_store = before.block == now_.block && before.warp == now_.warp &&
                            before.pc == now_.pc && before.by_many == 0;
    std::uint32_t const end = std::min(before.end, now_.end);
    for (std::uint32_t byte = std::max(before.begin, now_.begin); byte < end; byte += bytes_) {
      byte = byte / bytes_ * bytes_;
      unsigned const lane = now_.first_lane_at(byte);
      std::uint8_t value[max_bytes];
      value_(w_, in_, lane, value);
      if (std::memcmp(value, bytes_at(line + byte), bytes_) == 0) continue;
      if (!same_store || !same_value(before.first_lane_at(byte), lane)) return false;
    }
    return true;
  }

  [[noreturn]] void fail_among_lanes(std::uint64_t address, unsigned a, unsigned b) const {
    w_.fail(in_, a, fault_kind::race,
            "race: write of global memory at address " + hexadecimal(address),
            "thread " + w_.owner().describe_thread(w_.first_thread() + b) +
                " writes another value there with the same instruction\n  " +
                device_memory::instance().describe(address));
  }

  [[noreturn]] void fail(std::uint64_t line, meeting const& met) const {
    block& owner = w_.owner();
    std::uint64_t const address = line + met.byte;
    char const* const verb = kind_ == access_kind::load    ? "read"
                             : kind_ == access_kind::store ? "write"
                                                           : "atomic access";
    std::uint32_t const thread = met.before.warp * warp_size + met.before.first_lane_at(met.byte);
    std::string const same_block = met.before.block == owner.clocks().block()
                                       ? "the same block"
                                       : "block " + owner.describe_block(met.before.block);
    w_.fail(in_, now_.first_lane_at(met.byte), fault_kind::race,
            std::string("race: ") + verb + " of " +
                (holder_ == nullptr ? "global memory" : "the cluster's shared memory") +
                " at address " + hexadecimal(address),
            "thread " + owner.describe_thread(thread) + " of " + same_block +
                (met.before.writes != 0 ? " wrote" : " read") + " it at PTX line " +
                std::to_string(w_.code().sources[met.before.pc]->line) +
                ", and nothing orders the two\n  " +
                (holder_ == nullptr
                     ? device_memory::instance().describe(address)
                     : "it is memory of block " + owner.describe_block(holder_->clocks().block())));
  }

  warp& w_;
  decoded_instruction const& in_;
  unsigned bytes_;
  access_kind kind_;
  stored_value value_;
  block* holder_ = nullptr;
  std::uint32_t warp_;
  access_stamp now_;
};

bool can_be_global(decoded_instruction const& in) {
  return in.where == space::global || in.where == space::generic;
}
bool is_global(decoded_instruction const& in, std::uint64_t address) {
  return in.where == space::global ||
         (in.where == space::generic && address < layout::shared_window);
}

memory_order::strength strength_of(decoded_instruction const& in) {
  return {(in.option & access_option::acquires) != 0, (in.option & access_option::releases) != 0,
          (in.option & access_option::block_scope) != 0};
}

}  // namespace

void note_global(warp& w, decoded_instruction const& in, lane_addresses const& addresses,
                 unsigned bytes, lane_mask mask, stored_value value) {
  if (!can_be_global(in) || w.owner().launch().order == nullptr) return;
  recorder to(w, in, bytes, value);
  while (mask != 0) {
    auto const first = static_cast<unsigned>(std::countr_zero(mask));
    std::uint64_t const address = addresses.of[first];
    unsigned last = first;
    auto const follows = [&](unsigned lane, std::uint64_t step) {
      return lane < warp_size && (mask >> lane & 1U) != 0 &&
             addresses.of[lane] == address + (lane - first) * step;
    };
    bool const by_many = follows(first + 1, 0);
    while (follows(last + 1, by_many ? 0 : bytes)) ++last;
    to.record(address, first, last - first + 1, by_many);
    mask &= ~(((last == 31 ? 0U : 1U << (last + 1)) - 1U) & ~((1U << first) - 1U));
  }
}

void note_global_consecutive(warp& w, decoded_instruction const& in, std::uint64_t first,
                             unsigned bytes, stored_value value) {
  if (w.owner().launch().order == nullptr) return;
  recorder(w, in, bytes, value).record(first, 0, warp_size, false);
}

void note_global(warp& w, decoded_instruction const& in, unsigned lane, std::uint64_t address,
                 unsigned bytes, access_kind kind) {
  if (w.owner().launch().order == nullptr) return;
  recorder(w, in, bytes, kind, nullptr).record(address, lane, 1, false);
}

void note_cluster_shared(warp& w, decoded_instruction const& in, unsigned lane, block& holder,
                         std::uint32_t offset, unsigned bytes, access_kind kind) {
  if (holder.unfinished_warps() == 0) {
    w.fail(in, lane, fault_kind::use_after_free,
           "access to shared memory at address " + hexadecimal(offset) + " of block " +
               holder.describe_block(holder.clocks().block()) + ", which has ended",
           "a block of a cluster must not end before the others' last access to its memory: a "
           "barrier of the cluster keeps it");
  }
  recorder to(w, in, bytes, kind, nullptr);
  to.enter_shared(holder);
  to.record(offset, lane, 1, false);
  if (kind != access_kind::atomic && (in.option & access_option::synchronizes) == 0) return;
  // One thread runs the cluster's blocks, so that the access itself may come later. As within a
  // block, what synchronises orders all that its warps did.
  std::uint64_t const key = sync_key::of_shared(holder.clocks().block(), offset);
  std::uint32_t const self = w.first_thread() / warp_size;
  memory_order::strength const both{true, true, false};
  w.owner().order().after_read(self, key, both);
  if (kind != access_kind::load) w.owner().order().before_write(self, key, both);
}

void note_end_in_cluster(block const& ended) {
  cluster const& all = ended.neighbours();
  for (std::uint32_t offset = 0; offset < ended.shared_end(); offset += access_line::bytes) {
    access_line& line = *access_line::of_shared(ended.worker_number(), ended.rank(), offset);
    if (!line.is_of(all.number())) continue;
    for (std::uint32_t i = 0; i < line.size(); ++i) {
      access_stamp const& at = line[i];
      if (at.block == ended.clocks().block()) continue;
      if (ended.order().any_reaches(at.block, at.warp, at.clock)) continue;
      for (std::uint32_t rank = 0; rank < all.size(); ++rank) {
        block const& other = all.at(rank);
        if (other.clocks().block() != at.block) continue;
        std::string const whose = "block " + other.describe_block(ended.clocks().block());
        throw kernel_fault(
            fault_kind::race,
            other.describe("race: access to shared memory at address " +
                               hexadecimal(offset + at.begin) + " of " + whose + ", which ends",
                           other.launch().code->sources[at.pc], at.warp * warp_size + at.lane,
                           "nothing orders the access before the end of " + whose +
                               ": a barrier of the cluster would"));
      }
    }
  }
}

void release_through(warp& w, decoded_instruction const& in, std::uint64_t address) {
  if (w.owner().launch().order == nullptr || !is_global(in, address)) return;
  w.owner().order().before_write(w.first_thread() / warp_size, address, strength_of(in));
}

void acquire_through(warp& w, decoded_instruction const& in, std::uint64_t address) {
  if (w.owner().launch().order == nullptr || !is_global(in, address)) return;
  w.owner().order().after_read(w.first_thread() / warp_size, address, strength_of(in));
}

}  // namespace emulator
