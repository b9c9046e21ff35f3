# What is installed, in three components: cmake --install <build> [--component NAME]
#   runtime      libactivations_cuda.so.<major>
#   development  headers, libactivations_cuda.so, the files for find_package and pkg-config
#   static       libactivations_cuda.a
include(CMakePackageConfigHelpers)
set(package_folder ${CMAKE_INSTALL_LIBDIR}/cmake/activations_cuda)

install(DIRECTORY include/activations_cuda ${generated}/include/activations_cuda
  DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} COMPONENT development
  FILES_MATCHING PATTERN *.h PATTERN *.hpp PATTERN *.cuh PATTERN *.def)

install(TARGETS activations_cuda EXPORT activations_cuda-shared
  LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT runtime NAMELINK_COMPONENT development)
if(ACTIVATIONS_CUDA_BUILD_STATIC)
  install(TARGETS activations_cuda_static EXPORT activations_cuda-static
    ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT static)
  install(EXPORT activations_cuda-static NAMESPACE activations_cuda:: DESTINATION ${package_folder} COMPONENT static)
endif()
install(EXPORT activations_cuda-shared NAMESPACE activations_cuda:: DESTINATION ${package_folder} COMPONENT development)

# Before 1.0 a minor version may change the interface; from then on only a major one.
if(PROJECT_VERSION_MAJOR EQUAL 0)
  set(compatibility SameMinorVersion)
else()
  set(compatibility SameMajorVersion)
endif()
write_basic_package_version_file(activations_cuda-config-version.cmake COMPATIBILITY ${compatibility})
configure_package_config_file(cmake/activations_cuda-config.cmake.in activations_cuda-config.cmake
  INSTALL_DESTINATION ${package_folder} NO_SET_AND_CHECK_MACRO)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/activations_cuda-config.cmake
  ${CMAKE_CURRENT_BINARY_DIR}/activations_cuda-config-version.cmake
  DESTINATION ${package_folder} COMPONENT development)

# Relative to the file itself: the installed tree can be moved.
file(RELATIVE_PATH prefix_from_pc ${CMAKE_INSTALL_FULL_LIBDIR}/pkgconfig ${CMAKE_INSTALL_PREFIX})
file(RELATIVE_PATH libdir_from_prefix ${CMAKE_INSTALL_PREFIX} ${CMAKE_INSTALL_FULL_LIBDIR})
file(RELATIVE_PATH includedir_from_prefix ${CMAKE_INSTALL_PREFIX} ${CMAKE_INSTALL_FULL_INCLUDEDIR})
file(RELATIVE_PATH libdir_from_cuda ${CUDAToolkit_TARGET_DIR} ${CUDAToolkit_LIBRARY_DIR})
configure_file(cmake/activations_cuda.pc.in activations_cuda.pc @ONLY)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/activations_cuda.pc
  DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig COMPONENT development)
