activations_cuda_host_test(row_shape_test SOURCES row_shape_test.cpp)

foreach(subject IN ITEMS rowwise_accuracy_test rowwise_engine_test rowwise_special_values_test)
  activations_cuda_test(${subject} SOURCES ${subject}.cpp LIBRARIES test_support oracle)
endforeach()

foreach(subject IN ITEMS softmax_c_api_test softmax_capture_test softmax_contract_test softmax_fuzz_test)
  activations_cuda_test(${subject} SOURCES ${subject}.cpp LIBRARIES test_support)
endforeach()
