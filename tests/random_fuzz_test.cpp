// Random combinations of good and bad arguments of the random activations through the C ABI.
#include "support/fuzz.hpp"
#include "support/random_call.hpp"

#include <cstdint>
#include <gtest/gtest.h>
#include <limits>
#include <string>
#include <vector>

namespace {

using support::calls;
using support::fuzz_tensor;
using role = support::fuzz_tensor::role;

constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();

enum class call { forward, backward, slopes };

class random_fuzz : public support::fuzz {
 protected:
  call which;
  act_random op;
  int dtype;
  std::int64_t n;
  std::vector<fuzz_tensor> tensors;  // those of n elements, then device_seed and device_offset
  act_random_position position;
  bool has_position;
  std::vector<std::string> bad;

  void draw() {
    which = static_cast<call>(random() % 3);
    op = support::rrelu_between(0.125, once_in(16) ? 0.1 : 0.25);
    dtype = once_in(16) ? one_of({-1, 4}) : one_of({0, 1, 2, 3});
    n = once_in(8) ? one_of<std::int64_t>({0, 0, -1, most, most / 2 + 1})
                   : one_of<std::int64_t>({1, 5, 17, 60});
    position = {random(), random(), one_of<std::int64_t>({0, 1, 6}), nullptr, nullptr};
    if (once_in(8)) position.first_element = one_of<std::int64_t>({-1, most, most - 5, most - 60});
    has_position = !once_in(32);
    bad.clear();
    tensors.clear();
    if (op.parameters[0] > op.parameters[1]) bad.emplace_back("lower");
    if (dtype < 0 || dtype > 3) bad.emplace_back("dtype");
    if (!has_position) bad.emplace_back("position");
    bool const computes_double = dtype == ACT_FLOAT64;
    std::size_t const bytes = dtype < 0 || dtype > 3  ? 4
                              : which == call::slopes ? (computes_double ? 8 : 4)
                                                      : support::storages[dtype].bytes;
    if (n < 0 || n > most / static_cast<std::int64_t>(bytes)) bad.emplace_back("n");
    if (position.first_element < 0 || (n > 0 && position.first_element > most - n))
      bad.emplace_back("first_element");
    if (bad.empty()) draw_tensors(static_cast<std::size_t>(n) * bytes, bytes);
  }

 private:
  void draw_tensors(std::size_t size, std::size_t bytes) {
    if (which == call::slopes) {
      tensors.push_back({"slope", size, bytes, role::output});
    } else {
      tensors.push_back({"x", size, bytes, role::input});
      if (which == call::backward) tensors.push_back({"dy", size, bytes, role::input});
      tensors.push_back({which == call::forward ? "y" : "dx", size, bytes, role::output});
    }
    std::size_t const values = size == 0 ? 0 : 8;  // not looked at without elements
    tensors.push_back({"device_seed", values, 8, role::parameter});
    tensors.push_back({"device_offset", values, 8, role::parameter});
    place(tensors);
    std::vector<fuzz_tensor> there = tensors;
    // Either may be null: then it is no tensor of the call.
    for (int const value : {1, 2}) {
      auto const at = there.end() - value;
      if (once_in(3)) at->address = (tensors.end() - value)->address = 0;
    }
    there.erase(std::remove_if(there.end() - 2, there.end(),
                               [](fuzz_tensor const& t) { return t.address == 0; }),
                there.end());
    bad = support::tensor_faults(there);
    position.device_seed = static_cast<std::uint64_t const*>((tensors.end() - 2)->pointer());
    position.device_offset = static_cast<std::uint64_t const*>((tensors.end() - 1)->pointer());
  }
};

TEST_F(random_fuzz, RefusesExactlyTheBadCalls) {
  for (int i = 0; i < 4000; ++i) {
    draw();
    auto const at = [&](char const* name) -> void* {
      for (fuzz_tensor const& t : tensors)
        if (t.name == name) return t.pointer();
      return nullptr;
    };
    auto const type = static_cast<act_dtype>(dtype);
    act_random_position const* const where = has_position ? &position : nullptr;
    long const before = calls().launches;
    act_status const status =
        which == call::forward ? act_random_forward(&op, type, at("x"), at("y"), n, where, nullptr)
        : which == call::backward
            ? act_random_backward(&op, type, at("dy"), at("x"), at("dx"), n, where, nullptr)
            : act_random_slopes(&op, type, at("slope"), n, where, nullptr);
    ASSERT_NO_FATAL_FAILURE(judge(bad, n > 0, status, calls().launches - before,
                                  "call " + std::to_string(static_cast<int>(which)) + ", dtype " +
                                      std::to_string(dtype) + ", n " + std::to_string(n) +
                                      ", first_element " + std::to_string(position.first_element) +
                                      support::describe(tensors)));
  }
  expect_both(800);
}

}  // namespace
