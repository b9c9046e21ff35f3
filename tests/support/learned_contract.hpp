// What the results of activations with learned parameters are held to: docs/definitions.md.
#pragma once

#include "oracle/learned.hpp"
#include "support/contract.hpp"
#include "support/pointwise_oracle.hpp"

#include <cstddef>
#include <string>

namespace support {

struct stated_contract {
  double allowed;
  char const* unit;
};

/// Whether y and dx are sums of any length, whose error may be u, half an ulp of 1, of the terms' sizes
/// for each rounding. In 16-bit types that is too little to matter.
inline bool is_long_sum(oracle::learned_activation const& exact, storage const& type) {
  return exact.summands != 0 && type.bytes != 2;
}

/// Of y and dx.
inline stated_contract learned_contract(oracle::learned_activation const& exact,
                                        storage const& type, direction way) {
  if (is_long_sum(exact, type)) return {1, "(hinges + 1) u of the terms"};
  return {allowed_ulps(type), term_of(exact, way) ? "ulp of the largest term" : "ulp"};
}

/// Of what an element adds to a gradient, in the type that the sums have.
inline stated_contract learned_term_contract(oracle::learned_activation const& exact,
                                             storage const& type, std::size_t parameter) {
  bool const is_16_bit = type.bytes == 2;
  bool const approximates = is_16_bit && (std::string(exact.name) == "swish" ||
                                          std::string(exact.name) == "learned_snake");
  bool const has_term = static_cast<bool>(exact.by_parameter[parameter].term);
  char const* const of_result = is_16_bit ? "float32 ulp" : "ulp";
  char const* const of_term =
      is_16_bit ? "float32 ulp of the largest term" : "ulp of the largest term";
  // 512: 2^-15, just below a power of two.
  return {approximates ? 512.0 : 4.0, has_term ? of_term : of_result};
}

}  // namespace support
