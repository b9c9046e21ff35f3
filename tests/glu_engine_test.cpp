// What must not change a bit of a gated linear unit's results: shape, strides, layout, alignment,
// the place of the outputs, the run. And what a call must not write: device_matrix checks the gaps,
// the device what is beyond.
#include "support/glu_subjects.hpp"

#include <gtest/gtest.h>
#include <string>
#include <utility>
#include <vector>

namespace {

using support::glu_gradients;
using support::glu_inputs;
using support::host_array;
using support::storage;
using place = support::glu_placement;

class glu_engine : public testing::TestWithParam<support::glu_subject> {
 protected:
  // Inputs, and the results of a call with everything on 16-byte boundaries and without gaps.
  struct sample {
    glu_inputs in;
    host_array y;
    glu_gradients gradients;
  };

  static sample make(std::int64_t rows, std::int64_t columns) {
    glu_inputs const in = support::noisy_inputs(type(), rows, columns);
    return {in, support::forward(op(), in), support::backward(op(), in)};
  }
  static void expect_same_bits(sample const& s, place const& where, std::string const& what) {
    SCOPED_TRACE(what + ", " + std::to_string(s.in.rows) + " rows of " +
                 std::to_string(s.in.columns));
    if (where.outputs[0] != place::dy) {
      EXPECT_TRUE(support::forward(op(), s.in, where) == s.y) << "forward";
    }
    EXPECT_TRUE(support::backward(op(), s.in, where) == s.gradients) << "backward";
  }
  static act_glu const& op() { return GetParam().op; }
  static storage const& type() { return *GetParam().type; }
  static std::size_t one() { return type().bytes; }
  static std::int64_t pack() { return static_cast<std::int64_t>(16 / one()); }
};

// Around a pack, a warp and the tiles of each width and direction; rows around those of a block.
constexpr std::pair<std::int64_t, std::int64_t> shapes[] = {
    {1, 1},    {1, 7},    {3, 1},    {257, 1},  {2, 2},    {130, 3},  {5, 4},
    {9, 8},    {7, 9},    {33, 15},  {31, 16},  {3, 17},   {4, 31},   {65, 32},
    {17, 33},  {5, 63},   {5, 64},   {6, 65},   {9, 127},  {3, 128},  {2, 255},
    {3, 256},  {2, 257},  {2, 511},  {2, 513},  {2, 1023}, {3, 1024}, {2, 1025},
    {2, 2047}, {2, 2049}, {2, 4095}, {2, 4096}, {2, 4097}, {1, 8193}};

TEST_P(glu_engine, AnyShapeAndLayoutGivesTheSameBits) {
  for (auto const& [rows, columns] : shapes) {
    sample const s = make(rows, columns);
    std::int64_t const aligned = pack() - columns % pack();
    expect_same_bits(s, {std::nullopt, {0, 1, 0, 0, 0}}, "a gap beside the gate");
    expect_same_bits(s, {std::nullopt, {3, 3, 3, 3, 3}}, "gaps alike");
    expect_same_bits(s, {std::nullopt, {aligned, aligned, aligned, aligned, aligned}},
                     "rows on boundaries");
    expect_same_bits(s, {std::nullopt, {1, 2, 3, 4, 5}}, "gaps of all kinds");
    for (act_glu_layout const layout : support::glu_layouts) {
      std::string const packed = "layout " + std::to_string(layout);
      expect_same_bits(s, {layout}, packed);
      expect_same_bits(s, {layout, {aligned, 2 * aligned, 0, aligned, 0}}, packed + ", y apart");
      expect_same_bits(s, {layout, {0, 5, 0, 0, 0}}, packed + ", x apart");
      expect_same_bits(s, {layout, {2, 1, 0, 7, 0}}, packed + ", gaps of all kinds");
    }
  }
}

// The rows of gate and up, and of their gradients, in one tensor: as two tensors with a stride.
TEST_P(glu_engine, HalvesOfOneTensorArePointersIntoIt) {
  for (std::int64_t const columns : {3, 16, 40}) {
    sample const s = make(5, columns);
    storage const& t = type();
    support::device_buffer const x(support::packed(ACT_GLU_GATE_FIRST, s.in));
    support::device_buffer const dx(2 * s.in.gate.bytes());
    support::device_buffer const dy(s.in.dy);
    auto const up_of = [&](support::device_buffer const& both) {
      return static_cast<char*>(both.get()) + static_cast<std::size_t>(columns) * one();
    };
    ASSERT_EQ(act_glu_backward(&op(), t.dtype, dy.get(), columns, x.get(), 2 * columns, up_of(x),
                               2 * columns, dx.get(), 2 * columns, up_of(dx), 2 * columns, 5,
                               columns, nullptr),
              ACT_OK)
        << act_last_error();
    EXPECT_TRUE(support::unpacked(ACT_GLU_GATE_FIRST, s.in, dx.download(t)) == s.gradients);
  }
}

TEST_P(glu_engine, AnyAlignmentGivesTheSameBits) {
  for (std::int64_t const columns : {5, 77}) {
    sample const s = make(3, columns);
    std::int64_t const gap = pack() - columns % pack();
    for (std::size_t a = 0; a < 16; a += one()) {
      std::string const offset = "offset " + std::to_string(a);
      for (std::int64_t const g : {std::int64_t{0}, gap}) {
        expect_same_bits(s, {std::nullopt, {g, g, g, g, g}, {a, a, a, a, a}}, offset + " of all");
        for (int which = 0; which < 5; ++which) {
          place where{std::nullopt, {g, g, g, g, g}};
          where.offset[which] = a;
          expect_same_bits(s, where, offset + " of one");
        }
        for (act_glu_layout const layout : support::glu_layouts) {
          std::size_t const twice = 2 * a % 16;
          place const together{layout, {g, 2 * g, 0, g, 0}, {a, twice, 0, a, 0}};
          expect_same_bits(s, together, offset + ", pairs at twice that");
          expect_same_bits(s, {layout, {g, 2 * g, 0, g, 0}, {a, a, 0, a, 0}}, offset + ", packed");
          expect_same_bits(s, {layout, {g, 2 * g, 0, g, 0}, {0, a, 0, 0, 0}}, offset + " of x");
        }
      }
    }
  }
}

TEST_P(glu_engine, InPlaceGivesTheSameBits) {
  constexpr std::pair<place::tensor, place::tensor> pairs[] = {
      {place::gate, place::up}, {place::up, place::gate},   {place::dy, place::up},
      {place::gate, place::dy}, {place::none, place::up},   {place::gate, place::none},
      {place::up, place::none}, {place::none, place::gate}, {place::up, place::dy},
      {place::dy, place::gate}};
  for (auto const& [rows, columns] : {std::pair{1, 77}, {5, 77}, {3, 1024}, {300, 4}}) {
    sample const s = make(rows, columns);
    for (std::int64_t const gap : {0, 3, 8}) {
      for (auto const& [first, second] : pairs) {
        expect_same_bits(s, {std::nullopt, {gap, gap, gap, gap, gap}, {}, {first, second}},
                         "outputs over " + std::to_string(first) + ", " + std::to_string(second));
      }
      for (act_glu_layout const layout : support::glu_layouts) {
        // Forward, y has no place in x.
        place const where{layout, {gap, 2 * gap, 0, 0, 0}, {}, {place::gate, place::none}};
        EXPECT_TRUE(support::backward(op(), s.in, where) == s.gradients) << "layout " << layout;
      }
    }
  }
}

TEST_P(glu_engine, TwoRunsGiveTheSameBits) {
  sample const s = make(7, 1000);
  expect_same_bits(s, {}, "again");
  expect_same_bits(s, {ACT_GLU_INTERLEAVED}, "interleaved");
  expect_same_bits(s, {ACT_GLU_INTERLEAVED}, "interleaved again");
}

INSTANTIATE_TEST_SUITE_P(glu, glu_engine, testing::ValuesIn(support::glu_subjects()),
                         [](auto const& info) { return to_string(info.param); });

}  // namespace
