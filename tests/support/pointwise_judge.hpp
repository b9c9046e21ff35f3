// The accuracy contract, on part after part of a sample: of the kernels, or of whatever else
// computes the same.
#pragma once

#include "support/approximations.hpp"
#include "support/pointwise_subjects.hpp"
#include "support/samples.hpp"
#include "support/tally.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace support {

/// The inputs of some pairs of a sample. saved is x, or y for backward_from_output.
struct pointwise_inputs {
  std::uint64_t first;
  host_array saved;
  std::optional<host_array> dy;
};

/// Computes y or dx, and hands it to the judge; more than once where the result may differ, by
/// the errors of approximate instructions, each time with words for how.
using pointwise_evaluation = std::function<void(
    pointwise_inputs const&,
    std::function<void(host_array const& result, std::string const& how)> const& judge)>;

/// The library's kernels, under each way in which approximate instructions may err.
pointwise_evaluation compiled_kernel(pointwise_subject const& subject,
                                     unsigned random_ways = random_approximations);

/// The sample for this subject: every value of a 16-bit type, with so many dy (one forward), else
/// so many inputs, spread, and the neighbours of knots and branch points.
struct sample_size {
  std::uint64_t rounds;
  std::uint64_t float32;
  std::uint64_t float64;
};
std::unique_ptr<sample> sample_for(pointwise_subject const& subject, sample_size const& size,
                                   std::uint64_t seed);

/// Judges what the evaluation makes of the pairs [begin, end) of the sample: at most
/// judged_at_once, so that their exact values fit in memory. Inputs that are not finite are left
/// out: the special values' test has them.
inline constexpr std::uint64_t judged_at_once = std::uint64_t{1} << 20;
tally judge_part(pointwise_subject const& subject, sample const& from, std::uint64_t begin,
                 std::uint64_t end, pointwise_evaluation const& evaluate);

/// Hardly anything but zeros proves little, unless they are the definition.
bool proves_something(pointwise_subject const& subject, tally const& t);

}  // namespace support
