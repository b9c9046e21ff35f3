foreach(subject IN ITEMS evaluator_on_host_test reference_test)
  activations_cuda_host_test(${subject} SOURCES ${subject}.cpp LIBRARIES test_support oracle)
endforeach()

# The emulator's runtime library is not written yet: until it is, these run on a GPU only, and are built everywhere.
function(activations_cuda_device_tests)
  foreach(subject IN LISTS ARGN)
    if(ACTIVATIONS_CUDA_RUNS_ON STREQUAL "emulator" AND NOT TARGET ptx_emulator_cudart)
      add_executable(${subject} ${subject}.cpp)
      target_link_libraries(${subject} PRIVATE test_support oracle GTest::gtest GTest::gtest_main)
      activations_cuda_warnings(${subject})
    else()
      activations_cuda_test(${subject} SOURCES ${subject}.cpp LIBRARIES test_support oracle)
    endif()
  endforeach()
endfunction()

activations_cuda_device_tests(
  c_api_test
  pointwise_accuracy_test
  pointwise_engine_test
  pointwise_special_values_test)
