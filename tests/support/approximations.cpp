#include "support/approximations.hpp"

#include "support/samples.hpp"

#include <algorithm>
#include <dlfcn.h>
#include <random>
#include <stdexcept>
#include <vector>

namespace support {

namespace {

constexpr unsigned most_combined =
    4;  // of so many functions every combination of signs, of more as many

struct emulator {
  using approximate_function = char const*(char const*);
  using executed_function = unsigned();
  using name_function = char const*(unsigned);
  approximate_function* approximate = find<approximate_function>("ptxEmulatorApproximate");
  executed_function* executed = find<executed_function>("ptxEmulatorApproximateExecuted");
  name_function* name = find<name_function>("ptxEmulatorApproximateName");

  template <class Function>
  static Function* find(char const* symbol) {
    return reinterpret_cast<Function*>(dlsym(RTLD_DEFAULT, symbol));
  }
  void set(std::string const& how) const {
    std::string const wrong = approximate(how.c_str());
    if (!wrong.empty()) throw std::runtime_error(wrong);
  }
  std::vector<std::string> names(unsigned mask) const {
    std::vector<std::string> result;
    for (unsigned bit = 0; name(bit) != nullptr; ++bit) {
      if ((mask >> bit & 1U) != 0) result.emplace_back(name(bit));
    }
    return result;
  }
};

std::string with_signs(std::vector<std::string> const& functions, unsigned signs) {
  std::string result;
  for (std::size_t i = 0; i < functions.size(); ++i) {
    result += (i == 0 ? "" : ",") + functions[i] + ((signs >> i & 1U) != 0 ? "=+" : "=-");
  }
  return result;
}

}  // namespace

void under_each_approximation(std::function<void(std::string const& how)> const& check,
                              unsigned random_ways) {
  emulator const emulated;
  if (emulated.approximate == nullptr) {
    check("the hardware's approximations");
    return;
  }
  emulated.executed();  // forgets what came before
  check("exact approximations");
  std::vector<std::string> const functions = emulated.names(emulated.executed());
  if (functions.empty()) return;

  std::mt19937_64 random(seed());
  std::vector<std::string> ways;
  bool const all = functions.size() <= most_combined;
  for (unsigned i = 0; i < 1U << std::min<std::size_t>(functions.size(), most_combined); ++i) {
    ways.push_back(with_signs(functions, all ? i : static_cast<unsigned>(random())));
  }
  for (unsigned i = 0; i < random_ways; ++i) ways.push_back("random:" + std::to_string(random()));
  for (std::string const& how : ways) {
    emulated.set(how);
    check(how);
  }
  emulated.set("exact");
}

}  // namespace support
