// The gated linear units: what a row of the table's GLU family makes of its activation.
#pragma once

#include <activations_cuda/arithmetic.cuh>
#include <activations_cuda/config.h>

#include <limits>
#include <type_traits>
#include <utility>

namespace activations_cuda {

/// The gradients of f(gate) up.
template <class Real>
struct gated_gradients {
  Real gate, up;
};

namespace detail {
template <class Evaluator, class Real, class = void>
struct evaluates_both : std::false_type {};
template <class Evaluator, class Real>
struct evaluates_both<
    Evaluator, Real,
    std::void_t<decltype(std::declval<Evaluator const&>().value_and_backward(Real(), Real()))>>
    : std::true_type {};
}  // namespace detail

/// y = f(gate) up, with an activation f and its parameters: dgate = dy up f'(gate),
/// dup = dy f(gate). Dauphin and others 2016, Shazeer 2020.
///
/// Special values follow the products, so that f(-inf) = 0 times inf is NaN; but where the gradient
/// of f is 0 on an interval, dgate is +0 whatever dy and up are.
template <class Activation>
struct gated : Activation {
  using activation = Activation;

  template <class Arithmetic>
  struct evaluator {
    using real = typename Arithmetic::real;
    ACTIVATIONS_CUDA_HOST_DEVICE explicit evaluator(Activation const& op) : f_(op) {}

    ACTIVATIONS_CUDA_HOST_DEVICE real forward(real gate, real up) const {
      return math::product(f_.forward(gate), up);
    }
    ACTIVATIONS_CUDA_HOST_DEVICE gated_gradients<real> backward(real dy, real gate, real up) const {
      factors const f = factors_of(dy, up);
      if constexpr (detail::evaluates_both<activation_evaluator, real>::value) {
        auto const both = f_.value_and_backward(f.first, gate);
        return {math::product(both.dx, f.second), math::product(dy, both.y)};
      } else {
        return {math::product(f_.backward(f.first, gate), f.second),
                math::product(dy, f_.forward(gate))};
      }
    }

   private:
    using activation_evaluator = typename Activation::template evaluator<Arithmetic>;
    static constexpr bool reduced = std::is_same<Arithmetic, reduced_arithmetic>::value;
    static constexpr real smallest = std::numeric_limits<real>::min();  // of the normal numbers
    static constexpr real largest = std::numeric_limits<real>::max();

    /// What f' meets, and what meets the result.
    struct factors {
      real first, second;
    };
    /// dy up and 1. Where dy up overflows, f' may be small enough for the result not to; where it
    /// is subnormal, it has been rounded too coarsely for an f' above 1 (though not for 16 bits).
    /// Then the larger of the two comes first and the other one, without its sign, second: a
    /// gradient of +0 stays +0. Conditions without branches.
    ACTIVATIONS_CUDA_HOST_DEVICE static factors factors_of(real dy, real up) {
      real const both = math::product(dy, up);
      real const size = math::absolute(both);
      bool const dy_is_larger = math::absolute(dy) > math::absolute(up);
      real const larger = math::absolute(dy_is_larger ? dy : up);
      real const smaller = math::absolute(dy_is_larger ? up : dy);
      bool const overflows = (size > largest) & (larger <= largest);
      bool const apart = reduced ? overflows : overflows | (size < smallest);
      return {apart ? math::with_sign_of(larger, both) : both, apart ? smaller : real(1)};
    }

    activation_evaluator f_;
  };
};

}  // namespace activations_cuda
