// Bytes that end where a page begins that faults: a read beyond them ends the test.
#pragma once

#include <cstddef>
#include <cstring>
#include <new>
#include <sys/mman.h>
#include <unistd.h>

namespace emulator {

class guarded_memory {
 public:
  explicit guarded_memory(std::size_t capacity) {
    auto const page = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
    readable_ = (capacity + page - 1) / page * page;
    mapped_ = readable_ + page;
    void* const mapping =
        mmap(nullptr, mapped_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (mapping == MAP_FAILED) throw std::bad_alloc();
    base_ = static_cast<std::byte*>(mapping);
    if (mprotect(base_ + readable_, page, PROT_NONE) != 0) throw std::bad_alloc();
  }
  guarded_memory(guarded_memory const&) = delete;
  guarded_memory& operator=(guarded_memory const&) = delete;
  ~guarded_memory() { munmap(base_, mapped_); }

  /// A copy whose end is the border; it replaces the one before.
  std::byte const* place(void const* data, std::size_t size) {
    std::byte* const start = base_ + readable_ - size;
    if (size != 0) std::memcpy(start, data, size);
    return start;
  }

 private:
  std::byte* base_ = nullptr;
  std::size_t readable_ = 0;
  std::size_t mapped_ = 0;
};

}  // namespace emulator
