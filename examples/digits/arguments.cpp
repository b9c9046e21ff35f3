#include "arguments.hpp"

#include <algorithm>
#include <charconv>
#include <sstream>

namespace digits {
namespace {

constexpr int most_epochs = 1000;

std::string joined(std::vector<std::string> const& names) {
  std::string result;
  for (std::string const& name : names) result += name + ", ";
  return result + "all";
}

/// value: null if the command line ends before it
bad_argument refused(std::string const& argument, std::string const* value,
                     std::string const& allowed) {
  std::string const found = value == nullptr ? " has no value" : " is '" + *value + "'";
  return bad_argument(argument + found + "; allowed are " + allowed);
}

template <class T>
T number(std::string const& argument, std::string const* value, T smallest, T largest) {
  T result{};
  if (value != nullptr) {
    char const* const end = value->data() + value->size();
    auto const [rest, error] = std::from_chars(value->data(), end, result);
    if (error == std::errc() && rest == end && result >= smallest && result <= largest)
      return result;
  }
  throw refused(
      argument, value,
      "whole numbers from " + std::to_string(smallest) + " to " + std::to_string(largest));
}

std::string activation_name(std::string const& argument, std::string const* value,
                            std::vector<std::string> const& activations) {
  auto const known = [&] {
    return *value == "all" ||
           std::find(activations.begin(), activations.end(), *value) != activations.end();
  };
  if (value == nullptr || !known()) throw refused(argument, value, joined(activations));
  return *value;
}

}  // namespace

arguments parse(std::vector<std::string> const& words,
                std::vector<std::string> const& activations) {
  arguments result;
  for (std::size_t i = 0; i < words.size(); ++i) {
    std::string const& word = words[i];
    auto const value = [&] { return ++i < words.size() ? &words[i] : nullptr; };
    if (word == "--activation") {
      result.activation = activation_name(word, value(), activations);
    } else if (word == "--epochs") {
      result.epochs = number(word, value(), 1, most_epochs);
    } else if (word == "--seed") {
      result.seed = number<std::uint32_t>(word, value(), 0, UINT32_MAX);
    } else if (word == "--help") {
      result.help = true;
    } else {
      throw bad_argument("unknown argument '" + word +
                         "'; allowed are --activation NAME, --epochs N, --seed N, --help");
    }
  }
  return result;
}

std::string help_text(std::vector<std::string> const& activations) {
  arguments const defaults;
  std::ostringstream text;
  text << R"(usage: digits [--activation NAME] [--epochs N] [--seed N]
Trains a 64-128-10 network on hand-written digits and tests it on those that were held out.
  --activation NAME  of the hidden layer (default: )"
       << defaults.activation << "), one of\n                     " << joined(activations) << R"(
                     all: a network for each and a table that compares them;
                     the last line is then the best accuracy of the table
  --epochs N         passes over the training images, 1 to )"
       << most_epochs << " (default: " << defaults.epochs << R"()
  --seed N           of the split, the initial weights and the order of the images,
                     0 to )"
       << UINT32_MAX << " (default: " << defaults.seed << R"()
  --help             this text
Exit status: 0, 1 after a failure, 2 after a bad argument. The same seed gives the same output
on the same device model.
)";
  return text.str();
}

}  // namespace digits
