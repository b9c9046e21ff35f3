// The _ptsz names: what programs call that are compiled with --default-stream per-thread. Stream 0
// is the thread's own there.
#include <cuda_runtime_api.h>

#include <cstddef>

namespace {

cudaStream_t own(cudaStream_t stream) { return stream == nullptr ? cudaStreamPerThread : stream; }

}  // namespace

#define FORWARD(name, parameters, arguments) \
  cudaError_t name##_ptsz parameters { return name arguments; }

extern "C" {

cudaError_t __cudaLaunchKernel(cudaKernel_t, dim3, dim3, void**, std::size_t, cudaStream_t);

FORWARD(__cudaLaunchKernel,
        (cudaKernel_t k, dim3 g, dim3 b, void** a, std::size_t m, cudaStream_t s),
        (k, g, b, a, m, own(s)))
FORWARD(cudaLaunchKernel, (void const* f, dim3 g, dim3 b, void** a, std::size_t m, cudaStream_t s),
        (f, g, b, a, m, own(s)))
FORWARD(cudaLaunchHostFunc, (cudaStream_t s, cudaHostFn_t f, void* d), (own(s), f, d))
FORWARD(cudaMemcpyAsync, (void* t, void const* f, std::size_t n, cudaMemcpyKind k, cudaStream_t s),
        (t, f, n, k, own(s)))
FORWARD(cudaMemcpy2DAsync,
        (void* t, std::size_t tp, void const* f, std::size_t fp, std::size_t w, std::size_t h,
         cudaMemcpyKind k, cudaStream_t s),
        (t, tp, f, fp, w, h, k, own(s)))
FORWARD(cudaMemcpyToSymbolAsync,
        (void const* t, void const* f, std::size_t n, std::size_t o, cudaMemcpyKind k,
         cudaStream_t s),
        (t, f, n, o, k, own(s)))
FORWARD(cudaMemcpyFromSymbolAsync,
        (void* t, void const* f, std::size_t n, std::size_t o, cudaMemcpyKind k, cudaStream_t s),
        (t, f, n, o, k, own(s)))
FORWARD(cudaMemsetAsync, (void* t, int v, std::size_t n, cudaStream_t s), (t, v, n, own(s)))
FORWARD(cudaMemset2DAsync,
        (void* t, std::size_t p, int v, std::size_t w, std::size_t h, cudaStream_t s),
        (t, p, v, w, h, own(s)))
FORWARD(cudaMallocAsync, (void** p, std::size_t n, cudaStream_t s), (p, n, own(s)))
FORWARD(cudaMallocFromPoolAsync, (void** p, std::size_t n, cudaMemPool_t m, cudaStream_t s),
        (p, n, m, own(s)))
FORWARD(cudaFreeAsync, (void* p, cudaStream_t s), (p, own(s)))
FORWARD(cudaStreamSynchronize, (cudaStream_t s), (own(s)))
FORWARD(cudaStreamQuery, (cudaStream_t s), (own(s)))
FORWARD(cudaStreamWaitEvent, (cudaStream_t s, cudaEvent_t e, unsigned f), (own(s), e, f))
FORWARD(cudaStreamAddCallback, (cudaStream_t s, cudaStreamCallback_t c, void* d, unsigned f),
        (own(s), c, d, f))
FORWARD(cudaStreamGetFlags, (cudaStream_t s, unsigned* f), (own(s), f))
FORWARD(cudaStreamGetPriority, (cudaStream_t s, int* p), (own(s), p))
FORWARD(cudaStreamGetId, (cudaStream_t s, unsigned long long* i), (own(s), i))
FORWARD(cudaStreamGetDevice, (cudaStream_t s, int* d), (own(s), d))
FORWARD(cudaStreamSetAttribute, (cudaStream_t s, cudaStreamAttrID a, cudaStreamAttrValue const* v),
        (own(s), a, v))
FORWARD(cudaStreamGetAttribute, (cudaStream_t s, cudaStreamAttrID a, cudaStreamAttrValue* v),
        (own(s), a, v))
FORWARD(cudaStreamCopyAttributes, (cudaStream_t t, cudaStream_t f), (own(t), own(f)))
FORWARD(cudaStreamBeginCapture, (cudaStream_t s, cudaStreamCaptureMode m), (own(s), m))
FORWARD(cudaStreamEndCapture, (cudaStream_t s, cudaGraph_t* g), (own(s), g))
FORWARD(cudaStreamIsCapturing, (cudaStream_t s, cudaStreamCaptureStatus* c), (own(s), c))
FORWARD(cudaStreamGetCaptureInfo,
        (cudaStream_t s, cudaStreamCaptureStatus* c, unsigned long long* i, cudaGraph_t* g,
         cudaGraphNode_t const** d, cudaGraphEdgeData const** e, std::size_t* n),
        (own(s), c, i, g, d, e, n))
FORWARD(cudaEventRecord, (cudaEvent_t e, cudaStream_t s), (e, own(s)))
FORWARD(cudaEventRecordWithFlags, (cudaEvent_t e, cudaStream_t s, unsigned f), (e, own(s), f))
FORWARD(cudaGraphUpload, (cudaGraphExec_t g, cudaStream_t s), (g, own(s)))
FORWARD(cudaGraphLaunch, (cudaGraphExec_t g, cudaStream_t s), (g, own(s)))

cudaError_t cudaLaunchKernelExC_ptsz(cudaLaunchConfig_t const* config, void const* function,
                                     void** arguments) {
  if (config == nullptr) return cudaLaunchKernelExC(config, function, arguments);
  cudaLaunchConfig_t changed = *config;
  changed.stream = own(config->stream);
  return cudaLaunchKernelExC(&changed, function, arguments);
}

}  // extern "C"
