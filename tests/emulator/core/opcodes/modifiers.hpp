// The modifiers of ld, st, atom and red.
#pragma once

#include "ptx/module.hpp"

#include <string>

namespace emulator {

struct memory_modifiers {
  ptx::state_space space = ptx::state_space::none;  // generic
  ptx::scalar_type type = ptx::scalar_type::none;
  unsigned count = 1;  // .v2, .v4, .v8
  bool non_coherent = false;
  bool synchronizes = false;  // volatile, relaxed, acquire, release
  bool acquires = false, releases = false;
  bool block_scope = false;  // .cta
  std::string operation;     // of atom and red: "add", "cas", ...
};

/// Reads what stands between the mnemonic and the operands. Cache hints and memory orders are
/// accepted (every access is coherent and sequentially consistent here); anything unknown throws
/// unsupported.
memory_modifiers read_memory_modifiers(ptx::instruction const& at);

/// .relaxed, .cta and other words about order, scope and caching.
bool is_memory_order(std::string const& piece);

}  // namespace emulator
