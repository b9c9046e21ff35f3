/* The C ABI from C11: an activation by name, its parameter, forward and backward, an error in
 * words. */
#include <activations_cuda/activations.h>
#include <cuda_runtime_api.h>

#include <stdio.h>
#include <string.h>

enum { n = 8 };

static int failed(char const* what, char const* why) {
  fprintf(stderr, "consumer: %s: %s\n", what, why);
  return 1;
}

static int differ(char const* what, float const* device, float const* expected) {
  float host[n];
  cudaError_t const status = cudaMemcpy(host, device, sizeof(host), cudaMemcpyDeviceToHost);
  if (status != cudaSuccess) return failed(what, cudaGetErrorString(status));
  if (memcmp(host, expected, sizeof(host)) != 0) return failed(what, "not the expected values");
  printf("%s as expected\n", what);
  return 0;
}

int main(void) {
  float const x[n] = {-4, -2, -1, 0, 1, 2, 3, 4};
  float const y[n] = {-1, -0.5F, -0.25F, 0, 1, 2, 3, 4};
  float const dx[n] = {-1, -0.5F, -0.25F, 0, 1, 2, 3, 4};
  float const quarters[n] = {0.25F, 0.25F, 0.25F, 0.25F, 0.25F, 0.25F, 0.25F, 0.25F};
  float const causal[n] = {1, 0, 0, 0, 0.5F, 0.5F, 0, 0};

  act_op op;
  if (act_op_from_name("rellu", &op) != ACT_INVALID_ARGUMENT ||
      strstr(act_last_error(), "leaky_relu") == NULL)
    return failed("act_op_from_name(\"rellu\")", "no error that lists the names");
  if (act_op_from_name("leaky_relu", &op) != ACT_OK || act_op_set(&op, "slope", 0.25) != ACT_OK)
    return failed("leaky_relu", act_last_error());
  if (act_version() != ACTIVATIONS_CUDA_VERSION)
    return failed("act_version", "the library is not the headers' version");

  float* device[2];
  for (int i = 0; i < 2; ++i) {
    cudaError_t const status = cudaMalloc((void**)&device[i], sizeof(x));
    if (status != cudaSuccess) return failed("cudaMalloc", cudaGetErrorString(status));
  }
  cudaMemcpy(device[0], x, sizeof(x), cudaMemcpyHostToDevice);
  if (act_forward(&op, ACT_FLOAT32, device[0], device[1], n, NULL) != ACT_OK)
    return failed("act_forward", act_last_error());
  if (differ("y", device[1], y)) return 1;
  /* dy and x are the same tensor here, and dx goes over it. */
  if (act_backward(&op, ACT_FLOAT32, device[0], device[0], device[0], n, NULL) != ACT_OK)
    return failed("act_backward", act_last_error());
  if (differ("dx", device[0], dx)) return 1;

  act_softmax softmax;
  cudaMemset(device[0], 0, sizeof(x));
  if (act_softmax_from_name("softmax", &softmax) != ACT_OK ||
      act_softmax_forward(&softmax, ACT_FLOAT32, device[0], device[1], n / 4, 4, NULL) != ACT_OK)
    return failed("act_softmax_forward", act_last_error());
  if (differ("softmax", device[1], quarters)) return 1;

  /* The same with a causal mask, each row a query of its own. */
  act_softmax_shape const shape = {n / 4, 4, 1};
  act_softmax_strides const strides = {4, 1};
  act_softmax_options options;
  if (act_softmax_options_init(&options) != ACT_OK)
    return failed("act_softmax_options_init", act_last_error());
  options.queries = n / 4;
  options.causal = 1;
  if (act_softmax_forward_strided(&softmax, ACT_FLOAT32, shape, device[0], strides, device[1],
                                  strides, &options, NULL) != ACT_OK)
    return failed("act_softmax_forward_strided", act_last_error());
  if (differ("masked softmax", device[1], causal)) return 1;

  for (int i = 0; i < 2; ++i) cudaFree(device[i]);
  return 0;
}
