#include "ptx/initializer_parser.hpp"

#include "ptx/declaration_parser.hpp"

#include <utility>

namespace emulator::ptx {

namespace {

constexpr std::uint64_t max_initialized_bytes = std::uint64_t{1} << 28;
constexpr unsigned address_bytes = 8;

bool same_target(variable::address_initializer const& a, variable::address_initializer const& b) {
  return a.symbol == b.symbol && a.addend == b.addend && a.generic == b.generic;
}

}  // namespace

initializer_parser::initializer_parser(token_stream& tokens, variable& target,
                                       std::vector<std::uint64_t> const& extents)
    : tokens_(tokens), target_(target) {
  std::vector<std::uint64_t> levels = extents;
  if (target.vector_width > 1) levels.push_back(target.vector_width);
  unsized_ = !extents.empty() && extents.front() == 0;
  strides_.assign(levels.size(), 1);
  for (std::size_t level = levels.size(); level-- > 1;) {
    strides_[level - 1] = strides_[level] * levels[level];
    if (strides_[level - 1] > max_initialized_bytes) {
      fail_at(tokens_.peek(), "initialised variable is too large");
    }
  }
}

std::vector<token> initializer_parser::parse() {
  if (!unsized_ && target_.bytes() > max_initialized_bytes) {
    fail_at(tokens_.peek(), "initialised variable is too large");
  }
  if (!unsized_) target_.initial_bytes.resize(target_.bytes());
  end_ = (unsized_ ? max_initialized_bytes : target_.bytes()) / size_of(target_.type);
  if (strides_.empty()) {
    parse_element();
  } else {
    parse_list(0);
  }
  require_whole_address(tokens_.peek());
  if (unsized_) {
    std::uint64_t const rows = (cursor_ + strides_[0] - 1) / strides_[0];
    target_.count = rows * strides_[0] / target_.vector_width;
    target_.initial_bytes.resize(target_.bytes());
  }
  return std::move(references_);
}

void initializer_parser::parse_list(std::size_t level) {
  tokens_.expect("{");
  std::uint64_t const stride = strides_[level];
  while (!tokens_.peek().is("}")) {
    if (tokens_.peek().is("{")) {
      if (level + 1 >= strides_.size()) tokens_.fail_expected("a value");
      std::uint64_t const item = (cursor_ + stride - 1) / stride;
      cursor_ = item * stride;
      std::uint64_t const outer_end = std::exchange(end_, (item + 1) * stride);
      parse_list(level + 1);
      cursor_ = std::exchange(end_, outer_end);
    } else {
      parse_element();
    }
    if (!tokens_.accept(",")) break;
  }
  tokens_.expect("}");
}

void initializer_parser::reserve_element(token const& place) {
  if (cursor_ >= end_) fail_at(place, "too many initial values");
  std::uint64_t const bytes = (cursor_ + 1) * size_of(target_.type);
  if (unsized_ && bytes > target_.initial_bytes.size()) target_.initial_bytes.resize(bytes);
}

void initializer_parser::parse_element() {
  token const place = tokens_.peek();
  reserve_element(place);
  if (place.kind == token_kind::identifier) {
    add_whole_address(parse_address(), place);
  } else {
    constant const value = parse_constant(tokens_);
    if (value.kind == token_kind::integer && tokens_.accept("(")) {
      add_masked_address(value.bits, parse_address(), place);
      tokens_.expect(")");
    } else {
      require_whole_address(place);
      std::uint64_t bits = constant_as(value, target_.type, place);
      unsigned const size = size_of(target_.type);
      for (unsigned i = 0; i < size && i < 8; ++i, bits >>= 8) {
        target_.initial_bytes[cursor_ * size + i] = static_cast<std::uint8_t>(bits);
      }
    }
  }
  ++cursor_;
}

initializer_parser::address initializer_parser::parse_address() {
  address result{cursor_ * size_of(target_.type), {}, 0, false};
  token name = tokens_.expect_identifier("the name of a variable or function");
  if (name.text == "generic" && tokens_.accept("(")) {
    result.generic = true;
    name = tokens_.expect_identifier("the name of a variable or function");
    tokens_.expect(")");
  }
  references_.push_back(name);
  result.symbol = std::string(name.text);
  while (tokens_.peek().is("+") || tokens_.peek().is("-")) {
    token const sign = tokens_.take();
    constant const term = parse_term(tokens_);
    if (term.kind != token_kind::integer) fail_at(sign, "an address offset must be an integer");
    auto const addend = static_cast<std::uint64_t>(result.addend);
    result.addend =
        static_cast<std::int64_t>(sign.is("-") ? addend - term.bits : addend + term.bits);
  }
  return result;
}

void initializer_parser::add_whole_address(address value, token const& place) {
  require_whole_address(place);
  if (size_of(target_.type) != address_bytes) {
    fail_at(place, "an address needs an element of 8 bytes");
  }
  target_.address_initializers.push_back(std::move(value));
}

/// nvcc writes the pointer of a packed struct byte by byte: 0xFF(generic(a)), 0xFF00(generic(a)),
/// ...
void initializer_parser::add_masked_address(std::uint64_t mask, address const& value,
                                            token const& place) {
  unsigned const size = size_of(target_.type);
  if (size >= address_bytes) fail_at(place, "a masked address needs a smaller element");
  if (address_bytes_left_ == 0) {
    address_bytes_left_ = address_bytes;
    target_.address_initializers.push_back(value);
  }
  unsigned const done = address_bytes - address_bytes_left_;
  std::uint64_t const expected = ((std::uint64_t{1} << 8 * size) - 1) << 8 * done;
  if (mask != expected || !same_target(target_.address_initializers.back(), value)) {
    fail_at(place, "only a whole address, piece by piece from the lowest, is supported");
  }
  address_bytes_left_ -= size;
}

void initializer_parser::require_whole_address(token const& place) const {
  if (address_bytes_left_ != 0) fail_at(place, "the address before is incomplete");
}

}  // namespace emulator::ptx
