// Random combinations of good and bad arguments of the gated linear units through the C ABI, against
// a predicate of validity that knows the rules and not the library: it marks every element.
#include "support/glu_call.hpp"

#include <algorithm>
#include <cstdint>
#include <gtest/gtest.h>
#include <initializer_list>
#include <random>
#include <set>
#include <string>
#include <vector>

namespace {

using support::calls;
using support::device_buffer;

struct operand {
  std::string name;
  std::uintptr_t address;
  std::int64_t stride;
  std::int64_t per_column;
  bool output;
};

struct arguments {
  act_dtype dtype;
  std::int64_t rows, columns;
  std::vector<operand> operands;
};

std::string describe(arguments const& a) {
  std::string text = "dtype " + std::to_string(a.dtype) + ", rows " + std::to_string(a.rows) +
                     ", columns " + std::to_string(a.columns);
  for (operand const& o : a.operands)
    text += ", " + o.name + " " + std::to_string(o.address) + " by " + std::to_string(o.stride);
  return text;
}

std::set<std::uintptr_t> bytes_of(arguments const& a, operand const& o) {
  auto const size = support::storages[a.dtype].bytes;
  std::set<std::uintptr_t> bytes;
  for (std::int64_t r = 0; r < a.rows; ++r) {
    for (std::size_t b = 0; b < static_cast<std::size_t>(o.per_column * a.columns) * size; ++b)
      bytes.insert(o.address + static_cast<std::size_t>(r * o.stride) * size + b);
  }
  return bytes;
}

bool have_common(std::set<std::uintptr_t> const& a, std::set<std::uintptr_t> const& b) {
  return std::any_of(a.begin(), a.end(), [&](std::uintptr_t byte) { return b.count(byte) != 0; });
}

// Whether an output may lie as it does beside another tensor.
bool fit(arguments const& a, operand const& output, operand const& other) {
  bool const same_rows = output.stride == other.stride || a.rows == 1;
  if (!other.output && output.address == other.address && same_rows &&
      output.per_column == other.per_column) {
    return true;
  }
  auto const here = bytes_of(a, output);
  auto const there = bytes_of(a, other);
  return same_rows ? !have_common(here, there)
                   : *here.rbegin() < *there.begin() || *there.rbegin() < *here.begin();
}

// The names of all bad arguments; none if the call is good.
std::vector<std::string> faults(arguments const& a) {
  std::vector<std::string> bad;
  if (a.rows < 0) bad.emplace_back("rows");
  if (a.columns < 0) bad.emplace_back("columns");
  for (operand const& o : a.operands) {
    if (o.stride < o.per_column * a.columns) bad.push_back(o.name + "_stride");
  }
  if (!bad.empty() || a.rows == 0 || a.columns == 0) return bad;
  for (operand const& o : a.operands) {
    if (o.address == 0 || o.address % support::storages[a.dtype].bytes != 0) bad.push_back(o.name);
  }
  if (!bad.empty()) return bad;
  for (operand const& o : a.operands) {
    for (operand const& other : a.operands) {
      if (o.output && &o != &other && !fit(a, o, other)) bad.push_back(o.name);
    }
  }
  return bad;
}

class glu_fuzz : public testing::Test {
 protected:
  device_buffer const buffer{16384};
  act_glu const op = support::glu_named("reglu");
  std::mt19937 random{20'240'608};
  int good = 0;
  int refused = 0;

  glu_fuzz() { support::check(cudaMemset(buffer.get(), 0, 16384), "cudaMemset"); }

  template <class Value>
  Value one_of(std::initializer_list<Value> values) {
    return values.begin()[random() % values.size()];
  }
  // Mostly on an element's boundary and near others, seldom null.
  std::uintptr_t address() {
    if (random() % 64 == 0) return 0;
    std::uintptr_t const offset =
        one_of<std::uintptr_t>({0, 0, 1024, 2048, 4096, 6144}) + 8 * (random() % 24);
    return reinterpret_cast<std::uintptr_t>(buffer.get()) + offset + (random() % 64 == 0 ? 1 : 0);
  }

