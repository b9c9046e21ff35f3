// Plain and vectorised elementwise kernels, with the declarations that surround them.
__constant__ float weights[5] = {1.0f, -2.5f, 0.0f, 3.25f, -0.0f};
__constant__ double unset[3];
__device__ int counters[4] = {1, -2, 3, -4};
__device__ int* counter_pointer = &counters[2];
__device__ unsigned char bytes[6] = {'a', 'b', 0, 255, 1, 2};
__device__ long long wide = 0x123456789abcdef0ll;
struct alignas(16) quad {
  float x, y, z, w;
};
__device__ quad mixed = {1.0f, 2.0f, 3.0f, 4.0f};

__global__ void scale(float const* x, float* y, int n, float alpha) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n) y[i] = alpha * x[i] + weights[i % 5];
}

__global__ void __launch_bounds__(256, 2)
    vectorised(float4 const* __restrict__ x, float4* y, long n) {
  for (long i = blockIdx.x * 256l + threadIdx.x; i < n; i += gridDim.x * 256l) {
    float4 v = x[i];
    v.x = v.x > 0 ? v.x : 0;
    v.y = fmaxf(v.y, v.z);
    y[i] = v;
  }
}

__global__ void staged(quad const* x, quad* y, double factor) {
  extern __shared__ quad dynamic[];
  __shared__ double block_sum;
  __shared__ quad fixed[32];
  dynamic[threadIdx.x] = x[threadIdx.x];
  fixed[threadIdx.x % 32] = mixed;
  if (threadIdx.x == 0) block_sum = factor + unset[1] + wide;
  __syncthreads();
  quad q = dynamic[blockDim.x - 1 - threadIdx.x];
  q.x += static_cast<float>(block_sum) + fixed[threadIdx.x / 2 % 32].w;
  atomicAdd(&counters[threadIdx.x & 3], 1);
  atomicAdd(counter_pointer, bytes[threadIdx.x % 6]);
  y[threadIdx.x] = q;
}

__device__ __noinline__ float helper(float x, quad by_value, int* result) {
  *result = static_cast<int>(by_value.w);
  return x * by_value.x;
}

using unary = float (*)(float);
__device__ __noinline__ float twice(float x) { return 2 * x; }
__device__ __noinline__ float negated(float x) { return -x; }
__device__ unary table[2] = {twice, negated};

__global__ void calls(float* y, quad q, int which) {
  int result;
  float value = helper(y[0], q, &result);
  y[threadIdx.x] = table[which & 1](value) + result;
}

__global__ void switches(int* y, int which) {
  int value = y[threadIdx.x];
  switch (which) {
    case 0:
      value += 3;
      break;
    case 1:
      value *= 5;
      break;
    case 2:
      value ^= 7;
      break;
    case 3:
      value -= 11;
      break;
    case 4:
      value <<= 2;
      break;
    case 5:
      value = ~value;
      break;
    case 6:
      value /= 13;
      break;
    default:
      value = 0;
  }
  y[threadIdx.x] = value;
}

template <typename T>
__device__ __noinline__ T recursive(T n) {
  return n < 2 ? n : recursive(n - 1) + recursive(n - 2);
}
__global__ void recursion(int* y) { y[threadIdx.x] = recursive(static_cast<int>(threadIdx.x)); }

__global__ void local_array(float const* x, float* y, int k) {
  float values[16];
  for (int i = 0; i < 16; ++i) values[i] = x[i * k];
  y[threadIdx.x] = values[(k + threadIdx.x) % 16];
}

#if __CUDA_ARCH__ >= 900
__global__ void __cluster_dims__(2, 1, 1) clustered(float* y) { y[blockIdx.x] = threadIdx.x; }
#endif
