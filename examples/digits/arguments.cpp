#include "arguments.hpp"

#include <algorithm>
#include <charconv>

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
  return "usage: digits [--activation NAME] [--epochs N] [--seed N]\n"
         "Trains a 64-128-10 network on the hand-written digits and tests it on 297 held-out "
         "ones.\n"
         "  --activation NAME  of the hidden layer: " +
         joined(activations) + " (default: " + defaults.activation +
         ")\n"
         "                     all: a network for each, a table that compares them, and as the "
         "last\n"
         "                     line the best network's accuracy\n"
         "  --epochs N         passes over the 1,500 training images, 1 to " +
         std::to_string(most_epochs) + " (default: " + std::to_string(defaults.epochs) +
         ")\n"
         "  --seed N           of the split, the initial weights and the order of the images, 0 "
         "to " +
         std::to_string(UINT32_MAX) + " (default: " + std::to_string(defaults.seed) +
         ")\n"
         "Exit status: 0, 1 after a failure, 2 after a bad argument. The same seed gives the same\n"
         "output on the same device model.\n";
}

}  // namespace digits
