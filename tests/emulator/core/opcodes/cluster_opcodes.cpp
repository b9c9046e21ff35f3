// Addresses of other blocks' shared memory: mapa, getctarank.
#include "core/lanewise.hpp"
#include "core/memory_access.hpp"

namespace emulator {

namespace {

template <class T>
void run_map(warp& w, decoded_instruction const& in, lane_mask mask) {
  T const* const address = w.lanes<T const>(in.src[0]);
  u32 const* const rank = w.lanes<u32 const>(in.src[1]);
  for (unsigned i = 0; i < warp_size; ++i) {
    if ((mask >> i & 1U) == 0) continue;
    constexpr T rank_bits = T{0xFF} << cluster_address::rank_shift;
    // The block's own addresses are those that it uses anyway.
    T const number = rank[i] == w.owner().rank() ? 0 : rank[i] + 1;
    w.lanes<T>(in.dst)[i] = (address[i] & ~rank_bits) | number << cluster_address::rank_shift;
  }
}

template <class T>
void run_rank(warp& w, decoded_instruction const& in, lane_mask mask) {
  T const* const address = w.lanes<T const>(in.src[0]);
  for (unsigned i = 0; i < warp_size; ++i) {
    if ((mask >> i & 1U) == 0) continue;
    auto const number = static_cast<u32>(address[i] >> cluster_address::rank_shift & 0xFF);
    w.lanes<u32>(in.dst)[i] = number == 0 ? w.owner().rank() : number - 1;
  }
}

template <class T>
void add_width(opcode_rows& rows, std::string const& width) {
  opcode_row map =
      lanewise<[](T address, u32) { return address; }>("mapa{.shared::cluster|}.u" + width);
  map.run = run_map<T>;
  rows.push_back(map);
  opcode_row rank = lanewise<[](T address) { return static_cast<u32>(address); }>(
      "getctarank{.shared::cluster|}.u" + width);
  rank.run = run_rank<T>;
  rows.push_back(rank);
}

}  // namespace

void add_cluster_opcodes(opcode_rows& rows) {
  add_width<u32>(rows, "32");
  add_width<u64>(rows, "64");
}

}  // namespace emulator
