# Where tests and examples run: on the GPU if there is one, else on the PTX emulator, the same binaries.
set(ACTIVATIONS_CUDA_DEVICE auto CACHE STRING "auto, gpu or emulator: what the tests and examples run on")
set_property(CACHE ACTIVATIONS_CUDA_DEVICE PROPERTY STRINGS auto gpu emulator)
set(ACTIVATIONS_CUDA_RUNS_ON ${ACTIVATIONS_CUDA_DEVICE})
if(ACTIVATIONS_CUDA_DEVICE STREQUAL "auto")
  if(EXISTS /dev/nvidia0)
    set(ACTIVATIONS_CUDA_RUNS_ON gpu)
  else()
    set(ACTIVATIONS_CUDA_RUNS_ON emulator)
  endif()
endif()
message(STATUS "Tests and examples run on: ${ACTIVATIONS_CUDA_RUNS_ON}")
add_subdirectory(tests/emulator)

# Makes a registered test run on that device.
function(activations_cuda_runs_on_device)
  if(ACTIVATIONS_CUDA_RUNS_ON STREQUAL "emulator")
    set_property(TEST ${ARGV} APPEND PROPERTY ENVIRONMENT_MODIFICATION
                 "LD_LIBRARY_PATH=path_list_prepend:$<TARGET_FILE_DIR:ptx_emulator_cudart>")
  endif()
endfunction()

# on-device PROGRAM [ARGUMENT...] in the build folder does so by hand.
set(device_wrapper "")
if(ACTIVATIONS_CUDA_RUNS_ON STREQUAL "emulator")
  set(device_wrapper "'$<TARGET_PROPERTY:ptx_emulator_core,BINARY_DIR>/with-emulator' ")
endif()
file(GENERATE OUTPUT ${CMAKE_BINARY_DIR}/on-device CONTENT "#!/bin/sh\nexec ${device_wrapper}\"$@\"\n"
     FILE_PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
