// The trainer's own kernels beside the matrix product. Matrices are row-major [rows][columns].
#pragma once

#include <cuda_runtime_api.h>

#include <cstdint>

namespace digits {

/// z[r][c] += bias[c]
void add_bias(float const* bias, float* z, int rows, int columns, cudaStream_t stream);

/// sum[c] = dz[0][c] + dz[1][c] + ..., in that order
void sum_rows(float const* dz, float* sum, int rows, int columns, cudaStream_t stream);

/// The gradient of the mean negative log-likelihood: dy[r][c] = c == labels[r] ? -1 / rows : 0
void likelihood_gradient(std::int32_t const* labels, float* dy, int rows, int columns,
                         cudaStream_t stream);

/// velocity = momentum * velocity + gradient; parameter -= rate * velocity
void momentum_step(float const* gradient, float* velocity, float* parameter, int n, float rate,
                   float momentum, cudaStream_t stream);

}  // namespace digits
