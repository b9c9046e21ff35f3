# Tests that run a second time, on an emulated device of another capability, because kernels have a path of their own there.
#
# From 10.0 on, the elementwise engines evaluate 16 bits in pairs, and rows in float (float_pair.cuh; cmake/library.cmake sees to the
# PTX).

# The virtual architectures that tests run on: what the presets build for, and what follows.
set(tested_architectures 80)

# Another run of tests that are there, on a device of that capability.
function(activations_cuda_runs_on_capability capability filter)
  foreach(test IN LISTS ARGN)
    set(again ${test}.compute_${capability})
    add_test(NAME ${again} COMMAND ${test})
    set_tests_properties(${again} PROPERTIES
      ENVIRONMENT "ACTIVATIONS_EMULATOR_COMPUTE_CAPABILITY=${capability};GTEST_FILTER=${filter}")
    activations_cuda_runs_on_device(${again})
    add_custom_target(${test}_compute_${capability} DEPENDS ${test})
  endforeach()
  set(tested_architectures ${tested_architectures} ${capability} PARENT_SCOPE)
endfunction()
activations_cuda_runs_on_capability(100 "*float32*_33_columns:*float32*_1000_columns:*float32*_4097_columns:*bfloat16*_33_columns:*bfloat16*_1000_columns:*bfloat16*_4097_columns" rowwise_accuracy_test)
activations_cuda_runs_on_capability(100 "*" rowwise_engine_test)
activations_cuda_runs_on_capability(100 "*_float32_*:*_bfloat16_*" softmax_axes_test)
# functor_test evaluates every element alone.
activations_cuda_runs_on_capability(100 "*float16*:functor.*loat16"
  functor_test glu_accuracy_test glu_engine_test pointwise_accuracy_test pointwise_engine_test)

# From 9.0 on, rows that no block holds go to clusters of blocks: what tests of long rows there are runs again.
activations_cuda_runs_on_capability(90 "*_32768_columns:*_50257_columns:*_65537_columns:*_128256_columns" rowwise_accuracy_test)
activations_cuda_runs_on_capability(90 "*" rowwise_engine_test softmax_capture_test)
activations_cuda_runs_on_capability(90 "*_33003_*" softmax_masks_test)
if(ACTIVATIONS_CUDA_RUNS_ON STREQUAL "emulator")
  activations_cuda_runs_on_capability(90 "*OnceAndWritten*" softmax_traffic_test)
  set_property(TEST softmax_traffic_test.compute_90 APPEND PROPERTY ENVIRONMENT
               "ACTIVATIONS_EMULATOR_COUNTERS=${CMAKE_CURRENT_BINARY_DIR}/softmax_traffic_90.jsonl")
endif()

activations_cuda_host_test(pairs_test SOURCES pairs_test.cu LIBRARIES test_support)
