foreach(subject IN ITEMS evaluator_on_host_test oracle_test reference_rowwise_test reference_softmax_test reference_test)
  activations_cuda_host_test(${subject} SOURCES ${subject}.cpp LIBRARIES test_support oracle)
endforeach()

foreach(subject IN ITEMS
    accuracy_page_test
    c_api_test
    check_pointers_test
    contract_calls_test
    contract_capture_test
    contract_fault_test
    contract_fuzz_test
    contract_threads_test
    cpp_api_test
    pointwise_engine_test
    pointwise_gradient_test
    pointwise_large_test
    pointwise_special_values_test)
  activations_cuda_test(${subject} SOURCES ${subject}.cpp LIBRARIES test_support oracle)
endforeach()

foreach(subject IN ITEMS accuracy_harness_test accuracy_screen_test pointwise_accuracy_test)
  activations_cuda_test(${subject} SOURCES ${subject}.cpp LIBRARIES test_support accuracy_harness oracle)
endforeach()

# g++ fuses products and additions, which is what one of the tests looks for, from -O2 on.
target_compile_options(cpp_api_test PRIVATE -O2)
target_compile_definitions(accuracy_page_test PRIVATE ACCURACY_PAGE="${PROJECT_SOURCE_DIR}/docs/accuracy.md"
  EXHAUSTIVE_PAGE="${PROJECT_SOURCE_DIR}/docs/accuracy_exhaustive.md")

activations_cuda_test(functor_test SOURCES functor_test.cu LIBRARIES test_support)
activations_cuda_test(engine_grid_test SOURCES engine_grid_test.cu LIBRARIES test_support)
# The kernels as the library compiles them.
target_compile_options(engine_grid_test PRIVATE $<$<COMPILE_LANGUAGE:CUDA>:-fmad=false>)
