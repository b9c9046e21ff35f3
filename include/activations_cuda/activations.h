/* The C ABI of activations_cuda, for C and for bindings. It never throws and is stable within a
 * major version. Every call returns an act_status; act_last_error() has the words.
 *
 * For each function that computes:
 *  - Pointers are device pointers to contiguous elements, aligned to their type: n of them, or
 *    rows * columns, row after row. The fast path is 16-byte alignment of all of them (of every
 *    row).
 *  - n, rows or columns of 0 is a no-op, whatever the pointers; otherwise they may not be null.
 *  - An output may be exactly one of the inputs; any other overlap with an input is an error.
 *    Inputs may overlap each other. (The gated linear units and softmax of tensors with strides have
 *    rules of their own for strides and overlaps: below.)
 *  - Work is queued on the stream, whose device must be current. Nothing is allocated or
 *    synchronised, so calls may be captured into CUDA graphs.
 *  - An element of the result depends only on its own inputs and the parameters (softmax: a row, on
 *    its own inputs, their number, the options, inner and whether columns lie side by side), and is
 *    the same bits in every call on the same device model.
 *  - Host pointers are found only with ACTIVATIONS_CUDA_CHECK_POINTERS=1 in the environment when
 *    the library is loaded.
 *  - After ACT_INVALID_ARGUMENT or ACT_UNSUPPORTED nothing has been launched or written. */
#ifndef ACTIVATIONS_CUDA_ACTIVATIONS_H
#define ACTIVATIONS_CUDA_ACTIVATIONS_H

#include <activations_cuda/config.h>
#include <activations_cuda/version.h>

#include <stddef.h>
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

/* A gated linear unit with its parameters. Fill it with act_glu_from_name and act_glu_set only; copy
 * it freely. */
typedef struct act_glu {
  uint32_t struct_size;
  uint32_t index;
  double parameters[8];
  uint64_t reserved[23];
} act_glu;

/* Where gate and up are in a row of 2 * columns elements. Frameworks disagree, so there is no
 * default: torch.nn.functional.glu has the gate second, most fused kernels have it first. */
typedef enum act_glu_layout {
  ACT_GLU_GATE_FIRST = 0,  /* gate_0, gate_1, ..., up_0, up_1, ... */
  ACT_GLU_GATE_SECOND = 1, /* up_0, up_1, ..., gate_0, gate_1, ... */
  ACT_GLU_INTERLEAVED = 2  /* gate_0, up_0, gate_1, up_1, ... */
} act_glu_layout;

/* An activation whose parameters are learned, each channel's its own. Fill it with
 * act_learned_from_name and act_learned_set only; copy it freely. */
typedef struct act_learned {
  uint32_t struct_size;
  uint32_t index;
  double parameters[8];
  uint64_t reserved[23];
} act_learned;

/* A contiguous tensor of [outer, channels, inner] elements: [N, C, H, W] is {N, C, H * W}, [N, C] is
 * {N, C, 1}, channels-last [N, H, W, C] is {N * H * W, C, 1}, and one parameter for all n elements is
 * {1, 1, n}. */
typedef struct act_channel_shape {
  int64_t outer;
  int64_t channels;
  int64_t inner;
} act_channel_shape;

/* Whether the gradients of learned parameters replace what is in their arrays or are added to it. */
typedef enum act_gradient_update { ACT_OVERWRITE = 0, ACT_ADD = 1 } act_gradient_update;

/* A random activation with its parameters. Fill it with act_random_from_name and act_random_set only;
 * copy it freely. */
typedef struct act_random {
  uint32_t struct_size;
  uint32_t index;
  double parameters[8];
  uint64_t reserved[23];
} act_random;

/* Which random numbers the elements of a call get. Element k of the call is element
 * i = first_element + k of a sequence, and has the Philox4x32-10 block whose key is the seed and
 * whose 128-bit counter is, in its low half, offset + i / 4 (float64: offset + i / 2), modulo 2^64,
 * and 0 in its high half; it takes word i mod 4 (float64: words 2 (i mod 2), the high one, and
 * 2 (i mod 2) + 1). So a tensor may be computed in pieces, each with the first_element at which it
 * begins. Calls that are to be independent differ in the seed, or in the offset by at least the
 * blocks of a whole sequence: its elements divided by 4 (float64: 2), rounded up.
 *
 * device_seed and device_offset are null or point to device memory, which the kernel reads when it
 * runs, so that a captured graph replays with what stands there then: the seed, in place of seed,
 * and a number that is added to offset, modulo 2^64. */
