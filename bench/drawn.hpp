#pragma once

#include "family.hpp"

namespace bench {

/// The random activations: this library, at a position whose blocks packs do not straddle, and at
/// one whose blocks they do. Others draw other numbers, so there are no peers but the copy.
struct drawn {
  static constexpr char const* name = "random";
  enum way { forward, backward };
  template <class T>
  static family<T> const& of();
};

}  // namespace bench
