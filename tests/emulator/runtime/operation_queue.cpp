#include "runtime/operation_queue.hpp"

#include <iterator>
#include <thread>

namespace emulator::runtime {

namespace {

constexpr std::size_t most_unfinished = 4096;

void run_work(work const& what) {
  if (!what.run || sticky_error() != cudaSuccess) return;  // after a fault the rest is dropped
  try {
    if (auto const failed = what.run()) set_sticky_error(*failed);
  } catch (std::exception const& error) {
    set_sticky_error({cudaErrorLaunchFailure, error.what()});
  }
}

}  // namespace

operation_ptr operation_queue::add(work_ptr what, std::vector<operation_ptr> const& behind) {
  auto const made = std::make_shared<operation>();
  made->number = ++next_;
  made->what = std::move(what);
  for (operation_ptr const& earlier : behind) {
    if (earlier == nullptr || earlier->done()) continue;
    made->before.push_back(earlier);
    earlier->after.push_back(made);
    ++made->blockers;
  }
  if (made->blockers == 0) ready_.emplace(made->number, made);
  unfinished_.emplace(made->number, made);
  return made;
}

void operation_queue::want(operation_ptr const& target) {
  if (target == nullptr) return;
  std::vector<operation_ptr> open{target};
  while (!open.empty()) {
    operation_ptr const next = std::move(open.back());
    open.pop_back();
    if (next->wanted || next->done()) continue;
    next->wanted = true;
    open.insert(open.end(), next->before.begin(), next->before.end());
  }
}

operation_ptr operation_queue::pick() {
  std::vector<operation_ptr> wanted, all;
  for (auto const& entry : ready_) {
    operation_ptr const& candidate = entry.second;
    if (device_busy_ && !candidate->what->is_host_function()) continue;
    if (candidate->wanted && seed_ == 0) return candidate;  // the oldest
    if (candidate->wanted) wanted.push_back(candidate);
    all.push_back(candidate);
  }
  if (wanted.empty()) return nullptr;
  auto const& choices = random_() % 2 == 0 ? wanted : all;
  return choices[random_() % choices.size()];
}

void operation_queue::step(runtime_lock& lock) {
  if (operation_ptr const chosen = pick()) {
    execute(lock, chosen);
  } else {
    changed_.wait(lock);  // another thread, or a host function's, is at work
  }
}

void operation_queue::execute(runtime_lock& lock, operation_ptr const& chosen) {
  chosen->state = operation::state_t::running;
  ready_.erase(chosen->number);
  if (chosen->what->is_host_function()) {
    // On a thread of its own, as CUDA does: it may wait for what the calling thread does next.
    std::mutex* const mutex = lock.mutex();
    std::thread([this, chosen, mutex] {
      inside_host_function() = true;
      run_work(*chosen->what);
      runtime_lock relock(*mutex);
      finish(chosen);
    }).detach();
    return;
  }
  device_busy_ = true;
  lock.unlock();
  run_work(*chosen->what);
  lock.lock();
  device_busy_ = false;
  finish(chosen);
}

void operation_queue::finish(operation_ptr const& finished) {
  finished->state = operation::state_t::done;
  finished->finished = std::chrono::steady_clock::now();
  finished->before.clear();
  for (operation_ptr const& next : finished->after) {
    if (--next->blockers == 0) ready_.emplace(next->number, next);
  }
  finished->after.clear();
  finished->what.reset();
  unfinished_.erase(finished->number);
  changed_.notify_all();
}

void operation_queue::wait(runtime_lock& lock, std::vector<operation_ptr> targets) {
  for (operation_ptr const& target : targets) want(target);
  for (operation_ptr const& target : targets) {
    while (target != nullptr && !target->done()) step(lock);
  }
}

void operation_queue::wait_for_all(runtime_lock& lock) {
  std::vector<operation_ptr> targets;
  for (auto const& entry : unfinished_) targets.push_back(entry.second);
  wait(lock, std::move(targets));
}

bool operation_queue::poll(runtime_lock& lock, std::vector<operation_ptr> const& targets) {
  bool done = true;
  for (operation_ptr const& target : targets) done = done && (target == nullptr || target->done());
  if (done) return true;
  for (operation_ptr const& target : targets) want(target);
  if (operation_ptr const chosen = pick()) execute(lock, chosen);
  return false;
}

void operation_queue::finish_device_work(runtime_lock& lock) {
  for (;;) {
    auto found = ready_.begin();
    while (found != ready_.end() && found->second->what->is_host_function()) ++found;
    if (found == ready_.end() || device_busy_) return;
    operation_ptr const chosen = found->second;
    execute(lock, chosen);
  }
}

void operation_queue::bound(runtime_lock& lock) {
  while (unfinished_.size() > most_unfinished) wait(lock, {unfinished_.begin()->second});
}

}  // namespace emulator::runtime