typedef struct act_random_position {
  uint64_t seed;
  uint64_t offset;
  int64_t first_element; /* 0 or more; first_element + n may not overflow */
  uint64_t const* device_seed;
  uint64_t const* device_offset;
} act_random_position;

/* Which mean of the slopes stands for them at inference. */
typedef enum act_slope_mean {
  ACT_SLOPE_MEAN_ARITHMETIC = 0, /* PyTorch's */
  ACT_SLOPE_MEAN_HARMONIC = 1    /* the paper's, which draws the divisor of x */
} act_slope_mean;

/* A row-wise activation, softmax or one of its family, with its parameters. Fill it with
 * act_softmax_from_name and act_softmax_set only; copy it freely. */
typedef struct act_softmax {
  uint32_t struct_size;
  uint32_t index;
  double parameters[8];
  uint64_t reserved[23];
} act_softmax;

/* [outer, columns, inner] elements, with softmax over the columns: {rows, columns, 1} is the last axis
 * of a matrix, {1, rows, columns} its first one, and axis a of a contiguous tensor is {the product of
 * the sizes before a, the size of a, the product of the sizes after a}. */
typedef struct act_softmax_shape {
  int64_t outer;
  int64_t columns;
  int64_t inner;
} act_softmax_shape;

/* Element (o, c, i) of a tensor of that shape is o * outer_stride + c * column_stride + i elements
 * after its first one. Without gaps they are {columns * inner, inner}. An outer_stride is at least
 * (columns - 1) * column_stride + inner, a column_stride at least inner. */
typedef struct act_softmax_strides {
  int64_t outer_stride;
  int64_t column_stride;
} act_softmax_strides;

/* How many elements lie between the values of a mask for neighbours along each axis; 0 where all share
 * one. Outer index o is (batch * heads + head) * queries + query. */
typedef struct act_mask_strides {
  int64_t batch;
  int64_t head;
  int64_t query;
  int64_t column;
  int64_t inner;
} act_mask_strides;

/* What a boolean mask says. Frameworks disagree, so there is no default. */
typedef enum act_mask_meaning {
  ACT_MASK_UNSET = 0,
  ACT_MASK_NONZERO_KEEPS = 1, /* torch.nn.functional.scaled_dot_product_attention */
  ACT_MASK_NONZERO_MASKS = 2  /* the key_padding_mask of torch.nn.MultiheadAttention */
} act_mask_meaning;

/* What becomes of a row of nothing but -inf and masked elements. */
typedef enum act_empty_rows {
  ACT_EMPTY_ROWS_NAN = 0,  /* NaN, as the formula has it */
  ACT_EMPTY_ROWS_ZEROS = 1 /* zeros (log_softmax: -inf); a NaN in the row gives NaN all the same */
} act_empty_rows;

/* What a softmax call may say beyond its tensors, each of it optional. Fill it with
 * act_softmax_options_init, then set what is wanted; copy it freely. Pointers are to device memory. An
 * element takes part where all masks keep it; what does not is as if it were -inf. */
typedef struct act_softmax_options {
  uint32_t struct_size;
  act_empty_rows empty_rows;
  int64_t heads; /* 1 or more, as are queries; outer is a multiple of their product */
  int64_t queries;
  void const* additive; /* of the call's type: added to the scaled elements; -inf masks one */
  act_mask_strides additive_strides;
  uint8_t const* boolean; /* one byte an element */
  act_mask_strides boolean_strides;
  act_mask_meaning boolean_meaning;
  int32_t causal; /* other than 0: keeps column c of query q where c <= q + causal_offset */
  int64_t
      causal_offset; /* 0 for a square matrix, columns - queries where the last query sees all */
  int64_t const* lengths; /* keeps the first so many columns: 0 or less none, columns or more all */
  int64_t lengths_batch_stride;
  int64_t lengths_head_stride;
  int64_t lengths_query_stride;
  /* The maximum of the logits, scale x + additive mask (softmin: -scale x + additive mask), over the
   * elements that take part, and the logarithm of the sum of their exponentials: outer * inner doubles
   * for ACT_FLOAT64, else floats. Of a row in which nothing takes part both are -inf, of one with NaN
   * or +inf NaN. */
  void* maximum;
  void* log_sum_exp;
  void* workspace; /* act_softmax_workspace */
  size_t workspace_bytes;
  uint64_t reserved[39];
} act_softmax_options;

