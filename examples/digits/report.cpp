#include "report.hpp"

#include <algorithm>
#include <iomanip>
#include <numeric>
#include <sstream>

namespace digits {
namespace {

std::string percent(double value) {
  std::ostringstream text;
  text << std::fixed << std::setprecision(2) << std::setw(6) << value << " %";
  return text.str();
}

std::string with_four_digits(double value, int width) {
  std::ostringstream text;
  text << std::fixed << std::setprecision(4) << std::setw(width) << value;
  return text.str();
}

std::string loss(double value) { return with_four_digits(value, 7); }

}  // namespace

std::string epoch_line(int epoch, score const& training, score const& held_out) {
  std::ostringstream text;
  text << "epoch " << std::setw(4) << epoch << "   loss " << loss(training.loss)
       << "   accuracy: training " << percent(training.accuracy()) << ", held out "
       << percent(held_out.accuracy());
  return text.str();
}

std::string confusion_matrix(score const& held_out) {
  std::ostringstream text;
  text << "held-out digits (rows) and the network's answers (columns):\n    ";
  for (int answer = 0; answer < classes; ++answer) text << std::setw(4) << answer;
  for (int label = 0; label < classes; ++label) {
    text << '\n' << std::setw(4) << label;
    for (int const count : held_out.confusion[label]) text << std::setw(4) << count;
  }
  return text.str();
}

std::string remark(outcome const& result) {
  return result.hidden_layer_has_learned
             ? ""
             : "the hidden layer cannot learn: all its gradients were exactly 0";
}

std::string learned_parameters(outcome const& result) {
  auto const& all = result.learned_parameters;
  if (all.empty()) return "";
  constexpr int width = 10;
  std::ostringstream text;
  text << std::left << std::setw(16) << "learned" << std::right;
  for (char const* const title : {"initial", "mean", "smallest", "largest"})
    text << std::setw(width) << title;
  text << "   of " << all.front().values.size() << " units";
  for (auto const& [name, initial, values] : all) {
    double const sum = std::accumulate(values.begin(), values.end(), 0.0);
    auto const [smallest, largest] = std::minmax_element(values.begin(), values.end());
    text << '\n' << std::left << std::setw(16) << name << std::right;
    for (double const value :
         {initial, sum / static_cast<double>(values.size()), double{*smallest}, double{*largest}})
      text << with_four_digits(value, width);
  }
  return text.str();
}

std::string comparison(std::vector<outcome> const& results) {
  std::ostringstream text;
  text << std::left << std::setw(16) << "activation"
       << "   loss   training   held out";
  for (outcome const& result : results) {
    text << '\n'
         << std::left << std::setw(16) << result.activation << std::right
         << loss(result.training.loss) << "   " << percent(result.training.accuracy()) << "   "
         << percent(result.held_out.accuracy());
    if (!result.hidden_layer_has_learned) text << "   " << remark(result);
  }
  return text.str();
}

std::string accuracy_line(score const& held_out) {
  std::ostringstream text;
  text << "held-out accuracy: " << std::fixed << std::setprecision(2) << held_out.accuracy()
       << " %";
  return text.str();
}

}  // namespace digits
