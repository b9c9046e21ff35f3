#include "learned.hpp"

#include "device_array.hpp"

#include <activations_cuda/activations.h>
#include <activations_cuda/reference.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <sstream>
#include <stdexcept>
#include <type_traits>

namespace bench {

namespace {

template <class T>
using real_of = typename learned_arrays<T>::real;

/// Calls f with the call's activation.
template <class T, class Function>
void dispatch(call<T> const& c, Function const& f) {
  act::for_each(act::learned_ops{}, [&, place = 0](auto tag) mutable {
    if (place++ == c.op) f(typename decltype(tag)::type{});
  });
}

/// The arrays of an activation with one row of each, one after the other.
template <class Op, class P>
act::parameter_arrays<Op, P> split(Op const& op, P* all, std::int64_t channels) {
  act::parameter_arrays<Op, P> arrays{};
  for (int i = 0; i < act::learned_count<Op>; ++i)
    arrays.array[i] = all + i * act::learned_rows(op) * channels;
  return arrays;
}

template <class T>
void launch_library(call<T> const& c, cudaStream_t stream) {
  act::channel_shape const shape = channel_shape_of(c.shape, c.n);
  dispatch(c, [&](auto op) {
    auto const values = split(op, c.learned.values, shape.channels);
    if (c.way == learned::forward)
      return act::forward(op, shape, c.in[0], values, c.out[0], stream);
    if (c.way == learned::backward)
      return act::backward(op, shape, c.in[0], c.in[1], values, c.out[0], stream);
    act::backward(op, shape, c.in[0], c.in[1], values, c.out[0],
                  split(op, c.learned.gradients, shape.channels), act::gradient_update::overwrite,
                  {c.scratch, c.scratch_bytes}, stream);
  });
}

/// Of a stretch of the tensors: each element is a channel, with the parameters of its own.
template <class T>
void expected(call<T> const& c) {
  dispatch(c, [&](auto op) {
    act::channel_shape const whole =
        channel_shape_of(c.shape, c.shape == learned::shared ? 1 : c.n);
    auto const arrays = static_cast<std::int64_t>(act::learned_count<decltype(op)>);
    std::vector<real_of<T>> values;
    for (std::int64_t a = 0; a < arrays; ++a) {
      for (std::int64_t i = 0; i < c.n; ++i) {
        std::int64_t const channel = (c.first + i) / whole.inner % whole.channels;
        values.push_back(c.learned.values[a * whole.channels + channel]);
      }
    }
    real_of<T> const* const all = values.data();
    act::channel_shape const each{1, c.n, 1};
    if (c.way == learned::forward)
      act::reference::forward(op, each, c.in[0], split(op, all, c.n), c.out[0]);
    else
      act::reference::backward(op, each, c.in[0], c.in[1], split(op, all, c.n), c.out[0]);
  });
}

/// Against the reference's sums, of tensors that the host can sum in time. No term is beyond 16 + 2 x^2
/// times dy for parameters from -8 to 8: 600 roundings of their sizes, and the error of terms, 2^-15
/// for 16-bit tensors, tell a right sum from a wrong one.
template <class T>
std::string wrong_gradient(call<T> const& c) {
  constexpr std::int64_t most = 1 << 20;
  if (c.way != learned::backward_with_parameters || c.n > most) return "";
  act::channel_shape const shape = channel_shape_of(c.shape, c.n);
  auto const dy = download(c.in[0], c.n);
  auto const x = download(c.in[1], c.n);
  auto const values = download(c.learned.values, c.learned.size);
  auto const results = download<real_of<T>>(c.learned.gradients, c.learned.size);
  std::vector<real_of<T>> exact(values.size());
  dispatch(c, [&](auto op) {
    act::reference::backward_parameters(
        op, shape, dy.data(), x.data(), split(op, values.data(), shape.channels),
        split(op, exact.data(), shape.channels), act::gradient_update::overwrite);
  });
  std::vector<double> size(static_cast<std::size_t>(shape.channels));
  for (std::size_t i = 0; i < x.size(); ++i) {
    double const at = act::to_real(x[i]);
    auto const channel = static_cast<std::int64_t>(i) / shape.inner % shape.channels;
    size[static_cast<std::size_t>(channel)] += std::fabs(act::to_real(dy[i])) * (16 + 2 * at * at);
  }
  double const u = std::numeric_limits<real_of<T>>::epsilon() / 2;
  double const allowed = 600 * u + (sizeof(T) == 2 ? 0x1p-15 : 8 * u);
  for (std::size_t i = 0; i < exact.size(); ++i) {
    double const result = results[i];
    if (std::fabs(result - exact[i]) <= allowed * size[i % size.size()]) continue;
    std::ostringstream words;
    words << "gradient " << i << " is " << result << " instead of " << exact[i];
    return words.str();
  }
  return "";
}

template <class T>
constexpr bool has_two_steps = std::is_same_v<T, float> || std::is_same_v<T, __nv_bfloat16>;

template <class T>
bool in_two_steps(call<T> const& c) {
  bool result = false;
  dispatch(c, [&](auto op) { result = std::is_same_v<decltype(op), act::prelu>; });
  return result && c.way == learned::backward_with_parameters && c.shape != learned::channels_last;
}

template <class T>
sizes_beside beside(call<T> const& c) {
  act::channel_shape const shape = channel_shape_of(c.shape, c.n);
  if (shape.outer * shape.channels * shape.inner != c.n)
    throw std::invalid_argument("channels of planes: n must be a multiple of 16384");
  sizes_beside sizes;
  dispatch(c, [&](auto op) {
    sizes.learned = act::learned_count<decltype(op)> * act::learned_rows(op) * shape.channels;
    sizes.scratch_bytes = act::backward_workspace<T>(op, shape);
  });
  if constexpr (has_two_steps<T>) {
    if (in_two_steps(c))
      sizes.scratch_bytes = std::max(sizes.scratch_bytes, scratch_of_two_steps<T>(shape));
  }
  return sizes;
}

std::vector<std::string> names() {
  std::vector<std::string> all;
  for (int op = 0; op < act_learned_count(); ++op) all.emplace_back(act_learned_name(op));
  return all;
}

}  // namespace

template <class T>
family<T> const& learned::of() {
  static family<T> const all = [] {
    family<T> f{names(),
                {{"forward", 1, 1}, {"backward", 2, 1}, {"backward_with_parameters", 2, 1}},
                {{"activations_cuda", launch_library<T>, expected<T>, nullptr, wrong_gradient<T>},
                 {"copy", launch_copy<T>, expected_copy<T>}}};
    f.shapes = {{"channels_first"}, {"channels_last"}, {"shared"}};
    f.beside = beside<T>;
    if constexpr (has_two_steps<T>) {
      f.implementations.push_back({"two_steps", launch_prelu_in_two_steps<T>, expected<T>,
                                   in_two_steps<T>, wrong_gradient<T>});
    }
    return f;
  }();
  return all;
}

template family<float> const& learned::of();
template family<double> const& learned::of();
template family<__half> const& learned::of();
template family<__nv_bfloat16> const& learned::of();

}  // namespace bench
