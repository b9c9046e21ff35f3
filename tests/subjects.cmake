foreach(subject IN ITEMS c_api_test pointwise_accuracy_test pointwise_engine_test pointwise_special_values_test)
  activations_cuda_test(${subject} SOURCES ${subject}.cpp LIBRARIES test_support oracle)
endforeach()
