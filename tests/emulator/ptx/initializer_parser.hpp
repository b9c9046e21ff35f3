// What follows the '=' of a variable: values, nested braces, addresses of other symbols.
#pragma once

#include "ptx/constant_expression.hpp"
#include "ptx/module.hpp"
#include "ptx/token_stream.hpp"

#include <cstdint>
#include <vector>

namespace emulator::ptx {

class initializer_parser {
 public:
  initializer_parser(token_stream& tokens, variable& target,
                     std::vector<std::uint64_t> const& extents);

  /// Fills the variable's bytes and addresses. Returns the names used.
  std::vector<token> parse();

 private:
  using address = variable::address_initializer;

  void parse_list(std::size_t level);
  void parse_element();
  address parse_address();
  void add_whole_address(address value, token const& place);
  void add_masked_address(std::uint64_t mask, address const& value, token const& place);
  void require_whole_address(token const& place) const;
  void reserve_element(token const& place);

  token_stream& tokens_;
  variable& target_;
  std::vector<std::uint64_t> strides_;  // elements that one item of each brace level spans
  bool unsized_ = false;
  std::uint64_t end_ = 0;            // elements that fit into the innermost open brace
  std::uint64_t cursor_ = 0;         // element to be written next
  unsigned address_bytes_left_ = 0;  // of an address given byte by byte
  std::vector<token> references_;
};

}  // namespace emulator::ptx
