// Bad arguments: exit status 2, and a message that names the argument, its value and what is
// allowed. None of this needs a device.
#include "arguments.hpp"

#include "command.hpp"
#include "network.hpp"

#include <gtest/gtest.h>

namespace {

using namespace digits;

void expect_refused(std::string const& arguments, std::vector<std::string> const& words) {
  auto const result = digits_test::run_digits(arguments);
  EXPECT_EQ(result.status, 2) << arguments;
  EXPECT_EQ(result.out, "") << arguments;
  for (std::string const& word : words)
    EXPECT_NE(result.err.find(word), std::string::npos) << word << " is not in: " << result.err;
}

TEST(digits_arguments, RefusesAnUnknownActivationAndListsTheLibrarys) {
  std::vector<std::string> words = {"--activation", "'rellu'", "all"};
  for (std::string const& name : activation_names()) words.push_back(name);
  for (std::string const family : {"pointwise: ", "learned: prelu", "random: rrelu"})
    words.push_back(family);
  expect_refused("--activation rellu", words);
  expect_refused("--activation log_softmax", {"--activation", "'log_softmax'", "relu"});
  expect_refused("--activation ''", {"--activation", "''", "relu"});
}

TEST(digits_arguments, RefusesNumbersThatAreNoneOrOutOfRange) {
  for (std::string const value : {"0", "-3", "1001", "ten", "3.5", "12x", "99999999999", "''"})
    expect_refused("--epochs " + value,
                   {"--epochs", value == "''" ? value : "'" + value + "'", "from 1 to 1000"});
  for (std::string const value : {"-1", "4294967296", "x"})
    expect_refused("--seed " + value, {"--seed", "'" + value + "'", "from 0 to 4294967295"});
}

TEST(digits_arguments, RefusesUnknownArgumentsAndMissingValues) {
  expect_refused("--epoch 3", {"'--epoch'", "--activation", "--epochs", "--seed", "--help"});
  expect_refused("relu", {"'relu'", "--activation"});
  expect_refused("--activation", {"--activation", "no value", "relu", "all"});
  expect_refused("--epochs", {"--epochs", "no value", "from 1 to 1000"});
  expect_refused("--epochs 3 --seed", {"--seed", "no value", "from 0 to 4294967295"});
}

TEST(digits_arguments, RefusesParametersThatTheActivationDoesNotTake) {
  expect_refused("--hinges 3", {"--hinges", "--activation relu", "of apl"});
  expect_refused("--activation all --slope 0.1", {"--slope", "--activation all", "of leaky_relu"});
  expect_refused("--activation apl --hinges", {"--hinges", "no value", "numbers"});
  expect_refused("--activation apl --hinges two", {"--hinges", "'two'", "numbers"});
  expect_refused("--activation apl --hinges 17", {"apl", "hinges is 17", "from 1 to 16"});
  expect_refused("--lower 0.5 --activation rrelu", {"rrelu", "lower is 0.5", "at most upper"});
  expect_refused("--hinge 2", {"'--hinge'", "--hinges of apl"});
}

TEST(digits_arguments, HelpNamesWhatIsAllowed) {
  auto const result = digits_test::run_digits("--help");
  EXPECT_EQ(result.status, 0);
  EXPECT_EQ(result.err, "");
  std::vector<std::string> words = activation_names();
  words.insert(words.end(), {"--activation", "--epochs", "--seed", "all", "--hinges of apl",
                             "pointwise: ", "learned: ", "random: "});
  for (std::string const& word : words)
    EXPECT_NE(result.out.find(word), std::string::npos) << word << " is not in: " << result.out;
}

TEST(digits_arguments, AreRead) {
  arguments const defaults = parse({});
  EXPECT_EQ(defaults.activation.name, "relu");
  EXPECT_TRUE(defaults.activation.parameters.empty());
  EXPECT_FALSE(defaults.help);
  arguments const given =
      parse({"--seed", "4294967295", "--activation", "all", "--epochs", "1", "--epochs", "1000"});
  EXPECT_TRUE(given.compares_all());
  EXPECT_EQ(given.epochs, 1000);
  EXPECT_EQ(given.seed, 4294967295u);
  arguments const hinged =
      parse({"--hinges", "2", "--activation", "apl", "--hinges", "3", "--activation", "apl"});
  EXPECT_EQ(hinged.activation.name, "apl");
  EXPECT_EQ(hinged.activation.parameters, (std::map<std::string, double>{{"hinges", 3.0}}));
}

}  // namespace
