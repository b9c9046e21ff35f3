#include "report.hpp"

#include <iomanip>
#include <sstream>

namespace digits {
namespace {

std::string percent(double value) {
  std::ostringstream text;
  text << std::fixed << std::setprecision(2) << std::setw(6) << value << " %";
  return text.str();
}

std::string loss(double value) {
  std::ostringstream text;
  text << std::fixed << std::setprecision(4) << std::setw(7) << value;
  return text.str();
}

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
