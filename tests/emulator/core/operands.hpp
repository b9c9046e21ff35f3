// The registers and constants that an instruction reads, and the registers that it writes.
#pragma once

#include "core/kernel_code.hpp"

namespace emulator {

namespace detail {
template <class Visit>
void for_each_in_list(kernel_code const& code, decoded_instruction const& in, list_role role,
                      Visit const& visit) {
  for (unsigned k = 0; in.list == role && k < in.count; ++k) visit(code.lists[in.target + k]);
}
}  // namespace detail

/// Without the guard.
template <class Visit>
void for_each_source(kernel_code const& code, decoded_instruction const& in, Visit const& visit) {
  for (slot const s : in.src) {
    if (s != no_operand) visit(s);
  }
  detail::for_each_in_list(code, in, list_role::sources, visit);
}

template <class Visit>
void for_each_destination(kernel_code const& code, decoded_instruction const& in,
                          Visit const& visit) {
  if (in.dst != no_operand) visit(in.dst);
  if (in.dst2 != no_operand) visit(in.dst2);
  detail::for_each_in_list(code, in, list_role::destinations, visit);
}

}  // namespace emulator
