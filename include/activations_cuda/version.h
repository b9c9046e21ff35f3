/* The version of the headers; the library's own is act_version(). CMakeLists.txt reads these three
 * lines. */
#ifndef ACTIVATIONS_CUDA_VERSION_H
#define ACTIVATIONS_CUDA_VERSION_H

#define ACTIVATIONS_CUDA_VERSION_MAJOR 0
#define ACTIVATIONS_CUDA_VERSION_MINOR 1
#define ACTIVATIONS_CUDA_VERSION_PATCH 0

/* major * 10000 + minor * 100 + patch */
#define ACTIVATIONS_CUDA_VERSION                                                   \
  (ACTIVATIONS_CUDA_VERSION_MAJOR * 10000 + ACTIVATIONS_CUDA_VERSION_MINOR * 100 + \
   ACTIVATIONS_CUDA_VERSION_PATCH)

#endif
