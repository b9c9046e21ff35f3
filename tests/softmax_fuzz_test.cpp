// Random combinations of good and bad arguments of softmax with strides, masks and statistics through
// the C ABI, against a predicate of validity that knows the rules and not the library: it marks every
// element.
#include "support/fuzz.hpp"
#include "support/rowwise_call.hpp"

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

enum class use { input, output, read_only, written };

// Elements at each sum of a multiple of each stride, of which there are so many.
struct axis {
  std::int64_t size, stride;
};
struct operand {
  std::string name;
  std::uintptr_t address;
  use kind;
  std::int64_t bytes;  // of an element
  std::vector<axis> axes;
};

std::set<std::uintptr_t> bytes_of(operand const& o) {
  std::set<std::uintptr_t> places{o.address};
  for (axis const& a : o.axes) {
    std::set<std::uintptr_t> all;
    for (std::uintptr_t const place : places) {
      for (std::int64_t i = 0; i < a.size; ++i)
        all.insert(place + static_cast<std::uintptr_t>(i * a.stride * o.bytes));
    }
    places = all;
  }
  std::set<std::uintptr_t> bytes;
  for (std::uintptr_t const place : places) {
    for (std::uintptr_t b = 0; b < static_cast<std::uintptr_t>(o.bytes); ++b)
      bytes.insert(place + b);
  }
  return bytes;
}

bool is_tensor(operand const& o) { return o.kind == use::input || o.kind == use::output; }

bool have_same_strides(operand const& a, operand const& b) {
  for (std::size_t i = 0; i < a.axes.size(); ++i) {
    if (a.axes[i].size != 1 && a.axes[i].stride != b.axes[i].stride) return false;
  }
  return true;
}

// Whether what is written may lie as it does beside another.
bool fit(operand const& written, operand const& other) {
  bool const alike = is_tensor(written) && is_tensor(other) && have_same_strides(written, other);
  bool const in_place = written.kind == use::output && other.kind == use::input;
  if (in_place && alike && written.address == other.address) return true;
  auto const here = bytes_of(written);
  auto const there = bytes_of(other);
  if (!alike) return *here.rbegin() < *there.begin() || *there.rbegin() < *here.begin();
  return std::none_of(here.begin(), here.end(), [&](auto byte) { return there.count(byte) != 0; });
}

struct arguments {
  act_dtype dtype;
  bool forward;
  act_softmax_shape shape;
  act_softmax_options options;
  std::vector<operand> operands;  // tensors first

  bool empty() const { return shape.outer == 0 || shape.columns == 0 || shape.inner == 0; }
};

std::string describe(arguments const& a) {
  std::string text = "dtype " + std::to_string(a.dtype) + ", shape";
  for (std::int64_t const size : {a.shape.outer, a.shape.columns, a.shape.inner})
    text += " " + std::to_string(size);
  text += ", heads " + std::to_string(a.options.heads) + ", queries " +
          std::to_string(a.options.queries) + ", meaning " +
          std::to_string(a.options.boolean_meaning) + ", empty rows " +
          std::to_string(a.options.empty_rows);
  for (operand const& o : a.operands) {
    text += ", " + o.name + " " + std::to_string(o.address) + " by";
    for (axis const& x : o.axes) text += " " + std::to_string(x.stride);
  }
  return text;
}

