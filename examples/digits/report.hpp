// What the trainer prints.
#pragma once

#include "training.hpp"

#include <string>
#include <vector>

namespace digits {

std::string epoch_line(int epoch, score const& training, score const& held_out);
std::string confusion_matrix(score const& held_out);
/// Empty if the hidden layer has learned.
std::string remark(outcome const& result);
/// A table of what the activation has learned; empty if it learns nothing.
std::string learned_parameters(outcome const& result);
std::string comparison(std::vector<outcome> const& results);
/// "held-out accuracy: 97.31 %"
std::string accuracy_line(score const& held_out);

}  // namespace digits
