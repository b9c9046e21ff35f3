// CUDA's math library in float and double, and the calls that stay out of line.
#include <cassert>
#include <cstdio>

template <typename T>
__global__ void functions(T const* x, T* y) {
  T const v = x[threadIdx.x];
  T s, c;
  sincos(v, &s, &c);
  y[0] = exp(v) + log(v) + log1p(v) + expm1(v) + tanh(v) + erf(v) + erfc(v);
  y[1] = pow(v, s) + sqrt(v) + rsqrt(v) + cbrt(v) + hypot(v, c) + atan(v) + atan2(v, s) + sin(v) +
         cos(v) + tan(v);
  y[2] = fmod(v, s) + remainder(v, c) + floor(v) + rint(v) + copysign(v, s) + fma(v, s, c) + v / s +
         normcdf(v);
  y[3] = isnan(v) ? 0 : isinf(v) ? 1 : nextafter(v, s) + ldexp(v, 3) + tgamma(v) + lgamma(v);
}
template __global__ void functions<float>(float const*, float*);
template __global__ void functions<double>(double const*, double*);

__global__ void intrinsics(float const* x, float* y, int* i) {
  float const v = x[threadIdx.x];
  y[0] = __expf(v) + __logf(v) + __sinf(v) + __cosf(v) + __powf(v, 2) + __fdividef(v, y[1]) +
         __frcp_rn(v) + __fsqrt_rz(v);
  y[1] =
      __fmul_rn(v, y[2]) + __fadd_rd(v, 1) + __saturatef(v) + __frsqrt_rn(v) + __fmaf_ru(v, v, v);
  i[0] = __float2int_rn(v) + __float_as_int(v) + __popc(i[1]) + __clz(i[2]) + __ffs(i[3]) +
         __brev(i[4]) + __byte_perm(i[5], i[6], i[7]);
  i[1] = __mulhi(i[1], i[2]) + __umulhi(i[1], i[2]) + __funnelshift_l(i[1], i[2], 5) +
         __sad(i[1], i[2], i[3]) + __dp4a(i[1], i[2], i[3]);
  i[2] = __shfl_xor_sync(~0u, i[3], 4) + __ballot_sync(~0u, i[3]) + __any_sync(~0u, i[4]) +
         __syncthreads_or(i[5]) + __activemask();
}

__global__ void messages(int n) {
  assert(n > 0 && "the count must be positive");
  printf("%d of %d: \"quoted\"\n", static_cast<int>(threadIdx.x), n);
  if (n == 3) __trap();
}
