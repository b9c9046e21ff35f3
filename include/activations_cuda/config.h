/* Macros that the other public headers share. */
#ifndef ACTIVATIONS_CUDA_CONFIG_H
#define ACTIVATIONS_CUDA_CONFIG_H

/* The library is built with hidden visibility: what users link carries this. */
#if defined(__GNUC__)
#define ACTIVATIONS_CUDA_EXPORT __attribute__((visibility("default")))
#else
#define ACTIVATIONS_CUDA_EXPORT
#endif

#if defined(__CUDACC__)
#define ACTIVATIONS_CUDA_HOST_DEVICE __host__ __device__ __forceinline__
#define ACTIVATIONS_CUDA_HOST_DEVICE_RARE __host__ __device__ __noinline__
#else
#define ACTIVATIONS_CUDA_HOST_DEVICE inline
#define ACTIVATIONS_CUDA_HOST_DEVICE_RARE __attribute__((noinline))
#endif

#endif
