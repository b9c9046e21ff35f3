// Half and bfloat16 arithmetic, whose headers are inline assembly throughout.
#include <cuda_bf16.h>
#include <cuda_fp16.h>

__global__ void halves(__half const* x, __half2 const* x2, __half* y, __half2* y2) {
  __half const v = x[threadIdx.x];
  y[0] =
      hexp(v) + hlog(v) + htanh(v) + hrcp(v) + hsqrt(v) + hrsqrt(v) + hsin(v) + hcos(v) + v / y[1];
  y[1] = __hfma(v, v, v) * __float2half_rn(__half2float(v)) - __hmax(v, y[2]) + __hneg(v) +
         __habs(v) + __hfma_relu(v, v, v);
  y[2] = __hisnan(v) ? v : __int2half_rn(__half2int_rz(v));
  __half2 const w = x2[threadIdx.x];
  y2[0] = __hadd2(h2exp(w), __hmul2(w, h2rcp(w))) / __hfma2(w, w, __float2half2_rn(0.5f));
  y2[1] = __floats2half2_rn(__low2float(w), __high2float(w));
  y2[2] = __hmax2(w, __hmin2_nan(w, __hgt2(w, y2[1])));
  y2[3] = __shfl_down_sync(~0u, w, 2);
}

#if __CUDA_ARCH__ >= 800
__global__ void brains(__nv_bfloat16 const* x, __nv_bfloat162 const* x2, __nv_bfloat16* y,
                       __nv_bfloat162* y2) {
  __nv_bfloat16 const v = x[threadIdx.x];
  y[0] = hexp(v) + hlog(v) + htanh(v) + hrcp(v) + hsqrt(v) + v / y[1];
  y[1] = __hfma(v, v, v) * __float2bfloat16_rn(__bfloat162float(v)) - __hmax(v, y[2]) +
         __double2bfloat16(1.5);
  __nv_bfloat162 const w = x2[threadIdx.x];
  y2[0] = __hadd2(h2exp(w), __hmul2(w, h2rcp(w)));
  y2[1] = __floats2bfloat162_rn(__low2float(w), __high2float(w));
  y2[2] = __hfma2_relu(w, w, __hmax2_nan(w, w));
}
#endif
