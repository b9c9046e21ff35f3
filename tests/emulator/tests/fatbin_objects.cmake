# Objects with the fat binaries that nvcc makes under different options, for fatbin_test.
set(EMULATOR_FATBIN_OBJECTS "")

function(emulator_add_fatbin kernel)
  set(output ${CMAKE_CURRENT_BINARY_DIR}/fatbin_${kernel}.o)
  set(input ${CMAKE_CURRENT_SOURCE_DIR}/fatbin_kernel.cu)
  add_custom_command(
    OUTPUT ${output}
    COMMAND ${CMAKE_CUDA_COMPILER} -std=c++17 -c -DKERNEL=${kernel} ${ARGN} ${input} -o ${output}
    DEPENDS ${input}
    COMMENT "Fat binary: ${kernel}"
    VERBATIM)
  set(EMULATOR_FATBIN_OBJECTS ${EMULATOR_FATBIN_OBJECTS} ${output} PARENT_SCOPE)
endfunction()

set(ptx_80 -gencode arch=compute_80,code=compute_80)
set(ptx_90 -gencode arch=compute_90,code=compute_90)
set(sass_80 -gencode arch=compute_80,code=sm_80)
emulator_add_fatbin(plain --compress-mode=none ${ptx_80})
emulator_add_fatbin(standard ${ptx_80})
emulator_add_fatbin(mixed ${sass_80} ${ptx_90} ${ptx_80})
emulator_add_fatbin(mixed_plain --compress-mode=none ${ptx_80} ${sass_80} ${ptx_90})
emulator_add_fatbin(small --compress-mode=size ${sass_80} ${ptx_80})
emulator_add_fatbin(fast --compress-mode=speed ${ptx_80})
emulator_add_fatbin(machine_code_only ${sass_80})
