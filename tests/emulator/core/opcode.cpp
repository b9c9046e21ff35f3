#include "core/opcode.hpp"

#include <stdexcept>
#include <unordered_map>

namespace emulator {

void add_row(opcode_rows& rows, std::string pattern, decode_function decode, handler run,
             std::uint32_t option, operand_type dst) {
  opcode_row row;
  row.pattern = std::move(pattern);
  row.decode = decode;
  row.run = run;
  row.option = option;
  row.dst = dst;
  rows.push_back(std::move(row));
}

std::vector<std::string> expand_pattern(std::string_view pattern) {
  std::size_t const open = pattern.find('{');
  if (open == std::string_view::npos) return {std::string(pattern)};
  std::size_t const close = pattern.find('}', open);
  std::string const head(pattern.substr(0, open));
  std::vector<std::string> const tails = expand_pattern(pattern.substr(close + 1));
  std::vector<std::string> result;
  std::string_view rest = pattern.substr(open + 1, close - open - 1);
  for (;;) {
    std::size_t const bar = rest.find('|');
    for (auto const& tail : tails) result.push_back(head + std::string(rest.substr(0, bar)) + tail);
    if (bar == std::string_view::npos) return result;
    rest.remove_prefix(bar + 1);
  }
}

namespace {

struct opcode_table {
  opcode_rows rows;
  std::unordered_map<std::string, opcode_row const*> by_name;
  std::unordered_map<std::string, opcode_row const*>
      by_family;  // "ld.*": its decode function reads the modifiers
  std::vector<std::string> names;

  opcode_table() {
    add_approximate_opcodes(rows);
    add_other_approximate_opcodes(rows);
    add_async_opcodes(rows);
    add_atomic_opcodes(rows);
    add_bit_opcodes(rows);
    add_byte_float_opcodes(rows);
    add_cluster_opcodes(rows);
    add_comparison_opcodes(rows);
    add_control_opcodes(rows);
    add_conversion_opcodes(rows);
    add_float_opcodes(rows);
    add_half_opcodes(rows);
    add_integer_opcodes(rows);
    add_mbarrier_opcodes(rows);
    add_memory_opcodes(rows);
    add_move_opcodes(rows);
    add_warp_opcodes(rows);
    for (auto const& row : rows) {
      if (row.pattern.size() > 2 && row.pattern.compare(row.pattern.size() - 2, 2, ".*") == 0) {
        by_family.emplace(row.pattern.substr(0, row.pattern.size() - 2), &row);
        continue;
      }
      for (auto& name : expand_pattern(row.pattern)) {
        if (!by_name.emplace(name, &row).second)
          throw std::logic_error("two rows for the opcode " + name);
        names.push_back(std::move(name));
      }
    }
  }
};

opcode_table const& table() {
  static opcode_table const instance;
  return instance;
}

}  // namespace

opcode_row const* find_opcode(std::string const& opcode) {
  auto const found = table().by_name.find(opcode);
  if (found != table().by_name.end()) return found->second;
  auto const family = table().by_family.find(opcode.substr(0, opcode.find('.')));
  return family == table().by_family.end() ? nullptr : family->second;
}

std::vector<std::string> const& known_opcodes() { return table().names; }

}  // namespace emulator
