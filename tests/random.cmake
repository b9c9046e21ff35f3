foreach(subject IN ITEMS philox_test reference_random_test)
  activations_cuda_host_test(${subject} SOURCES ${subject}.cpp LIBRARIES test_support oracle)
endforeach()

foreach(subject IN ITEMS
    random_accuracy_test
    random_capture_test
    random_contract_test
    random_distribution_test
    random_engine_test
    random_special_values_test)
  activations_cuda_test(${subject} SOURCES ${subject}.cpp LIBRARIES test_support oracle)
endforeach()

activations_cuda_test(random_functor_test SOURCES random_functor_test.cu LIBRARIES test_support)
