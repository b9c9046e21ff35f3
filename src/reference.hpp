// What src/reference/<name>.cpp defines for each row of the table. A missing one is an undefined
// symbol at link time that names the op. The ops are only names here: a reference shares no code
// with what it judges, and a test checks that it includes none. src/reference.cpp alone sees the
// ops' structs, and takes the parameters out of them.
#pragma once

#include <cstddef>
#include <cstdint>

namespace activations_cuda {

#define POINTWISE(name, formula) struct name;
#define LEARNED(name, formula) struct name;
#define RANDOM(name, formula) struct name;
#define ROWWISE(name, kernels, formula) struct name;
#include <activations_cuda/activations.def>

namespace reference {

/// The values of an op's parameters in the order in which it lists them, rounded to the type that
/// the kernels compute in; and that rounding, for what is defined on a rounded product.
struct parameters {
  double const* values;
  double (*rounded)(double);

  double operator[](std::size_t i) const { return values[i]; }
};

/// f(x) and dx = dy f'(x) in double. backward takes dy because where the gradient is exactly 0 on
/// an interval, dx is +0 whatever dy is, and because f'(x) alone may underflow.
template <class Op>
struct pointwise {
  static double forward(parameters, double x);
  static double backward(parameters, double dy, double x);
  static double backward_from_output(parameters, double dy, double y);  // where the op has one
};

/// A random number u = numerator 2^-bits: 24 bits for what is computed in float, else 53.
struct fraction {
  double numerator;
  int bits;
};

/// An activation that draws a slope for each element: the slope of u, rounded as the kernels round
/// it, and f(x) and dx with that slope in double.
template <class Op>
struct random {
  static double slope(parameters, fraction u);
  static double forward(double slope, double x);
  static double backward(double slope, double dy, double x);
};

struct exact;

/// Softmax or a relative of it: of the logits z = factor x + what a mask adds.
template <class Op>
struct rowwise {
  static double factor(parameters);
  /// y from z minus the row's largest z, and from the sum of e to that over all elements but the
  /// largest one.
  static double forward(exact const& below_maximum, double others);
  /// y of an element that takes no part.
  static double masked();

  /// What backward sums over the row, and dx from the sum.
  static double term(double dy, double y);
  static double backward(parameters, double dy, double y, double sum);
};

}  // namespace reference
}  // namespace activations_cuda
