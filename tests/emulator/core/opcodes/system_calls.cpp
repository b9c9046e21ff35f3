// Calls of functions without a body that CUDA provides: vprintf, __assertfail, malloc, free.
#include "core/device_printf.hpp"
#include "core/lanewise.hpp"
#include "core/memory.hpp"
#include "core/memory_access.hpp"

#include <bit>
#include <cstdio>

namespace emulator {

namespace {

/// Reads generic addresses as a lane of the instruction would.
class lane_reader {
 public:
  lane_reader(warp& w, decoded_instruction const& in, unsigned lane)
      : w_(w), in_(in), lane_(lane) {}
  std::uint64_t operator()(std::uint64_t address, unsigned bytes) const {
    std::uint64_t value = 0;
    std::memcpy(&value,
                checked_access(w_, in_, space::generic, lane_, address, bytes, access_kind::load),
                bytes);
    return value;
  }

 private:
  warp& w_;
  decoded_instruction const& in_;
  unsigned lane_;
};

/// Argument i of the call: .param variables lie in local memory, the results after the arguments.
template <class T>
T parameter(warp& w, decoded_instruction const& in, unsigned lane, unsigned i) {
  T value;
  std::memcpy(&value,
              checked_access(w, in, space::local, lane, w.code().lists[in.target + i], sizeof(T),
                             access_kind::load),
              sizeof(T));
  return value;
}

void set_result(warp& w, decoded_instruction const& in, unsigned lane, unsigned i,
                std::uint64_t value, unsigned bytes) {
  std::uint32_t const offset = w.code().lists[in.target + i];
  std::uint32_t const thread = w.first_thread() + lane;
  std::memcpy(w.owner().local(thread) + offset, &value, bytes);
  std::memset(w.owner().local_validity(thread) + offset, 1, bytes);
}

// vprintf(format, arguments) -> number of arguments
void print(warp& w, decoded_instruction const& in, unsigned lane) {
  auto const text = format_device_text(parameter<u64>(w, in, lane, 0),
                                       parameter<u64>(w, in, lane, 1), lane_reader(w, in, lane));
  std::fwrite(text.text.data(), 1, text.text.size(), stdout);
  set_result(w, in, lane, 2, static_cast<u32>(text.arguments), 4);
}

// __assertfail(message, file, line, function, character size)
void fail_assertion(warp& w, decoded_instruction const& in, unsigned lane) {
  lane_reader const read(w, in, lane);
  auto const text = [&](unsigned i) {
    return read_device_string(parameter<u64>(w, in, lane, i), read);
  };
  w.fail(in, lane, fault_kind::assertion,
         text(1) + ":" + std::to_string(parameter<u32>(w, in, lane, 2)) + ": " + text(3) +
             ": assertion `" + text(0) + "` failed");
}

// malloc(bytes) -> address
void allocate(warp& w, decoded_instruction const& in, unsigned lane) {
  u64 const address =
      device_memory::instance().allocate(parameter<u64>(w, in, lane, 0), kernel_malloc_label);
  set_result(w, in, lane, 1, address, 8);
}

// free(address)
void release(warp& w, decoded_instruction const& in, unsigned lane) {
  u64 const address = parameter<u64>(w, in, lane, 0);
  if (address != 0 && !device_memory::instance().release(address)) {
    w.fail(in, lane, fault_kind::out_of_bounds, "free of an address that no allocation begins at",
           device_memory::instance().describe(address));
  }
  w.worker().ranges.refresh();
}

template <void (*call)(warp&, decoded_instruction const&, unsigned)>
void run_for_each_lane(warp& w, decoded_instruction const& in, lane_mask mask) {
  for (lane_mask rest = mask; rest != 0; rest &= rest - 1)
    call(w, in, static_cast<unsigned>(std::countr_zero(rest)));
}

struct system_call {
  char const* name;
  std::size_t arguments, results;
  handler run;
};

constexpr system_call calls[] = {
    {"vprintf", 2, 1, run_for_each_lane<print>},
    {"__assertfail", 5, 0, run_for_each_lane<fail_assertion>},
    {"malloc", 1, 1, run_for_each_lane<allocate>},
    {"free", 1, 0, run_for_each_lane<release>},
};

}  // namespace

bool decode_system_call(decoder& d, std::string const& name,
                        std::vector<ptx::operand> const& results,
                        std::vector<ptx::operand> const& arguments) {
  for (auto const& call : calls) {
    if (name != call.name) continue;
    if (arguments.size() != call.arguments || results.size() != call.results)
      throw unsupported{"a call of " + name + " with other parameters than it has"};
    std::vector<slot> places;
    for (auto const* const list : {&arguments, &results}) {
      for (auto const& operand : *list)
        places.push_back(static_cast<slot>(d.symbol_address(operand.text, 0)));
    }
    decoded_instruction in;
    in.run = call.run;
    in.target = d.list(places);
    d.emit(in);
    return true;
  }
  return false;
}

}  // namespace emulator
