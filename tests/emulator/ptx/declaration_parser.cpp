#include "ptx/declaration_parser.hpp"

#include "ptx/initializer_parser.hpp"

#include <bit>

namespace emulator::ptx {

namespace {

constexpr std::uint64_t max_variable_bytes = std::uint64_t{1} << 40;
constexpr std::uint32_t max_alignment = 1u << 16;
constexpr std::size_t max_dimensions = 16;

double as_double(constant const& value) {
  if (value.kind == token_kind::float64) return std::bit_cast<double>(value.bits);
  if (value.kind == token_kind::float32) {
    return std::bit_cast<float>(static_cast<std::uint32_t>(value.bits));
  }
  return value.is_unsigned ? static_cast<double>(value.bits)
                           : static_cast<double>(static_cast<std::int64_t>(value.bits));
}

}  // namespace

std::uint64_t constant_as(constant const& value, scalar_type type, token const& place) {
  if (type == scalar_type::f64) {
    return value.kind == token_kind::float64 ? value.bits
                                             : std::bit_cast<std::uint64_t>(as_double(value));
  }
  if (type == scalar_type::f32) {
    return value.kind == token_kind::float32
               ? value.bits
               : std::bit_cast<std::uint32_t>(static_cast<float>(as_double(value)));
  }
  if (value.kind != token_kind::integer) {
    fail_at(place, "a floating-point number cannot initialise ." + std::string(to_string(type)));
  }
  return value.bits;
}

std::uint32_t declaration_parser::parse_alignment() {
  token const place = tokens_.peek();
  auto const bytes =
      static_cast<std::uint32_t>(tokens_.expect_integer("an alignment", max_alignment));
  if (!std::has_single_bit(bytes)) fail_at(place, "an alignment must be a power of two");
  return bytes;
}

void declaration_parser::skip_attribute() {
  tokens_.expect("(");
  tokens_.skip_balanced("(", ")");
}

void declaration_parser::parse_pointer_attribute() {
  for (auto const* space : {"global", "const", "local", "shared"}) {
    if (tokens_.accept_dotted(space)) break;
  }
  // The alignment of what the pointer points to, not of the parameter.
  if (tokens_.accept_dotted("align")) parse_alignment();
}

declared_type declaration_parser::parse_type() {
  declared_type result;
  for (;;) {
    token const piece = tokens_.peek();
    if (piece.kind != token_kind::dotted) break;
    if (tokens_.accept_dotted("align")) {
      result.alignment = parse_alignment();
    } else if (tokens_.accept_dotted("attribute")) {
      skip_attribute();
    } else if (tokens_.accept_dotted("ptr")) {
      parse_pointer_attribute();
    } else if (tokens_.accept_dotted("v2")) {
      result.vector_width = 2;
    } else if (tokens_.accept_dotted("v4")) {
      result.vector_width = 4;
    } else if (auto const type = scalar_type_from(piece.text)) {
      if (result.type != scalar_type::none) fail_at(piece, "a second type");
      result.type = *type;
      tokens_.take();
    } else {
      fail_at(piece, "unknown type " + describe(piece));
    }
  }
  if (result.type == scalar_type::none) tokens_.fail_expected("a type");
  return result;
}

std::vector<std::uint64_t> declaration_parser::parse_extents(variable& target) {
  std::vector<std::uint64_t> extents;
  token const place = tokens_.peek();
  while (tokens_.accept("[")) {
    target.is_array = true;
    std::uint64_t extent = 0;
    if (!tokens_.peek().is("]")) {
      token const size = tokens_.peek();
      constant const value = parse_constant(tokens_);
      bool const vanishes = value.bits == 0 && !extents.empty();
      if (value.kind != token_kind::integer || value.bits > max_variable_bytes || vanishes) {
        fail_at(size, "malformed array extent");
      }
      extent = value.bits;
    } else if (!extents.empty()) {
      tokens_.fail_expected("an array extent");
    }
    tokens_.expect("]");
    extents.push_back(extent);
    if (extents.size() > max_dimensions) fail_at(place, "array has too many dimensions");
    if (__builtin_mul_overflow(target.count, extent, &target.count)) {
      fail_at(place, "array is too large");
    }
  }
  if (target.count > max_variable_bytes / (size_of(target.type) * target.vector_width)) {
    fail_at(place, "array is too large");
  }
  return extents;
}

declared_variable declaration_parser::parse_variable(state_space space, declared_type const& type,
                                                     bool initializer_allowed) {
  declared_variable result;
  result.name = tokens_.expect_identifier("a name");
  if (type.type == scalar_type::pred) fail_at(result.name, "a predicate can only be a register");
  variable& value = result.value;
  value.name = std::string(result.name.text);
  value.line = result.name.line;
  value.space = space;
  value.type = type.type;
  value.vector_width = type.vector_width;
  std::uint32_t const natural = size_of(type.type) * type.vector_width;
  value.alignment = type.alignment != 0 ? type.alignment : natural;
  std::vector<std::uint64_t> const extents = parse_extents(value);
  if (tokens_.peek().is("=")) {
    if (!initializer_allowed) fail_at(tokens_.peek(), "an initialiser is not allowed here");
    tokens_.take();
    result.references = initializer_parser(tokens_, value, extents).parse();
  }
  return result;
}

std::vector<declared_variable> declaration_parser::parse_parameters() {
  std::vector<declared_variable> result;
  tokens_.expect("(");
  if (tokens_.accept(")")) return result;
  do {
    if (!tokens_.accept_dotted("param")) tokens_.fail_expected("'.param'");
    declared_type const type = parse_type();
    result.push_back(parse_variable(state_space::param, type, false));
  } while (tokens_.accept(","));
  tokens_.expect(")");
  return result;
}

}  // namespace emulator::ptx
