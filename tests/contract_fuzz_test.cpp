// Random combinations of good and bad arguments through the C ABI, against a predicate of validity
// that knows the rules and not the library.
#include "support/rowwise_call.hpp"

#include <algorithm>
#include <cstdint>
#include <gtest/gtest.h>
#include <limits>
#include <random>
#include <string>
#include <vector>

namespace {

using support::calls;
using support::device_buffer;

__extension__ using wide = __int128;

struct operand {
  char const* name;
  std::uintptr_t address;
  bool output;
};

struct arguments {
  int dtype;
  std::vector<std::pair<char const*, std::int64_t>> sizes;  // n, or rows and columns
  std::vector<operand> operands;
};

std::string describe(arguments const& a) {
  std::string text = "dtype " + std::to_string(a.dtype);
  for (auto const& [name, size] : a.sizes)
    text += std::string(", ") + name + " " + std::to_string(size);
  for (operand const& o : a.operands)
    text += std::string(", ") + o.name + " " + std::to_string(o.address);
  return text;
}

// Their number, or what is more than any number allowed.
wide elements(arguments const& a) {
  constexpr wide too_many = wide{1} << 64;
  wide product = 1;
  for (auto const& [name, size] : a.sizes) product = std::min(product * size, too_many);
  return product;
}

// The names of all bad arguments; none if the call is good.
std::vector<std::string> faults(arguments const& a) {
  std::vector<std::string> bad;
  if (a.dtype < 0 || a.dtype > 3) return {"dtype"};
  for (auto const& [name, size] : a.sizes) {
    if (size < 0) bad.push_back(name);
  }
  if (!bad.empty()) return bad;
  wide const size = support::storages[a.dtype].bytes;
  wide const bytes = elements(a) * size;
  if (bytes > std::numeric_limits<std::int64_t>::max()) {
    for (auto const& s : a.sizes) bad.push_back(s.first);
    return bad;
  }
  if (bytes == 0) return {};
  for (operand const& o : a.operands) {
    if (o.address == 0 || o.address % size != 0) bad.push_back(o.name);
    for (operand const& other : a.operands) {
      bool const apart = o.address + bytes <= other.address || other.address + bytes <= o.address;
      if (o.output && !other.output && !apart && o.address != other.address) bad.push_back(o.name);
    }
  }
  return bad;
}

class contract_fuzz : public testing::Test {
 protected:
  static constexpr std::size_t half = 4096;
  device_buffer const buffer{2 * half};
  std::mt19937 random{20'240'607};

  contract_fuzz() { support::check(cudaMemset(buffer.get(), 0, 2 * half), "cudaMemset"); }

  template <class... Values>
  auto one_of(Values... values) {
    std::common_type_t<Values...> const all[] = {values...};
    return all[random() % sizeof...(values)];
  }
  // Mostly on an element's boundary, seldom null; anywhere in the first half.
  std::uintptr_t address() {
    auto const base = reinterpret_cast<std::uintptr_t>(buffer.get());
    std::uintptr_t const offset = one_of(0, 16, 64, 512, 1024, 1024, 2048, 2048) + one_of(0, 0, 8);
    switch (random() % 16) {
      case 0:
        return 0;
      case 1:
        return base + offset + random() % 8;
      default:
        return base + offset;
    }
  }
  std::int64_t size() {
    constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();
    return random() % 4 != 0 ? one_of<std::int64_t>(1, 2, 17, 60)
                             : one_of<std::int64_t>(0, 0, -1, -most - 1, most, most / 2 + 1);
  }
  int dtype() { return one_of(0, 0, 1, 1, 2, 2, 3, 3, 3, 2, 1, 4, -1, 1000); }

  int good = 0;
  int refused = 0;

  void judge(arguments const& a, act_status status, long launched) {
    std::vector<std::string> const bad = faults(a);
    if (bad.empty()) {
      ++good;
      ASSERT_EQ(status, ACT_OK) << act_last_error() << ": " << describe(a);
      ASSERT_EQ(launched, elements(a) > 0 ? 1 : 0) << describe(a);
      return;
    }
    ++refused;
    ASSERT_EQ(status, ACT_INVALID_ARGUMENT) << describe(a);
    ASSERT_EQ(launched, 0) << describe(a);
    bool named = false;
    for (std::string const& name : bad)
      named = named || std::string(act_last_error()).find(' ' + name + ' ') != std::string::npos;
    ASSERT_TRUE(named) << act_last_error() << ": " << describe(a);
  }

  // Neither side may be an exception.
  void expect_both() const {
    EXPECT_GT(good, 1000);
    EXPECT_GT(refused, 1000);
    support::check(cudaDeviceSynchronize(), "all launches");
  }
};

void* pointer(operand const& o) { return reinterpret_cast<void*>(o.address); }

TEST_F(contract_fuzz, Pointwise) {
  act_op const op = support::op_named("tanh");
  for (int i = 0; i < 6000; ++i) {
    bool const forward = random() % 2 == 0;
    arguments a{dtype(), {{"n", size()}}, {{"x", address(), false}}};
    if (forward) {
      a.operands.push_back({"y", address(), true});
    } else {
      a.operands.push_back({"dy", address(), false});
      a.operands.push_back({"dx", address(), true});
    }
    long const before = calls().launches;
    auto const type = static_cast<act_dtype>(a.dtype);
    std::int64_t const n = a.sizes[0].second;
    act_status const status =
        forward ? act_forward(&op, type, pointer(a.operands[0]), pointer(a.operands[1]), n, nullptr)
                : act_backward(&op, type, pointer(a.operands[1]), pointer(a.operands[0]),
                               pointer(a.operands[2]), n, nullptr);
    ASSERT_NO_FATAL_FAILURE(judge(a, status, calls().launches - before));
  }
  expect_both();
}

TEST_F(contract_fuzz, Rowwise) {
  act_softmax const op = support::softmax_named("log_softmax");
  for (int i = 0; i < 6000; ++i) {
    bool const forward = random() % 2 == 0;
    arguments a{dtype(), {{"rows", size()}, {"columns", one_of<std::int64_t>(1, 3, size())}}, {}};
    if (forward) {
      a.operands = {{"x", address(), false}, {"y", address(), true}};
    } else {
      a.operands = {{"dy", address(), false}, {"y", address(), false}, {"dx", address(), true}};
    }
    // What stays within the buffer.
    if (elements(a) > 200 && elements(a) <= (wide{1} << 59)) continue;
    long const before = calls().launches;
    auto const type = static_cast<act_dtype>(a.dtype);
    std::int64_t const rows = a.sizes[0].second;
    std::int64_t const columns = a.sizes[1].second;
    act_status const status =
        forward ? act_softmax_forward(&op, type, pointer(a.operands[0]), pointer(a.operands[1]),
                                      rows, columns, nullptr)
                : act_softmax_backward(&op, type, pointer(a.operands[0]), pointer(a.operands[1]),
                                       pointer(a.operands[2]), rows, columns, nullptr);
    ASSERT_NO_FATAL_FAILURE(judge(a, status, calls().launches - before));
  }
  expect_both();
}

}  // namespace
