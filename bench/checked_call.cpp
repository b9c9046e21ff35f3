#include "checked_call.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <sstream>

namespace bench {

namespace {

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
bool agrees(T result, T expected, T input) {
  if (std::memcmp(&result, &expected, sizeof(T)) == 0) return true;
  double const r = act::to_real(result);
  double const e = act::to_real(expected);
  double const scale = std::fmax(std::fabs(e), std::fabs(act::to_real(input)));
  return std::fabs(r - e) <= 8 * unit<T> * scale;  // false for NaN
}

template <class T>
std::string wrong_element_of(implementation<T> const& by, pointwise_call<T> const& call,
                             std::int64_t first, std::int64_t count) {
  std::vector<T> const dy = download(call.dy + first, call.dy == nullptr ? 0 : count);
  std::vector<T> const saved = download(call.saved + first, count);
  std::vector<T> const result = download(call.out + first, count);
  std::vector<T> expected(result.size());
  by.expected({call.op, call.way, dy.data(), saved.data(), expected.data(), count});
  for (std::size_t i = 0; i < result.size(); ++i) {
    T const input = dy.empty() ? saved[i] : dy[i];
    if (agrees(result[i], expected[i], input)) continue;
    std::ostringstream words;
    words.precision(17);
    words << "element " << first + static_cast<std::int64_t>(i) << " is " << act::to_real(result[i])
          << " instead of " << act::to_real(expected[i]) << " for " << act::to_real(saved[i]);
    if (!dy.empty()) words << " and dy " << act::to_real(dy[i]);
    return words.str();
  }
  return "";
}

}  // namespace

template <class T>
operands<T>::operands(direction way, std::int64_t n)
    : way_(way), n_(n), saved_(n), dy_(way == direction::forward ? 0 : n), out_(n) {
  fill_random(saved_.data(), n, 1);
  if (way != direction::forward) fill_random(dy_.data(), n, 2);
}

template <class T>
pointwise_call<T> operands<T>::call(int op) {
  if (way_ == direction::backward_from_output) {
    fill_random(saved_.data(), n_, 1);
    implementations<T>().front().launch(
        {op, direction::forward, nullptr, saved_.data(), saved_.data(), n_}, nullptr);
  }
  T const* const dy = way_ == direction::forward ? nullptr : dy_.data();
  return {op, way_, dy, saved_.data(), out_.data(), n_};
}

template <class T>
std::string wrong_element(implementation<T> const& by, pointwise_call<T> const& call,
                          cudaStream_t stream) {
  constexpr std::int64_t window = 1024;
  check(cudaMemset(call.out, 0xFF, static_cast<std::size_t>(call.n) * sizeof(T)), "cudaMemset");
  check(cudaDeviceSynchronize(), "the inputs");
  by.launch(call, stream);
  check(cudaStreamSynchronize(stream), by.name);
  std::int64_t const count = std::min(window, call.n);
  for (std::int64_t const first : {std::int64_t{0}, (call.n - count) / 2, call.n - count}) {
    std::string const words = wrong_element_of(by, call, first, count);
    if (!words.empty()) return words;
  }
  return "";
}

#define INSTANTIATE_FOR(T)                                                               \
  template class operands<T>;                                                            \
  template std::string wrong_element(implementation<T> const&, pointwise_call<T> const&, \
                                     cudaStream_t);
INSTANTIATE_FOR(float)
INSTANTIATE_FOR(double)
INSTANTIATE_FOR(__half)
INSTANTIATE_FOR(__nv_bfloat16)

}  // namespace bench
