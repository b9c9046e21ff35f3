// What the library says of each activation through the C ABI, and what its kernels give in float32, as
// JSON: for the page that people read.
#include "describe.hpp"

#include <cmath>
#include <limits>

namespace describe {

void write_text(std::string const& text) {
  std::putchar('"');
  for (char const c : text) {
    if (c == '"' || c == '\\') std::putchar('\\');
    std::putchar(c);
  }
  std::putchar('"');
}

void write_columns(columns const& all) {
  write_members("{}", static_cast<int>(all.size()), [&](int c) {
    auto const& [name, values] = all[static_cast<std::size_t>(c)];
    write_text(name);
    std::printf(": ");
    write_members("[]", static_cast<int>(values.size()), [&, &from = values](int i) {
      double const value = from[static_cast<std::size_t>(i)];
      if (std::isnan(value))
        std::fputs("\"nan\"", stdout);
      else
        std::printf("\"%.9g\"", value);
    });
  });
}

host_array float32(std::vector<double> const& values) {
  return host_array::of(support::storages[ACT_FLOAT32], values);
}

host_array special(std::vector<double> const& knots) {
  double const infinity = std::numeric_limits<double>::infinity();
  std::vector<double> x{-infinity};
  for (double const knot : knots)
    if (knot < 0) x.push_back(knot);
  x.insert(x.end(), {-0.0, 0.0});
  for (double const knot : knots)
    if (knot > 0) x.push_back(knot);
  x.insert(x.end(), {infinity, NAN});
  return float32(x);
}

namespace {

/// From -8 to 8 knots at halves are among them.
host_array spread(double end) {
  std::vector<double> x;
  for (int i = -256; i <= 256; ++i) x.push_back(i * end / 256);
  return float32(x);
}

int turns(host_array const& y) {
  int count = 0;
  for (std::size_t i = 2; i < y.size(); ++i)
    count += (y[i - 1] - y[i - 2]) * (y[i] - y[i - 1]) < 0 ? 1 : 0;
  return count;
}

}  // namespace

columns plotted(function const& f) {
  columns found = f(spread(8));
  for (double end = 4; turns(found[1].second) > 10; end /= 2) found = f(spread(end));
  return found;
}

}  // namespace describe

int main() {
  std::putchar('[');
  describe::write_pointwise();
  std::putchar(',');
  describe::write_glu();
  std::putchar(',');
  describe::write_learned();
  std::putchar(',');
  describe::write_random();
  std::putchar(',');
  describe::write_rowwise();
  std::putchar(']');
}
