#include "arguments.hpp"

#include "choices.hpp"

#include <charconv>
#include <sstream>

namespace digits {
namespace {

constexpr int most_epochs = 1000;

/// value: null if the command line ends before it
bad_argument refused(std::string const& argument, std::string const* value,
                     std::string const& allowed) {
  std::string const found = value == nullptr ? " has no value" : " is '" + *value + "'";
  return bad_argument(argument + found + "; allowed are " + allowed);
}

/// Whether text is nothing but a number of that type.
template <class T>
bool read(std::string const& text, T& result) {
  char const* const end = text.data() + text.size();
  auto const [rest, error] = std::from_chars(text.data(), end, result);
  return error == std::errc() && rest == end;
}

template <class T>
T number(std::string const& argument, std::string const* value, T smallest, T largest) {
  T result{};
  if (value != nullptr && read(*value, result) && result >= smallest && result <= largest)
    return result;
  throw refused(
      argument, value,
      "whole numbers from " + std::to_string(smallest) + " to " + std::to_string(largest));
}

std::string activation_name(std::string const& argument, std::string const* value) {
  if (value == nullptr || (*value != "all" && !is_one_of(activation_names(), *value)))
    throw refused(argument, value, families_in_words("; ") + "; or all");
  return *value;
}

double parameter_value(std::string const& argument, std::string const* value) {
  double result = 0;
  if (value == nullptr || !read(*value, result)) throw refused(argument, value, "numbers");
  return result;
}

/// That the activation, which may follow its parameters, has them and takes their values.
void check_activation(arguments const& chosen) {
  activation_choice const& choice = chosen.activation;
  for (auto const& [parameter, value] : choice.parameters) {
    if (!is_one_of(owners_of(parameter), choice.name))
      throw bad_argument("--" + parameter + " does not go with --activation " + choice.name +
                         "; allowed is " + parameter_in_words(parameter));
  }
  if (chosen.compares_all()) return;
  try {
    check(choice);
  } catch (std::runtime_error const& problem) {
    throw bad_argument("--activation " + in_words(choice) + ": " + problem.what());
  }
}

}  // namespace

arguments parse(std::vector<std::string> const& words) {
  arguments result;
  for (std::size_t i = 0; i < words.size(); ++i) {
    std::string const& word = words[i];
    auto const value = [&] { return ++i < words.size() ? &words[i] : nullptr; };
    if (word == "--activation") {
      result.activation.name = activation_name(word, value());
    } else if (word == "--epochs") {
      result.epochs = number(word, value(), 1, most_epochs);
    } else if (word == "--seed") {
      result.seed = number<std::uint32_t>(word, value(), 0, UINT32_MAX);
    } else if (word == "--help") {
      result.help = true;
    } else if (word.rfind("--", 0) == 0 && !owners_of(word.substr(2)).empty()) {
      result.activation.parameters[word.substr(2)] = parameter_value(word, value());
    } else {
      throw bad_argument("unknown argument '" + word +
                         "'; allowed are --activation NAME, --epochs N, --seed N, --help; " +
                         parameters_in_words("; "));
    }
  }
  check_activation(result);
  return result;
}

std::string help_text() {
  arguments const defaults;
  std::string const next_line = "\n" + std::string(21, ' ');
  std::ostringstream text;
  text << R"(usage: digits [--activation NAME] [--PARAMETER VALUE]... [--epochs N] [--seed N]
Trains a 64-128-10 network on hand-written digits and tests it on those that were held out.
  --activation NAME  of the hidden layer (default: )"
       << defaults.activation.name << "), one of" << next_line << families_in_words(next_line)
       << R"(
                     all: a network for each and a table that compares them;
                     the last line is then the best accuracy of the table.
                     Learned ones have parameters for each unit of the layer, which are trained
                     with the weights; random ones draw theirs in training, and the mean takes
                     its place in tests.
  --PARAMETER VALUE  of the activation, for those that have some:)"
       << next_line << parameters_in_words(next_line) << R"(
  --epochs N         passes over the training images, 1 to )"
       << most_epochs << " (default: " << defaults.epochs << R"()
  --seed N           of the split, the initial weights, the order of the images and all else
                     that is drawn, 0 to )"
       << UINT32_MAX << " (default: " << defaults.seed << R"()
  --help             this text
Exit status: 0, 1 after a failure, 2 after a bad argument. The same seed gives the same output
on the same device model.
)";
  return text.str();
}

}  // namespace digits
