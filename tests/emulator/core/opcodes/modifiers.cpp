#include "core/opcodes/modifiers.hpp"

#include "core/opcode.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace emulator {

namespace {

constexpr std::array<std::string_view, 7> orders{"relaxed",  "acquire", "release", "acq_rel",
                                                 "volatile", "mmio",    "seq_cst"};

constexpr std::array<std::string_view, 27> without_effect{"weak",
                                                          "cta",
                                                          "cluster",
                                                          "gpu",
                                                          "sys",
                                                          "ca",
                                                          "cg",
                                                          "cs",
                                                          "cv",
                                                          "lu",
                                                          "wb",
                                                          "wt",
                                                          "noftz",
                                                          "L1::evict_normal",
                                                          "L1::evict_unchanged",
                                                          "L1::evict_first",
                                                          "L1::evict_last",
                                                          "L1::no_allocate",
                                                          "L2::cache_hint",
                                                          "L2::evict_first",
                                                          "L2::evict_last",
                                                          "L2::evict_normal",
                                                          "L2::64B",
                                                          "L2::128B",
                                                          "L2::256B",
                                                          "level::eviction_priority",
                                                          "unified"};

constexpr std::array<std::string_view, 12> operations{"add", "and", "or",   "xor", "min", "max",
                                                      "inc", "dec", "exch", "cas", "sub", "popc"};

}  // namespace

memory_modifiers read_memory_modifiers(ptx::instruction const& at) {
  memory_modifiers result;
  bool const is_atomic = at.opcode.front() == "atom" || at.opcode.front() == "red";
  for (std::size_t i = 1; i < at.opcode.size(); ++i) {
    std::string const& piece = at.opcode[i];
    if (piece == "global") {
      result.space = ptx::state_space::global;
    } else if (piece == "shared" || piece == "shared::cta" || piece == "shared::cluster") {
      result.space = ptx::state_space::shared;
    } else if (piece == "local") {
      result.space = ptx::state_space::local;
    } else if (piece == "const") {
      result.space = ptx::state_space::constant;
    } else if (piece == "param" || piece == "param::entry" || piece == "param::func") {
      result.space = ptx::state_space::param;
    } else if (piece == "v2" || piece == "v4" || piece == "v8") {
      result.count = static_cast<unsigned>(piece[1] - '0');
    } else if (piece == "nc") {
      result.non_coherent = true;
    } else if (std::find(orders.begin(), orders.end(), piece) != orders.end()) {
      result.synchronizes = true;
      result.acquires = result.acquires || piece == "acquire" || piece == "acq_rel";
      result.releases = result.releases || piece == "release" || piece == "acq_rel";
    } else if (is_atomic &&
               std::find(operations.begin(), operations.end(), piece) != operations.end()) {
      result.operation = piece;
    } else if (auto const type = ptx::scalar_type_from(piece); type && i + 1 == at.opcode.size()) {
      result.type = *type;
    } else if (piece == "cta") {
      result.block_scope = true;
    } else if (!is_memory_order(piece)) {
      throw unsupported{"the emulator has no modifier ." + piece + " of " + at.opcode.front()};
    }
  }
  if (result.type == ptx::scalar_type::none)
    throw unsupported{at.opcode.front() + " without a type"};
  return result;
}

bool is_memory_order(std::string const& piece) {
  return std::find(without_effect.begin(), without_effect.end(), piece) != without_effect.end() ||
         std::find(orders.begin(), orders.end(), piece) != orders.end();
}

}  // namespace emulator
