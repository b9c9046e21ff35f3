# libactivations_cuda, shared and static from the same objects.
list(TRANSFORM ACTIVATIONS_CUDA_NAMES REPLACE "(.+)" "src/reference/\\1.cpp" OUTPUT_VARIABLE references)

add_library(activations_cuda_objects OBJECT
  src/c_api.cpp src/c_api_glu.cpp src/c_api_learned.cpp src/c_api_random.cpp src/c_api_softmax.cpp src/channelwise.cpp
  src/device_limits.cpp src/glu.cpp src/pointwise.cpp src/random.cpp src/reference.cpp src/reference_glu.cpp
  src/reference_learned.cpp src/reference_random.cpp src/reference_softmax.cpp src/registry.cpp src/rowwise.cpp
  src/validate.cpp src/validate_softmax.cpp kernels/channel_finish.cu
  ${references} ${ACTIVATIONS_CUDA_INSTANTIATIONS})

# What needs clusters of blocks, compiled for those of the architectures that have them; PTX for the first of them if none has.
set(cluster_architectures)
foreach(architecture IN LISTS CMAKE_CUDA_ARCHITECTURES)
  if(architecture STREQUAL "native")
    set(architecture ${CMAKE_CUDA_ARCHITECTURES_NATIVE})
  elseif(architecture MATCHES "^all")
    set(architecture 90 100 120)
  endif()
  list(APPEND cluster_architectures ${architecture})
endforeach()
list(FILTER cluster_architectures INCLUDE REGEX "^(9[0-9]|1[0-9][0-9])")
set(has_ptx_for_emulator ${cluster_architectures})
list(FILTER has_ptx_for_emulator INCLUDE REGEX "^90(-virtual)?$")
if(NOT cluster_architectures OR (ACTIVATIONS_CUDA_RUNS_ON STREQUAL "emulator" AND NOT has_ptx_for_emulator))
  list(APPEND cluster_architectures 90-virtual)
endif()
add_library(activations_cuda_cluster_objects OBJECT ${ACTIVATIONS_CUDA_CLUSTER_INSTANTIATIONS})
set_target_properties(activations_cuda_cluster_objects PROPERTIES CUDA_ARCHITECTURES "${cluster_architectures}")

set(objects activations_cuda_objects activations_cuda_cluster_objects)
set_target_properties(${objects} PROPERTIES
  POSITION_INDEPENDENT_CODE ON CXX_VISIBILITY_PRESET hidden CUDA_VISIBILITY_PRESET hidden VISIBILITY_INLINES_HIDDEN ON
  CXX_STANDARD 17 CXX_STANDARD_REQUIRED ON CXX_EXTENSIONS OFF CUDA_STANDARD 17 CUDA_STANDARD_REQUIRED ON CUDA_EXTENSIONS OFF
  CUDA_RUNTIME_LIBRARY Shared)
foreach(target IN LISTS objects)
  target_include_directories(${target} PRIVATE
    ${CMAKE_CURRENT_SOURCE_DIR}/include ${generated}/include ${CMAKE_CURRENT_SOURCE_DIR}/kernels ${CUDAToolkit_INCLUDE_DIRS})
  # Every fused multiply-add is written, so that vector and scalar paths, and emulator and GPU, agree bit for bit.
  target_compile_options(${target} PRIVATE $<$<COMPILE_LANGUAGE:CUDA>:-fmad=false>)
  activations_cuda_warnings(${target})
endforeach()

# What engines do from compute capability 10.0 on, evaluate floats in pairs, as PTX for the tests. Other builds that ask for it compile
# what the tests' build compiles, and ccache has it.
option(ACTIVATIONS_CUDA_PTX_OF_PAIRS "Add the PTX of compute capability 10.0 to the kernels that have code of their own there" OFF)
if((ACTIVATIONS_CUDA_BUILD_TESTS OR ACTIVATIONS_CUDA_PTX_OF_PAIRS) AND NOT CMAKE_CUDA_ARCHITECTURES MATCHES "100(-virtual)?(;|$)")
  set(units ${ACTIVATIONS_CUDA_POINTWISE} ${ACTIVATIONS_CUDA_GLU})
  foreach(type IN ITEMS float __nv_bfloat16)
    foreach(kind IN ITEMS "" _cluster)
      list(TRANSFORM ACTIVATIONS_CUDA_ROWWISE_KERNELS APPEND _${type}${kind} OUTPUT_VARIABLE of_type)
      list(APPEND units ${of_type})
    endforeach()
  endforeach()
  list(TRANSFORM units REPLACE "(.+)" "${generated}/kernels/\\1.cu")
  set_property(SOURCE ${units} APPEND PROPERTY COMPILE_OPTIONS "--generate-code=arch=compute_100,code=[compute_100]")
endif()

function(activations_cuda_library target type)
  add_library(${target} ${type} $<TARGET_OBJECTS:activations_cuda_objects> $<TARGET_OBJECTS:activations_cuda_cluster_objects>)
  set_target_properties(${target} PROPERTIES
    OUTPUT_NAME activations_cuda EXPORT_NAME ${target} LINKER_LANGUAGE CXX VERSION ${PROJECT_VERSION} SOVERSION ${PROJECT_VERSION_MAJOR})
  target_include_directories(${target} PUBLIC
    $<BUILD_INTERFACE:${CMAKE_CURRENT_SOURCE_DIR}/include> $<BUILD_INTERFACE:${generated}/include>
    $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
  target_compile_features(${target} PUBLIC cxx_std_17)
  add_library(activations_cuda::${target} ALIAS ${target})
endfunction()

include(GNUInstallDirs)
activations_cuda_library(activations_cuda SHARED)
target_link_libraries(activations_cuda PUBLIC CUDA::cudart)
set(exports ${CMAKE_CURRENT_SOURCE_DIR}/cmake/exports.map)
target_link_options(activations_cuda PRIVATE -Wl,--no-undefined -Wl,--version-script=${exports})
set_target_properties(activations_cuda PROPERTIES LINK_DEPENDS ${exports})
if(ACTIVATIONS_CUDA_BUILD_STATIC)
  activations_cuda_library(activations_cuda_static STATIC)
  # The headers need CUDA's; which runtime to link, shared or static, is the consumer's choice.
  target_include_directories(activations_cuda_static SYSTEM PUBLIC $<BUILD_INTERFACE:${CUDAToolkit_INCLUDE_DIRS}>)
endif()
