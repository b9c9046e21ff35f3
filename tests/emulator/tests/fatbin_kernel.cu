// Compiled several times over, each time with another name, other architectures and another
// compression.
__global__ void KERNEL(float* x) { x[threadIdx.x] += 1; }
