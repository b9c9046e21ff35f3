#include "pairs.hpp"

#include "representation.hpp"

#include <algorithm>

namespace mathematics {

namespace {

constexpr unsigned of_each_sort = 10'000;

template <class T>
class generator {
 public:
  explicit generator(std::mt19937_64& random) : random_(random) {}

  void add(T x, T y) {
    result_.x.push_back(x);
    result_.y.push_back(y);
  }
  template <class Pair>
  void add_many(Pair const& pair) {
    for (unsigned i = 0; i < of_each_sort; ++i) {
      auto const [x, y] = pair();
      add(x, y);
    }
  }
  sample<T> take() { return std::move(result_); }

  int integer(int low, int high) {
    return low + static_cast<int>(random_() % static_cast<std::uint64_t>(high - low + 1));
  }
  double real(double low, double high) {
    return std::uniform_real_distribution<double>(low, high)(random_);
  }
  T sign() { return random_() % 2 == 0 ? T{1} : T{-1}; }
  T with(int exponent) {
    exponent = std::clamp(exponent, format<T>::lowest, format<T>::highest);
    return with_exponent<T>(exponent, random_);
  }
  T any() { return with(integer(format<T>::lowest, format<T>::highest)); }

 private:
  std::mt19937_64& random_;
  sample<T> result_;
};

// y with x^y near 2^logarithm.
template <class T>
T exponent_for(T x, double logarithm) {
  return static_cast<T>(logarithm / (std::log1p(static_cast<double>(x) - 1) / std::log(2.0)));
}

// Each with each.
template <class T>
void add_special_values(generator<T>& g) {
  using limits = std::numeric_limits<T>;
  T const values[] = {0,
                      limits::infinity(),
                      limits::quiet_NaN(),
                      limits::max(),
                      limits::min(),
                      limits::denorm_min(),
                      T{0.5},
                      1,
                      T{1.5},
                      2,
                      3};
  for (T const x : values) {
    for (T const y : values) {
      for (T const sign_x : {1, -1}) {
        for (T const sign_y : {1, -1}) g.add(sign_x * x, sign_y * y);
      }
    }
  }
}

template <class T>
void add_powers(generator<T>& g) {
  using f = format<T>;
  auto const logarithm = [&] { return g.real(f::lowest - 3, f::highest + 3); };
  g.add_many([&] { return std::pair(g.sign() * g.any(), g.sign() * g.any()); });
  g.add_many([&] {
    T const x = g.any();
    return std::pair(x, exponent_for(x, logarithm()));
  });
  // Bases near 1, and with them large exponents.
  g.add_many([&] {
    T const x = T{1} + g.sign() * g.with(g.integer(1 - f::digits, -2));
    return std::pair(x, exponent_for(x, logarithm()));
  });
  // Where results begin to overflow, to be subnormal and to vanish.
  double const limits[] = {f::highest + 1.0, double{f::lowest_normal}, f::lowest - 1.0};
  for (double const limit : limits) {
    g.add_many([&] {
      T const x = g.integer(0, 1) == 0 ? g.any() : static_cast<T>(g.real(0.5, 2));
      return std::pair(
          x, exponent_for(x, limit * (1 + g.real(-1, 1) * std::exp2(g.integer(-f::digits, -8)))));
    });
  }
  // Whole exponents, to which negative bases may be raised, and halves, to which they may not.
  g.add_many([&] {
    auto const y = static_cast<T>(g.integer(-160, 160)) / static_cast<T>(g.integer(1, 2));
    T const largest = std::exp2(static_cast<T>(f::highest) / std::max(std::fabs(y), T{1}));
    return std::pair(g.sign() * static_cast<T>(std::exp2(g.real(-1, 1) * std::log2(largest))), y);
  });
}

template <class T>
void add_lengths(generator<T>& g) {
  using f = format<T>;
  g.add_many([&] { return std::pair(g.sign() * g.any(), g.sign() * g.any()); });
  g.add_many([&] {  // both count
    int const exponent = g.integer(f::lowest, f::highest);
    return std::pair(g.sign() * g.with(exponent),
                     g.sign() * g.with(exponent - g.integer(0, f::digits / 2 + 2)));
  });
  g.add_many([&] {  // at the ends of the range
    int const exponent = g.integer(0, 1) == 0 ? f::highest : f::lowest_normal;
    return std::pair(g.with(exponent - g.integer(0, 2)), g.with(exponent - g.integer(-2, 4)));
  });
  g.add_many([&] {  // whole results
    auto const m = static_cast<T>(g.integer(2, 1000)), n = static_cast<T>(g.integer(1, 1000));
    return std::pair(m * m - n * n, 2 * m * n);
  });
  g.add_many([&] {  // the diagonal
    T const x = g.any();
    return std::pair(x, g.sign() * x);
  });
}

template <class T>
void add_remainders(generator<T>& g) {
  using f = format<T>;
  g.add_many([&] { return std::pair(g.sign() * g.any(), g.sign() * g.any()); });
  g.add_many([&] {  // quotients of a few bits more or less than the format has
    T const y = g.any();
    return std::pair(g.sign() * g.with(std::ilogb(y) + g.integer(-2, f::digits + 8)), y);
  });
  g.add_many([&] {  // multiples, and next to them
    T const y = g.any();
    T const multiple = y * static_cast<T>(g.integer(1, 1 << 20));
    return std::pair(moved_by(multiple, g.integer(-1, 1)), g.sign() * y);
  });
  g.add_many([&] {  // the largest quotients
    return std::pair(g.sign() * g.with(f::highest - g.integer(0, 3)),
                     g.with(f::lowest + g.integer(0, 30)));
  });
}

}  // namespace

template <class T>
sample<T> pairs(pair_kind kind, std::mt19937_64& random) {
  generator<T> g(random);
  add_special_values(g);
  switch (kind) {
    case pair_kind::powers:
      add_powers(g);
      break;
    case pair_kind::lengths:
      add_lengths(g);
      break;
    case pair_kind::remainders:
      add_remainders(g);
      break;
    case pair_kind::none:
      break;
  }
  return g.take();
}

template sample<float> pairs(pair_kind, std::mt19937_64&);
template sample<double> pairs(pair_kind, std::mt19937_64&);

}  // namespace mathematics