/* "sigmoid", "leaky_relu", ...: with default parameters. On failure *op is left as it was. */
ACTIVATIONS_CUDA_EXPORT act_status act_op_from_name(char const* name, act_op* op);
/* Sets one parameter ("slope", "threshold", ...). On failure *op is left as it was. */
ACTIVATIONS_CUDA_EXPORT act_status act_op_set(act_op* op, char const* parameter, double value);
/* The value of one parameter: the default after act_op_from_name, then what was set. */
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

/* "glu", "reglu", ...: with default parameters. On failure *op is left as it was. */
ACTIVATIONS_CUDA_EXPORT act_status act_glu_from_name(char const* name, act_glu* op);
/* As act_op_set and act_op_get. */
ACTIVATIONS_CUDA_EXPORT act_status act_glu_set(act_glu* op, char const* parameter, double value);
ACTIVATIONS_CUDA_EXPORT act_status act_glu_get(act_glu const* op, char const* parameter,
                                               double* value);

/* The gated linear units work on rows of contiguous elements, each tensor with its own stride in
 * elements from one row's first to the next one's. A row has columns elements, those of a packed x
 * or dx 2 * columns; a stride is not less.
 *  - The fast path is 16-byte alignment of all pointers and strides, or no gap between rows.
 *  - dgate, dup and the y of separate tensors may be exactly one of the inputs (pointer and stride),
 *    and a packed dx may be x. Else an output must be apart from all other tensors: between the
 *    elements of tensors with one and the same stride (gate and up in one tensor, say), or, the
 *    strides being different, from the first to the last element. */

/* y = f(gate) up */
ACTIVATIONS_CUDA_EXPORT act_status act_glu_forward(act_glu const* op, act_dtype dtype,
                                                   void const* gate, int64_t gate_stride,
                                                   void const* up, int64_t up_stride, void* y,
                                                   int64_t y_stride, int64_t rows, int64_t columns,
                                                   act_stream stream);
/* dgate = dy up f'(gate) and dup = dy f(gate), in one pass */
ACTIVATIONS_CUDA_EXPORT act_status act_glu_backward(
    act_glu const* op, act_dtype dtype, void const* dy, int64_t dy_stride, void const* gate,
    int64_t gate_stride, void const* up, int64_t up_stride, void* dgate, int64_t dgate_stride,
    void* dup, int64_t dup_stride, int64_t rows, int64_t columns, act_stream stream);
/* The same with gate and up packed in x, and dgate and dup as they are, in dx. */
ACTIVATIONS_CUDA_EXPORT act_status act_glu_packed_forward(act_glu const* op, act_dtype dtype,
                                                          act_glu_layout layout, void const* x,
                                                          int64_t x_stride, void* y,
                                                          int64_t y_stride, int64_t rows,
                                                          int64_t columns, act_stream stream);
ACTIVATIONS_CUDA_EXPORT act_status act_glu_packed_backward(act_glu const* op, act_dtype dtype,
                                                           act_glu_layout layout, void const* dy,
                                                           int64_t dy_stride, void const* x,
                                                           int64_t x_stride, void* dx,
                                                           int64_t dx_stride, int64_t rows,
                                                           int64_t columns, act_stream stream);

/* "prelu", "s_shaped_relu", ...: with default parameters. On failure *op is left as it was. */
ACTIVATIONS_CUDA_EXPORT act_status act_learned_from_name(char const* name, act_learned* op);
/* As act_op_set and act_op_get, for what is not learned: "hinges" of apl. */
ACTIVATIONS_CUDA_EXPORT act_status act_learned_set(act_learned* op, char const* parameter,
                                                   double value);
ACTIVATIONS_CUDA_EXPORT act_status act_learned_get(act_learned const* op, char const* parameter,
                                                   double* value);

