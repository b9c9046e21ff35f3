// Host code that dereferences a device pointer is told so; other segmentation faults are nobody's business.
#include "runtime_fixture.hpp"

#include <csignal>
#include <cstdint>
#include <cstdio>
#include <unistd.h>

namespace {

using testing::ExitedWithCode;
using testing::KilledBySignal;

int volatile* device_pointer() {
  int* pointer = nullptr;
  cudaMalloc(reinterpret_cast<void**>(&pointer), 100);
  return pointer;
}

int volatile* wild_pointer() {
  (void)device_pointer();                // the emulator watches
  std::uintptr_t volatile nowhere = 64;  // g++ warns of what it can see
  return reinterpret_cast<int volatile*>(nowhere);
}

void exit_from_handler(int) { _exit(7); }

void exit_with_address(int, siginfo_t* what, void*) {
  _exit(what->si_addr == reinterpret_cast<void*>(std::uintptr_t{64}) ? 8 : 9);
}

void catch_faults(void (*handler)(int, siginfo_t*, void*)) {
  struct sigaction own {};
  own.sa_sigaction = handler;
  own.sa_flags = SA_SIGINFO;
  sigaction(SIGSEGV, &own, nullptr);
}

TEST(runtime_host_access, NamesTheAllocationAndIsASegmentationFault) {
  EXPECT_EXIT({ *device_pointer() = 1; }, KilledBySignal(SIGSEGV),
              "host code writes device memory: .* at byte 0 of the 100-byte allocation");
  EXPECT_EXIT({ (void)device_pointer()[24]; }, KilledBySignal(SIGSEGV),
              "host code reads device memory: .* at byte 96 of the 100-byte allocation");
}

TEST(runtime_host_access, OtherFaultsEndTheProcessAsEver) {
  EXPECT_EXIT({ *wild_pointer() = 1; }, KilledBySignal(SIGSEGV), "^$");
  EXPECT_EXIT(
      {
        (void)device_pointer();
        raise(SIGSEGV);
      },
      KilledBySignal(SIGSEGV), "^$");
}

TEST(runtime_host_access, AHandlerOfTheProgramGetsThemToo) {
  EXPECT_EXIT(
      {
        std::signal(SIGSEGV, exit_from_handler);
        *device_pointer() = 1;
      },
      ExitedWithCode(7), "host code writes device memory");
  EXPECT_EXIT(
      {
        catch_faults(exit_with_address);
        *wild_pointer() = 1;
      },
      ExitedWithCode(8), "^$");
}

TEST(runtime_host_access, AHandlerThatComesLaterIsTheOnlyOne) {
  EXPECT_EXIT(
      {
        int volatile* const pointer = device_pointer();
        std::signal(SIGSEGV, exit_from_handler);
        *pointer = 1;
      },
      ExitedWithCode(7), "^$");
}

}  // namespace
