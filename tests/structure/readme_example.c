/* The README's example in C, as it stands there between its fences: readme_test compares them. */

// readme-begin
#include <activations_cuda/activations.h>

act_status use_by_name(float const* x, float* y, int64_t n, act_stream stream) {
  act_op f;
  act_status status = act_op_from_name("leaky_relu", &f);
  if (status == ACT_OK) status = act_op_set(&f, "slope", 0.1);
  if (status == ACT_OK) status = act_forward(&f, ACT_FLOAT32, x, y, n, stream);
  return status;  // if not ACT_OK, act_last_error() says why, in words
}
// readme-end
