#include "training.hpp"

#include <algorithm>

namespace digits {

score judge(std::vector<float> const& log_probabilities, std::vector<int> const& labels) {
  score result;
  result.total = static_cast<int>(labels.size());
  auto row = log_probabilities.begin();
  for (int const label : labels) {
    auto const answer = std::max_element(row, row + classes) - row;
    result.loss -= row[label] / static_cast<double>(result.total);
    result.right += answer == label;
    ++result.confusion[label][answer];
    row += classes;
  }
  return result;
}

}  // namespace digits
