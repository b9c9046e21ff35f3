// Reading the digits, and the split: stratified, complete, the same for a seed.
#include "data_set.hpp"

#include <algorithm>
#include <gtest/gtest.h>
#include <numeric>
#include <sstream>

namespace {

using namespace digits;

std::vector<int> counts(std::vector<int> const& labels) {
  std::vector<int> result(classes);
  for (int const label : labels) ++result[label];
  return result;
}

TEST(digits_data, IsTheWholeSet) {
  data_set const all = read_file(DIGITS_DATA);
  ASSERT_EQ(all.size(), 1797);
  ASSERT_EQ(all.images.size(), std::size_t{1797} * pixels);
  // The repository's description of the test set gives these.
  EXPECT_EQ(counts(all.labels),
            (std::vector<int>{178, 182, 177, 183, 181, 182, 181, 179, 174, 180}));
  auto const [darkest, brightest] = std::minmax_element(all.images.begin(), all.images.end());
  EXPECT_EQ(*darkest, 0.0f);
  EXPECT_EQ(*brightest, 1.0f);
}

std::string line_of(std::string const& pixel, int how_many, std::string const& label) {
  std::string text;
  for (int i = 0; i < how_many; ++i) text += pixel + ",";
  return text + label + "\n";
}

TEST(digits_data, ReadsPixelsInOrderAsFractionsOfTheBrightest) {
  std::string text = "4,";
  for (int i = 1; i < pixels; ++i) text += std::to_string(i % 17) + ",";
  std::istringstream input(text + "7\n");
  data_set const one = read(input, "input");
  ASSERT_EQ(one.labels, std::vector<int>{7});
  EXPECT_EQ(one.images[0], 0.25f);
  EXPECT_EQ(one.images[16], 1.0f);
  EXPECT_EQ(one.images[18], 0.0625f);
}

TEST(digits_data, RefusesMalformedLinesAndNamesThem) {
  std::string const good = line_of("16", pixels, "9");
  for (std::string const& bad :
       {line_of("16", pixels - 1, "9"), line_of("16", pixels + 1, "9"), line_of("17", pixels, "9"),
        line_of("-1", pixels, "9"), line_of("x", pixels, "9"), line_of("1.5", pixels, "9"),
        line_of("16", pixels, "10"), line_of("16", pixels, ""), std::string("\n")}) {
    std::istringstream input(good + bad);
    try {
      read(input, "input");
      ADD_FAILURE() << "accepted: " << bad;
    } catch (std::runtime_error const& problem) {
      EXPECT_NE(std::string(problem.what()).find("input, line 2: "), std::string::npos)
          << problem.what();
    }
  }
  std::istringstream empty;
  EXPECT_THROW(read(empty, "input"), std::runtime_error);
  EXPECT_THROW(read_file("/no/such/file"), std::runtime_error);
}

TEST(digits_split, IsStratifiedAndComplete) {
  std::vector<int> const labels = read_file(DIGITS_DATA).labels;
  for (std::uint32_t seed = 0; seed < 20; ++seed) {
    split const parts = hold_out(labels, 297, seed);
    ASSERT_EQ(parts.held_out.size(), 297u);
    std::vector<int> held_out_labels;
    for (int const index : parts.held_out) held_out_labels.push_back(labels.at(index));
    for (int c = 0; c < classes; ++c) {
      double const share = 297.0 * counts(labels)[c] / static_cast<double>(labels.size());
      EXPECT_LT(std::abs(counts(held_out_labels)[c] - share), 1.0) << "class " << c;
    }
    std::vector<int> everything = parts.training;
    everything.insert(everything.end(), parts.held_out.begin(), parts.held_out.end());
    std::sort(everything.begin(), everything.end());
    std::vector<int> expected(labels.size());
    std::iota(expected.begin(), expected.end(), 0);
    EXPECT_EQ(everything, expected);
  }
}

TEST(digits_split, DependsOnTheSeedAlone) {
  std::vector<int> const labels = read_file(DIGITS_DATA).labels;
  split const first = hold_out(labels, 297, 1);
  split const again = hold_out(labels, 297, 1);
  EXPECT_EQ(first.training, again.training);
  EXPECT_EQ(first.held_out, again.held_out);
  auto const in_order = [](std::vector<int> indices) {
    std::sort(indices.begin(), indices.end());
    return indices;
  };
  EXPECT_NE(in_order(first.held_out), in_order(hold_out(labels, 297, 2).held_out));
}

TEST(digits_split, RefusesToHoldOutNothingOrEverything) {
  std::vector<int> const labels = {0, 1, 2};
  for (int const held_out : {-1, 0, 3, 4})
    EXPECT_THROW(hold_out(labels, held_out, 1), std::invalid_argument) << held_out;
}

TEST(digits_data, SubsetFollowsTheIndices) {
  data_set data;
  data.labels = {3, 1, 2};
  for (int const label : data.labels)
    data.images.insert(data.images.end(), pixels, static_cast<float>(label));
  data_set const part = data.subset({2, 0});
  EXPECT_EQ(part.labels, (std::vector<int>{2, 3}));
  EXPECT_EQ(part.images.front(), 2.0f);
  EXPECT_EQ(part.images.back(), 3.0f);
  EXPECT_EQ(part.images.size(), 2u * pixels);
}

}  // namespace
