// What the emulator's speed is measured on: a copy, and a sigmoid of a dozen operations an element,
// both 16 bytes an access.
extern "C" __global__ void copy(float4 const* x, float4* y, long long n) {
  long long const i = blockIdx.x * 256LL + threadIdx.x;
  if (i < n) y[i] = x[i];
}

__device__ float sigmoid_of(float x) { return 1.0F / (1.0F + expf(-x)); }

extern "C" __global__ void sigmoid(float4 const* x, float4* y, long long n) {
  long long const i = blockIdx.x * 256LL + threadIdx.x;
  if (i >= n) return;
  float4 const v = x[i];
  y[i] = make_float4(sigmoid_of(v.x), sigmoid_of(v.y), sigmoid_of(v.z), sigmoid_of(v.w));
}
