// Kernels for the tests of the runtime, behind functions that launch them with <<<>>>.
#pragma once

#include <cuda_runtime_api.h>

namespace kernels {

/// *to = value.
void set(int* to, int value, cudaStream_t stream);
/// *to += amount.
void add(int* to, int amount, cudaStream_t stream);
/// *to = from[index].
void get(int const* from, int index, int* to, cudaStream_t stream);
/// Executes trap.
void trap(cudaStream_t stream);
/// to[block * block size + thread] = its own index, in a grid of `blocks` blocks of `threads`
/// threads.
void number(int* to, int blocks, int threads, cudaStream_t stream);

struct mixed {
  char c;
  double d;
  short s[3];
};
/// *to = a + b + m.c + m.d + m.s[0] + m.s[1] + m.s[2]: parameters of many sizes and alignments.
void sum(char a, double b, mixed m, double* to, cudaStream_t stream);

/// *to += counter, counter += 1, in the __device__ variable `counter` (5 at the start).
void count(int* to, cudaStream_t stream);
/// *to = table[index] of the __constant__ int table[4] = {1, 2, 3, 4}.
void look_up(int index, int* to, cudaStream_t stream);
void const* counter_symbol();
void const* table_symbol();

/// The kernels themselves, for cudaLaunchKernel: set(int*, int); one for at most 64 threads a
/// block; one with 4,096 bytes of static shared memory that writes the block's dynamic shared bytes
/// to its int* argument.
void const* set_function();
void const* bounded_function();
void const* shared_function();

}  // namespace kernels
