// bra, brx, call, ret, exit, trap, barriers of a block, nanosleep.
#include "core/block.hpp"
#include "core/lanewise.hpp"

#include <algorithm>

namespace emulator {

namespace {

void decode_branch(decoder& d, ptx::instruction const& at, opcode_row const&) {
  if (at.operands.size() != 1 || at.operands[0].kind != ptx::operand::kind_t::label) {
    throw unsupported{"a branch needs a label"};
  }
  decoded_instruction in;
  d.branch_to(in, at.operands[0].index);
  d.emit(in);
}

void decode_indexed_branch(decoder& d, ptx::instruction const& at, opcode_row const&) {
  if (at.operands.size() != 2) throw unsupported{"brx.idx needs an index and a list"};
  auto const* const labels = d.target_list(at.operands[1].text);
  if (labels == nullptr) throw unsupported{"brx.idx without a list of targets"};
  decoded_instruction in;
  in.kind = flow::branch_indexed;
  in.src[0] = d.source(at.operands[0], operand_of<u32>());
  in.option = static_cast<std::uint32_t>(labels->size());
  std::vector<std::uint32_t> statements;
  for (auto const& label : *labels) statements.push_back(d.statement_of(label));
  in.target = d.branch_list(statements);
  d.emit(in);
}

void decode_call(decoder& d, ptx::instruction const& at, opcode_row const&) { d.call(at); }

void decode_return(decoder& d, ptx::instruction const&, opcode_row const&) {
  decoded_instruction in;
  in.kind = flow::exit;
  if (d.in_called_function()) d.branch_to_end_of_call(in);
  d.emit(in);
}

void decode_exit(decoder& d, ptx::instruction const&, opcode_row const&) {
  decoded_instruction in;
  in.kind = flow::exit;
  d.emit(in);
}

void decode_trap(decoder& d, ptx::instruction const&, opcode_row const&) {
  decoded_instruction in;
  in.run = [](warp& w, decoded_instruction const& self, lane_mask mask) {
    w.fail(self, static_cast<unsigned>(__builtin_ctz(mask)), fault_kind::trap, "trap");
  };
  d.emit(in);
}

void decode_pause(decoder& d, ptx::instruction const&, opcode_row const&) {
  decoded_instruction in;
  in.kind = flow::pause;
  d.emit(in);
}

bool has(ptx::instruction const& at, std::string_view piece) {
  return std::find(at.opcode.begin(), at.opcode.end(), piece) != at.opcode.end();
}

// bar.sync id{, threads}; bar.arrive id, threads; bar.red.op d, id{, threads}, {!}p. The option of
// the row says the rest.
void decode_barrier(decoder& d, ptx::instruction const& at, opcode_row const& row) {
  decoded_instruction in;
  in.kind = flow::barrier;
  in.option = row.option;
  if (at.opcode.front() == "bar" || has(at, "aligned")) in.option |= barrier_option::aligned;
  std::vector<ptx::operand> operands = at.operands;
  if ((row.option & barrier_option::reduction_mask) != 0) {
    if (operands.size() < 3)
      throw unsupported{"a barrier reduction needs a destination, an id and a predicate"};
    ptx::operand predicate = operands.back();
    if (std::exchange(predicate.negated, false)) in.option |= barrier_option::negated;
    in.src[2] = d.source(predicate, operand_of<bool>());
    bool const counts =
        (row.option & barrier_option::reduction_mask) == barrier_option::reduce_popc;
    in.dst = d.destination(operands.front(), counts ? operand_of<u32>() : operand_of<bool>());
    operands.pop_back();
    operands.erase(operands.begin());
  }
  if (operands.empty() || operands.size() > 2)
    throw unsupported{"a barrier needs an id and maybe a thread count"};
  in.src[0] = d.source(operands[0], operand_of<u32>());
  in.src[1] = operands.size() == 2 ? d.source(operands[1], operand_of<u32>()) : no_operand;
  d.emit(in);
}

void decode_cluster_barrier(decoder& d, ptx::instruction const& at, opcode_row const& row) {
  if (!at.operands.empty()) throw unsupported{"barrier.cluster has no operands"};
  decoded_instruction in;
  in.kind = flow::barrier;
  in.option = row.option | (has(at, "aligned") ? barrier_option::aligned : 0);
  d.emit(in);
}

}  // namespace

void add_control_opcodes(opcode_rows& rows) {
  auto const add = [&](char const* pattern, decode_function decode, std::uint32_t option = 0) {
    add_row(rows, pattern, decode, nullptr, option);
  };
  add("bra{.uni|}", decode_branch);
  add("brx.idx{.uni|}", decode_indexed_branch);
  add("call{.uni|}", decode_call);
  add("ret{.uni|}", decode_return);
  add("exit", decode_exit);
  add("trap", decode_trap);
  add("nanosleep.u32", decode_pause);
  add("bar{.cta|}.sync", decode_barrier);
  add("bar{.cta|}.arrive", decode_barrier, barrier_option::arrive);
  add("bar{.cta|}.red.and.pred", decode_barrier, barrier_option::reduce_and);
  add("bar{.cta|}.red.or.pred", decode_barrier, barrier_option::reduce_or);
  add("bar{.cta|}.red.popc.u32", decode_barrier, barrier_option::reduce_popc);
  add("barrier.cluster.arrive{.release|.relaxed|}{.aligned|}", decode_cluster_barrier,
      barrier_option::cluster_arrive);
  add("barrier.cluster.wait{.acquire|}{.aligned|}", decode_cluster_barrier,
      barrier_option::cluster_wait);
  add("barrier{.cta|}.sync{.aligned|}", decode_barrier);
  add("barrier{.cta|}.arrive{.aligned|}", decode_barrier, barrier_option::arrive);
  add("barrier{.cta|}.red.and{.aligned|}.pred", decode_barrier, barrier_option::reduce_and);
  add("barrier{.cta|}.red.or{.aligned|}.pred", decode_barrier, barrier_option::reduce_or);
  add("barrier{.cta|}.red.popc{.aligned|}.u32", decode_barrier, barrier_option::reduce_popc);
}

}  // namespace emulator
