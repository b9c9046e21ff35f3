#include "data_set.hpp"

#include <charconv>
#include <fstream>
#include <stdexcept>

namespace digits {
namespace {

constexpr int brightest = 16;

/// Takes one number, and the comma after it unless it is the line's last, off the text.
int take_number(char const*& text, char const* end, int largest, bool last) {
  int value = -1;
  auto const [rest, error] = std::from_chars(text, end, value);
  if (error != std::errc() || value < 0 || value > largest)
    throw std::runtime_error("expected a number from 0 to " + std::to_string(largest) + " at '" +
                             std::string(text, end) + "'");
  if (last ? rest != end : rest == end || *rest != ',')
    throw std::runtime_error("expected " + std::to_string(pixels + 1) +
                             " numbers separated by commas");
  text = last ? rest : rest + 1;
  return value;
}

void append_line(std::string const& line, data_set& data) {
  char const* text = line.data();
  char const* const end = text + line.size();
  for (int i = 0; i < pixels; ++i) {
    int const value = take_number(text, end, brightest, false);
    data.images.push_back(static_cast<float>(value) / brightest);
  }
  data.labels.push_back(take_number(text, end, classes - 1, true));
}

}  // namespace

data_set data_set::subset(std::vector<int> const& indices) const {
  data_set result;
  for (int const index : indices) {
    auto const image = images.begin() + static_cast<std::ptrdiff_t>(index) * pixels;
    result.images.insert(result.images.end(), image, image + pixels);
    result.labels.push_back(labels[index]);
  }
  return result;
}

data_set read(std::istream& input, std::string const& name) {
  data_set data;
  std::string line;
  for (int number = 1; std::getline(input, line); ++number) {
    try {
      append_line(line, data);
    } catch (std::runtime_error const& problem) {
      throw std::runtime_error(name + ", line " + std::to_string(number) + ": " + problem.what());
    }
  }
  if (data.size() == 0) throw std::runtime_error(name + ": there is no digit in it");
  return data;
}

data_set read_file(std::string const& path) {
  std::ifstream file(path);
  if (!file) throw std::runtime_error(path + ": cannot be opened");
  return read(file, path);
}

}  // namespace digits
