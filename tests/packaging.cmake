# The package as its users meet it: installed, moved elsewhere, found by CMake and by pkg-config, linked shared and static,
# and run. And what holds for the sources and the binary as a whole: tests/structure.
enable_language(C)
set(staging ${CMAKE_CURRENT_BINARY_DIR}/staging)
set(installed "${CMAKE_CURRENT_BINARY_DIR}/installed copy")
set(examples ${PROJECT_SOURCE_DIR}/examples)
find_program(PKG_CONFIG_EXECUTABLE pkg-config REQUIRED)
if(NOT ACTIVATIONS_CUDA_BUILD_STATIC OR NOT ACTIVATIONS_CUDA_INSTALL)
  message(FATAL_ERROR "The tests consume both libraries: ACTIVATIONS_CUDA_BUILD_STATIC and ACTIVATIONS_CUDA_INSTALL must be ON")
endif()

add_test(NAME packaging.install COMMAND ${CMAKE_COMMAND} -DBUILD=${PROJECT_BINARY_DIR} -DSTAGING=${staging} -DINSTALLED=${installed}
         -P ${CMAKE_CURRENT_SOURCE_DIR}/packaging/install.cmake)
set_tests_properties(packaging.install PROPERTIES FIXTURES_SETUP installed_copy)

add_test(NAME packaging.contents COMMAND ${CMAKE_COMMAND}
         -DSOURCE=${PROJECT_SOURCE_DIR} -DBUILD=${PROJECT_BINARY_DIR} -DINSTALLED=${installed} -DSTAGING=${staging}
         -DLIBDIR=${CMAKE_INSTALL_LIBDIR} -DVERSION=${PROJECT_VERSION} "-DCUDA=${CUDAToolkit_TARGET_DIR};${CUDAToolkit_LIBRARY_DIR}"
         -P ${CMAKE_CURRENT_SOURCE_DIR}/packaging/contents.cmake)
set_tests_properties(packaging.contents PROPERTIES FIXTURES_REQUIRED installed_copy)

# The toolkit of this build, whatever the shell that runs ctest has.
cmake_path(GET CUDAToolkit_BIN_DIR PARENT_PATH toolkit)

# A project under examples/, configured against the installed copy, built and run: its own tests are its programs.
function(activations_cuda_consumer_by_cmake name)
  set(build ${CMAKE_CURRENT_BINARY_DIR}/${name})
  set(test packaging.${name})
  add_test(NAME ${test} COMMAND ${CMAKE_CTEST_COMMAND} --build-and-test ${examples}/${name} ${build}
           --build-noclean --build-generator ${CMAKE_GENERATOR} --build-options -DCMAKE_PREFIX_PATH=${installed}
           -DCUDAToolkit_ROOT=${toolkit} ${ARGN}
           --test-command ${CMAKE_CTEST_COMMAND} --output-on-failure --no-tests=error)
  set_tests_properties(${test} PROPERTIES FIXTURES_REQUIRED installed_copy)
  activations_cuda_runs_on_device(${test})
endfunction()
activations_cuda_consumer_by_cmake(consumer_cmake)
activations_cuda_consumer_by_cmake(consumer_c)
activations_cuda_consumer_by_cmake(consumer_cuda -DCMAKE_CUDA_COMPILER=${CMAKE_CUDA_COMPILER}
                                  -DCMAKE_CUDA_ARCHITECTURES=${CMAKE_CUDA_ARCHITECTURES})

# One source file, compiled with what pkg-config says, and run.
function(activations_cuda_consumer_by_pkg_config name compiler source)
  foreach(kind IN ITEMS shared static)
    set(program ${CMAKE_CURRENT_BINARY_DIR}/pkg_config_${name}_${kind})
    set(test packaging.pkg_config_${name}_${kind})
    add_test(NAME ${test}.build COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/packaging/build_with_pkg_config
             ${installed} ${kind} ${compiler} ${examples}/${source} ${program})
    set_tests_properties(${test}.build PROPERTIES FIXTURES_REQUIRED installed_copy FIXTURES_SETUP ${test})
    add_test(NAME ${test} COMMAND ${program})
    set_tests_properties(${test} PROPERTIES FIXTURES_REQUIRED ${test} ENVIRONMENT_MODIFICATION
                         "LD_LIBRARY_PATH=path_list_prepend:${installed}/${CMAKE_INSTALL_LIBDIR}")
    activations_cuda_runs_on_device(${test})
  endforeach()
endfunction()
activations_cuda_consumer_by_pkg_config(cxx ${CMAKE_CXX_COMPILER} consumer_cmake/main.cpp)
activations_cuda_consumer_by_pkg_config(c ${CMAKE_C_COMPILER} consumer_c/main.c)

add_subdirectory(structure)

# Tests that build copies of the tree.
find_package(Python3 REQUIRED COMPONENTS Interpreter)
add_test(NAME add_activation COMMAND ${Python3_EXECUTABLE} ${CMAKE_CURRENT_SOURCE_DIR}/add_activation/run
         --folder ${CMAKE_CURRENT_BINARY_DIR}/toy_tree --compiler ${CMAKE_CXX_COMPILER} --cuda ${CUDAToolkit_TARGET_DIR})
# Long, and with a core idle at times: first.
set_tests_properties(add_activation PROPERTIES TIMEOUT 900 COST 1000)
activations_cuda_runs_on_device(add_activation)
add_test(NAME mutants.apply COMMAND ${Python3_EXECUTABLE} ${CMAKE_CURRENT_SOURCE_DIR}/mutants/run --check)

# How the SASS report reads and counts, on listings written by hand.
add_test(NAME sass_report COMMAND ${Python3_EXECUTABLE} -B -m unittest discover -s ${CMAKE_CURRENT_SOURCE_DIR}/sass -p *_test.py)
add_test(NAME accuracy_kernels COMMAND ${Python3_EXECUTABLE} -B -m unittest discover -s ${CMAKE_CURRENT_SOURCE_DIR}/accuracy -p *_test.py)
