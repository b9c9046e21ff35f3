// Compiled with -G: .loc, .file, debug sections, labels in odd places, nothing optimised.
__device__ int helper(int x) {
  int sum = 0;
  for (int i = 0; i < x; ++i) sum += i;
  return sum;
}

__global__ void kernel(int* y, int n) {
  __shared__ int stage[32];
  auto const lambda = [=](int q) { return q + n; };
  stage[threadIdx.x] = helper(y[threadIdx.x]);
  __syncthreads();
  y[threadIdx.x] = lambda(stage[31 - threadIdx.x]);
}
