// Random calls with good and bad arguments: where the tensors of a call lie, what is wrong with them
// by a predicate that knows the rules and not the library, and what the call may do then.
#pragma once

#include "support/device_buffer.hpp"
#include "support/runtime_calls.hpp"

#include <activations_cuda/activations.h>

#include <algorithm>
#include <cstdint>
#include <gtest/gtest.h>
#include <initializer_list>
#include <numeric>
#include <random>
#include <string>
#include <vector>

namespace support {

/// One tensor of a call. An output may be exactly an input; what else is written is apart.
struct fuzz_tensor {
  enum class role { input, output, parameter, written };
  std::string name;
  std::size_t bytes;
  std::size_t alignment;
  role kind;
  std::uintptr_t address = 0;

  bool is_written() const { return kind == role::output || kind == role::written; }
  void* pointer() const { return reinterpret_cast<void*>(address); }
};

/// The names of the tensors that are not as they must be.
inline std::vector<std::string> tensor_faults(std::vector<fuzz_tensor> const& all) {
  using role = fuzz_tensor::role;
  std::vector<std::string> bad;
  for (fuzz_tensor const& t : all) {
    if (t.bytes != 0 && (t.address == 0 || t.address % t.alignment != 0)) bad.push_back(t.name);
  }
  if (!bad.empty()) return bad;
  for (fuzz_tensor const& w : all) {
    for (fuzz_tensor const& other : all) {
      if (&w == &other || !w.is_written() || w.bytes == 0 || other.bytes == 0) continue;
      bool const in_place = w.kind == role::output && other.kind == role::input &&
                            w.address == other.address && w.bytes == other.bytes;
      bool const meet =
          w.address < other.address + other.bytes && other.address < w.address + w.bytes;
      if (meet && !in_place) bad.push_back(w.name);
    }
  }
  return bad;
}

class fuzz : public testing::Test {
 protected:
  std::mt19937 random{20'240'609};

  /// All calls' tensors lie in one buffer: also what is moved behind the last one's end.
  explicit fuzz(std::size_t bytes = (rooms + 1) * room) : before_(bytes), buffer_(bytes) {
    buffer_.fill(0);
  }
  std::uintptr_t base() const { return reinterpret_cast<std::uintptr_t>(buffer_.get()); }

  template <class Value>
  Value one_of(std::initializer_list<Value> values) {
    return values.begin()[random() % values.size()];
  }
  bool once_in(unsigned times) { return random() % times == 0; }

  /// Each in a place of its own, and then, of every other call, one of them somewhere else.
  void place(std::vector<fuzz_tensor>& all) {
    std::vector<std::size_t> places(rooms);
    std::iota(places.begin(), places.end(), std::size_t{0});
    std::shuffle(places.begin(), places.end(), random);
    for (std::size_t i = 0; i < all.size(); ++i) all[i].address = base() + room * places[i];
    if (once_in(2)) return;
    fuzz_tensor& moved = all[random() % all.size()];
    fuzz_tensor const& other = all[random() % all.size()];
    switch (random() % 4) {
      case 0:
        moved.address = 0;
        break;
      case 1:
        moved.address += 1 + random() % 7;
        break;
      default:
        moved.address = other.address + one_of<std::size_t>({0, 0, 0, 8, 16, other.bytes});
    }
  }

  /// The bad arguments' names, none if the call is good; good calls launch kernels if they have work.
  void judge(std::vector<std::string> const& bad, bool has_work, act_status status, long launched,
             std::string const& words) {
    if (bad.empty()) {
      ++good_;
      ASSERT_EQ(status, ACT_OK) << act_last_error() << ": " << words;
      ASSERT_EQ(launched > 0, has_work) << words;
      before_ = contents();
      return;
    }
    ++refused_;
    ASSERT_EQ(status, ACT_INVALID_ARGUMENT) << words;
    ASSERT_EQ(launched, 0) << words;
    ASSERT_TRUE(contents() == before_) << "written in spite of " << act_last_error();
    bool const named = std::any_of(bad.begin(), bad.end(), [](std::string const& name) {
      return std::string(act_last_error()).find(' ' + name + ' ') != std::string::npos;
    });
    ASSERT_TRUE(named) << act_last_error() << ": " << words;
  }

  // Neither side may be an exception.
  void expect_both(int least) const {
    EXPECT_GT(good_, least);
    EXPECT_GT(refused_, least);
  }

  static constexpr std::size_t room = 512, rooms = 16;  // bytes for a tensor, and for how many

 private:
  std::vector<char> contents() const {
    std::vector<char> bytes(before_.size());
    check(cudaMemcpy(bytes.data(), buffer_.get(), bytes.size(), cudaMemcpyDeviceToHost),
          "contents");
    return bytes;
  }

  std::vector<char> before_;
  device_buffer const buffer_;
  int good_ = 0;
  int refused_ = 0;
};

inline std::string describe(std::vector<fuzz_tensor> const& all) {
  std::string text;
  for (fuzz_tensor const& t : all) {
    text += ", " + t.name + " " + std::to_string(t.address) + " of " + std::to_string(t.bytes) +
            " bytes";
  }
  return text;
}

}  // namespace support