/* How many rows each array of learned parameters has, an element of a row for each channel: the hinges
 * of apl, 1 of the others. rows * channels elements is what an array takes. */
ACTIVATIONS_CUDA_EXPORT act_status act_learned_array_rows(act_learned const* op, int64_t* rows);

/* The activations with learned parameters work on [outer, channels, inner] elements.
 *  - learned holds act_learned_array_count(index) pointers to arrays of [rows, channels], with
 *    act_learned_array_rows(op) rows, of the type learned_dtype: dtype or, for the 16-bit types, ACT_FLOAT32. So do
 *    gradients.
 *  - y may be x, and dx may be dy or x; any other overlap of an output with a tensor, an array or the
 *    workspace is an error.
 *  - No elements is a no-op, but for gradients that are overwritten: they become 0.
 *  - Gradients are summed in an order that depends on the shape, the type and the alignment of x, dy
 *    and dx, and are the same bits in every call. A sum's error is at most 600 roundings of the sum of
 *    its terms' sizes in the type that dtype computes in, whatever the number of elements. */

/* y = f(x), with the parameters of each element's channel */
ACTIVATIONS_CUDA_EXPORT act_status act_learned_forward(act_learned const* op, act_dtype dtype,
                                                       act_channel_shape shape, void const* x,
                                                       act_dtype learned_dtype,
                                                       void const* const* learned, void* y,
                                                       act_stream stream);
/* dx = dy f'(x) */
ACTIVATIONS_CUDA_EXPORT act_status act_learned_backward(act_learned const* op, act_dtype dtype,
                                                        act_channel_shape shape, void const* dy,
                                                        void const* x, act_dtype learned_dtype,
                                                        void const* const* learned, void* dx,
                                                        act_stream stream);
/* Bytes of device memory, aligned to the type that dtype computes in, that the next two calls need for
 * themselves; may be 0. */
ACTIVATIONS_CUDA_EXPORT act_status act_learned_backward_workspace(act_learned const* op,
                                                                  act_dtype dtype,
                                                                  act_channel_shape shape,
                                                                  size_t* bytes);
/* dx and, in the same pass, the sums over each channel of dy times the derivatives of f by its
 * parameters. */
ACTIVATIONS_CUDA_EXPORT act_status act_learned_backward_with_parameters(
    act_learned const* op, act_dtype dtype, act_channel_shape shape, void const* dy, void const* x,
    act_dtype learned_dtype, void const* const* learned, void* dx, void* const* gradients,
    act_gradient_update update, void* workspace, size_t workspace_bytes, act_stream stream);
/* The parameters' gradients alone. */
ACTIVATIONS_CUDA_EXPORT act_status act_learned_backward_parameters(
    act_learned const* op, act_dtype dtype, act_channel_shape shape, void const* dy, void const* x,
    act_dtype learned_dtype, void const* const* learned, void* const* gradients,
    act_gradient_update update, void* workspace, size_t workspace_bytes, act_stream stream);

/* "rrelu": with default parameters. On failure *op is left as it was. */
ACTIVATIONS_CUDA_EXPORT act_status act_random_from_name(char const* name, act_random* op);
/* As act_op_set and act_op_get. */
ACTIVATIONS_CUDA_EXPORT act_status act_random_set(act_random* op, char const* parameter,
                                                  double value);
ACTIVATIONS_CUDA_EXPORT act_status act_random_get(act_random const* op, char const* parameter,
                                                  double* value);

/* Training. Nothing random is stored: backward gets the position that forward got, and draws the
 * same. The outputs must be apart from device_seed and device_offset. The fast path is a
 * first_element that is a multiple of 4 (float64: 2) where the tensors are 16-byte aligned. */

/* y[k] = f(x[k]) with the slope of element first_element + k */
ACTIVATIONS_CUDA_EXPORT act_status act_random_forward(act_random const* op, act_dtype dtype,
                                                      void const* x, void* y, int64_t n,
                                                      act_random_position const* position,
                                                      act_stream stream);
/* dx[k] = dy[k] * f'(x[k]) with the same slope */
ACTIVATIONS_CUDA_EXPORT act_status act_random_backward(act_random const* op, act_dtype dtype,
                                                       void const* dy, void const* x, void* dx,
                                                       int64_t n,
                                                       act_random_position const* position,
                                                       act_stream stream);
