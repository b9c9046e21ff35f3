// Rows that are hard on softmax.
#pragma once

#include "support/rowwise_call.hpp"
#include "support/samples.hpp"
#include "support/ulp.hpp"

#include <cmath>
#include <cstdint>
#include <random>

namespace support {

/// One row of each kind where there are enough rows: moderate, far from 0, one element above all
/// others, constant, near the type's largest numbers, differences around the largest number, partly
/// masked by -inf, hardly different, rising.
inline constexpr int row_kinds = 9;

inline double row_element(storage const& type, int kind, std::int64_t column, std::int64_t columns,
                          std::mt19937_64& random) {
  std::normal_distribution<double> normal;
  switch (kind % row_kinds) {
    case 1:
      return 1000 + normal(random);
    case 2:
      return normal(random) + (column == columns / 2 ? (type.bytes == 2 ? 12 : 40) : 0);
    case 3:
      return -2.5;
    case 4:
      return (random() % 2 == 0 ? 0.9 : -0.9) * largest(type);
    case 5:
      return (random() % 2 == 0 ? 0.5 : -0.5) * (1 + 1e-3 * normal(random)) * largest(type);
    case 6:
      return random() % 3 == 0 && column != columns - 1 ? -INFINITY : 2 * normal(random);
    case 7:
      return 1e-3 * normal(random);
    case 8:
      return 20.0 * static_cast<double>(column) / static_cast<double>(columns) + normal(random);
    default:
      return 3 * normal(random);
  }
}

inline matrix rows_of_each_kind(storage const& type, std::int64_t rows, std::int64_t columns,
                                int first_kind, std::mt19937_64& random) {
  matrix x{host_array(type, static_cast<std::size_t>(rows * columns)), rows, columns};
  for (std::int64_t r = 0; r < rows; ++r) {
    for (std::int64_t c = 0; c < columns; ++c) {
      x.values.set(static_cast<std::size_t>(r * columns + c),
                   row_element(type, first_kind + static_cast<int>(r), c, columns, random));
    }
  }
  return x;
}

/// dy of mixed sign, each exponent from -10 to 10 as likely.
inline host_array row_output_gradients(storage const& type, std::size_t n,
                                       std::mt19937_64& random) {
  std::uniform_real_distribution<double> exponent(-10, 10);
  host_array result(type, n);
  for (std::size_t i = 0; i < n; ++i) {
    double const magnitude = std::exp2(exponent(random));
    result.set(i, random() % 2 == 0 ? magnitude : -magnitude);
  }
  return result;
}

inline std::vector<double> row_of(host_array const& values, std::int64_t row,
                                  std::int64_t columns) {
  std::vector<double> result;
  for (std::int64_t c = 0; c < columns; ++c)
    result.push_back(values[static_cast<std::size_t>(row * columns + c)]);
  return result;
}

}  // namespace support
