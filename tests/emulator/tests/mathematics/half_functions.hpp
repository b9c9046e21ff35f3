// The rows of half_functions.def, for the host.
#pragma once

#include "functions.hpp"
#include "half_kernels.hpp"

namespace mathematics {

struct half_function {
  std::size_t row;
  char const* name;
  oracle_function::unary* oracle;
};

std::vector<half_function> const& half_functions();

char const* to_string(half_type type);

/// The headers promise correct rounding, and were fitted to it on GPUs, whose ex2.approx and lg2.approx
/// err: some results of float16 are corrected by 1 ulp (__SPEC_CASE), some by a factor of 1 + 2^-24.
/// With exact approximations such a result is the other neighbour: 1 ulp, never more. bfloat16 is too
/// coarse for any of it.
int allowed_ulps(half_type type);

}  // namespace mathematics
