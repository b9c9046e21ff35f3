# How tests and examples get to the device that cmake/device.cmake chose.
if(ACTIVATIONS_CUDA_RUNS_ON STREQUAL "emulator" OR ACTIVATIONS_CUDA_BUILD_TESTS)
  set(EMULATOR_TESTS ${ACTIVATIONS_CUDA_BUILD_TESTS})
  set(EMULATOR_WARNINGS_AS_ERRORS ${ACTIVATIONS_CUDA_WARNINGS_AS_ERRORS})
  add_subdirectory(tests/emulator)
endif()

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
