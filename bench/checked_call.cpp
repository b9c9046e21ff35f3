#include "checked_call.hpp"

#include <activations_cuda/traits.hpp>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <sstream>

namespace bench {

namespace {

using activations_cuda::to_real;

template <class T>
constexpr double unit = 0;  // in the last place, of 1
template <>
constexpr double unit<float> = 0x1p-23;
template <>
constexpr double unit<double> = 0x1p-52;
template <>
constexpr double unit<__half> = 0x1p-10;
template <>
constexpr double unit<__nv_bfloat16> = 0x1p-7;

template <class T>
bool agrees(T result, T expected, double largest) {
  if (std::memcmp(&result, &expected, sizeof(T)) == 0) return true;
  return std::fabs(static_cast<double>(to_real(result)) - to_real(expected)) <=
         4 * unit<T> * largest;  // false for NaN
}

template <class T>
double largest_of(std::vector<T> const& values) {
  double largest = 0;
  for (T const value : values) largest = std::fmax(largest, std::fabs(to_real(value)));
  return largest;
}

/// A stretch of a call's tensors, on the host.
template <class T>
struct window {
  std::vector<T> in[call<T>::most_inputs], out[call<T>::most_outputs];
  std::vector<typename learned_arrays<T>::real> learned;
  call<T> on_host;

  window(call<T> const& c, std::int64_t first, std::int64_t count)
      : on_host{c.op, c.way, {}, {}, count, c.first + first, c.shape} {
    learned = download(c.learned.values, c.learned.size);
    on_host.learned.values = learned.data();
    on_host.learned.size = c.learned.size;
    for (int s = 0; s < call<T>::most_inputs; ++s) {
      if (c.in[s] == nullptr) continue;
      in[s] = download(c.in[s] + first, count);
      on_host.in[s] = in[s].data();
    }
    for (int s = 0; s < call<T>::most_outputs; ++s) {
      if (c.out[s] == nullptr) continue;
      out[s] = download(c.out[s] + first, count);
      on_host.out[s] = out[s].data();
    }
  }
  window(window const&) = delete;
};

template <class T>
std::string wrong_element_of(family<T> const& of, implementation<T> const& by, call<T> const& c,
                             std::int64_t first, std::int64_t count) {
  window<T> const result(c, first, count);
  window<T> const expected(c, first, count);
  by.expected(expected.on_host);
  double const largest_term = of.largest_term(expected.on_host);
  for (int s = 0; s < call<T>::most_outputs && c.out[s] != nullptr; ++s) {
    double const largest = std::fmax(largest_of(expected.out[s]), largest_term);
    for (std::size_t i = 0; i < static_cast<std::size_t>(count); ++i) {
      if (agrees(result.out[s][i], expected.out[s][i], largest)) continue;
      std::ostringstream words;
      words.precision(17);
      words << "element " << first + static_cast<std::int64_t>(i) << " of output " << s << " is "
            << to_real(result.out[s][i]) << " instead of " << to_real(expected.out[s][i]) << " for";
      for (std::vector<T> const& in : result.in) {
        if (!in.empty()) words << " " << to_real(in[i]);
      }
      return words.str();
    }
  }
  return "";
}

}  // namespace

template <class T>
operands<T>::operands(family<T> const& of, int way, int shape, std::int64_t n)
    : family_(of), way_(way), shape_(shape), n_(of.extent_of(shape, n).n) {
  direction const& d = of.directions[static_cast<std::size_t>(way)];
  for (int s = 0; s < d.inputs; ++s) {
    in_.emplace_back(n_);
    fill_random(in_.back().data(), n_, static_cast<std::uint64_t>(s));
  }
  for (int s = 0; s < d.outputs; ++s) out_.emplace_back(n_);
}

template <class T>
call<T> operands<T>::prepare(int op) {
  T* const last = in_.back().data();
  fill_random(last, n_, in_.size() - 1);
  call<T> c{op, way_, {}, {}, n_, 0, shape_};
  for (std::size_t s = 0; s < in_.size(); ++s) c.in[s] = in_[s].data();
  for (std::size_t s = 0; s < out_.size(); ++s) c.out[s] = out_[s].data();
  family_.prepare_last_input(c, last);
  learned_.clear();
  scratch_.clear();
  sizes_beside const sizes = family_.beside(c);
  if (sizes.learned != 0) {
    for (int i = 0; i < 2; ++i) learned_.emplace_back(sizes.learned);
    fill_random(learned_[0].data(), sizes.learned, in_.size());
    c.learned = {learned_[0].data(), learned_[1].data(), sizes.learned};
  }
  if (sizes.scratch_bytes != 0) {
    scratch_.emplace_back(static_cast<std::int64_t>(sizes.scratch_bytes));
    c.scratch = scratch_[0].data();
    c.scratch_bytes = sizes.scratch_bytes;
  }
  return c;
}

template <class T>
std::string wrong_element(family<T> const& of, implementation<T> const& by, call<T> const& c,
                          cudaStream_t stream) {
  constexpr std::int64_t compared = 1024;
  for (T* const out : c.out) {
    // All bits set: NaN in every type, so that an element that nobody writes shows.
    if (out != nullptr)
      check(cudaMemset(out, 0xFF, static_cast<std::size_t>(c.n) * sizeof(T)), "cudaMemset");
  }
  if (c.learned.size != 0) {
    auto const bytes = static_cast<std::size_t>(c.learned.size) * sizeof(*c.learned.gradients);
    check(cudaMemset(c.learned.gradients, 0xFF, bytes), "cudaMemset");
  }
  check(cudaDeviceSynchronize(), "the inputs");
  by.launch(c, stream);
  check(cudaStreamSynchronize(stream), by.name);
  std::int64_t const unit = of.extent_of(c.shape, c.n).unit;
  std::int64_t const units = c.n / unit;
  std::int64_t const count = std::min((compared + unit - 1) / unit, units);
  for (std::int64_t const first : {std::int64_t{0}, (units - count) / 2, units - count}) {
    std::string const words = wrong_element_of(of, by, c, first * unit, count * unit);
    if (!words.empty()) return words;
  }
  return by.wrong_gradient == nullptr ? "" : by.wrong_gradient(c);
}

#define INSTANTIATE_FOR(T)                                                                       \
  template class operands<T>;                                                                    \
  template std::string wrong_element(family<T> const&, implementation<T> const&, call<T> const&, \
                                     cudaStream_t);
INSTANTIATE_FOR(float)
INSTANTIATE_FOR(double)
INSTANTIATE_FOR(__half)
INSTANTIATE_FOR(__nv_bfloat16)

}  // namespace bench
