#include "runtime_kernels.hpp"

namespace {

__device__ int counter = 5;
__constant__ int table[4] = {1, 2, 3, 4};

__global__ void set_kernel(int* to, int value) { *to = value; }

__global__ void add_kernel(int* to, int amount) { *to += amount; }

__global__ void get_kernel(int const* from, int index, int* to) { *to = from[index]; }

__global__ void trap_kernel() { asm volatile("trap;"); }

__global__ void number_kernel(int* to) {
  unsigned const index = blockIdx.x * blockDim.x + threadIdx.x;
  to[index] = static_cast<int>(index);
}

__global__ void sum_kernel(char a, double b, kernels::mixed m, double* to) {
  *to = a + b + m.c + m.d + m.s[0] + m.s[1] + m.s[2];
}

__global__ void count_kernel(int* to) {
  *to += counter;
  counter += 1;
}

__global__ void look_up_kernel(int index, int* to) { *to = table[index]; }

__global__ void __launch_bounds__(64) bounded_kernel(int* to) {
  *to = static_cast<int>(blockDim.x);
}

__global__ void shared_kernel(int* to) {
  __shared__ int block[1024];
  block[threadIdx.x] = 1;
  __syncthreads();
  unsigned bytes;
  asm("mov.u32 %0, %%dynamic_smem_size;" : "=r"(bytes));
  if (threadIdx.x == 0) *to = static_cast<int>(bytes) + block[0] - 1;
}

}  // namespace

namespace kernels {

void set(int* to, int value, cudaStream_t stream) { set_kernel<<<1, 1, 0, stream>>>(to, value); }
void add(int* to, int amount, cudaStream_t stream) { add_kernel<<<1, 1, 0, stream>>>(to, amount); }
void get(int const* from, int index, int* to, cudaStream_t stream) {
  get_kernel<<<1, 1, 0, stream>>>(from, index, to);
}
void trap(cudaStream_t stream) { trap_kernel<<<1, 1, 0, stream>>>(); }
void number(int* to, int blocks, int threads, cudaStream_t stream) {
  number_kernel<<<blocks, threads, 0, stream>>>(to);
}
void sum(char a, double b, mixed m, double* to, cudaStream_t stream) {
  sum_kernel<<<1, 1, 0, stream>>>(a, b, m, to);
}
void count(int* to, cudaStream_t stream) { count_kernel<<<1, 1, 0, stream>>>(to); }
void look_up(int index, int* to, cudaStream_t stream) {
  look_up_kernel<<<1, 1, 0, stream>>>(index, to);
}
void const* counter_symbol() { return &counter; }
void const* table_symbol() { return &table; }
void const* set_function() { return reinterpret_cast<void const*>(&set_kernel); }
void const* bounded_function() { return reinterpret_cast<void const*>(&bounded_kernel); }
void const* shared_function() { return reinterpret_cast<void const*>(&shared_kernel); }

}  // namespace kernels
