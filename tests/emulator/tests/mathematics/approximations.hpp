// How the emulator's .approx instructions err, chosen by a test that also runs without the emulator.
#pragma once

#include <random>
#include <string>
#include <vector>

namespace mathematics {

class approximations {
 public:
  approximations();
  /// What ACTIVATIONS_EMULATOR_APPROXIMATE may say.
  void set(std::string const& how) const;
  void forget() const { executed_(); }
  /// The approximate functions that kernels have executed since the last call.
  std::vector<std::string> executed() const;

 private:
  char const* (*set_)(char const*);
  unsigned (*executed_)();
  char const* (*name_)(unsigned);
};

/// All combinations of signs of the largest errors of these functions, and errors of random sign and size.
std::vector<std::string> ways_to_err(std::vector<std::string> const& functions,
                                     std::mt19937_64& random);

}  // namespace mathematics
