# For folders of test programs: they are compiled more often than their own code runs long, so -O1 is enough. (A test's time goes
# to what it tests, which keeps its flags. Of nvcc's -O only the host compiler hears.)
foreach(language IN ITEMS CXX CUDA)
  string(REPLACE "-O3" "-O1" CMAKE_${language}_FLAGS_RELEASE "${CMAKE_${language}_FLAGS_RELEASE}")
endforeach()
