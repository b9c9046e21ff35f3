// Who touched which bytes of device memory in a launch: the last write and up to two reads of each
// byte, kept for lines of 128 bytes as ranges that a warp's lanes touched side by side.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace emulator {

/// A warp's access to bytes [begin, end) of a line: lane `lane` the first 1 << shift of them, the
/// next lane the next; or all of them by each of the lanes from `lane` to `last`.
struct access_stamp {
  std::uint32_t block = 0;
  std::uint32_t clock = 0;  // of the warp
  std::uint32_t order = 0;  // of the warp's synchronisations
  std::uint32_t pc : 24 = 0;
  std::uint32_t writes : 1 = 0;
  std::uint32_t synchronizes : 1 = 0;
  std::uint32_t by_many : 1 = 0;
  std::uint32_t last : 5 = 0;
  std::uint8_t begin = 0, end = 0;
  std::uint8_t lane : 5 = 0;
  std::uint8_t shift : 3 = 0;
  std::uint8_t warp = 0;

  /// The lanes that accessed a byte.
  std::uint32_t first_lane_at(std::uint32_t byte) const {
    return by_many != 0 ? lane : lane + ((byte - begin) >> shift);
  }
  std::uint32_t last_lane_at(std::uint32_t byte) const {
    return by_many != 0 ? last : first_lane_at(byte);
  }
};

/// What stamps need beyond those that fit into a line: freed when the worker's next launch begins.
class stamp_arena {
 public:
  access_stamp* allocate(std::size_t count);
  /// Frees what is of earlier launches. A thread may come to one launch more than once.
  void start(std::uint64_t launch);

 private:
  std::vector<std::unique_ptr<access_stamp[]>> chunks_;
  std::size_t used_ = 0;
  std::uint64_t launch_ = 0;
};

class access_line {
 public:
  static constexpr std::uint32_t bytes = 128;

  /// The line of an address, or nullptr for one that is no device memory.
  static access_line* of_global(std::uint64_t address);
  /// The line of an address of shared memory, of a block of the cluster that the worker runs.
  static access_line* of_shared(unsigned worker, std::uint32_t rank, std::uint32_t offset);
  /// A number for enter().
  static std::uint32_t next_number();

  void lock() {
    while (__atomic_exchange_n(&locked_, std::uint8_t{1}, __ATOMIC_ACQUIRE) != 0)
      __builtin_ia32_pause();
  }
  void unlock() { __atomic_store_n(&locked_, std::uint8_t{0}, __ATOMIC_RELEASE); }

  /// Forgets what is not of the launch, or cluster, that has the number.
  void enter(std::uint32_t number) {
    if (number_ == number) return;
    number_ = number;
    count_ = 0;
    capacity_ = in_line;
  }
  bool is_of(std::uint32_t number) const { return number_ == number; }
  std::uint32_t size() const { return count_; }
  access_stamp& operator[](std::uint32_t i) { return stamps()[i]; }
  void remove(std::uint32_t i) { stamps()[i] = stamps()[--count_]; }
  void add(access_stamp const& what, stamp_arena& arena);

 private:
  static constexpr std::uint8_t in_line = 2;
  // More than this and the oldest is forgotten: a race may be missed, none invented.
  static constexpr std::uint8_t at_most = 64;

  access_stamp* stamps() { return capacity_ == in_line ? few_ : many_; }

  std::uint32_t number_ = 0;
  std::uint8_t locked_ = 0;
  std::uint8_t count_ = 0;
  std::uint8_t capacity_ = in_line;
  access_stamp* many_ = nullptr;
  access_stamp few_[in_line];
};
static_assert(sizeof(access_line) <= 64);

}  // namespace emulator
