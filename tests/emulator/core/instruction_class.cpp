#include "core/instruction_class.hpp"

#include <algorithm>
#include <string>
#include <string_view>
#include <unordered_map>

namespace emulator {

namespace {

using c = instruction_class;

// Mnemonics whose class does not depend on the type.
std::unordered_map<std::string_view, instruction_class> const& by_mnemonic() {
  static std::unordered_map<std::string_view, instruction_class> const table{
      {"ld", c::memory},
      {"ldu", c::memory},
      {"st", c::memory},
      {"prefetch", c::memory},
      {"prefetchu", c::memory},
      {"cp", c::memory},
      {"atom", c::atomic},
      {"red", c::atomic},
      {"cvt", c::conversion},
      {"cvta", c::integer},
      {"setp", c::comparison},
      {"set", c::comparison},
      {"selp", c::comparison},
      {"slct", c::comparison},
      {"isspacep", c::comparison},
      {"testp", c::comparison},
      {"mov", c::move},
      {"and", c::logic},
      {"or", c::logic},
      {"xor", c::logic},
      {"not", c::logic},
      {"cnot", c::logic},
      {"lop3", c::logic},
      {"shl", c::logic},
      {"shr", c::logic},
      {"shf", c::logic},
      {"prmt", c::logic},
      {"bfe", c::logic},
      {"bfi", c::logic},
      {"bfind", c::logic},
      {"bmsk", c::logic},
      {"brev", c::logic},
      {"clz", c::logic},
      {"popc", c::logic},
      {"shfl", c::warp_communication},
      {"vote", c::warp_communication},
      {"match", c::warp_communication},
      {"redux", c::warp_communication},
      {"elect", c::warp_communication},
      {"activemask", c::warp_communication},
      {"barrier", c::barrier},
      {"bar", c::barrier},
      {"mbarrier", c::barrier},
      {"membar", c::barrier},
      {"fence", c::barrier},
      {"bra", c::control},
      {"brx", c::control},
      {"call", c::control},
      {"ret", c::control},
      {"exit", c::control},
      {"trap", c::control},
      {"nanosleep", c::control},
      {"tanh", c::special_function},
      {"ex2", c::special_function},
      {"lg2", c::special_function},
      {"sin", c::special_function},
      {"cos", c::special_function},
      {"rsqrt", c::special_function},
  };
  return table;
}

}  // namespace

instruction_class class_of(ptx::instruction const& at) {
  auto const has = [&](std::string_view piece) {
    return std::find(at.opcode.begin(), at.opcode.end(), piece) != at.opcode.end();
  };
  if (has("approx")) return c::special_function;
  if (at.opcode.front() == "bar" && has("warp")) return c::warp_communication;
  if (at.opcode.front() == "cp" && has("bulk") && !has("commit_group") && !has("wait_group"))
    return c::bulk_copy;
  if (auto const found = by_mnemonic().find(at.opcode.front()); found != by_mnemonic().end())
    return found->second;
  auto const type = ptx::scalar_type_from(at.opcode.back());
  if (!type) return c::other;
  using t = ptx::scalar_type;
  switch (*type) {
    case t::f32:
    case t::f32x2:
      return c::float32;
    case t::f64:
      return c::float64;
    case t::f16:
    case t::f16x2:
    case t::bf16:
    case t::bf16x2:
      return c::float16;
    default:
      return c::integer;
  }
}

}  // namespace emulator
