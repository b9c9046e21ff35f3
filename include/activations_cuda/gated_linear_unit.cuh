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
/// Whether the evaluator has value_and_backward(dy, up, gate): f(gate) and dy up f'(gate) at once, for
/// any finite dy and up.
template <class Evaluator, class Value, class = void>
struct evaluates_both : std::false_type {};
template <class Evaluator, class Value>
struct evaluates_both<Evaluator, Value,
                      std::void_t<decltype(std::declval<Evaluator const&>().value_and_backward(
                          Value(), Value(), Value()))>> : std::true_type {};

/// Whether the evaluator has a forward that is the better for being a factor.
template <class Evaluator, class Value, class = void>
struct evaluates_factor : std::false_type {};
template <class Evaluator, class Value>
struct evaluates_factor<
    Evaluator, Value,
    std::void_t<decltype(std::declval<Evaluator const&>().forward_as_factor(Value()))>>
    : std::true_type {};

/// Whether f' is 0 or 1, as the activation says: then dy up f' overflows if dy up does.
template <class Activation, class = void>
struct gradient_is_0_or_1 : std::false_type {};
template <class Activation>
struct gradient_is_0_or_1<Activation, std::enable_if_t<Activation::gradient_is_0_or_1>>
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
  class evaluator {
    using activation_evaluator = typename Activation::template evaluator<Arithmetic>;
    activation_evaluator f_;

   public:
    using real = typename Arithmetic::real;
    ACTIVATIONS_CUDA_HOST_DEVICE explicit evaluator(Activation const& op) : f_(op) {}

    template <class Value>
    ACTIVATIONS_CUDA_HOST_DEVICE auto forward(Value gate, Value up) const
        -> decltype(math::product(f_.forward(gate), up)) {
      return math::product(value(gate), up);
    }
    template <class Value>
    ACTIVATIONS_CUDA_HOST_DEVICE auto backward(Value dy, Value gate, Value up) const
        -> decltype(f_.backward(dy, gate), gated_gradients<Value>{}) {
      if constexpr (detail::evaluates_both<activation_evaluator, Value>::value) {
        auto const both = f_.value_and_backward(dy, up, gate);
        return {both.dx, math::product(dy, both.y)};
      } else if constexpr (detail::gradient_is_0_or_1<Activation>::value) {
        return {f_.backward(math::product(dy, up), gate), math::product(dy, value(gate))};
      } else {
        factors<Value> const f = factors_of(dy, up);
        return {math::product(f_.backward(f.first, gate), f.second),
                math::product(dy, value(gate))};
      }
    }

   private:
    template <class Value>
    ACTIVATIONS_CUDA_HOST_DEVICE Value value(Value gate) const {
      if constexpr (detail::evaluates_factor<activation_evaluator, Value>::value) {
        return f_.forward_as_factor(gate);
      } else {
        return f_.forward(gate);
      }
    }

    static constexpr bool reduced = std::is_same<Arithmetic, reduced_arithmetic>::value;
    static constexpr real smallest = std::numeric_limits<real>::min();  // of the normal numbers
    static constexpr real largest = std::numeric_limits<real>::max();
    static constexpr real infinite = std::numeric_limits<real>::infinity();

    /// What f' meets, and what meets the result.
    template <class Value>
    struct factors {
      Value first, second;
    };
    /// dy up and 1. Where dy up overflows, f' may be small enough for the result not to; where it
    /// is subnormal, it has been rounded too coarsely for an f' above 1 (though not for 16 bits).
    /// Then the larger of the two comes first, with the sign, and the other one second. Conditions
    /// without branches.
    template <class Value>
    ACTIVATIONS_CUDA_HOST_DEVICE static factors<Value> factors_of(Value dy, Value up) {
      Value const both = math::product(dy, up);
      Value const size = math::absolute(both);
      auto const dy_is_larger = math::absolute(dy) > math::absolute(up);
      Value const larger = math::absolute(math::select(dy_is_larger, dy, up));
      Value const smaller = math::absolute(math::select(dy_is_larger, up, dy));
      auto const overflows = (size > largest) & (larger < infinite);
      auto const parted = [&](auto apart) -> factors<Value> {
        return {math::select(apart, math::with_sign_of(larger, both), both),
                math::select(apart, smaller, Value(1))};
      };
      if constexpr (reduced) {
        return parted(overflows);
      } else {
        return parted(overflows | (size < smallest));
      }
    }
  };
};

}  // namespace activations_cuda