  arguments make(std::vector<operand> operands) {
    arguments a{one_of({ACT_FLOAT32, ACT_FLOAT64, ACT_FLOAT16}), 0, 0, std::move(operands)};
    a.rows = one_of({1, 1, 2, 3, 5, 5, 0, -1});
    a.columns = one_of({1, 2, 3, 4, 4, 8, 0, -2});
    if (random() % 4 != 0) {
      a.rows = std::max<std::int64_t>(a.rows, 2);
      a.columns = std::max<std::int64_t>(a.columns, 2);
    }
    std::int64_t const common =
        std::max<std::int64_t>(a.columns, 1) * one_of({2, 2, 3}) + one_of({0, 0, 1});
    for (operand& o : a.operands) {
      o.address = address();
      o.stride = random() % 8 != 0 ? common : o.per_column * a.columns + one_of({-1, 0, 1, 2});
      // Another's place, in whole or half a row on, often.
      operand const& other = a.operands[random() % a.operands.size()];
      if (other.address != 0 && random() % 3 != 0) {
        std::size_t const half = static_cast<std::size_t>(std::max<std::int64_t>(a.columns, 0)) *
                                 support::storages[a.dtype].bytes;
        o.address = other.address + one_of<std::size_t>({0, 0, half, half, half / 2});
      }
    }
    return a;
  }

  void judge(arguments const& a, act_status status, long launched) {
    std::vector<std::string> const bad = faults(a);
    if (bad.empty()) {
      ++good;
      ASSERT_EQ(status, ACT_OK) << act_last_error() << ": " << describe(a);
      ASSERT_EQ(launched, a.rows > 0 && a.columns > 0 ? 1 : 0) << describe(a);
      return;
    }
    ++refused;
    ASSERT_EQ(status, ACT_INVALID_ARGUMENT) << describe(a);
    ASSERT_EQ(launched, 0) << describe(a);
    bool const named = std::any_of(bad.begin(), bad.end(), [](std::string const& name) {
      return std::string(act_last_error()).find(' ' + name + ' ') != std::string::npos;
    });
    ASSERT_TRUE(named) << act_last_error() << ": " << describe(a);
  }

  // Neither side may be an exception.
  void expect_both() const {
    EXPECT_GT(good, 800);
    EXPECT_GT(refused, 800);
    support::check(cudaDeviceSynchronize(), "all launches");
  }
};

void* pointer(operand const& o) { return reinterpret_cast<void*>(o.address); }

TEST_F(glu_fuzz, SeparateTensors) {
  for (int i = 0; i < 4000; ++i) {
    bool const forward = random() % 2 == 0;
    std::vector<operand> operands{{"gate", 0, 0, 1, false}, {"up", 0, 0, 1, false}};
    if (forward) {
      operands.push_back({"y", 0, 0, 1, true});
    } else {
      operands.insert(operands.begin(), {"dy", 0, 0, 1, false});
      operands.push_back({"dgate", 0, 0, 1, true});
      operands.push_back({"dup", 0, 0, 1, true});
    }
    arguments const a = make(operands);
    auto const& o = a.operands;
    long const before = calls().launches;
    act_status const status =
        forward
            ? act_glu_forward(&op, a.dtype, pointer(o[0]), o[0].stride, pointer(o[1]), o[1].stride,
                              pointer(o[2]), o[2].stride, a.rows, a.columns, nullptr)
            : act_glu_backward(&op, a.dtype, pointer(o[0]), o[0].stride, pointer(o[1]), o[1].stride,
                               pointer(o[2]), o[2].stride, pointer(o[3]), o[3].stride,
                               pointer(o[4]), o[4].stride, a.rows, a.columns, nullptr);
    ASSERT_NO_FATAL_FAILURE(judge(a, status, calls().launches - before));
  }
  expect_both();
}

TEST_F(glu_fuzz, PackedTensors) {
  for (int i = 0; i < 4000; ++i) {
    bool const forward = random() % 2 == 0;
    act_glu_layout const layout = support::glu_layouts[random() % 3];
    std::vector<operand> operands{{"x", 0, 0, 2, false}};
    if (forward) {
      operands.push_back({"y", 0, 0, 1, true});
    } else {
      operands.insert(operands.begin(), {"dy", 0, 0, 1, false});
      operands.push_back({"dx", 0, 0, 2, true});
    }
    arguments const a = make(operands);
    auto const& o = a.operands;
    long const before = calls().launches;
    act_status const status =
        forward ? act_glu_packed_forward(&op, a.dtype, layout, pointer(o[0]), o[0].stride,
                                         pointer(o[1]), o[1].stride, a.rows, a.columns, nullptr)
                : act_glu_packed_backward(&op, a.dtype, layout, pointer(o[0]), o[0].stride,
                                          pointer(o[1]), o[1].stride, pointer(o[2]), o[2].stride,
                                          a.rows, a.columns, nullptr);
    ASSERT_NO_FATAL_FAILURE(judge(a, status, calls().launches - before));
  }
  expect_both();
}

}  // namespace
