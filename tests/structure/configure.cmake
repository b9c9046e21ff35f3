# What configuring decides: the device for tests and examples, the PTX that it needs, and what is built when nothing is asked for.
cmake_minimum_required(VERSION 3.24)
file(REMOVE_RECURSE ${WORK})
file(MAKE_DIRECTORY ${WORK})

# Runs cmake with these arguments, and expects its output to have the words (a regular expression) in it.
function(expect status words)
  execute_process(COMMAND ${CMAKE_COMMAND} ${ARGN} RESULT_VARIABLE result OUTPUT_VARIABLE output ERROR_VARIABLE output)
  string(REGEX REPLACE "[ \n]+" " " output "${output}")
  if((result EQUAL 0 AND NOT status STREQUAL "success") OR (NOT result EQUAL 0 AND NOT status STREQUAL "failure") OR
     NOT output MATCHES "${words}")
    message(SEND_ERROR "cmake ${ARGN}\nends with ${result} instead of ${status}, or without '${words}':\n${output}")
  endif()
endfunction()

# ---- the device, with an nvidia-smi that says what a machine's would ----------------------------------------------------
function(expect_device answer status words)
  file(WRITE ${WORK}/nvidia-smi "#!/bin/sh\nprintf '${answer}'\nexit ${status}\n")
  file(CHMOD ${WORK}/nvidia-smi PERMISSIONS OWNER_READ OWNER_EXECUTE OWNER_WRITE)
  expect(success "run on: ${words}" -DACTIVATIONS_CUDA_NVIDIA_SMI=${WORK}/nvidia-smi -P ${SOURCE}/cmake/device.cmake)
endfunction()
expect_device("9.0\\n" 0 "gpu .compute capability 9.0")
expect_device("12.0\\n8.0\\n" 0 "gpu .compute capability 8.0")
expect_device("9.0\\n7.5\\n" 0 "emulator .a GPU of compute capability 7.5 is there, older than 8.0")
expect_device("couldn\"t communicate with the driver 580.1\\n" 9 "emulator .nvidia-smi lists no GPU: couldn\"t communicate")
expect(failure "is 'cpu'; allowed are auto, gpu and emulator" -DACTIVATIONS_CUDA_DEVICE=cpu -P ${SOURCE}/cmake/device.cmake)

# ---- the architectures --------------------------------------------------------------------------------------------------
function(expect_architectures status architectures)
  set(words "")
  if(status STREQUAL "failure")
    set(words "Use cmake --preset dev")
  endif()
  expect(${status} "${words}" -DACTIVATIONS_CUDA_RUNS_ON=emulator "-DCMAKE_CUDA_ARCHITECTURES=${architectures}"
         -P ${SOURCE}/cmake/architectures.cmake)
endfunction()
unset(ENV{ACTIVATIONS_EMULATOR_COMPUTE_CAPABILITY})
expect_architectures(success 80-virtual)
expect_architectures(success "90-real\;75")
expect_architectures(failure "80-real\;90-virtual")
expect_architectures(failure native)
set(ENV{ACTIVATIONS_EMULATOR_COMPUTE_CAPABILITY} 90)
expect_architectures(success 90-virtual)
unset(ENV{ACTIVATIONS_EMULATOR_COMPUTE_CAPABILITY})

# ---- whole configurations, where there is no GoogleTest -----------------------------------------------------------------
set(common -G ${GENERATOR} -DCMAKE_CXX_COMPILER=${CXX} -DCMAKE_CUDA_COMPILER=${CUDACXX} -DCUDAToolkit_ROOT=${CUDA}
    -DCMAKE_DISABLE_FIND_PACKAGE_GTest=ON -DCMAKE_EXPORT_COMPILE_COMMANDS=ON)
function(expect_text file words)
  file(READ ${file} text)
  string(FIND "${text}" "${words}" at)
  if(at EQUAL -1)
    message(SEND_ERROR "${file} has no '${words}' in it")
  endif()
endfunction()

expect(success "run on: emulator" -S ${SOURCE} -B ${WORK}/examples ${common} -DACTIVATIONS_CUDA_BUILD_TESTS=OFF
       -DACTIVATIONS_CUDA_DEVICE=emulator)
expect_text(${WORK}/examples/CMakeCache.txt "CMAKE_BUILD_TYPE:STRING=Release")
expect_text(${WORK}/examples/compile_commands.json "arch=compute_80,code=[compute_80]")

file(WRITE ${WORK}/outer/CMakeLists.txt "cmake_minimum_required(VERSION 3.24)
project(outer LANGUAGES CXX)
add_subdirectory(\"${SOURCE}\" inner)
")
expect(success "Configuring done" -S ${WORK}/outer -B ${WORK}/subproject ${common})
foreach(unwanted IN ITEMS activations_cuda.pc tests examples)
  if(EXISTS ${WORK}/subproject/inner/${unwanted})
    message(SEND_ERROR "as a subproject the library makes ${unwanted} unasked")
  endif()
endforeach()
