# What the kernels are compiled for: unless told, machine code for every major architecture, PTX for the next and, where tests
# and examples run on the emulator, PTX that it can execute.
if(NOT DEFINED CMAKE_CUDA_ARCHITECTURES)
  set(CMAKE_CUDA_ARCHITECTURES 75-real 80-real 90-real 100-real 120-real 120-virtual)
  if(ACTIVATIONS_CUDA_RUNS_ON STREQUAL "emulator")
    list(APPEND CMAKE_CUDA_ARCHITECTURES 80-virtual)
  endif()
endif()

if(ACTIVATIONS_CUDA_RUNS_ON STREQUAL "emulator")
  set(emulated 80)
  if(DEFINED ENV{ACTIVATIONS_EMULATOR_COMPUTE_CAPABILITY})
    set(emulated $ENV{ACTIVATIONS_EMULATOR_COMPUTE_CAPABILITY})
  endif()
  set(executable FALSE)
  foreach(architecture IN LISTS CMAKE_CUDA_ARCHITECTURES)
    if(architecture MATCHES "^([0-9]+)(-virtual)?$" AND CMAKE_MATCH_1 LESS_EQUAL emulated)
      set(executable TRUE)
    endif()
  endforeach()
  if(NOT executable)
    message(FATAL_ERROR "Tests and examples run on the PTX emulator, a device of compute capability ${emulated}, and "
      "CMAKE_CUDA_ARCHITECTURES=${CMAKE_CUDA_ARCHITECTURES} holds no PTX for it. Use cmake --preset dev, add 80-virtual, or turn off "
      "ACTIVATIONS_CUDA_BUILD_TESTS and ACTIVATIONS_CUDA_BUILD_EXAMPLES.")
  endif()
endif()
