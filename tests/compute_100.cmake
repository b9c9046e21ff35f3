# Ops whose evaluation is written for pairs of float32 (float_pair.cuh) have a path of their own from compute capability 10.0 on:
# their kernels get PTX for that too, and their tests run a second time, on an emulated device of that capability. pairs_test
# says if this finds an op too few.
set(pair_ops)
foreach(op IN LISTS ACTIVATIONS_CUDA_POINTWISE)
  file(STRINGS ${PROJECT_SOURCE_DIR}/include/activations_cuda/ops/${op}.cuh evaluates_pairs REGEX "template <class Value>")
  if(evaluates_pairs)
    list(APPEND pair_ops ${op})
  endif()
endforeach()
list(TRANSFORM pair_ops REPLACE "(.+)" "${PROJECT_BINARY_DIR}/generated/kernels/\\1.cu" OUTPUT_VARIABLE units)
if(NOT CMAKE_CUDA_ARCHITECTURES MATCHES "100(-virtual)?(;|$)")
  set_property(SOURCE ${units} TARGET_DIRECTORY activations_cuda_objects APPEND PROPERTY COMPILE_OPTIONS
               "--generate-code=arch=compute_100,code=[compute_100]")
endif()

activations_cuda_test(pairs_test SOURCES pairs_test.cu LIBRARIES test_support)
list(JOIN pair_ops " " names)
target_compile_definitions(pairs_test PRIVATE PAIR_OPS=" ${names} ")

# The virtual architectures that tests run on: CI's own and what follows.
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
list(TRANSFORM pair_ops REPLACE "(.+)" "*/\\1_float16_*:*/\\1_bfloat16_*" OUTPUT_VARIABLE evaluations)
list(JOIN evaluations ":" evaluations)
# functor_test evaluates every element alone.
activations_cuda_runs_on_capability(100 "${evaluations}:functor.*loat16" pointwise_accuracy_test pointwise_engine_test functor_test)