/* The slopes of elements of that type themselves: doubles for ACT_FLOAT64, else floats, for 16-bit
 * elements are computed in float32. */
ACTIVATIONS_CUDA_EXPORT act_status act_random_slopes(act_random const* op, act_dtype dtype,
                                                     void* slope, int64_t n,
                                                     act_random_position const* position,
                                                     act_stream stream);
/* The pointwise activation that takes its place at inference: leaky_relu with the mean slope. */
ACTIVATIONS_CUDA_EXPORT act_status act_random_inference(act_random const* op, act_slope_mean mean,
                                                        act_op* inference);

/* "softmax", "log_softmax", "softmin": with default parameters. On failure *op is left as it was. */
ACTIVATIONS_CUDA_EXPORT act_status act_softmax_from_name(char const* name, act_softmax* op);
/* As act_op_set and act_op_get: "scale", the inverse of a temperature. */
ACTIVATIONS_CUDA_EXPORT act_status act_softmax_set(act_softmax* op, char const* parameter,
                                                   double value);
ACTIVATIONS_CUDA_EXPORT act_status act_softmax_get(act_softmax const* op, char const* parameter,
                                                   double* value);

/* Each row on its own. NaN in a row of x, or +inf in its scaled elements, makes the row of y NaN, and
 * so does a row of nothing but -inf. */
ACTIVATIONS_CUDA_EXPORT act_status act_softmax_forward(act_softmax const* op, act_dtype dtype,
                                                       void const* x, void* y, int64_t rows,
                                                       int64_t columns, act_stream stream);
/* dx from dy and the output y of the forward call. */
ACTIVATIONS_CUDA_EXPORT act_status act_softmax_backward(act_softmax const* op, act_dtype dtype,
                                                        void const* dy, void const* y, void* dx,
                                                        int64_t rows, int64_t columns,
                                                        act_stream stream);

/* No masks, no statistics, no workspace, NaN for empty rows; heads, queries and the column strides of
 * masks are 1, all else is 0. */
ACTIVATIONS_CUDA_EXPORT act_status act_softmax_options_init(act_softmax_options* options);

/* The same along any axis, with strides and options; null options are those of
 * act_softmax_options_init.
 *  - y may be exactly x, and dx exactly dy or y, strides included. Else an output must be apart from
 *    all that the call reads: between the elements of tensors with one and the same strides, or, the
 *    strides being different, from the first to the last element. Statistics and the workspace are
 *    apart from everything, a mask taken from its first to its last element.
 *  - What is masked is not looked at, beyond a row's length not even read: y is 0 there (log_softmax:
 *    -inf), in a row with a NaN too.
 *  - backward takes the options that forward had, but reads of the masks only causal and lengths, and
 *    looks at no statistics: where y says that an element was masked, 0 (log_softmax: -inf), it takes
 *    no part and has dx = 0, whatever dy is. */
ACTIVATIONS_CUDA_EXPORT act_status act_softmax_forward_strided(
    act_softmax const* op, act_dtype dtype, act_softmax_shape shape, void const* x,
    act_softmax_strides x_strides, void* y, act_softmax_strides y_strides,
    act_softmax_options const* options, act_stream stream);
ACTIVATIONS_CUDA_EXPORT act_status act_softmax_backward_strided(
    act_softmax const* op, act_dtype dtype, act_softmax_shape shape, void const* dy,
    act_softmax_strides dy_strides, void const* y, act_softmax_strides y_strides, void* dx,
    act_softmax_strides dx_strides, act_softmax_options const* options, act_stream stream);
/* Bytes with which both can share a row among several blocks, on the current device: rows that no
 * block or cluster can hold; 0 for all others. Aligned to the type that dtype computes in. Without a
 * workspace one block takes such a row; the results differ by roundings then. */
ACTIVATIONS_CUDA_EXPORT act_status act_softmax_workspace(act_softmax const* op, act_dtype dtype,
                                                         act_softmax_shape shape, size_t* bytes);