// The names of all bad arguments; none if the call is good.
std::vector<std::string> faults(arguments const& a) {
  std::vector<std::string> bad;
  auto const& [outer, columns, inner] = a.shape;
  if (outer < 0) bad.emplace_back("outer");
  if (columns < 0) bad.emplace_back("columns");
  if (inner < 0) bad.emplace_back("inner");
  act_softmax_options const& o = a.options;
  if (o.heads < 1) bad.emplace_back("heads");
  if (o.queries < 1) bad.emplace_back("queries");
  if (bad.empty() && outer % (o.heads * o.queries) != 0) bad.emplace_back("outer");
  if (o.empty_rows != ACT_EMPTY_ROWS_NAN && o.empty_rows != ACT_EMPTY_ROWS_ZEROS)
    bad.emplace_back("empty");
  for (operand const& t : a.operands) {
    if (is_tensor(t)) {
      std::int64_t const step = t.axes[1].stride;
      std::int64_t const row = columns > 0 ? (columns - 1) * step + inner : 0;
      if (step < inner || t.axes[0].stride < row) bad.push_back(t.name);
    }
    for (axis const& x : t.axes) {
      if (x.stride < 0) bad.push_back(t.name);
    }
    bool const is_unset =
        o.boolean_meaning != ACT_MASK_NONZERO_KEEPS && o.boolean_meaning != ACT_MASK_NONZERO_MASKS;
    if (t.name == "boolean" && is_unset) bad.push_back(t.name);
  }
  if (!bad.empty() || a.empty()) return bad;
  for (operand const& t : a.operands) {
    if (t.address == 0 || t.address % static_cast<std::uintptr_t>(t.bytes) != 0)
      bad.push_back(t.name);
  }
  if (!bad.empty()) return bad;
  for (operand const& t : a.operands) {
    for (operand const& other : a.operands) {
      bool const writes = t.kind == use::output || t.kind == use::written;
      if (writes && &t != &other && !fit(t, other)) bad.push_back(t.name);
    }
  }
  return bad;
}

class softmax_fuzz : public support::fuzz {
 protected:
  act_softmax const op = support::softmax_named("softmin");

  softmax_fuzz() : fuzz(16384) {}
  bool seldom() { return once_in(48); }

  // Mostly on an element's boundary and near others.
  std::uintptr_t address() {
    std::uintptr_t const offset =
        one_of<std::uintptr_t>({0, 0, 1024, 2048, 4096, 6144}) + 8 * (random() % 24);
    return base() + offset + (seldom() ? 1 : 0);
  }

  arguments make() {
    arguments a{one_of({ACT_FLOAT32, ACT_FLOAT64, ACT_FLOAT16}), random() % 2 == 0, {}, {}, {}};
    act_softmax_options& o = a.options;
    EXPECT_EQ(act_softmax_options_init(&o), ACT_OK);
    o.heads = seldom() ? 0 : one_of({1, 1, 2});
    o.queries = seldom() ? -1 : one_of({1, 1, 3});
    a.shape.outer = seldom() ? one_of({0, -1, 5}) : o.heads * o.queries * one_of({1, 2});
    a.shape.columns = seldom() ? one_of({0, -2}) : one_of({1, 2, 3, 5});
    a.shape.inner = seldom() ? one_of({0, -1}) : one_of({1, 1, 2, 3});
    o.empty_rows = static_cast<act_empty_rows>(seldom() ? one_of({-1, 2}) : one_of({0, 1}));
    o.boolean_meaning = static_cast<act_mask_meaning>(seldom() ? one_of({0, 3}) : one_of({1, 2}));
    o.causal = one_of({0, 1});
    o.causal_offset = one_of({-1, 0, 2});
    add_tensors(a);
    add_rest(a);
    return a;
  }

  void add_tensors(arguments& a) {
    auto const& [outer, columns, inner] = a.shape;
    auto const bytes = static_cast<std::int64_t>(support::storages[a.dtype].bytes);
    std::int64_t const step =
        std::max<std::int64_t>(inner, 1) * one_of({1, 1, 2}) + one_of({0, 0, 1});
    std::int64_t const stride =
        std::max<std::int64_t>(columns, 1) * step * one_of({1, 1, 2}) + one_of({0, 0, 1});
    auto const names =
        a.forward ? std::vector<std::string>{"x", "y"} : std::vector<std::string>{"dy", "y", "dx"};
    for (std::string const& name : names) {
      std::int64_t const own_step = seldom() ? inner + one_of({-1, 1}) : step;
      std::int64_t const own = seldom() ? columns * step + one_of({-2, -1, 1, 3}) : stride;
      operand t{name,
                address(),
                name == names.back() ? use::output : use::input,
                bytes,
                {{outer, own}, {columns, own_step}, {inner, 1}}};
      // Another's place, in whole, or a part of a row or of a column on, often.
      if (!a.operands.empty() && random() % 3 != 0) {
        operand const& other = a.operands[random() % a.operands.size()];
        auto const on = one_of<std::int64_t>({0, 0, inner, step / 2, columns * step, stride / 2});
        t.address = other.address + static_cast<std::uintptr_t>(on * bytes);
      }
      if (seldom()) t.address = 0;
      a.operands.push_back(t);
    }
  }

