activations_cuda_host_test(row_shape_test SOURCES row_shape_test.cpp)
activations_cuda_device_tests(
  rowwise_accuracy_test
  rowwise_engine_test
  rowwise_special_values_test)
