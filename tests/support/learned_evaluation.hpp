// The evaluators of the activations with learned parameters, by name, for channels of any number of
// parameters.
#pragma once

#include <activations_cuda/ops.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <iterator>
#include <stdexcept>
#include <string>
#include <vector>

namespace support {

template <class T>
struct tag {
  using type = T;
};

/// Calls f with a tag of the op's evaluator for so many parameters.
template <class Arithmetic, class Function>
void with_evaluator(std::string const& name, std::size_t parameters, Function const& f) {
  if (name == "prelu") return f(tag<activations_cuda::prelu::evaluator<Arithmetic>>{});
  if (name == "s_shaped_relu")
    return f(tag<activations_cuda::s_shaped_relu::evaluator<Arithmetic>>{});
  if (name == "swish") return f(tag<activations_cuda::swish::evaluator<Arithmetic>>{});
  if (name == "learned_snake")
    return f(tag<activations_cuda::learned_snake::evaluator<Arithmetic>>{});
  if (name != "apl") throw std::out_of_range("no evaluator is called " + name);
  if (parameters <= 2) return f(tag<activations_cuda::apl::evaluator_of<Arithmetic, 1>>{});
  if (parameters <= 4) return f(tag<activations_cuda::apl::evaluator_of<Arithmetic, 2>>{});
  if (parameters <= 8) return f(tag<activations_cuda::apl::evaluator_of<Arithmetic, 4>>{});
  if (parameters <= 16) return f(tag<activations_cuda::apl::evaluator_of<Arithmetic, 8>>{});
  f(tag<activations_cuda::apl::evaluator_of<Arithmetic, 16>>{});
}

/// An evaluator of one channel; of apl, with the hinges that are missing filled in.
template <class Evaluator>
class evaluation {
 public:
  using real = typename Evaluator::real;

  explicit evaluation(std::vector<double> const& channel)
      : rows_(channel.size() / 2), evaluate_(padded(channel)) {}

  real forward(real x) const { return evaluate_.forward(x); }
  real backward(real dy, real x) const { return evaluate_.backward(dy, x); }
  /// dx, and of each parameter sum + what the element adds.
  real backward(real dy, real x, std::vector<real>& sums, real sum = 0) const {
    real all[Evaluator::count];
    std::fill(std::begin(all), std::end(all), sum);
    real const dx = evaluate_.backward(dy, x, all);
    for (std::size_t i = 0; i < sums.size(); ++i) sums[i] = all[place(i)];
    return dx;
  }

 private:
  static constexpr std::size_t count = Evaluator::count;

  // The second half of apl's parameters begins at the capacity.
  std::size_t place(std::size_t i) const {
    return count % 2 == 0 && i >= rows_ ? i - rows_ + count / 2 : i;
  }
  struct parameters {
    real values[count];
  };
  parameters filled(std::vector<double> const& channel) const {
    parameters p;
    for (std::size_t i = 0; i < count; ++i) p.values[i] = i < count / 2 ? real(0) : real(-INFINITY);
    for (std::size_t i = 0; i < channel.size(); ++i)
      p.values[place(i)] = static_cast<real>(channel[i]);
    return p;
  }
  Evaluator padded(std::vector<double> const& channel) const {
    return Evaluator(filled(channel).values);
  }

  std::size_t rows_;
  Evaluator evaluate_;
};

}  // namespace support
