#include "core/decoder.hpp"

#include "core/not_emulated.hpp"
#include "core/resize.hpp"
#include "core/warp.hpp"

#include <algorithm>
#include <cstring>

namespace emulator {

namespace {

// Calls are inlined, so a short text can ask for any amount of these.
constexpr std::uint64_t max_register_bytes = std::uint64_t{256} << 20;  // of a warp
constexpr std::uint32_t max_local_bytes = 512 << 10;  // of a thread: CUDA C++ Programming Guide,
                                                      // technical specifications

std::string joined(ptx::instruction const& at) {
  std::string result;
  for (auto const& piece : at.opcode) result += (result.empty() ? "" : ".") + piece;
  return result;
}

void run_unsupported(warp& w, decoded_instruction const& in, lane_mask mask) {
  w.fail(in, static_cast<unsigned>(__builtin_ctz(mask)), fault_kind::unsupported,
         w.code().messages[in.option]);
}

}  // namespace

decoder::decoder(module_view const& module, ptx::function const& kernel, kernel_info const& info)
    : module_(module), kernel_(kernel), info_(info) {}

kernel_code decoder::decode() {
  constant(~std::uint64_t{0}, 4);  // slot 1, offset 0 of the constants: the guard of what has none
  for (std::size_t i = 0; i < kernel_.parameters.size(); ++i) {
    entry_parameters_.emplace(kernel_.parameters[i].name, info_.parameters[i].offset);
  }
  frame outermost;
  outermost.function = &kernel_;
  frames_.push_back(&outermost);
  try {
    decode_body(outermost);
  } catch (unsupported const& reason) {
    refuse_kernel(reason.reason);
  }
  frames_.pop_back();
  // Running off the end is a return.
  decoded_instruction last;
  last.kind = flow::exit;
  last.guard = 1;
  result_.code.push_back(last);
  result_.sources.push_back(kernel_.body.empty() ? nullptr : &kernel_.body.back());
  for (std::uint32_t const at : outermost.returns) {
    result_.code[at].target = static_cast<std::uint32_t>(result_.code.size() - 1);
  }
  return std::move(result_);
}

// Instead of what has been decoded, an instruction that stops the kernel.
void decoder::refuse_kernel(std::string reason) {
  result_.code.clear();
  result_.sources.clear();
  if (kernel_.body.empty()) return;
  decoded_instruction stop = stop_with(std::move(reason));
  stop.guard = 1;
  result_.code.push_back(stop);
  result_.sources.push_back(&kernel_.body.front());
}

decoded_instruction decoder::stop_with(std::string reason) {
  decoded_instruction stop;
  stop.run = run_unsupported;
  stop.option = static_cast<std::uint32_t>(result_.messages.size());
  result_.messages.push_back(std::move(reason));
  return stop;
}

slot decoder::allocate(unsigned lane_bytes) {
  slot const where = result_.register_bytes;
  if (where > max_register_bytes) {
    throw unsupported{"more than " + std::to_string(max_register_bytes >> 20) +
                      " MiB of registers a warp, with the calls inlined"};
  }
  result_.register_bytes +=
      aligned_up(std::max(lane_bytes, 1U) * warp_size, kernel_code::slot_step);
  result_.lane_bytes.resize(result_.register_bytes / kernel_code::slot_step);
  result_.lane_bytes[where / kernel_code::slot_step] = static_cast<std::uint8_t>(lane_bytes);
  return where;
}
// One lane_mask.
slot decoder::allocate_predicate() { return allocate(0); }

slot decoder::temporary(unsigned bytes) { return allocate(bytes); }
slot decoder::temporary_predicate() { return allocate_predicate(); }

void decoder::place_variables(frame& in) {
  for (auto const& reg : in.function->registers) {
    in.registers.push_back(reg.type == ptx::scalar_type::pred ? allocate_predicate()
                                                              : allocate(ptx::size_of(reg.type)));
  }
  for (auto const& variable : in.function->variables) {
    std::uint32_t const alignment = std::max<std::uint32_t>(variable.alignment, 1);
    if (variable.space == ptx::state_space::local || variable.space == ptx::state_space::param) {
      std::uint32_t const place = aligned_up(result_.local_bytes, alignment);
      if (place > max_local_bytes || variable.bytes() > max_local_bytes - place) {
        throw unsupported{"more than " + std::to_string(max_local_bytes >> 10) +
                          " KiB of local memory a thread, with " + variable.name + " of line " +
                          std::to_string(variable.line)};
      }
      in.local.emplace(variable.name, place);
      result_.local_bytes = place + static_cast<std::uint32_t>(variable.bytes());
    }
  }
}

void decoder::decode_body(frame& body) {
  place_variables(body);
  for (auto const& statement : body.function->body) {
    body.first_of_statement.push_back(static_cast<std::uint32_t>(result_.code.size()));
    at_ = &statement;
    decode_statement(statement);
  }
  auto const end = static_cast<std::uint32_t>(result_.code.size());
  body.first_of_statement.push_back(end);
  for (auto const& [from, statement] : body.branches) {
    result_.code[from].target = body.first_of_statement.at(statement);
  }
  for (auto const& [entry, statement] : body.list_branches) {
    result_.lists[entry] = body.first_of_statement.at(statement);
  }
  if (frames_.size() > 1) {
    for (std::uint32_t const from : body.returns) result_.code[from].target = end;
  }
}

void decoder::decode_statement(ptx::instruction const& statement) {
  extensions_.clear();
  std::size_t const before = result_.code.size();
  std::size_t const depth = frames_.size();
  std::string const opcode = joined(statement);
  try {
    opcode_row const* const row = find_opcode(opcode);
    if (row == nullptr)
      throw unsupported{"the emulator has no instruction " + opcode + feature_not_emulated(opcode)};
    row->decode(*this, statement, *row);
  } catch (unsupported const& reason) {
    result_.code.resize(before);
    result_.sources.resize(before);
    frames_.resize(depth);
    extensions_.clear();
    at_ = &statement;
    emit(stop_with(reason.reason));
  }
}

void decoder::emit(decoded_instruction in) {
  auto const push = [this](decoded_instruction what) {
    if (at_->guard) {
      what.guard = current().registers.at(*at_->guard);
      what.guard_flip = at_->guard_negated ? full_mask : 0;
    } else {
      what.guard = 1;
    }
    if (what.rule == definedness::by_opcode) what.rule = definedness_of(at_->opcode);
    result_.code.push_back(what);
    result_.sources.push_back(at_);
  };
  push(in);
  for (auto const& e : std::exchange(extensions_, {})) {
    decoded_instruction extend;
    extend.run = resize_handler(e.type.bytes, e.type.is_signed, e.bytes);
    extend.src[0] = e.from;
    extend.dst = e.to;
    extend.rule = definedness::moves;
    push(extend);
  }
}

}  // namespace emulator
