activations_cuda_host_test(row_plan_test SOURCES row_plan_test.cpp)

foreach(subject IN ITEMS
    rowwise_accuracy_test
    rowwise_engine_test
    rowwise_special_values_test
    softmax_axes_test
    softmax_masks_test)
  activations_cuda_test(${subject} SOURCES ${subject}.cpp LIBRARIES test_support oracle)
endforeach()
activations_cuda_test(softmax_large_test SOURCES softmax_large_test.cu LIBRARIES test_support)
# The kernels as the library compiles them.
target_compile_options(softmax_large_test PRIVATE $<$<COMPILE_LANGUAGE:CUDA>:-fmad=false>)
# A GPU does not count.
if(ACTIVATIONS_CUDA_RUNS_ON STREQUAL "emulator")
  activations_cuda_test(softmax_traffic_test SOURCES softmax_traffic_test.cpp ${PROJECT_SOURCE_DIR}/bench/launch_counters.cpp
                        LIBRARIES test_support oracle)
  target_include_directories(softmax_traffic_test PRIVATE ${PROJECT_SOURCE_DIR})
  set(counters ${CMAKE_CURRENT_BINARY_DIR}/softmax_traffic.jsonl)
  set_tests_properties(softmax_traffic_test PROPERTIES ENVIRONMENT "ACTIVATIONS_EMULATOR_COUNTERS=${counters}")
endif()

foreach(subject IN ITEMS
    softmax_c_api_test
    softmax_capture_test
    softmax_contract_test
    softmax_fuzz_test
    softmax_special_values_test)
  activations_cuda_test(${subject} SOURCES ${subject}.cpp LIBRARIES test_support)
endforeach()
