#include "ptx/module.hpp"

#include <array>
#include <utility>

namespace emulator::ptx {

namespace {

struct type_row {
  scalar_type type;
  std::string_view name;
  unsigned bytes;
};

constexpr std::array type_table{
    type_row{scalar_type::b8, "b8", 1},         type_row{scalar_type::b16, "b16", 2},
    type_row{scalar_type::b32, "b32", 4},       type_row{scalar_type::b64, "b64", 8},
    type_row{scalar_type::b128, "b128", 16},    type_row{scalar_type::u8, "u8", 1},
    type_row{scalar_type::u16, "u16", 2},       type_row{scalar_type::u32, "u32", 4},
    type_row{scalar_type::u64, "u64", 8},       type_row{scalar_type::s8, "s8", 1},
    type_row{scalar_type::s16, "s16", 2},       type_row{scalar_type::s32, "s32", 4},
    type_row{scalar_type::s64, "s64", 8},       type_row{scalar_type::f16, "f16", 2},
    type_row{scalar_type::f16x2, "f16x2", 4},   type_row{scalar_type::bf16, "bf16", 2},
    type_row{scalar_type::bf16x2, "bf16x2", 4}, type_row{scalar_type::f32, "f32", 4},
    type_row{scalar_type::f32x2, "f32x2", 8},   type_row{scalar_type::f64, "f64", 8},
    type_row{scalar_type::pred, "pred", 1},
};

}  // namespace

std::optional<scalar_type> scalar_type_from(std::string_view text) {
  for (auto const& row : type_table) {
    if (row.name == text) return row.type;
  }
  return std::nullopt;
}

std::string_view to_string(scalar_type type) {
  for (auto const& row : type_table) {
    if (row.type == type) return row.name;
  }
  return "none";
}

unsigned size_of(scalar_type type) {
  for (auto const& row : type_table) {
    if (row.type == type) return row.bytes;
  }
  return 0;
}

parse_error::parse_error(int line, int column, std::string const& what)
    : std::runtime_error("line " + std::to_string(line) + ", column " + std::to_string(column) +
                         ": " + what),
      line_(line),
      column_(column) {}

}  // namespace emulator::ptx
