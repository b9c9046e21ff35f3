#include "ptx/operand_parser.hpp"

#include "ptx/constant_expression.hpp"

#include <array>
#include <utility>

namespace emulator::ptx {

namespace {

using kind_t = operand::kind_t;

constexpr std::array<std::string_view, 8> special_vectors{
    "tid", "ntid", "ctaid", "nctaid", "clusterid", "nclusterid", "cluster_ctaid", "cluster_nctaid"};

constexpr std::array<std::string_view, 29> special_scalars{"laneid",
                                                           "warpid",
                                                           "nwarpid",
                                                           "smid",
                                                           "nsmid",
                                                           "gridid",
                                                           "is_explicit_cluster",
                                                           "cluster_ctarank",
                                                           "cluster_nctarank",
                                                           "lanemask_eq",
                                                           "lanemask_le",
                                                           "lanemask_lt",
                                                           "lanemask_ge",
                                                           "lanemask_gt",
                                                           "clock",
                                                           "clock_hi",
                                                           "clock64",
                                                           "globaltimer",
                                                           "globaltimer_lo",
                                                           "globaltimer_hi",
                                                           "total_smem_size",
                                                           "aggr_smem_size",
                                                           "dynamic_smem_size",
                                                           "current_graph_exec",
                                                           "reserved_smem_offset_begin",
                                                           "reserved_smem_offset_end",
                                                           "reserved_smem_offset_cap",
                                                           "reserved_smem_offset_0",
                                                           "reserved_smem_offset_1"};

template <std::size_t size>
bool contains(std::array<std::string_view, size> const& names, std::string_view name) {
  for (auto const candidate : names) {
    if (candidate == name) return true;
  }
  return false;
}

/// %envreg0 to 31, %pm0 to 7 and %pm0_64 to 7_64.
bool is_numbered_special(std::string_view name) {
  auto const strip = [&name](std::string_view prefix) {
    if (name.substr(0, prefix.size()) != prefix) return false;
    name.remove_prefix(prefix.size());
    return true;
  };
  std::size_t const digits = strip("envreg") ? 2 : strip("pm") ? 1 : 0;
  if (digits == 1 && name.size() == 4 && name.substr(1) == "_64") name = name.substr(0, 1);
  return !name.empty() && name.size() <= digits &&
         name.find_first_not_of("0123456789") == std::string_view::npos;
}

operand of_kind(kind_t kind) {
  operand result;
  result.kind = kind;
  return result;
}

bool is_label_user(std::string_view mnemonic) { return mnemonic == "bra"; }

}  // namespace

operand operand_parser::parse(std::size_t instruction, std::size_t index,
                              std::string_view mnemonic) {
  token const first = tokens_.peek();
  if (mnemonic == "call" && first.is("(")) return parse_list();
  if (first.is("[")) return parse_address();
  bool const may_be_label =
      first.kind == token_kind::identifier && first.text != "_" && first.text.front() != '%';
  bool const is_known =
      may_be_label && !is_label_user(mnemonic) &&
      (scopes_.find(first.text) || module_names_.count(first.text) != 0 || first.text == "WARP_SZ");
  if (may_be_label && !is_known) {
    scopes_.use_label(tokens_.take(), instruction, index);
    return {};
  }
  operand result = parse_value();
  if (tokens_.peek().is("|")) return parse_pair(std::move(result));
  return result;
}

operand operand_parser::parse_value() {
  token const first = tokens_.peek();
  if (first.is("{")) return parse_vector();
  if (first.is("!")) return parse_negated();
  if (first.kind == token_kind::identifier && first.text != "WARP_SZ") return parse_name();
  if (begins_constant(first) || first.kind == token_kind::identifier) {
    return parse_constant_operand();
  }
  tokens_.fail_expected("an operand");
}

operand operand_parser::parse_constant_operand() {
  constant const value = parse_constant(tokens_);
  operand result = of_kind(value.kind == token_kind::integer   ? kind_t::integer
                           : value.kind == token_kind::float32 ? kind_t::float32
                                                               : kind_t::float64);
  result.bits = value.bits;
  return result;
}

operand operand_parser::parse_name() {
  token const name = tokens_.take();
  if (name.text == "_") return of_kind(kind_t::sink);
  operand result;
  if (auto found = scopes_.find(name.text)) {
    result.kind = found->kind;
    result.index = found->index;
    result.text = std::move(found->text);
  } else if (module_names_.count(name.text) != 0) {
    result.kind = kind_t::symbol;
    result.text = std::string(name.text);
  } else if (name.text.front() == '%') {
    return parse_special(name);
  } else {
    fail_at(name, describe(name) + " is not declared");
  }
  if (tokens_.peek().kind == token_kind::dotted) {
    fail_at(tokens_.peek(), "selecting a part of a register is not supported");
  }
  if (result.kind == kind_t::symbol) result.offset = parse_offset();
  return result;
}

operand operand_parser::parse_special(token const& name) {
  std::string_view const base = name.text.substr(1);
  operand result = of_kind(kind_t::special);
  result.text = std::string(base);
  bool const is_vector = contains(special_vectors, base);
  if (!is_vector && !contains(special_scalars, base) && !is_numbered_special(base)) {
    fail_at(name, describe(name) + " is not declared");
  }
  if (tokens_.peek().kind == token_kind::dotted) {
    token const component = tokens_.take();
    bool const known = component.text.size() == 1 &&
                       std::string_view("xyzw").find(component.text) != std::string_view::npos;
    if (!is_vector || !known) {
      fail_at(component, describe(name) + " has no component " + describe(component));
    }
    result.text += "." + std::string(component.text);
  }
  return result;
}

operand operand_parser::parse_negated() {
  token const mark = tokens_.take();
  if (tokens_.peek().kind != token_kind::identifier) {
    operand result = parse_constant_operand();
    if (result.kind != kind_t::integer) fail_at(mark, "'!' needs a predicate or an integer");
    result.bits = result.bits == 0;
    return result;
  }
  operand result = parse_name();
  if (result.kind != kind_t::reg) fail_at(mark, "'!' needs a predicate");
  result.negated = true;
  return result;
}

operand operand_parser::parse_vector() {
  tokens_.expect("{");
  operand result = of_kind(kind_t::vector);
  do {
    if (tokens_.peek().is("{")) tokens_.fail_expected("a vector element");
    result.elements.push_back(parse_value());
  } while (tokens_.accept(","));
  tokens_.expect("}");
  return result;
}

operand operand_parser::parse_list() {
  tokens_.expect("(");
  operand result = of_kind(kind_t::list);
  if (tokens_.accept(")")) return result;
  do {
    result.elements.push_back(parse_value());
  } while (tokens_.accept(","));
  tokens_.expect(")");
  return result;
}

std::int64_t operand_parser::parse_offset() {
  std::uint64_t sum = 0;
  while (tokens_.peek().is("+") || tokens_.peek().is("-")) {
    token const sign = tokens_.take();
    constant const term = parse_term(tokens_);
    if (term.kind != token_kind::integer) fail_at(sign, "an address offset must be an integer");
    sum = sign.is("-") ? sum - term.bits : sum + term.bits;
  }
  return static_cast<std::int64_t>(sum);
}

operand operand_parser::parse_address() {
  tokens_.expect("[");
  operand result = of_kind(kind_t::address);
  token const place = tokens_.peek();
  operand base = parse_value();
  if (base.kind == kind_t::reg && !base.negated) {
    result.offset = parse_offset();
  } else if (base.kind == kind_t::symbol) {
    result.offset = std::exchange(base.offset, 0);
  } else if (base.kind != kind_t::integer) {
    fail_at(place, "an address begins with a register, a symbol or an integer");
  }
  result.elements.push_back(std::move(base));
  while (tokens_.accept(",")) result.elements.push_back(parse_value());
  tokens_.expect("]");
  return result;
}

operand operand_parser::parse_pair(operand first) {
  token const bar = tokens_.take();
  operand result = of_kind(kind_t::pair);
  result.elements.push_back(std::move(first));
  result.elements.push_back(parse_value());
  for (auto const& element : result.elements) {
    if (element.kind != kind_t::reg && element.kind != kind_t::sink) {
      fail_at(bar, "a pair needs two registers");
    }
  }
  return result;
}

}  // namespace emulator::ptx
