foreach(subject IN ITEMS evaluator_on_host_test reference_test)
  activations_cuda_host_test(${subject} SOURCES ${subject}.cpp LIBRARIES test_support oracle)
endforeach()

foreach(subject IN ITEMS
    c_api_test
    pointwise_accuracy_test
    pointwise_engine_test
    pointwise_special_values_test)
  activations_cuda_test(${subject} SOURCES ${subject}.cpp LIBRARIES test_support oracle)
endforeach()
