foreach(subject IN ITEMS glu_accuracy_test glu_contract_test glu_engine_test glu_special_values_test)
  activations_cuda_test(${subject} SOURCES ${subject}.cpp LIBRARIES test_support oracle)
endforeach()
