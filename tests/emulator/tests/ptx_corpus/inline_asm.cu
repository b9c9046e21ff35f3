// Inline assembly: nested scopes whose declarations shadow each other, several statements on a
// line.
__global__ void nested_scopes(unsigned* out, unsigned long long* wide) {
  unsigned a = out[threadIdx.x], b, c;
  asm volatile(
      "{ .reg .pred p; .reg .u32 r0, r1; setp.ne.u32 p, %1, 0; "
      "{ .reg .pred p; .reg .u32 r0; mov.u32 r0, 7; setp.eq.u32 p, r0, %1; @!p add.u32 r0, r0, 1; "
      "mov.u32 %0, r0; }"
      " selp.u32 r0, %0, 42, p; mov.u32 r1, r0; mov.u32 %0, r1; }"
      : "=r"(b)
      : "r"(a));
  asm("{\n\t.reg .b32 %%temp;\n\tmov.b32 %%temp, %1;\n\tshr.u32 %0, %%temp, 3;\n\t}"
      : "=r"(c)
      : "r"(b));
  asm("{ .reg .b16 lo, hi; mov.b32 {lo, hi}, %1; mov.b32 %0, {hi, lo}; }" : "=r"(c) : "r"(c));
  asm volatile(
      "{ .reg .u32 t<3>; mov.u32 t0, %%laneid; mov.u32 t1, %%tid.x; add.u32 t2, t0, t1; xor.b32 "
      "%0, %0, t2; }"
      : "+r"(c));
  asm volatile(
      "{ .reg .pred P1; LAB_WAIT: setp.ne.u32 P1, %0, 0; @P1 bra DONE; bra LAB_WAIT; DONE: }" ::"r"(
          b | 1));
  asm volatile(
      "{ .reg .pred P1; LAB_WAIT: setp.ne.u32 P1, %0, 0; @P1 bra DONE; bra LAB_WAIT; DONE: }" ::"r"(
          c | 1));
  unsigned long long t;
  asm volatile("mov.u64 %0, %%globaltimer; // a comment; with semicolons\n" : "=l"(t));
  asm volatile("st.global.cs.u32 [%0], %1; /* and { braces } */" ::"l"(out + threadIdx.x), "r"(c));
  asm volatile("st.global.L1::no_allocate.b64 [%0+-8], %1;" ::"l"(wide + threadIdx.x + 1), "l"(t));
  unsigned d, e, f, g;
  asm volatile("ld.global.nc.L1::no_allocate.L2::128B.v4.u32 {%0, %1, %2, %3}, [%4 + 16];"
               : "=r"(d), "=r"(e), "=r"(f), "=r"(g)
               : "l"(out));
  asm volatile(
      "{ .reg .pred p; .reg .u32 q; shfl.sync.up.b32 q|p, %1, 1, 0, 0xffffffff; @p add.u32 %0, q, "
      "%1; }"
      : "+r"(d)
      : "r"(e));
  asm volatile("{ .reg .pred p, q; setp.lt.and.s32 p|q, %1, %2, !p; selp.b32 %0, 1, 2, q; }"
               : "=r"(f)
               : "r"(g), "r"(d));
  out[threadIdx.x] = d + e + f + g;
}

#if __CUDA_ARCH__ >= 800
__global__ void asynchronous(float4* out, float4 const* in) {
  __shared__ float4 stage[32];
  unsigned address = static_cast<unsigned>(__cvta_generic_to_shared(&stage[threadIdx.x]));
  unsigned long long policy;
  asm volatile("createpolicy.fractional.L2::evict_last.b64 %0, 1.0;" : "=l"(policy));
  asm volatile("cp.async.cg.shared.global.L2::cache_hint [%0], [%1], 16, %2;" ::"r"(address),
               "l"(in + threadIdx.x), "l"(policy));
  asm volatile("cp.async.commit_group;\n cp.async.wait_group 0;" ::: "memory");
  __syncthreads();
  out[threadIdx.x] = stage[31 - threadIdx.x];
}
#endif

#if __CUDA_ARCH__ >= 900
__global__ void bulk(float* out, float const* in) {
  __shared__ alignas(128) float stage[256];
  __shared__ alignas(8) unsigned long long barrier;
  unsigned b = static_cast<unsigned>(__cvta_generic_to_shared(&barrier));
  unsigned s = static_cast<unsigned>(__cvta_generic_to_shared(stage));
  if (threadIdx.x == 0) {
    asm volatile("mbarrier.init.shared::cta.b64 [%0], 1;" ::"r"(b));
    asm volatile("mbarrier.arrive.expect_tx.release.cta.shared::cta.b64 _, [%0], %1;" ::"r"(b),
                 "r"(1024));
    asm volatile(
        "cp.async.bulk.shared::cluster.global.mbarrier::complete_tx::bytes [%0], [%1], %2, [%3];" ::
            "r"(s),
        "l"(in), "r"(1024), "r"(b)
        : "memory");
  }
  asm volatile(
      "{ .reg .pred p; WAIT: mbarrier.try_wait.parity.shared::cta.b64 p, [%0], %1; @!p bra WAIT; "
      "}" ::"r"(b),
      "r"(0));
  asm volatile("barrier.cluster.arrive.relaxed.aligned; barrier.cluster.wait.acquire.aligned;");
  out[threadIdx.x] = stage[threadIdx.x];
}
#endif
