# What nvcc makes of tests/ptx_corpus/*.cu, for the parser's corpus test.
set(EMULATOR_CORPUS_DIR ${CMAKE_CURRENT_BINARY_DIR}/ptx_corpus)
set(EMULATOR_CORPUS "")

function(emulator_add_corpus source)
  foreach(architecture IN LISTS ARGN)
    set(output ${EMULATOR_CORPUS_DIR}/${source}_${architecture}.ptx)
    set(input ${CMAKE_CURRENT_SOURCE_DIR}/ptx_corpus/${source}.cu)
    set(flags -std=c++17 -ptx -arch=compute_${architecture})
    if(source STREQUAL debug)
      list(APPEND flags -G)
    endif()
    add_custom_command(
      OUTPUT ${output}
      COMMAND ${CMAKE_COMMAND} -E make_directory ${EMULATOR_CORPUS_DIR}
      COMMAND ${CMAKE_CUDA_COMPILER} ${flags} ${input} -o ${output}
      DEPENDS ${input}
      COMMENT "PTX corpus: ${source} for compute_${architecture}"
      VERBATIM)
    list(APPEND EMULATOR_CORPUS ${output})
  endforeach()
  set(EMULATOR_CORPUS ${EMULATOR_CORPUS} PARENT_SCOPE)
endfunction()

# Few of the dear ones: CUB and Thrust take seconds each.
emulator_add_corpus(pointwise 75 80 90 100)
emulator_add_corpus(inline_asm 75 80 90 100)
emulator_add_corpus(half_types 75 80 90 100)
emulator_add_corpus(mathematics 75 100)
emulator_add_corpus(objects 80 100)
emulator_add_corpus(debug 80)
emulator_add_corpus(cub_block 75 90)
emulator_add_corpus(cub_device 80 100)
emulator_add_corpus(thrust_algorithms 80)
add_custom_target(emulator_ptx_corpus DEPENDS ${EMULATOR_CORPUS})
