# EMULATOR_INSTRUCTION_SET: the flags for the warp-wide inner loops, where this CPU can run them.
# emulator_defaults(<target>): what every target of the emulator is compiled with.
include(CheckCXXCompilerFlag)
include(CheckCXXSourceRuns)

set(EMULATOR_INSTRUCTION_SET "")
if(EMULATOR_NATIVE AND NOT CMAKE_CROSSCOMPILING)
  check_cxx_compiler_flag(-march=x86-64-v3 EMULATOR_COMPILER_HAS_X86_64_V3)
  if(EMULATOR_COMPILER_HAS_X86_64_V3)
    # Compiled for the baseline, so that a CPU without AVX2 answers instead of dying.
    check_cxx_source_runs("
      int main() {
        return __builtin_cpu_supports(\"avx2\") && __builtin_cpu_supports(\"fma\") &&
               __builtin_cpu_supports(\"bmi\") && __builtin_cpu_supports(\"bmi2\") ? 0 : 1;
      }" EMULATOR_CPU_HAS_X86_64_V3)
    if(EMULATOR_CPU_HAS_X86_64_V3)
      set(EMULATOR_INSTRUCTION_SET -march=x86-64-v3)
    endif()
  endif()
endif()

function(emulator_defaults target)
  target_compile_options(${target} PRIVATE $<$<COMPILE_LANGUAGE:CXX>:-Wall;-Wextra>)
  if(EMULATOR_WARNINGS_AS_ERRORS)
    target_compile_options(${target} PRIVATE $<$<COMPILE_LANGUAGE:CXX>:-Werror>)
  endif()
  # g++ 12 sees overlapping copies in "literal" + std::string (GCC bug 105651).
  if(CMAKE_CXX_COMPILER_ID STREQUAL GNU AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
    target_compile_options(${target} PRIVATE $<$<COMPILE_LANGUAGE:CXX>:-Wno-restrict>)
  endif()
  set_target_properties(${target} PROPERTIES
    CXX_STANDARD 20 CXX_STANDARD_REQUIRED ON CXX_EXTENSIONS OFF
    POSITION_INDEPENDENT_CODE ON
    CXX_VISIBILITY_PRESET hidden VISIBILITY_INLINES_HIDDEN ON)
endfunction()
