// Thrust's sort, scan and selection: much PTX that nobody wrote with this parser in mind.
#include <thrust/copy.h>
#include <thrust/execution_policy.h>
#include <thrust/scan.h>
#include <thrust/sort.h>

struct positive {
  __host__ __device__ bool operator()(float x) const { return x > 0; }
};

void algorithms(float* first, float* last, float* out) {
  thrust::sort(thrust::device, first, last);
  thrust::inclusive_scan(thrust::device, first, last, out);
  thrust::copy_if(thrust::device, first, last, out, positive{});
}
