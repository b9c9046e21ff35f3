// Arguments of the functions of two.
#pragma once

#include "sample.hpp"

namespace mathematics {

template <class T>
sample<T> pairs(pair_kind kind, std::mt19937_64& random);

}  // namespace mathematics
