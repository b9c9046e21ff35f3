#include "core/warp.hpp"

#include "core/block.hpp"
#include "core/fault.hpp"
#include "core/undefined_values.hpp"

#include <algorithm>
#include <bit>

namespace emulator {

namespace {
// Taken backward branches until another group of the warp, or another warp, gets its turn: enough
// that loops end first, few enough that a lane which spins on another lane's flag costs little.
constexpr unsigned branches_per_turn = 2048;

std::string hexadecimal(lane_mask mask) {
  char text[16];
  std::snprintf(text, sizeof(text), "0x%08x", mask);
  return text;
}
}  // namespace

void warp::start(block& owner, std::uint32_t first_thread, std::uint32_t lanes,
                 std::uint8_t* registers) {
  block_ = &owner;
  code_ = owner.launch().code;
  worker_ = &owner.worker();
  first_thread_ = first_thread;
  alive_ = lanes == warp_size ? full_mask : (lane_mask{1} << lanes) - 1;
  barrier_ = nullptr;
  // Constants are never destinations.
  bases_ = {registers,
            reinterpret_cast<std::uint8_t*>(const_cast<cache_line*>(code_->constants.data()))};
  undefined_.start(*code_);
  count_ = 0;
  add(0, alive_, group_state::ready);
}

warp_status warp::run() {
  turns_left_ = branches_per_turn;
  for (;;) {
    if (count_ == 0) return warp_status::finished;
    unsigned chosen = 0;
    if (choose(chosen)) {
      execute(chosen);
      if (turns_left_ == 0) {
        if (count_ == 1) return warp_status::ready;
        turns_left_ = branches_per_turn;
        bool others = false;
        for (unsigned i = 0; i < count_; ++i)
          others = others || (groups_[i].state == group_state::ready && !groups_[i].yielded);
        if (!others) {
          for (unsigned i = 0; i < count_; ++i) groups_[i].yielded = false;
          return warp_status::ready;
        }
      }
      continue;
    }
    if (!enter_barrier()) fail_stuck();
    if (barrier_ != nullptr) return warp_status::waiting;
  }
}

// The ready group that is furthest behind: where control flow joins again, the others are waited
// for.
bool warp::choose(unsigned& chosen) {
  if (count_ == 1) return groups_[0].state == group_state::ready;
  merge();
  bool found = false;
  for (int attempt = 0; attempt < 2 && !found; ++attempt) {
    for (unsigned i = 0; i < count_; ++i) {
      group const& g = groups_[i];
      if (g.state != group_state::ready || g.yielded) continue;
      if (!found || g.pc < groups_[chosen].pc) {
        chosen = i;
        found = true;
      }
    }
    if (!found) {
      for (unsigned i = 0; i < count_; ++i) groups_[i].yielded = false;
    }
  }
  return found;
}

void warp::merge() {
  for (unsigned i = 0; i < count_; ++i) {
    for (unsigned j = i + 1; j < count_;) {
      if (groups_[i].pc == groups_[j].pc && groups_[i].state == groups_[j].state) {
        groups_[i].mask |= groups_[j].mask;
        groups_[i].yielded = groups_[i].yielded && groups_[j].yielded;
        remove(j);
      } else {
        ++j;
      }
    }
  }
}

void warp::remove(unsigned index) { groups_[index] = groups_[--count_]; }

void warp::add(std::uint32_t pc, lane_mask mask, group_state state) {
  groups_[count_++] = {pc, mask, state, false};
}

inline void warp::run_one(decoded_instruction const& in, lane_mask mask) {
  if (undefined_.any()) [[unlikely]] {
    run_followed(*this, in, mask);
  } else {
    in.run(*this, in, mask);
  }
}

void warp::execute(unsigned index) {
  group& self = groups_[index];
  std::uint32_t pc = self.pc;
  lane_mask const mask = self.mask;
  // Beyond the next group's program counter there may be lanes to join.
  std::uint32_t limit = ~std::uint32_t{0};
  for (unsigned i = 0; i < count_; ++i) {
    if (i != index && groups_[i].pc > pc) limit = std::min(limit, groups_[i].pc);
  }
  decoded_instruction const* const code = code_->code.data();
  execution_count* const executed = worker_->executed.data();
  for (;;) {
    decoded_instruction const& in = code[pc];
    bool const is_followed = undefined_.any();
    if (is_followed) [[unlikely]]
      require_defined_control(*this, in, mask);
    lane_mask const active = mask & (predicate(in.guard) ^ in.guard_flip);
    executed[pc].warps += 1;
    executed[pc].lanes += static_cast<unsigned>(std::popcount(active));
    if (in.kind == flow::plain) [[likely]] {
      if (active != 0) {
        if (is_followed) [[unlikely]] {
          run_followed(*this, in, active);
        } else {
          in.run(*this, in, active);
        }
      }
      if (++pc >= limit) {
        self.pc = pc;
        return;
      }
      continue;
    }
    self.pc = pc;
    switch (in.kind) {
      case flow::plain:
        break;
      case flow::branch: {
        if (active == 0) {
          ++pc;
          break;
        }
        bool const backwards = in.target <= pc;
        if (active != mask) {
          self.pc = pc + 1;
          self.mask = mask & ~active;
          add(in.target, active, group_state::ready);
        } else {
          pc = self.pc = in.target;
        }
        if (backwards && --turns_left_ == 0) {
          groups_[active != mask ? count_ - 1 : index].yielded = count_ > 1;
          return;
        }
        if (count_ > 1) return;
        break;
      }
      case flow::branch_indexed:
        if (active == 0) {
          ++pc;
          break;
        }
        branch_indexed(index, in, active);
        return;
      case flow::exit:
        if (active == 0) {
          ++pc;
          break;
        }
        alive_ &= ~active;
        self.pc = pc + 1;
        self.mask = mask & ~active;
        if (self.mask == 0) remove(index);
        return;
      case flow::warp_sync:
        if (active == 0) {
          ++pc;
          break;
        }
        if (!arrive_at_sync(index, active)) return;
        if (count_ > 1) return;
        ++pc;
        break;
      case flow::barrier:
        if (active == 0) {
          ++pc;
          break;
        }
        arrive_at_barrier(index, active);
        return;
      case flow::pause:
        if (active == 0) {
          ++pc;
          break;
        }
        self.pc = pc + 1;
        self.yielded = count_ > 1;
        turns_left_ = 0;
        return;
    }
    if (pc >= limit) {
      self.pc = pc;
      return;
    }
  }
}

void warp::branch_indexed(unsigned index, decoded_instruction const& at, lane_mask active) {
  std::uint32_t const* const chosen = lanes<std::uint32_t const>(at.src[0]);
  std::uint32_t const next = groups_[index].pc + 1;
  lane_mask const rest = groups_[index].mask & ~active;
  remove(index);
  if (rest != 0) add(next, rest, group_state::ready);
  while (active != 0) {
    auto const lane = static_cast<unsigned>(std::countr_zero(active));
    if (chosen[lane] >= at.option)
      fail(at, lane, fault_kind::trap, "branch index out of the list of targets");
    lane_mask same = 0;
    for (unsigned i = lane; i < warp_size; ++i) {
      if ((active >> i & 1U) != 0 && chosen[i] == chosen[lane]) same |= lane_mask{1} << i;
    }
    add(code_->lists[at.target + chosen[lane]], same, group_state::ready);
    active &= ~same;
  }
}

bool warp::arrive_at_sync(unsigned index, lane_mask active) {
  group& self = groups_[index];
  std::uint32_t const pc = self.pc;
  decoded_instruction const& at = code_->code[pc];
  std::uint32_t const* const members = lanes<std::uint32_t const>(at.src[3]);
  auto const first = static_cast<unsigned>(std::countr_zero(active));
  if (active == (members[first] & alive_) && active == self.mask) [[likely]] {
    bool agree = true;
    for (lane_mask rest = active; rest != 0; rest &= rest - 1) {
      agree = agree && members[std::countr_zero(rest)] == members[first];
    }
    if (agree) {
      run_one(at, active);
      self.pc = pc + 1;
      return true;
    }
  }
  // Lanes that the guard holds back go on; the others wait for those that their masks name.
  for (lane_mask rest = active; rest != 0; rest &= rest - 1) {
    auto const lane = static_cast<unsigned>(std::countr_zero(rest));
    if ((members[lane] >> lane & 1U) == 0) {
      fail(at, lane, fault_kind::barrier_divergence, "the lane is not in its own membermask",
           "the membermask is " + hexadecimal(members[lane]));
    }
  }
  self.mask &= ~active;
  self.pc = pc + 1;
  if (self.mask == 0) remove(index);
  add(pc, active, group_state::at_sync);
  merge();
  // Which lanes wait here, and which sets of them are complete?
  lane_mask waiting = 0;
  unsigned where = 0;
  for (unsigned i = 0; i < count_; ++i) {
    if (groups_[i].pc == pc && groups_[i].state == group_state::at_sync) {
      waiting = groups_[i].mask;
      where = i;
    }
  }
  lane_mask completed = 0;
  for (lane_mask rest = waiting; rest != 0;) {
    lane_mask const set = members[std::countr_zero(rest)] & alive_;
    lane_mask same = 0;
    for (lane_mask left = waiting; left != 0; left &= left - 1) {
      auto const lane = static_cast<unsigned>(std::countr_zero(left));
      if ((members[lane] & alive_) == set) same |= lane_mask{1} << lane;
    }
    if ((set & ~same) == 0) {
      run_one(at, set);
      completed |= set;
    }
    rest &= ~same;
  }
  if (completed != 0) {
    groups_[where].mask &= ~completed;
    if (groups_[where].mask == 0) remove(where);
    add(pc + 1, completed, group_state::ready);
  }
  // The groups are others now: the caller's is not the one to go on with.
  return false;
}

void warp::arrive_at_barrier(unsigned index, lane_mask active) {
  group& self = groups_[index];
  std::uint32_t const pc = self.pc;
  self.mask &= ~active;
  self.pc = pc + 1;
  if (self.mask == 0) remove(index);
  add(pc, active, group_state::at_barrier);
}

// No group is ready. True if all lanes that are left stand at one barrier, which the warp then
// enters.
bool warp::enter_barrier() {
  merge();
  decoded_instruction const& at = code_->code[groups_[0].pc];
  for (unsigned i = 0; i < count_; ++i) {
    if (groups_[i].state != group_state::at_barrier) return false;
    decoded_instruction const& other = code_->code[groups_[i].pc];
    bool const aligned = ((at.option | other.option) & barrier_option::aligned) != 0;
    if (i != 0 && (aligned || at.src[0] != other.src[0] || at.option != other.option)) {
      fail(other, static_cast<unsigned>(std::countr_zero(groups_[i].mask)),
           fault_kind::barrier_divergence, "the lanes of a warp stand at different barriers",
           describe_groups());
    }
  }
  barrier_ = &at;
  if (!block_->arrive(*this, at)) release_from_barrier(0);
  return true;
}

void warp::release_from_barrier(std::uint32_t result) {
  if ((barrier_->option & barrier_option::reduction_mask) != 0) {
    for (unsigned i = 0; i < count_; ++i) {
      decoded_instruction const& at = code_->code[groups_[i].pc];
      undefined_.set_defined(at.dst, groups_[i].mask);
      if ((at.option & barrier_option::reduction_mask) == barrier_option::reduce_popc) {
        for (unsigned lane = 0; lane < warp_size; ++lane) {
          if ((groups_[i].mask >> lane & 1U) != 0) lanes<std::uint32_t>(at.dst)[lane] = result;
        }
      } else {
        lane_mask& to = predicate(at.dst);
        to = (to & ~groups_[i].mask) | (result != 0 ? groups_[i].mask : 0);
      }
    }
  }
  barrier_ = nullptr;
  for (unsigned i = 0; i < count_; ++i) {
    groups_[i].state = group_state::ready;
    groups_[i].pc += 1;
  }
}

void warp::fail_stuck() const {
  group const& g = groups_[0];
  fail(code_->code[g.pc], static_cast<unsigned>(std::countr_zero(g.mask)), fault_kind::deadlock,
       "lanes of the warp wait for lanes that do not come", describe_groups());
}

ptx::instruction const* warp::barrier_waited_at() const {
  return barrier_ == nullptr ? nullptr : code_->sources[barrier_ - code_->code.data()];
}

std::string warp::describe_groups() const {
  std::string result;
  for (unsigned i = 0; i < count_; ++i) {
    char text[96];
    ptx::instruction const* const at = code_->sources[groups_[i].pc];
    std::snprintf(text, sizeof(text), "%slanes 0x%08x at PTX line %d", i == 0 ? "" : "; ",
                  groups_[i].mask, at == nullptr ? 0 : at->line);
    result += text;
  }
  return result;
}

void warp::fail(decoded_instruction const& at, unsigned lane, fault_kind kind,
                std::string const& what, std::string const& detail) const {
  std::size_t const pc = static_cast<std::size_t>(&at - code_->code.data());
  throw kernel_fault(kind,
                     block_->describe(what, code_->sources[pc], first_thread_ + lane, detail));
}

}  // namespace emulator
