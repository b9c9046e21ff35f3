# The references' own functions, which the library does not export.
set(learned_references ${ACTIVATIONS_CUDA_LEARNED} silu snake)
list(TRANSFORM learned_references REPLACE "(.+)" "${PROJECT_SOURCE_DIR}/src/reference/\\1.cpp")
add_library(learned_references STATIC ${learned_references})
target_include_directories(learned_references PUBLIC ${PROJECT_SOURCE_DIR}/src)
target_link_libraries(learned_references PUBLIC activations_cuda::activations_cuda)
activations_cuda_warnings(learned_references)

foreach(subject IN ITEMS learned_ops_test learned_special_values_test learned_sums_test reference_learned_test)
  activations_cuda_host_test(${subject} SOURCES ${subject}.cpp LIBRARIES test_support oracle learned_references)
endforeach()

activations_cuda_host_test(learned_order_test SOURCES learned_order_test.cpp LIBRARIES test_support)
foreach(subject IN ITEMS learned_c_api_test learned_capture_test learned_contract_test)
  activations_cuda_test(${subject} SOURCES ${subject}.cpp LIBRARIES test_support)
endforeach()
activations_cuda_test(learned_fuzz_test SOURCES learned_fuzz_test.cpp random_fuzz_test.cpp LIBRARIES test_support)
# A GPU does not count.
if(ACTIVATIONS_CUDA_RUNS_ON STREQUAL "emulator")
  activations_cuda_test(learned_traffic_test SOURCES learned_traffic_test.cpp ${PROJECT_SOURCE_DIR}/bench/launch_counters.cpp
                        LIBRARIES test_support)
  target_include_directories(learned_traffic_test PRIVATE ${PROJECT_SOURCE_DIR})
  set(counters ${CMAKE_CURRENT_BINARY_DIR}/learned_traffic.jsonl)
  set_tests_properties(learned_traffic_test PROPERTIES ENVIRONMENT "ACTIVATIONS_EMULATOR_COUNTERS=${counters}")
endif()
foreach(subject IN ITEMS learned_engine_test learned_gradient_test)
  activations_cuda_test(${subject} SOURCES ${subject}.cpp LIBRARIES test_support)
endforeach()
activations_cuda_test(learned_accuracy_test SOURCES learned_accuracy_test.cpp LIBRARIES test_support oracle)
activations_cuda_test(learned_large_test SOURCES learned_large_test.cu LIBRARIES test_support)
# The kernels as the library compiles them.
target_compile_options(learned_large_test PRIVATE $<$<COMPILE_LANGUAGE:CUDA>:-fmad=false>)
