// The hand-written digits: reading them, and holding some of them out.
#pragma once

#include <cstdint>
#include <istream>
#include <string>
#include <vector>

namespace digits {

constexpr int pixels = 64;
constexpr int classes = 10;

struct data_set {
  std::vector<float> images;  // [size][pixels], from 0 to 1
  std::vector<int> labels;    // [size], from 0 to classes - 1

  int size() const { return static_cast<int>(labels.size()); }
  /// The rows of these indices, in their order.
  data_set subset(std::vector<int> const& indices) const;
};

/// Lines of 64 pixels from 0 to 16 and a label from 0 to 9, separated by commas.
/// @throws std::runtime_error  names the line and what is wrong with it; an empty input is an error
data_set read(std::istream& input, std::string const& name);
data_set read_file(std::string const& path);

struct split {
  std::vector<int> training;
  std::vector<int> held_out;
};

/// Draws which indices to hold out, from each class in proportion to its size (largest remainders).
/// The same for the same labels and seed.
/// @throws std::invalid_argument  unless 0 < held_out < the number of labels
split hold_out(std::vector<int> const& labels, int held_out, std::uint32_t seed);

}  // namespace digits
