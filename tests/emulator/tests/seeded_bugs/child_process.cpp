#include "child_process.hpp"

#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

namespace seeded {

namespace {

constexpr unsigned longest_seconds = 120;  // a program that hangs is ended by a signal

[[noreturn]] void become(std::vector<std::string> const& arguments,
                         std::vector<std::pair<std::string, std::string>> const& variables,
                         int errors) {
  for (auto const& [name, value] : variables) setenv(name.c_str(), value.c_str(), 1);
  dup2(errors, STDERR_FILENO);
  rlimit const no_core_file{0, 0};
  setrlimit(RLIMIT_CORE, &no_core_file);
  alarm(longest_seconds);
  std::string self = std::filesystem::read_symlink("/proc/self/exe").string();
  std::vector<char*> words{self.data()};
  for (auto const& argument : arguments) words.push_back(const_cast<char*>(argument.c_str()));
  words.push_back(nullptr);
  execv(self.c_str(), words.data());
  _exit(127);
}

std::string described(int status) {
  return WIFEXITED(status) ? "exit " + std::to_string(WEXITSTATUS(status))
                           : "signal " + std::to_string(WTERMSIG(status));
}

}  // namespace

outcome run_this_executable(std::vector<std::string> const& arguments,
                            std::vector<std::pair<std::string, std::string>> const& variables) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return {"no pipe", ""};
  pid_t const child = fork();
  if (child == 0) become(arguments, variables, ends[1]);
  close(ends[1]);
  outcome result;
  char text[4096];
  for (ssize_t count; (count = read(ends[0], text, sizeof(text))) > 0;)
    result.errors.append(text, static_cast<std::size_t>(count));
  close(ends[0]);
  int status = 0;
  waitpid(child, &status, 0);
  result.status = described(status);
  return result;
}

}  // namespace seeded
