foreach(subject IN ITEMS glu_engine_test)
  activations_cuda_test(${subject} SOURCES ${subject}.cpp LIBRARIES test_support oracle)
endforeach()
