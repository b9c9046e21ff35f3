#include "core/workers.hpp"

#include "core/access_counter.hpp"
#include "core/fault.hpp"
#include "core/instruction_class.hpp"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <cstdlib>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace emulator {

namespace {

/// One thread a core, which sleep between launches. The caller's own thread is worker 0.
class worker_pool {
 public:
  static worker_pool& instance() {
    static worker_pool* const pool =
        new worker_pool;  // its threads outlive static destructors that still launch
    return *pool;
  }

  struct worker {
    worker_context context;
    cluster neighbours;
    std::deque<block> gang;  // the blocks of a cluster; one where there are no clusters
  };

  /// Calls task(worker, number) on `wanted` threads at once and waits for all. One launch at a
  /// time.
  void run(unsigned wanted, std::function<void(worker&, unsigned)> const& task) {
    std::unique_lock const one_launch(launch_mutex_);
    unsigned const helpers = std::min<unsigned>(wanted, size()) - 1;
    {
      std::unique_lock const lock(mutex_);
      task_ = &task;
      to_start_ = helpers;
      running_ = helpers;
    }
    if (helpers != 0) wake_.notify_all();
    task(*workers_[0], 0);
    std::unique_lock lock(mutex_);
    done_.wait(lock, [this] { return running_ == 0; });
    task_ = nullptr;
  }

  unsigned size() const { return static_cast<unsigned>(workers_.size()); }

 private:
  worker_pool() {
    char const* const given = std::getenv("ACTIVATIONS_EMULATOR_THREADS");
    unsigned const asked =
        given != nullptr ? static_cast<unsigned>(std::strtoul(given, nullptr, 10)) : 0;
    unsigned const count = asked != 0 ? asked : std::max(1U, std::thread::hardware_concurrency());
    for (unsigned i = 0; i < count; ++i) workers_.push_back(std::make_unique<worker>());
    for (unsigned i = 1; i < count; ++i) std::thread([this, i] { serve(i); }).detach();
  }

  [[noreturn]] void serve(unsigned number) {
    for (;;) {
      std::function<void(worker&, unsigned)> const* task = nullptr;
      {
        std::unique_lock lock(mutex_);
        wake_.wait(lock, [this] { return to_start_ != 0; });
        --to_start_;
        task = task_;
      }
      (*task)(*workers_[number], number);
      std::unique_lock const lock(mutex_);
      if (--running_ == 0) done_.notify_one();
    }
  }

  std::mutex launch_mutex_, mutex_;
  std::condition_variable wake_, done_;
  std::vector<std::unique_ptr<worker>> workers_;
  std::function<void(worker&, unsigned)> const* task_ = nullptr;
  unsigned to_start_ = 0, running_ = 0;
};

void add_counts(launch_state const& launch, worker_context const& counted, launch_statistics& to) {
  auto const& sources = launch.code->sources;
  for (std::size_t pc = 0; pc < counted.executed.size(); ++pc) {
    execution_count const& count = counted.executed[pc];
    if (count.warps == 0 || sources[pc] == nullptr) continue;
    // An instruction that became several counts once.
    if (pc != 0 && sources[pc - 1] == sources[pc]) continue;
    to.warp_instructions += count.warps;
    to.lane_instructions += count.lanes;
    to.by_class[static_cast<unsigned>(class_of(*sources[pc]))] += count;
  }
  to.memory += counted.memory;
  to.barriers += counted.barriers;
}

// The blocks of cluster `index` take turns until all have ended.
void run_cluster(launch_state& launch, std::uint64_t index, worker_pool::worker& worker,
                 unsigned number) {
  dim3_t const& grid = launch.config->grid;
  dim3_t const& size = launch.config->cluster;
  std::uint64_t const columns = grid.x / size.x;
  std::uint64_t const rows = grid.y / size.y;
  auto const first_x = static_cast<std::uint32_t>(index % columns) * size.x;
  auto const first_y = static_cast<std::uint32_t>(index / columns % rows) * size.y;
  auto const first_z = static_cast<std::uint32_t>(index / columns / rows) * size.z;
  auto const count = static_cast<std::uint32_t>(size.count());
  for (std::uint32_t rank = 0; rank < count; ++rank) {
    dim3_t const at{first_x + rank % size.x, first_y + rank / size.x % size.y,
                    first_z + rank / size.x / size.y};
    worker.gang[rank].start(launch, at, worker.context, number, worker.neighbours, rank);
  }
  for (;;) {
    bool moved = false;
    bool finished = true;
    for (std::uint32_t rank = 0; rank < count; ++rank) {
      block::progress const progress = worker.gang[rank].advance();
      moved = moved || progress == block::progress::some;
      finished = finished && progress == block::progress::finished;
    }
    if (finished) return;
    if (moved) continue;
    for (std::uint32_t rank = 0; rank < count; ++rank) {
      if (worker.gang[rank].unfinished_warps() != 0) worker.gang[rank].fail_deadlock();
    }
  }
}

}  // namespace

std::optional<fault> run_blocks(launch_state& launch, launch_statistics& statistics) {
  std::uint64_t const cluster_blocks = launch.config->cluster.count();
  std::uint64_t const blocks = launch.config->grid.count() / cluster_blocks;  // or clusters
  sector_set::instance().clear();
  std::atomic<std::uint64_t> next{0};
  std::mutex result_mutex;
  std::optional<fault> first;
  worker_pool& pool = worker_pool::instance();
  // Few blocks at a time, so that cores finish together; several, so that they seldom meet at the
  // counter.
  std::uint64_t const share =
      std::clamp<std::uint64_t>(blocks / (std::uint64_t{pool.size()} * 16), 1, 64);
  auto const wanted =
      static_cast<unsigned>(std::min<std::uint64_t>(pool.size(), (blocks + share - 1) / share));
  pool.run(wanted, [&](worker_pool::worker& worker, unsigned number) {
    worker.context.ranges.refresh();
    worker.context.stamps.start(launch.serial);
    worker.context.executed.assign(launch.code->code.size(), {});
    worker.context.memory = {};
    worker.context.barriers = 0;
    if (worker.gang.size() < cluster_blocks) worker.gang.resize(cluster_blocks);
    std::vector<block*> members;
    for (std::uint64_t rank = 0; rank < cluster_blocks; ++rank)
      members.push_back(&worker.gang[rank]);
    try {
      while (!launch.stop.load(std::memory_order_relaxed)) {
        std::uint64_t const begin = next.fetch_add(share);
        if (begin >= blocks) break;
        for (std::uint64_t index = begin; index < std::min(begin + share, blocks); ++index) {
          worker.neighbours.start(members);
          run_cluster(launch, index, worker, number);
          if (launch.stop.load(std::memory_order_relaxed)) break;
        }
      }
    } catch (kernel_fault const& fault) {
      launch.stop.store(true);
      std::unique_lock const lock(result_mutex);
      if (!first) first = fault.get();
    }
    std::unique_lock const lock(result_mutex);
    add_counts(launch, worker.context, statistics);
  });
  return first;
}

}  // namespace emulator
