#include "runtime/host_access.hpp"

#include "core/memory.hpp"
#include "runtime/call_stack.hpp"
#include "runtime/checks.hpp"

#include <csignal>
#include <cstring>
#include <ucontext.h>

namespace emulator::runtime {

namespace {

struct sigaction before {};

char const* kind_of_access([[maybe_unused]] void const* context) {
#if defined(__x86_64__)
  constexpr greg_t write_bit = 2;  // of a page fault's error code
  bool const writes =
      (static_cast<ucontext_t const*>(context)->uc_mcontext.gregs[REG_ERR] & write_bit) != 0;
  return writes ? "writes" : "reads";
#else
  return "accesses";
#endif
}

void const* interrupted([[maybe_unused]] void const* context) {
#if defined(__x86_64__)
  return reinterpret_cast<void const*>(
      static_cast<ucontext_t const*>(context)->uc_mcontext.gregs[REG_RIP]);
#else
  return nullptr;
#endif
}

void report_access(std::uint64_t address, void const* context) {
  report(
      "host access to device memory",
      std::string("host code ") + kind_of_access(context) +
          " device memory: " + device_memory::instance().describe(address) +
          "\nthe host reaches it with cudaMemcpy and the like only; this is a segmentation fault, "
          "as it is with a GPU. It happens in" +
          describe(call_stack(interrupted(context))));
}

// The program ends: the instruction faults again, and nobody catches it.
void give_up() {
  struct sigaction fatal {};
  fatal.sa_handler = SIG_DFL;
  sigaction(SIGSEGV, &fatal, nullptr);
}

void handle(int number, siginfo_t* what, void* context) {
  auto const address = reinterpret_cast<std::uint64_t>(what->si_addr);
  // Only a fault of the hardware has an address; kill(2) has none.
  if (what->si_code > 0 && device_memory::instance().in_reserved_range(address))
    report_access(address, context);
  if ((before.sa_flags & SA_SIGINFO) != 0) {
    before.sa_sigaction(number, what, context);
  } else if (before.sa_handler == SIG_DFL || before.sa_handler == SIG_IGN) {
    give_up();
    if (what->si_code <= 0) raise(number);
  } else {
    before.sa_handler(number);
  }
}

}  // namespace

void watch_host_accesses() {
  static bool const watching = [] {
    struct sigaction ours {};
    ours.sa_sigaction = handle;
    ours.sa_flags = SA_SIGINFO | SA_ONSTACK;
    (void)call_stack();  // loads what a backtrace needs, which a signal handler should not
    return sigaction(SIGSEGV, &ours, &before) == 0;
  }();
  (void)watching;
}

}  // namespace emulator::runtime