ACTIVATIONS_CUDA_EXPORT char const* act_status_string(act_status status);
/* This thread's last failure in words, valid until its next one; "" before the first. */
ACTIVATIONS_CUDA_EXPORT char const* act_last_error(void);
/* The cudaError_t of this thread's last ACT_CUDA_ERROR; 0 before the first. */
ACTIVATIONS_CUDA_EXPORT int act_last_cuda_error(void);
/* ACTIVATIONS_CUDA_VERSION of the library itself. */
ACTIVATIONS_CUDA_EXPORT int act_version(void);

/* What there is, for bindings: each by index from 0; null or 0 for an index out of range.
 * The default of a parameter is what act_op_get gives right after act_op_from_name:
 *   act_op_from_name(act_op_name(i), &op);
 *   act_op_get(&op, act_op_parameter_name(i, p), &value); */
ACTIVATIONS_CUDA_EXPORT int act_op_count(void);
ACTIVATIONS_CUDA_EXPORT char const* act_op_name(int index);
/* In words for people: "x > 0 ? x : slope * x". */
ACTIVATIONS_CUDA_EXPORT char const* act_op_formula(int index);
/* 1 where act_backward_from_output works, at least with some parameters; else 0. */
ACTIVATIONS_CUDA_EXPORT int act_op_has_backward_from_output(int index);
ACTIVATIONS_CUDA_EXPORT int act_op_parameter_count(int index);
ACTIVATIONS_CUDA_EXPORT char const* act_op_parameter_name(int index, int parameter);
/* What act_op_set takes, in words: "a finite number". */
ACTIVATIONS_CUDA_EXPORT char const* act_op_parameter_allowed(int index, int parameter);
ACTIVATIONS_CUDA_EXPORT int act_glu_count(void);
ACTIVATIONS_CUDA_EXPORT char const* act_glu_name(int index);
ACTIVATIONS_CUDA_EXPORT char const* act_glu_formula(int index);
ACTIVATIONS_CUDA_EXPORT int act_glu_parameter_count(int index);
ACTIVATIONS_CUDA_EXPORT char const* act_glu_parameter_name(int index, int parameter);
ACTIVATIONS_CUDA_EXPORT char const* act_glu_parameter_allowed(int index, int parameter);
ACTIVATIONS_CUDA_EXPORT int act_learned_count(void);
ACTIVATIONS_CUDA_EXPORT char const* act_learned_name(int index);
ACTIVATIONS_CUDA_EXPORT char const* act_learned_formula(int index);
ACTIVATIONS_CUDA_EXPORT int act_learned_parameter_count(int index);
ACTIVATIONS_CUDA_EXPORT char const* act_learned_parameter_name(int index, int parameter);
ACTIVATIONS_CUDA_EXPORT char const* act_learned_parameter_allowed(int index, int parameter);
/* The arrays of learned parameters, in the order in which calls take them, and what each is usually
 * filled with before training. */
ACTIVATIONS_CUDA_EXPORT int act_learned_array_count(int index);
ACTIVATIONS_CUDA_EXPORT char const* act_learned_array_name(int index, int array);
ACTIVATIONS_CUDA_EXPORT double act_learned_array_initial(int index, int array);
ACTIVATIONS_CUDA_EXPORT int act_random_count(void);
ACTIVATIONS_CUDA_EXPORT char const* act_random_name(int index);
ACTIVATIONS_CUDA_EXPORT char const* act_random_formula(int index);
ACTIVATIONS_CUDA_EXPORT int act_random_parameter_count(int index);
ACTIVATIONS_CUDA_EXPORT char const* act_random_parameter_name(int index, int parameter);
ACTIVATIONS_CUDA_EXPORT char const* act_random_parameter_allowed(int index, int parameter);
ACTIVATIONS_CUDA_EXPORT int act_softmax_count(void);
ACTIVATIONS_CUDA_EXPORT char const* act_softmax_name(int index);
ACTIVATIONS_CUDA_EXPORT char const* act_softmax_formula(int index);
ACTIVATIONS_CUDA_EXPORT int act_softmax_parameter_count(int index);
ACTIVATIONS_CUDA_EXPORT char const* act_softmax_parameter_name(int index, int parameter);
ACTIVATIONS_CUDA_EXPORT char const* act_softmax_parameter_allowed(int index, int parameter);

#ifdef __cplusplus
}
#endif

#endif
