// A program that calls what is not emulated is told so by name, whatever it does with the error.
// This file includes no header of CUDA: the functions are defined here without their parameters,
// which the caller cleans up.
namespace emulator::runtime {

int refuse_not_emulated(char const* function);

}  // namespace emulator::runtime

extern "C" {

#define NOT_EMULATED(name) \
  int name() { return emulator::runtime::refuse_not_emulated(#name); }
#include "runtime/not_emulated.def"
#undef NOT_EMULATED

}  // extern "C"
