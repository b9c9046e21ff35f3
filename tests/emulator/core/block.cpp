#include "core/block.hpp"

#include "core/fault.hpp"
#include "core/global_races.hpp"
#include "core/source_place.hpp"

#include <algorithm>
#include <bit>
#include <cstring>

namespace emulator {

void block::start(launch_state& launch, dim3_t index, worker_context& worker,
                  unsigned worker_number, cluster& neighbours, std::uint32_t rank) {
  launch_ = &launch;
  worker_ = &worker;
  worker_number_ = worker_number;
  index_ = index;
  cluster_ = &neighbours;
  rank_ = rank;
  threads_ = static_cast<std::uint32_t>(launch.config->block.count());
  unfinished_ = (threads_ + warp_size - 1) / warp_size;
  warps_.resize(unfinished_);
  free_files_.clear();
  for (std::uint32_t i = 0; i < files_.size(); ++i) free_files_.push_back(i);
  for (auto& m : warps_) {
    m.started = false;
    m.status = warp_status::ready;
    m.arrived_at_cluster = false;
    m.failed_wait = nullptr;
  }
  rounds_without_event_ = 0;
  for (auto& b : barriers_) b = {};
  copies_.clear();
  dim3_t const& grid = launch.config->grid;
  bool const clocks_restarted =
      clocks_.start(index.x + grid.x * (index.y + grid.y * index.z), unfinished_);
  if (launch.order != nullptr) order_.start(launch.order->releases, launch.code->has_strong_loads);
  races_.start(launch.shared_end, clocks_restarted);
  shared_.resize(launch.shared_end);
  shared_validity_.assign(launch.shared_end, 0);
  std::size_t const local_bytes = std::size_t{threads_} * launch.code->local_bytes;
  local_.resize(local_bytes);
  local_validity_.assign(local_bytes, 0);
}

block::progress block::advance() {
  bool moved = false;
  for (std::uint32_t number = 0; number < warps_.size(); ++number) {
    member& m = warps_[number];
    if (m.status != warp_status::ready) continue;
    moved = true;
    if (!m.started) {
      // A register file serves one warp after the other where they do not wait for each other.
      if (free_files_.empty()) {
        free_files_.push_back(static_cast<std::uint32_t>(files_.size()));
        files_.emplace_back();
      }
      m.file = free_files_.back();
      free_files_.pop_back();
      auto& file = files_[m.file];
      file.resize(launch_->code->register_bytes / sizeof(cache_line) + 1);
      std::uint32_t const first = number * warp_size;
      m.self.start(*this, first, std::min(warp_size, threads_ - first), file.front().bytes);
      set_specials(m.self, first);
      m.started = true;
    }
    m.failed_wait = nullptr;
    warp_status const status = m.self.run();
    // A barrier may have released it while it ran.
    if (status != warp_status::waiting) m.status = status;
    if (status == warp_status::finished) {
      free_files_.push_back(m.file);
      --unfinished_;
      if (unfinished_ == 0 && cluster_->size() > 1 && launch_->order != nullptr)
        note_end_in_cluster(*this);
      complete_what_can_be();
      cluster_->complete_if_all_arrived();
    }
    if (launch_->stop.load(std::memory_order_relaxed)) return progress::finished;
  }
  if (unfinished_ == 0) return progress::finished;
  return moved && !is_stuck() ? progress::some : progress::none;
}

// Whether every warp has long waited for others: at a barrier, or in a loop around a wait for an
// mbarrier at which nothing happens.
bool block::is_stuck() {
  // Far more than what a loop does between its looks at an mbarrier: a turn is 2048 branches.
  constexpr unsigned many_rounds = 128;
  bool all_wait = true;
  for (auto const& m : warps_)
    all_wait = all_wait && (m.status != warp_status::ready || m.failed_wait != nullptr);
  std::uint64_t const events = cluster_->mbarrier_events();
  bool const nothing_happened = all_wait && events == mbarrier_events_;
  mbarrier_events_ = events;
  rounds_without_event_ = nothing_happened ? rounds_without_event_ + 1 : 0;
  return rounds_without_event_ >= many_rounds;
}

bool block::arrive_at_cluster_barrier(warp& from, decoded_instruction const& at) {
  member& m = warps_[from.first_thread() / warp_size];
  if ((at.option & barrier_option::cluster_arrive) != 0) {
    if (m.arrived_at_cluster) {
      from.fail(at, 0, fault_kind::barrier_divergence,
                "a second arrival at the cluster's barrier without a wait between");
    }
    m.arrived_at_cluster = true;
    m.cluster_phase = cluster_->arrive();
    cluster_->complete_if_all_arrived();
    return false;
  }
  if (!m.arrived_at_cluster) {
    from.fail(at, 0, fault_kind::barrier_divergence,
              "a wait at the cluster's barrier without an arrival before");
  }
  m.arrived_at_cluster = false;
  if (!cluster_->wait(*this, from, m.cluster_phase)) return false;
  m.status = warp_status::waiting;
  return true;
}

void block::pass_cluster_barrier() {
  std::vector<std::uint32_t> running;
  std::vector<std::uint32_t> finished;
  for (std::uint32_t w = 0; w < warps_.size(); ++w)
    (warps_[w].status == warp_status::finished ? finished : running).push_back(w);
  clocks_.barrier(running, finished);
  races_.block_barrier();
}

void block::release(warp& which, std::uint32_t result) {
  which.release_from_barrier(result);
  warps_[which.first_thread() / warp_size].status = warp_status::ready;
}

bool block::arrive(warp& from, decoded_instruction const& at) {
  if ((at.option & (barrier_option::cluster_arrive | barrier_option::cluster_wait)) != 0)
    return arrive_at_cluster_barrier(from, at);
  std::uint32_t const id = from.lanes<std::uint32_t>(at.src[0])[0];
  if (id >= barriers_.size())
    from.fail(at, 0, fault_kind::barrier_divergence, "there are barriers 0 to 15 only");
  barrier& b = barriers_[id];
  std::uint32_t const threads =
      at.src[1] == no_operand ? 0 : from.lanes<std::uint32_t>(at.src[1])[0];
  if (threads % warp_size != 0) {
    from.fail(
        at, 0, fault_kind::barrier_divergence,
        "a barrier's thread count must be a multiple of 32, it is " + std::to_string(threads));
  }
  std::uint32_t const reduction = at.option & barrier_option::reduction_mask;
  if (b.arrived != 0 && (b.expected != threads || b.reduction != reduction)) {
    from.fail(at, 0, fault_kind::barrier_divergence,
              "other warps wait at this barrier with another thread count or reduction");
  }
  b.expected = threads;
  b.reduction = reduction;
  b.arrived += warp_size;
  if (reduction != 0) {
    lane_mask const holds =
        from.predicate(at.src[2]) ^ ((at.option & barrier_option::negated) != 0 ? full_mask : 0);
    b.count += static_cast<std::uint32_t>(std::popcount(holds & from.alive()));
    b.threads += static_cast<std::uint32_t>(std::popcount(from.alive()));
  }
  bool const waits = (at.option & barrier_option::arrive) == 0;
  if (waits) {
    b.waiting.push_back(&from);
    for (auto& m : warps_) {
      if (&m.self == &from) m.status = warp_status::waiting;
    }
  } else {
    b.passed.push_back(from.first_thread() / warp_size);
  }
  complete_what_can_be();
  return waits;
}

void block::complete_what_can_be() {
  for (auto& b : barriers_) {
    if (b.arrived == 0) continue;
    std::uint32_t const expected = b.expected == 0 ? unfinished_ * warp_size : b.expected;
    if (b.arrived >= expected) complete(b);
  }
}

void block::complete(barrier& which) {
  std::uint32_t const result = which.reduction == barrier_option::reduce_and
                                   ? which.count == which.threads
                               : which.reduction == barrier_option::reduce_or ? which.count != 0
                                                                              : which.count;
  std::vector<warp*> const released = std::move(which.waiting);
  order_accesses(released, std::move(which.passed), which.expected == 0);
  which = {};
  ++worker_->barriers;
  for (warp* const w : released) {
    release(*w, result);
  }
}

// What the warps did before the barrier comes before what the released ones do after it. A barrier
// of the whole block waits for no warp that has ended, and comes after what it did.
void block::order_accesses(std::vector<warp*> const& released, std::vector<std::uint32_t> passed,
                           bool is_whole_block) {
  std::vector<std::uint32_t> waited;
  for (warp const* const w : released) waited.push_back(w->first_thread() / warp_size);
  for (std::uint32_t w = 0; is_whole_block && w < warps_.size(); ++w) {
    if (warps_[w].status == warp_status::finished) passed.push_back(w);
  }
  clocks_.barrier(waited, passed);
  if (is_whole_block) races_.block_barrier();
}

dim3_t block::thread_index(std::uint32_t linear) const {
  dim3_t const& size = launch_->config->block;
  return {linear % size.x, linear / size.x % size.y, linear / size.x / size.y};
}

void block::set_specials(warp& which, std::uint32_t first_thread) const {
  using r = special_register;
  launch_config const& config = *launch_->config;
  dim3_t const& size = config.cluster;
  auto const value = [&](r name, dim3_t thread) -> std::uint64_t {
    switch (name) {
      case r::tid_x:
        return thread.x;
      case r::tid_y:
        return thread.y;
      case r::tid_z:
        return thread.z;
      case r::ntid_x:
        return config.block.x;
      case r::ntid_y:
        return config.block.y;
      case r::ntid_z:
        return config.block.z;
      case r::ctaid_x:
        return index_.x;
      case r::ctaid_y:
        return index_.y;
      case r::ctaid_z:
        return index_.z;
      case r::nctaid_x:
        return config.grid.x;
      case r::nctaid_y:
        return config.grid.y;
      case r::nctaid_z:
        return config.grid.z;
      case r::warpid:
        return first_thread / warp_size;
      case r::nwarpid:
        return (threads_ + warp_size - 1) / warp_size;
      case r::smid:
        return worker_number_;
      case r::nsmid:
        return launch_->limits->multiprocessors;
      case r::gridid:
        return launch_->serial;
      case r::dynamic_smem_size:
        return config.dynamic_shared_bytes;
      case r::total_smem_size:
        return launch_->shared_end;
      case r::aggr_smem_size:
        return launch_->shared_end - kernel_code::shared_begin();
      case r::clusterid_x:
        return index_.x / size.x;
      case r::clusterid_y:
        return index_.y / size.y;
      case r::clusterid_z:
        return index_.z / size.z;
      case r::nclusterid_x:
        return config.grid.x / size.x;
      case r::nclusterid_y:
        return config.grid.y / size.y;
      case r::nclusterid_z:
        return config.grid.z / size.z;
      case r::cluster_ctaid_x:
        return index_.x % size.x;
      case r::cluster_ctaid_y:
        return index_.y % size.y;
      case r::cluster_ctaid_z:
        return index_.z % size.z;
      case r::cluster_nctaid_x:
        return size.x;
      case r::cluster_nctaid_y:
        return size.y;
      case r::cluster_nctaid_z:
        return size.z;
      case r::cluster_ctarank:
        return rank_;
      case r::cluster_nctarank:
        return size.count();
    }
    return 0;
  };
  for (auto const& [name, where] : launch_->code->specials) {
    for (unsigned lane = 0; lane < warp_size; ++lane) {
      std::uint64_t const v = value(name, thread_index(first_thread + lane));
      if (name == r::gridid) {
        which.lanes<std::uint64_t>(where)[lane] = v;
      } else {
        which.lanes<std::uint32_t>(where)[lane] = static_cast<std::uint32_t>(v);
      }
    }
  }
}

void block::fail_deadlock() const {
  for (auto const& m : warps_) {
    if (m.status != warp_status::ready || m.failed_wait == nullptr) continue;
    m.self.fail(*m.failed_wait, 0, fault_kind::deadlock,
                "threads wait at an mbarrier for arrivals or bytes that do not come",
                m.self.describe_groups());
  }
  for (auto const& m : warps_) {
    if (m.status != warp_status::waiting) continue;
    throw kernel_fault(
        fault_kind::deadlock,
        describe("threads wait at a barrier for threads that do not come",
                 m.self.barrier_waited_at(), m.self.first_thread(), m.self.describe_groups()));
  }
  throw kernel_fault(fault_kind::deadlock, "no warp of the block can go on");
}

namespace {
std::string triple(dim3_t const& d) {
  return "(" + std::to_string(d.x) + ", " + std::to_string(d.y) + ", " + std::to_string(d.z) + ")";
}
}  // namespace

std::string block::describe_thread(std::uint32_t thread) const {
  return triple(thread_index(thread));
}

std::string block::describe_block(std::uint32_t number) const {
  dim3_t const& grid = launch_->config->grid;
  return triple({number % grid.x, number / grid.x % grid.y, number / grid.x / grid.y});
}

std::string block::describe(std::string const& what, ptx::instruction const* at,
                            std::uint32_t thread, std::string const& detail) const {
  std::string result = what + "\n  in " + demangled(launch_->info->name);
  if (at != nullptr) {
    std::string const place = source_place(launch_->module->source_lines, at->line);
    if (!place.empty()) result += "\n  at " + place;
    std::string text = launch_->module->source_lines.at(static_cast<std::size_t>(at->line - 1));
    text.erase(0, text.find_first_not_of(" \t"));
    result += "\n  at PTX line " + std::to_string(at->line) + ": " + text;
  }
  result += "\n  by thread " + describe_thread(thread) + " of block " + triple(index_);
  if (!detail.empty()) result += "\n  " + detail;
  return result;
}

}  // namespace emulator
