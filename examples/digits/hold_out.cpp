#include "data_set.hpp"
#include "random.hpp"

#include <algorithm>
#include <numeric>
#include <stdexcept>

namespace digits {
namespace {

using index_lists = std::vector<std::vector<int>>;

index_lists indices_by_class(std::vector<int> const& labels) {
  index_lists result(classes);
  for (std::size_t i = 0; i < labels.size(); ++i) result[labels[i]].push_back(static_cast<int>(i));
  return result;
}

/// How many of each class: the whole part of its share, and one more for the largest remainders
/// until the sum is right.
std::vector<std::size_t> quotas(index_lists const& members, std::size_t held_out,
                                std::size_t total) {
  std::vector<std::size_t> quota;
  for (auto const& of_class : members) quota.push_back(held_out * of_class.size() / total);

  std::vector<std::size_t> by_remainder(members.size());
  std::iota(by_remainder.begin(), by_remainder.end(), std::size_t{0});
  auto const remainder = [&](std::size_t c) { return held_out * members[c].size() % total; };
  std::stable_sort(by_remainder.begin(), by_remainder.end(),
                   [&](std::size_t a, std::size_t b) { return remainder(a) > remainder(b); });
  std::size_t const missing =
      held_out - std::accumulate(quota.begin(), quota.end(), std::size_t{0});
  for (std::size_t i = 0; i < missing; ++i) ++quota[by_remainder[i]];
  return quota;
}

}  // namespace

split hold_out(std::vector<int> const& labels, int held_out, std::uint32_t seed) {
  if (held_out <= 0 || held_out >= static_cast<int>(labels.size()))
    throw std::invalid_argument("held_out is " + std::to_string(held_out) +
                                "; allowed is 1 to one less than the " +
                                std::to_string(labels.size()) + " labels");
  index_lists members = indices_by_class(labels);
  auto const quota = quotas(members, static_cast<std::size_t>(held_out), labels.size());

  random_source random(seed, random_source::splitting);
  split result;
  for (std::size_t c = 0; c < members.size(); ++c) {
    random.shuffle(members[c]);
    auto const boundary = members[c].begin() + static_cast<std::ptrdiff_t>(quota[c]);
    result.held_out.insert(result.held_out.end(), members[c].begin(), boundary);
    result.training.insert(result.training.end(), boundary, members[c].end());
  }
  return result;
}

}  // namespace digits
