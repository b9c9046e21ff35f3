#include "support/pointwise_judge.hpp"

#include "support/branch_points.hpp"
#include "support/exact_values.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace support {
namespace {

/// As few digits as tell the value from its neighbours.
std::string in_words(storage const& type, double value) {
  char text[32];
  auto const end = type.dtype == ACT_FLOAT64
                       ? std::to_chars(text, std::end(text), value)
                       : std::to_chars(text, std::end(text), static_cast<float>(value));
  return {text, end.ptr};
}

std::string place(pointwise_subject const& subject, pointwise_inputs const& in, std::size_t i) {
  storage const& type = *subject.type;
  std::string words = subject.way == direction::backward_from_output ? "y = " : "x = ";
  words += in_words(type, in.saved[i]);
  if (in.dy) words += ", dy = " + in_words(type, (*in.dy)[i]);
  if (!subject.parameters.empty()) words += "; " + subject.parameters;
  return words;
}

pointwise_inputs inputs_of(pointwise_subject const& subject, sample const& from,
                           std::uint64_t begin, std::uint64_t end) {
  storage const& type = *subject.type;
  auto const n = static_cast<std::size_t>(end - begin);
  pointwise_inputs in{begin, host_array(type, n), std::nullopt};
  if (subject.way != direction::forward) in.dy.emplace(type, n);
  in_parallel<char>(n, [&](std::size_t first, std::size_t last) {
    from.write(begin, first, last, in.saved, in.dy ? &*in.dy : nullptr);
    return char{};
  });
  if (subject.way == direction::backward_from_output)
    in.saved = call(subject.op, direction::forward, nullptr, in.saved);
  return in;
}

template <class Number>
class judge {
 public:
  judge(pointwise_subject const& subject, pointwise_inputs const& in)
      : subject_(subject), in_(in), exact_(subject, in) {}

  tally operator()(host_array const& result, std::string const& how) const {
    tally all;
    for (tally const &part : in_parallel_blocks<tally>(
             in_.saved.size(),
             [&](std::size_t begin, std::size_t end) { return part_of(begin, end, result, how); }))
      all.add(part);
    return all;
  }

 private:
  tally part_of(std::size_t begin, std::size_t end, host_array const& result,
                std::string const& how) const {
    tally t;
    std::size_t worst = begin;
    for (std::size_t first = begin; first < end; first += block_elements) {
      std::size_t const last = std::min(end, first + block_elements);
      screened const found = exact_.screen_block(result, first, last - first);
      if (!found.clear) {
        for (std::size_t i = first; i < last; ++i) judge_one(t, worst, i, result[i], how);
        continue;
      }
      t.judged += last - first;
      t.zeros += found.zeros;
      if (found.worst > t.worst) {
        t.worst = found.worst;
        worst = first;
        while (exact_.scaled_error(worst, result[worst]) != t.worst) ++worst;
      }
    }
    if (t.worst > 0) t.worst_at = place(subject_, in_, worst);
    return t;
  }

  void judge_one(tally& t, std::size_t& worst, std::size_t i, double value,
                 std::string const& how) const {
    storage const& type = *subject_.type;
    if (!std::isfinite(in_.saved[i])) return;
    ++t.judged;
    if (value == 0) ++t.zeros;
    double ulps = exact_.scaled_error(i, value);
    if (!is_clear(ulps, allowed_ulps(type))) {
      expected<Number> const exact = exact_.at(i);
      error const e = error_of(type, value, exact);
      ulps = e.subnormal ? 0 : e.ulps;
      if (!within_contract(type, value, e, exact)) {
        t.fail("at " + place(subject_, in_, i) + ": " + in_words(type, value) + " instead of " +
               std::to_string(to_double(exact.value)) + ", off by " + std::to_string(e.ulps) +
               " ulp, under " + how);
      }
    }
    if (ulps > t.worst) {
      t.worst = ulps;
      worst = i;
    }
  }

  pointwise_subject const& subject_;
  pointwise_inputs const& in_;
  exact_values<Number> exact_;
};

}  // namespace

pointwise_evaluation compiled_kernel(pointwise_subject const& subject, unsigned random_ways) {
  auto const call = std::make_shared<repeated_call>(subject.op, subject.way);
  return [call, random_ways](pointwise_inputs const& in, auto const& judge) {
    call->upload(in.dy ? &*in.dy : nullptr, in.saved);
    under_each_approximation([&](std::string const& how) { judge((*call)(), how); }, random_ways);
  };
}

std::unique_ptr<sample> sample_for(pointwise_subject const& subject, sample_size const& size,
                                   std::uint64_t seed) {
  storage const& type = *subject.type;
  if (type.bytes == 2) {
    return std::make_unique<every_input>(type, subject.way == direction::forward ? 1 : size.rounds,
                                         seed);
  }
  std::vector<double> knots =
      oracle::find(subject.name).knots(rounded_parameters(subject.op, type));
  for (double const point : branch_points(subject.name)) knots.push_back(point);
  return std::make_unique<spread_inputs>(type, std::move(knots),
                                         type.bytes == 4 ? size.float32 : size.float64, seed);
}

tally judge_part(pointwise_subject const& subject, sample const& from, std::uint64_t begin,
                 std::uint64_t end, pointwise_evaluation const& evaluate) {
  pointwise_inputs const in = inputs_of(subject, from, begin, end);
  tally all;
  with_number_for(*subject.type, [&](auto number) {
    judge<decltype(number)> const judged(subject, in);
    evaluate(in, [&](host_array const& result, std::string const& how) {
      all.add(judged(result, how));
    });
  });
  for (std::size_t const part :
       in_parallel_blocks<std::size_t>(in.saved.size(), [&](std::size_t first, std::size_t last) {
         std::size_t finite = 0;
         for (std::size_t i = first; i < last; ++i) finite += std::isfinite(in.saved[i]) ? 1 : 0;
         return finite;
       }))
    all.elements += part;
  return all;
}

bool proves_something(pointwise_subject const& subject, tally const& t) {
  bool const zero_by_definition =
      oracle::find(subject.name).gradient_is_zero && subject.way == direction::backward;
  // 32 of 2^16; a gradient may be there between two knots alone.
  return t.judged > 0 && (zero_by_definition || t.judged - t.zeros >= t.judged / 2048);
}

}  // namespace support
