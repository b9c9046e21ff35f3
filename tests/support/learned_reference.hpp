// The references of the activations with learned parameters, by name, one element at a time.
#pragma once

#include "reference_learned.hpp"
#include "reference_values.hpp"

#include <stdexcept>
#include <string>
#include <vector>

namespace support {

/// One channel in double; the phases of snake are rounded as the type's are.
class learned_reference {
 public:
  learned_reference(std::string const& name, std::vector<double> values, bool in_double)
      : functions_(find(name)), values_(std::move(values)), in_double_(in_double) {}

  std::vector<double>& values() { return values_; }

  double forward(double x) const { return functions_.forward(channel(), x); }
  double backward(double dy, double x) const { return functions_.backward(channel(), dy, x); }
  std::vector<double> parameter_terms(double dy, double x) const {
    std::vector<double> terms(values_.size(), -1.0);
    functions_.parameter_terms(channel(), dy, x, terms.data());
    return terms;
  }

 private:
  struct functions {
    double (*forward)(activations_cuda::reference::channel, double);
    double (*backward)(activations_cuda::reference::channel, double, double);
    void (*parameter_terms)(activations_cuda::reference::channel, double, double, double*);
  };
  template <class Op>
  static functions of() {
    using reference = activations_cuda::reference::channelwise<Op>;
    return {reference::forward, reference::backward, reference::parameter_terms};
  }
  static functions find(std::string const& name) {
    if (name == "prelu") return of<activations_cuda::prelu>();
    if (name == "s_shaped_relu") return of<activations_cuda::s_shaped_relu>();
    if (name == "apl") return of<activations_cuda::apl>();
    if (name == "swish") return of<activations_cuda::swish>();
    if (name == "learned_snake") return of<activations_cuda::learned_snake>();
    throw std::out_of_range("no reference is called " + name);
  }
  activations_cuda::reference::channel channel() const {
    using activations_cuda::reference::rounded_to;
    return {{values_.data(), in_double_ ? rounded_to<double> : rounded_to<float>}, values_.size()};
  }

  functions functions_;
  std::vector<double> values_;
  bool in_double_;
};

}  // namespace support
