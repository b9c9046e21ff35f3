#include "rowwise.hpp"

#include <activations_cuda/reference.hpp>

#include <algorithm>
#include <cmath>
#include <vector>

namespace bench {

namespace {

/// Calls f with the call's activation.
template <class T, class Function>
void dispatch(call<T> const& c, Function const& f) {
  if (c.op == rowwise::softmax)
    f(act::softmax{});
  else
    f(act::log_softmax{});
}

template <class T>
void launch_library(call<T> const& c, cudaStream_t stream) {
  act::softmax_shape const shape = softmax_shape_of(c);
  act::softmax_options<T> options;
  options.mask.queries = row_shape_of(c).causal ? shape.columns : 1;
  options.mask.causal.enabled = row_shape_of(c).causal;
  options.space = {c.scratch, c.scratch_bytes};
  auto const tensor = [&](auto* first) { return act::contiguous(first, shape); };
  dispatch(c, [&](auto op) {
    if (c.way == rowwise::forward)
      act::forward(op, shape, tensor(c.in[0]), tensor(c.out[0]), options, stream);
    else
      act::backward(op, shape, tensor(c.in[0]), tensor(c.in[1]), tensor(c.out[0]), options, stream);
  });
}

/// Of a stretch of the tensors, whole rows: causal rows by their lengths.
template <class T>
void expected(call<T> const& c) {
  namespace reference = act::reference;
  act::softmax_shape const shape = softmax_shape_of(c);
  act::softmax_options<T> options;
  std::vector<std::int64_t> lengths;
  if (row_shape_of(c).causal) {
    std::int64_t const first = c.first / shape.columns;
    for (std::int64_t row = first; row < first + shape.outer; ++row)
      lengths.push_back(row % shape.columns + 1);
    options.mask.queries = shape.outer;
    options.mask.lengths = {lengths.data(), 0, 0, 1};
  }
  auto const tensor = [&](auto* first) { return act::contiguous(first, shape); };
  dispatch(c, [&](auto op) {
    if (c.way == rowwise::forward)
      reference::forward(op, shape, tensor(c.in[0]), tensor(c.out[0]), options);
    else
      reference::backward(op, shape, tensor(c.in[0]), tensor(c.in[1]), tensor(c.out[0]), options);
  });
}

template <class T>
void prepare_last_input(call<T> const& c, T* tensor) {
  if (c.way == rowwise::backward)
    launch_library<T>({c.op, rowwise::forward, {tensor}, {tensor}, c.n, 0, c.shape}, nullptr);
}

template <class T>
sizes_beside beside(call<T> const& c) {
  sizes_beside sizes;
  dispatch(c, [&](auto op) {
    sizes.scratch_bytes = act::softmax_workspace<T>(op, softmax_shape_of(c));
  });
  return sizes;
}

extent extent_of(int place, std::int64_t n) {
  row_shape const& of = row_shapes[place];
  std::int64_t const unit = of.columns * of.inner;
  auto const at_least_one = [&](std::int64_t size) { return std::max<std::int64_t>(n / size, 1); };
  if (!of.causal) return {at_least_one(unit) * unit, unit};
  std::int64_t const heads = at_least_one(unit * of.columns);
  return {heads * of.columns * unit, unit, heads * of.columns * (of.columns + 1) / 2};
}

template <class T>
bool is_plain(call<T> const& c) {
  return !row_shape_of(c).causal && row_shape_of(c).inner == 1;
}

template <class T>
bool is_plain_forward(call<T> const& c) {
  return is_plain(c) && c.way == rowwise::forward;
}

template <class T>
bool has_no_mask(call<T> const& c) {
  return !row_shape_of(c).causal;
}

/// Of dx = y (dy - sum dy y), and of log_softmax's dx = dy - e^y sum dy.
template <class T>
double largest_term(call<T> const& c) {
  if (c.way != rowwise::backward) return 0;
  act::softmax_shape const shape = softmax_shape_of(c);
  bool const logarithm = c.op == rowwise::log_softmax;
  double largest = 0;
  for (std::int64_t row = 0; row < shape.outer * shape.inner; ++row) {
    std::int64_t const first = row / shape.inner * shape.columns * shape.inner + row % shape.inner;
    auto const for_columns = [&](auto const& f) {
      for (std::int64_t i = first; i < first + shape.columns * shape.inner; i += shape.inner) {
        double const dy = act::to_real(c.in[0][i]), y = act::to_real(c.in[1][i]);
        double const probability = logarithm ? std::exp(y) : y;
        if (probability > 0) f(logarithm ? dy : dy * y, probability);
      }
    };
    double sum = 0;
    for_columns([&](double term, double /*probability*/) { sum += term; });
    for_columns([&](double term, double probability) {
      largest = std::fmax(largest, std::fabs(term) + probability * std::fabs(sum));
    });
  }
  return largest;
}

/// 1024, 1024x64 with an inner axis, 1024_causal with a mask.
std::vector<shape> shapes() {
  std::vector<shape> all;
  for (row_shape const& of : row_shapes) {
    std::string name = std::to_string(of.columns);
    if (of.inner != 1) name += "x" + std::to_string(of.inner);
    if (of.causal) name += "_causal";
    all.push_back({name, of.counted});
  }
  return all;
}

}  // namespace

template <class T>
family<T> const& rowwise::of() {
  static family<T> const all = [] {
    family<T> f{{"softmax", "log_softmax"},
                {{"forward", 1, 1}, {"backward", 2, 1}},
                {{"activations_cuda", launch_library<T>, expected<T>},
                 {"copy", launch_copy<T>, expected_copy<T>},
                 {"textbook", launch_softmax_textbook<T>, expected<T>, is_plain<T>},
                 {"online", launch_softmax_online<T>, expected<T>, is_plain_forward<T>}}};
    if (launcher<T> const launch = softmax_of_cudnn<T>())
      f.implementations.push_back({"cudnn", launch, expected<T>, has_no_mask<T>});
    f.prepare_last_input = prepare_last_input<T>;
    f.shapes = shapes();
    f.shape_axis = "columns";
    f.beside = beside<T>;
    f.extent_of = extent_of;
    f.largest_term = largest_term<T>;
    return f;
  }();
  return all;
}

template family<float> const& rowwise::of();
template family<double> const& rowwise::of();
template family<__half> const& rowwise::of();
template family<__nv_bfloat16> const& rowwise::of();

}  // namespace bench
