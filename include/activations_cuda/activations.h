/* The C ABI of activations_cuda, for C and for bindings. It never throws and is stable within a
 * major version.
 *
 * Every call returns an act_status; act_last_error() has the words. Pointers are device pointers to
 * contiguous elements, aligned to their type (16-byte alignment is the fast path). n counts
 * elements; n = 0 is a no-op, whatever the pointers; else they may not be null. An output may be
 * exactly one of the inputs of its call, any other overlap with an input is an error. Work is
 * queued on the stream, whose device must be current; nothing is allocated or synchronised, so
 * calls can be captured into CUDA graphs. An argument error has launched nothing and touched
 * nothing. Host pointers are found only with ACTIVATIONS_CUDA_CHECK_POINTERS=1 in the environment
 * when the library is loaded. */
#ifndef ACTIVATIONS_CUDA_ACTIVATIONS_H
#define ACTIVATIONS_CUDA_ACTIVATIONS_H

#include <activations_cuda/config.h>
#include <activations_cuda/version.h>

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef enum act_status {
  ACT_OK = 0,
  ACT_INVALID_ARGUMENT, /* act_last_error() names the argument, its value and what is allowed */
  ACT_UNSUPPORTED,      /* the activation has no such operation, or not with these parameters */
  ACT_CUDA_ERROR,       /* a CUDA call failed: act_last_cuda_error() */
  ACT_INTERNAL
} act_status;

typedef enum act_dtype {
  ACT_FLOAT32 = 0,
  ACT_FLOAT64 = 1,
  ACT_FLOAT16 = 2,
  ACT_BFLOAT16 = 3
} act_dtype;

/* A cudaStream_t. Null is the legacy default stream. */
typedef struct CUstream_st* act_stream;

/* A pointwise activation with its parameters. Fill it with act_op_from_name and act_op_set only;
 * copy it freely. */
typedef struct act_op {
  uint32_t struct_size;
  uint32_t index;
  double parameters[8];
  uint64_t reserved[23];
} act_op;

/* A row-wise activation: softmax and its family. Fill it with act_softmax_from_name only. */
typedef struct act_softmax {
  uint32_t struct_size;
  uint32_t index;
  double parameters[8];
  uint64_t reserved[23];
} act_softmax;

/* "sigmoid", "leaky_relu", ...: with default parameters. On failure *op is left as it was. */
ACTIVATIONS_CUDA_EXPORT act_status act_op_from_name(char const* name, act_op* op);
/* Sets one parameter ("slope", "threshold", ...). On failure *op is left as it was. */
ACTIVATIONS_CUDA_EXPORT act_status act_op_set(act_op* op, char const* parameter, double value);
ACTIVATIONS_CUDA_EXPORT act_status act_op_get(act_op const* op, char const* parameter,
                                              double* value);

/* y[i] = f(x[i]) */
ACTIVATIONS_CUDA_EXPORT act_status act_forward(act_op const* op, act_dtype dtype, void const* x,
                                               void* y, int64_t n, act_stream stream);
/* dx[i] = dy[i] * f'(x[i]) */
ACTIVATIONS_CUDA_EXPORT act_status act_backward(act_op const* op, act_dtype dtype, void const* dy,
                                                void const* x, void* dx, int64_t n,
                                                act_stream stream);
/* The same from y[i] = f(x[i]), where the output determines the gradient; else ACT_UNSUPPORTED. */
ACTIVATIONS_CUDA_EXPORT act_status act_backward_from_output(act_op const* op, act_dtype dtype,
                                                            void const* dy, void const* y, void* dx,
                                                            int64_t n, act_stream stream);

/* "softmax", "log_softmax". On failure *op is left as it was. */
ACTIVATIONS_CUDA_EXPORT act_status act_softmax_from_name(char const* name, act_softmax* op);
/* Each of the rows, columns contiguous elements each, on its own. */
ACTIVATIONS_CUDA_EXPORT act_status act_softmax_forward(act_softmax const* op, act_dtype dtype,
                                                       void const* x, void* y, int64_t rows,
                                                       int64_t columns, act_stream stream);
/* dx from dy and the output y of the forward call. */
ACTIVATIONS_CUDA_EXPORT act_status act_softmax_backward(act_softmax const* op, act_dtype dtype,
                                                        void const* dy, void const* y, void* dx,
                                                        int64_t rows, int64_t columns,
                                                        act_stream stream);

ACTIVATIONS_CUDA_EXPORT char const* act_status_string(act_status status);
/* This thread's last failure in words; "" before the first. Valid until the thread's next failure.
 */
ACTIVATIONS_CUDA_EXPORT char const* act_last_error(void);
/* The cudaError_t of this thread's last ACT_CUDA_ERROR; 0 before the first. */
ACTIVATIONS_CUDA_EXPORT int act_last_cuda_error(void);
/* ACTIVATIONS_CUDA_VERSION of the library itself. */
ACTIVATIONS_CUDA_EXPORT int act_version(void);

/* What there is, for bindings: names by index from 0, null beyond the last. */
ACTIVATIONS_CUDA_EXPORT int act_op_count(void);
ACTIVATIONS_CUDA_EXPORT char const* act_op_name(int index);
ACTIVATIONS_CUDA_EXPORT char const* act_op_formula(int index);
ACTIVATIONS_CUDA_EXPORT int act_op_has_backward_from_output(int index);
ACTIVATIONS_CUDA_EXPORT int act_op_parameter_count(int index);
ACTIVATIONS_CUDA_EXPORT char const* act_op_parameter_name(int index, int parameter);
ACTIVATIONS_CUDA_EXPORT char const* act_op_parameter_allowed(int index, int parameter);
ACTIVATIONS_CUDA_EXPORT int act_softmax_count(void);
ACTIVATIONS_CUDA_EXPORT char const* act_softmax_name(int index);
ACTIVATIONS_CUDA_EXPORT char const* act_softmax_formula(int index);

#ifdef __cplusplus
}
#endif

#endif
