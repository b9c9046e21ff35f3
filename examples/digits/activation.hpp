// The hidden layer's activation, of any of the library's families whose output has the shape of its
// input.
#pragma once

#include "device.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace digits {

struct activation_choice {
  std::string name;
  std::map<std::string, double> parameters = {};  // those that are not the default's
};

struct known_activation {
  std::string name;
  std::vector<std::string> parameters;
};

struct activation_family {
  std::string title;
  std::vector<known_activation> members;
};

/// What the library has to choose from.
std::vector<activation_family> activation_families();
std::vector<std::string> activation_names();

/// Needs no device.
/// @throws std::runtime_error  for a choice that the library refuses, in its words
void check(activation_choice const& choice);

/// A learned parameter: one value for each unit.
struct learned_values {
  std::string name;
  double initial;  // before training, at least on average
  std::vector<float> values;
};

/// On matrices [rows][units], in the order of the stream that it was made with.
class activation {
 public:
  virtual ~activation() = default;

  virtual void forward(float const* x, float* y, int rows) = 0;
  /// Where training is not the same.
  virtual void forward_in_training(float const* x, float* y, int rows) { forward(x, y, rows); }
  /// Of the last forward_in_training, whose x this is. Keeps the gradients of what is learned for
  /// step().
  virtual void backward(float const* dy, float const* x, float* dx, int rows) = 0;
  virtual void step(float /*rate*/, float /*momentum*/) {}

  virtual std::vector<learned_values> learned() const { return {}; }
};

/// Where an activation is to work.
struct activation_place {
  int units;
  int largest_rows;
  std::uint32_t seed;  // of what it draws
  stream const& on;
};

/// @throws std::runtime_error  for a choice that the library refuses
std::unique_ptr<activation> make_activation(activation_choice const& choice,
                                            activation_place const& place);

}  // namespace digits
