// The formulas that PyTorch documents (what it has not: the usual ones), as a kernel in float32 with
// CUDA's math library computes them: one struct for each pointwise activation of
// activations.def, by its name, for the side-by-side report alone. A row of the table without one does not compile.
// Accuracy is none of their business.
#pragma once

#include <cmath>

namespace formulas {

__device__ inline float square(float x) { return x * x; }
__device__ inline float clamp(float x, float lower, float upper) {
  return fminf(fmaxf(x, lower), upper);
}
__device__ inline float logistic(float x) { return 1.0F / (1.0F + expf(-x)); }

constexpr float sqrt_half = 0.70710678F;
constexpr float inverse_sqrt_2pi = 0.39894228F;
constexpr float sqrt_2_over_pi = 0.79788456F;

struct identity {
  __device__ float forward(float x) const { return x; }
  __device__ float backward(float dy, float /*x*/) const { return dy; }
};

struct heaviside {
  float threshold, below, above;
  __device__ float forward(float x) const { return x >= threshold ? above : below; }
  __device__ float backward(float dy, float /*x*/) const { return dy * 0.0F; }
};

struct sigmoid {
  __device__ float forward(float x) const { return logistic(x); }
  __device__ float backward(float dy, float x) const {
    float const y = logistic(x);
    return dy * (1.0F - y) * y;
  }
};

struct tanh {
  __device__ float forward(float x) const { return tanhf(x); }
  __device__ float backward(float dy, float x) const { return dy * (1.0F - square(tanhf(x))); }
};

struct relu {
  __device__ float forward(float x) const { return x <= 0 ? 0.0F : x; }
  __device__ float backward(float dy, float x) const { return x <= 0 ? 0.0F : dy; }
};

struct leaky_relu {
  float slope;
  __device__ float forward(float x) const { return x > 0 ? x : x * slope; }
  __device__ float backward(float dy, float x) const { return x > 0 ? dy : dy * slope; }
};

struct elu {
  float alpha;
  __device__ float forward(float x) const { return x > 0 ? x : alpha * expm1f(x); }
  __device__ float backward(float dy, float x) const { return x > 0 ? dy : dy * alpha * expf(x); }
};

struct selu {
  float alpha, scale;
  __device__ float forward(float x) const { return scale * (x > 0 ? x : alpha * expm1f(x)); }
  __device__ float backward(float dy, float x) const {
    return x > 0 ? dy * scale : dy * scale * alpha * expf(x);
  }
};

struct celu {
  float alpha;
  __device__ float forward(float x) const { return x > 0 ? x : alpha * expm1f(x / alpha); }
  __device__ float backward(float dy, float x) const { return x > 0 ? dy : dy * expf(x / alpha); }
};

struct softplus {
  float beta, threshold;
  __device__ float forward(float x) const {
    return x * beta > threshold ? x : log1pf(expf(x * beta)) / beta;
  }
  __device__ float backward(float dy, float x) const {
    float const z = expf(x * beta);
    return x * beta > threshold ? dy : dy * z / (z + 1.0F);
  }
};

struct bent_identity {
  __device__ float forward(float x) const { return (sqrtf(square(x) + 1.0F) - 1.0F) / 2.0F + x; }
  __device__ float backward(float dy, float x) const {
    return dy * (x / (2.0F * sqrtf(square(x) + 1.0F)) + 1.0F);
  }
};

struct gelu {
  __device__ float forward(float x) const { return x * 0.5F * (1.0F + erff(x * sqrt_half)); }
  __device__ float backward(float dy, float x) const {
    float const cdf = 0.5F * (1.0F + erff(x * sqrt_half));
    float const pdf = expf(-0.5F * square(x)) * inverse_sqrt_2pi;
    return dy * (cdf + x * pdf);
  }
};

struct gelu_tanh {
  __device__ static float inner(float x) {
    return sqrt_2_over_pi * (x + 0.044715F * square(x) * x);
  }
  __device__ float forward(float x) const { return 0.5F * x * (1.0F + tanhf(inner(x))); }
  __device__ float backward(float dy, float x) const {
    float const t = tanhf(inner(x));
    float const slope = sqrt_2_over_pi * (1.0F + 3.0F * 0.044715F * square(x));
    return dy * (0.5F * (1.0F + t) + 0.5F * x * (1.0F - square(t)) * slope);
  }
};

struct gelu_quick {
  __device__ float forward(float x) const { return x * logistic(1.702F * x); }
  __device__ float backward(float dy, float x) const {
    float const s = logistic(1.702F * x);
    return dy * (s + 1.702F * x * s * (1.0F - s));
  }
};

struct silu {
  float beta;
  __device__ float forward(float x) const { return x / (1.0F + expf(-beta * x)); }
  __device__ float backward(float dy, float x) const {
    float const s = logistic(beta * x);
    return dy * s * (1.0F + beta * x * (1.0F - s));
  }
};

struct mish {
  __device__ float forward(float x) const { return x * tanhf(log1pf(expf(x))); }
  __device__ float backward(float dy, float x) const {
    float const t = tanhf(log1pf(expf(x)));
    return dy * (t + x * logistic(x) * (1.0F - square(t)));
  }
};

struct hard_swish {
  __device__ float forward(float x) const { return x * clamp(x + 3.0F, 0.0F, 6.0F) / 6.0F; }
  __device__ float backward(float dy, float x) const {
    return x <= -3 ? 0.0F : (x < 3 ? dy * (x / 3.0F + 0.5F) : dy);
  }
};

struct hard_sigmoid {
  float slope, offset;
  __device__ float forward(float x) const { return clamp(slope * x + offset, 0.0F, 1.0F); }
  __device__ float backward(float dy, float x) const {
    float const y = slope * x + offset;
    return y > 0 && y < 1 ? dy * slope : 0.0F;
  }
};

struct hard_tanh {
  float lower, upper;
  __device__ float forward(float x) const { return clamp(x, lower, upper); }
  __device__ float backward(float dy, float x) const {
    return x <= lower || x >= upper ? 0.0F : dy;
  }
};

struct relu6 {
  __device__ float forward(float x) const { return clamp(x, 0.0F, 6.0F); }
  __device__ float backward(float dy, float x) const { return x <= 0 || x >= 6 ? 0.0F : dy; }
};

struct squared_relu {
  __device__ float forward(float x) const { return square(x <= 0 ? 0.0F : x); }
  __device__ float backward(float dy, float x) const { return x <= 0 ? 0.0F : dy * 2.0F * x; }
};

struct softsign {
  __device__ float forward(float x) const { return x / (1.0F + fabsf(x)); }
  __device__ float backward(float dy, float x) const { return dy / square(1.0F + fabsf(x)); }
};

struct log_sigmoid {
  __device__ float forward(float x) const { return fminf(0.0F, x) - log1pf(expf(-fabsf(x))); }
  __device__ float backward(float dy, float x) const {
    float const z = expf(-fabsf(x));
    return x < 0 ? dy * (1.0F - z / (1.0F + z)) : dy * (z / (1.0F + z));
  }
};

struct soft_shrink {
  float lambda;
  __device__ float forward(float x) const {
    return x > lambda ? x - lambda : (x < -lambda ? x + lambda : 0.0F);
  }
  __device__ float backward(float dy, float x) const {
    return x >= -lambda && x <= lambda ? 0.0F : dy;
  }
};

struct hard_shrink {
  float lambda;
  __device__ float forward(float x) const { return x >= -lambda && x <= lambda ? 0.0F : x; }
  __device__ float backward(float dy, float x) const {
    return x >= -lambda && x <= lambda ? 0.0F : dy;
  }
};

struct tanh_shrink {
  __device__ float forward(float x) const { return x - tanhf(x); }
  __device__ float backward(float dy, float x) const { return dy * square(tanhf(x)); }
};

struct threshold {
  float limit, value;
  __device__ float forward(float x) const { return x > limit ? x : value; }
  __device__ float backward(float dy, float x) const { return x > limit ? dy : 0.0F; }
};

struct snake {
  float alpha;
  __device__ float forward(float x) const { return x + square(sinf(alpha * x)) / alpha; }
  __device__ float backward(float dy, float x) const {
    return dy * (1.0F + sinf(2.0F * alpha * x));
  }
};

struct sine {
  float frequency;
  __device__ float forward(float x) const { return sinf(frequency * x); }
  __device__ float backward(float dy, float x) const {
    return dy * frequency * cosf(frequency * x);
  }
};

struct gaussian {
  __device__ float forward(float x) const { return expf(-square(x)); }
  __device__ float backward(float dy, float x) const { return dy * -2.0F * x * expf(-square(x)); }
};

struct arctan {
  __device__ float forward(float x) const { return atanf(x); }
  __device__ float backward(float dy, float x) const { return dy / (square(x) + 1.0F); }
};

struct squareplus {
  float b;
  __device__ float forward(float x) const { return (x + sqrtf(square(x) + b)) / 2.0F; }
  __device__ float backward(float dy, float x) const {
    return dy * 0.5F * (1.0F + x / sqrtf(square(x) + b));
  }
};

/// A gated linear unit, by the formula of its activation.
template <class Activation>
struct gated {
  Activation activation;
  __device__ float forward(float gate, float up) const { return activation.forward(gate) * up; }
  __device__ float backward_gate(float dy, float gate, float up) const {
    return activation.backward(dy * up, gate);
  }
  __device__ float backward_up(float dy, float gate) const { return dy * activation.forward(gate); }
};
#define GLU(name, activation, text) \
  struct name : gated<activation> {};
#include <activations_cuda/activations.def>

}  // namespace formulas
