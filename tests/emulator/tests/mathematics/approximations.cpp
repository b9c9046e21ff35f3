#include "approximations.hpp"

#include <dlfcn.h>
#include <stdexcept>

namespace mathematics {

namespace {

constexpr unsigned random_ways = 4;

template <class Function>
void find(Function*& to, char const* symbol) {
  to = reinterpret_cast<Function*>(dlsym(RTLD_DEFAULT, symbol));
  if (to == nullptr)
    throw std::runtime_error(std::string(symbol) +
                             " is not there: this is not the emulator's libcudart");
}

}  // namespace

approximations::approximations() {
  find(set_, "ptxEmulatorApproximate");
  find(executed_, "ptxEmulatorApproximateExecuted");
  find(name_, "ptxEmulatorApproximateName");
}

void approximations::set(std::string const& how) const {
  std::string const wrong = set_(how.c_str());
  if (!wrong.empty()) throw std::runtime_error(wrong);
}

std::vector<std::string> approximations::executed() const {
  unsigned const mask = executed_();
  std::vector<std::string> result;
  for (unsigned bit = 0; name_(bit) != nullptr; ++bit) {
    if ((mask >> bit & 1U) != 0) result.emplace_back(name_(bit));
  }
  return result;
}

std::vector<std::string> ways_to_err(std::vector<std::string> const& functions,
                                     std::mt19937_64& random) {
  std::vector<std::string> ways;
  if (functions.empty()) return ways;
  for (unsigned signs = 0; signs < 1U << functions.size(); ++signs) {
    std::string& way = ways.emplace_back();
    for (std::size_t i = 0; i < functions.size(); ++i) {
      way += (i == 0 ? "" : ",") + functions[i] + ((signs >> i & 1U) != 0 ? "=+" : "=-");
    }
  }
  for (unsigned i = 0; i < random_ways; ++i) ways.push_back("random:" + std::to_string(random()));
  return ways;
}

}  // namespace mathematics
