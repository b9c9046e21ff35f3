activations_cuda_host_test(reference_glu_test SOURCES reference_glu_test.cpp LIBRARIES test_support oracle)

foreach(subject IN ITEMS
    glu_accuracy_test
    glu_contract_test
    glu_engine_test
    glu_fuzz_test
    glu_large_test
    glu_special_values_test)
  activations_cuda_test(${subject} SOURCES ${subject}.cpp LIBRARIES test_support oracle)
endforeach()
