#include "command.hpp"

#include <cstdlib>
#include <fstream>
#include <gtest/gtest.h>
#include <regex>
#include <sstream>
#include <stdexcept>
#include <sys/wait.h>
#include <unistd.h>

namespace digits_test {
namespace {

std::string contents(std::string const& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

}  // namespace

command_result run_digits(std::string const& arguments) {
  std::string const prefix = ::testing::TempDir() + "digits_" + std::to_string(getpid());
  std::string const out = prefix + ".out";
  std::string const err = prefix + ".err";
  std::string const command =
      "'" DIGITS_PROGRAM "' " + arguments + " >'" + out + "' 2>'" + err + "'";
  int const status = std::system(command.c_str());
  if (!WIFEXITED(status)) throw std::runtime_error("did not exit: " + command);
  command_result const result{WEXITSTATUS(status), contents(out), contents(err)};
  std::remove(out.c_str());
  std::remove(err.c_str());
  return result;
}

double held_out_accuracy(std::string const& output) {
  std::smatch match;
  std::regex const form(R"((^|\n)held-out accuracy: (\d+\.\d\d) %\n$)");
  return std::regex_search(output, match, form) ? std::stod(match[2]) : -1;
}

}  // namespace digits_test
