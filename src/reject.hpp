#pragma once

namespace activations_cuda::validate {

/// Throws std::invalid_argument with these words.
[[noreturn, gnu::format(printf, 1, 2)]] void reject(char const* format, ...);

}  // namespace activations_cuda::validate
