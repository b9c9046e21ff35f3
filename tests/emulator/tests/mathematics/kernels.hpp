// The functions of functions.def on the device: CUDA's math library as nvcc inlines it.
#pragma once

#include <cstddef>
#include <vector>

namespace mathematics {

/// The function of that row of functions.def at (x[i], y[i]); of one argument, y is not read.
template <class T>
std::vector<T> on_device(std::size_t row, std::vector<T> const& x, std::vector<T> const& y);

}  // namespace mathematics
