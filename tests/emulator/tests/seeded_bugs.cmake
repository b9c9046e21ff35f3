# Bugs that the emulator must report, and their corrected twins: programs as nvcc -lineinfo makes them, so that reports
# name the line of the source.
file(GLOB seeded_sources CONFIGURE_DEPENDS seeded_bugs/*.cu seeded_bugs/*.cpp)
file(GLOB seeded_cluster_sources CONFIGURE_DEPENDS seeded_bugs/cluster*.cu)
list(REMOVE_ITEM seeded_sources ${seeded_cluster_sources})

set(seeded_properties CUDA_RUNTIME_LIBRARY Shared CUDA_STANDARD 17)
add_library(emulator_seeded_clusters OBJECT ${seeded_cluster_sources})
set_target_properties(emulator_seeded_clusters PROPERTIES ${seeded_properties} CUDA_ARCHITECTURES 90-virtual)
add_executable(emulator_seeded_bugs_test ${seeded_sources})
set_target_properties(emulator_seeded_bugs_test PROPERTIES ${seeded_properties} CUDA_ARCHITECTURES 80-virtual)
target_link_libraries(emulator_seeded_bugs_test PRIVATE emulator_seeded_clusters GTest::gtest CUDA::cudart Threads::Threads)
target_compile_definitions(emulator_seeded_bugs_test PRIVATE SEEDED_BUGS_FOLDER="${CMAKE_CURRENT_SOURCE_DIR}/seeded_bugs")
foreach(target emulator_seeded_clusters emulator_seeded_bugs_test)
  target_include_directories(${target} SYSTEM PRIVATE ${CUDAToolkit_INCLUDE_DIRS})
  target_compile_options(${target} PRIVATE $<$<COMPILE_LANGUAGE:CUDA>:-lineinfo>)
  emulator_defaults(${target})
endforeach()
set_target_properties(emulator_seeded_clusters emulator_seeded_bugs_test PROPERTIES CUDA_STANDARD 17)
add_dependencies(emulator_seeded_bugs_test ptx_emulator_cudart)

function(add_seeded_test name filter)
  add_test(NAME emulator.${name} COMMAND emulator_seeded_bugs_test --gtest_filter=${filter})
  set_tests_properties(emulator.${name} PROPERTIES ENVIRONMENT_MODIFICATION
    "LD_LIBRARY_PATH=path_list_prepend:${EMULATOR_LIBRARY_DIRECTORY};ACTIVATIONS_EMULATOR_SEED=unset:")
endfunction()
# Apart: what orders accesses to global memory and between the blocks of a cluster, and lanes that an mbarrier orders.
set(of_memory_order "*global_race__*:*peer_has_ended:*bulk_copy_*")
add_seeded_test(seeded_bugs_test "-${of_memory_order}")
add_seeded_test(seeded_global_races_test "${of_memory_order}")