  // Masks, lengths and statistics, each in some calls, mostly where nothing else is.
  void add_rest(arguments& a) {
    act_softmax_options& o = a.options;
    act_softmax_shape const shape = a.shape;
    std::int64_t const heads = std::max<std::int64_t>(o.heads, 1);
    std::int64_t const queries = std::max<std::int64_t>(o.queries, 1);
    auto const bytes = static_cast<std::int64_t>(support::storages[a.dtype].bytes);
    std::int64_t const real = std::max<std::int64_t>(bytes, 4);
    std::uintptr_t place_of_its_own = base() + 10'240;
    auto const place = [&] {
      place_of_its_own += 512;
      return random() % 6 == 0 ? address() / 8 * 8 + (seldom() ? 1U : 0U) : place_of_its_own;
    };
    auto const stride = [&] { return seldom() ? -1 : one_of<std::int64_t>({0, 1, 2, 7}); };
    auto const add_mask = [&](std::string const& name, std::int64_t size, bool has_columns) {
      operand m{
          name,
          place(),
          use::read_only,
          size,
          {{shape.outer / heads / queries, stride()}, {heads, stride()}, {queries, stride()}}};
      if (has_columns) {
        m.axes.push_back({shape.columns, stride()});
        m.axes.push_back({shape.inner, stride()});
      }
      return m;
    };
    auto const strides_of = [](operand const& m) {
      auto const& x = m.axes;
      return act_mask_strides{x[0].stride, x[1].stride, x[2].stride, x[3].stride, x[4].stride};
    };
    if (random() % 3 == 0) {
      operand const m = add_mask("lengths", 8, false);
      o.lengths = reinterpret_cast<std::int64_t const*>(m.address);
      o.lengths_batch_stride = m.axes[0].stride;
      o.lengths_head_stride = m.axes[1].stride;
      o.lengths_query_stride = m.axes[2].stride;
      a.operands.push_back(m);
    }
    std::vector<operand> of_forward;
    if (random() % 3 == 0) {
      of_forward.push_back(add_mask("additive", bytes, true));
      o.additive = reinterpret_cast<void const*>(of_forward.back().address);
      o.additive_strides = strides_of(of_forward.back());
    }
    if (random() % 3 == 0) {
      of_forward.push_back(add_mask("boolean", 1, true));
      o.boolean = reinterpret_cast<std::uint8_t const*>(of_forward.back().address);
      o.boolean_strides = strides_of(of_forward.back());
    }
    for (char const* const name : {"maximum", "log_sum_exp"}) {
      if (random() % 4 != 0) continue;
      of_forward.push_back({name, place(), use::written, real, {{shape.outer * shape.inner, 1}}});
      (name[0] == 'm' ? o.maximum : o.log_sum_exp) =
          reinterpret_cast<void*>(of_forward.back().address);
    }
    // backward does not look at them.
    if (a.forward) a.operands.insert(a.operands.end(), of_forward.begin(), of_forward.end());
  }

  act_status call(arguments const& a) const {
    auto const& o = a.operands;
    auto const at = [&](std::size_t i) { return reinterpret_cast<void*>(o[i].address); };
    auto const strides = [&](std::size_t i) {
      return act_softmax_strides{o[i].axes[0].stride, o[i].axes[1].stride};
    };
    return a.forward
               ? act_softmax_forward_strided(&op, a.dtype, a.shape, at(0), strides(0), at(1),
                                             strides(1), &a.options, nullptr)
               : act_softmax_backward_strided(&op, a.dtype, a.shape, at(0), strides(0), at(1),
                                              strides(1), at(2), strides(2), &a.options, nullptr);
  }
};

TEST_F(softmax_fuzz, IsRightAboutWhatIsValid) {
  for (int i = 0; i < 3000; ++i) {
    arguments const a = make();
    long const before = calls().launches;
    act_status const status = call(a);
    ASSERT_NO_FATAL_FAILURE(
        judge(faults(a), !a.empty(), status, calls().launches - before, describe(a)));
    ASSERT_EQ(cudaDeviceSynchronize(), cudaSuccess) << describe(a);
  }
  expect_both(600);
}

}  // namespace
