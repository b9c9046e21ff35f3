#include "core/resize.hpp"

#include "core/lanewise.hpp"

namespace emulator {

namespace {

// Extends or truncates a register: the copy between lanes of different widths.
template <class To, class From>
void run_resize(warp& w, decoded_instruction const& in, lane_mask mask) {
  From const* const from = w.lanes<From const>(in.src[0]);
  To* const to = w.lanes<To>(in.dst);
  for (unsigned i = 0; i < warp_size; ++i) {
    if ((mask >> i & 1U) != 0) to[i] = static_cast<To>(from[i]);
  }
}

template <class From>
handler resize_to(unsigned bytes) {
  return bytes == 1   ? run_resize<u8, From>
         : bytes == 2 ? run_resize<u16, From>
         : bytes == 4 ? run_resize<u32, From>
                      : run_resize<u64, From>;
}

}  // namespace

handler resize_handler(unsigned from, bool is_signed, unsigned to) {
  switch (from) {
    case 1:
      return is_signed ? resize_to<s8>(to) : resize_to<u8>(to);
    case 2:
      return is_signed ? resize_to<s16>(to) : resize_to<u16>(to);
    case 4:
      return is_signed ? resize_to<s32>(to) : resize_to<u32>(to);
    default:
      return resize_to<u64>(to);
  }
}

}  // namespace emulator
