#include "support/pointwise_judge.hpp"

#include "support/approximations.hpp"
#include "support/branch_points.hpp"
#include "support/contract.hpp"
#include "support/parallel.hpp"
#include "support/pointwise_oracle.hpp"

#include <charconv>
#include <cmath>
#include <vector>

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
    for (std::size_t i = first; i < last; ++i) {
      in.saved.set_bits(i, from.x(begin + i));
      if (in.dy) in.dy->set_bits(i, from.dy(begin + i));
    }
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
      : subject_(subject), in_(in), exact_(in.saved.size()) {
    oracle::activation const& activation = oracle::find(subject.name);
    oracle::parameters const parameters = rounded_parameters(subject.op, *subject.type);
    in_parallel<char>(exact_.size(), [&](std::size_t begin, std::size_t end) {
      for (std::size_t i = begin; i < end; ++i) {
        double const saved = in.saved[i];
        if (!std::isfinite(saved)) continue;
        exact_[i] = exact_result<Number>(activation, subject.way, parameters,
                                         in.dy ? (*in.dy)[i] : 1, saved);
      }
      return char{};
    });
  }

  tally operator()(host_array const& result, std::string const& how) const {
    tally all;
    for (tally const &part : in_parallel<tally>(
             exact_.size(),
             [&](std::size_t begin, std::size_t end) { return part_of(begin, end, result, how); }))
      all.add(part);
    return all;
  }

 private:
  tally part_of(std::size_t begin, std::size_t end, host_array const& result,
                std::string const& how) const {
    storage const& type = *subject_.type;
    tally t;
    std::size_t worst = begin;
    for (std::size_t i = begin; i < end; ++i) {
      if (!exact_[i]) continue;
      ++t.judged;
      double const value = result[i];
      if (value == 0) ++t.zeros;
      error const e = error_of(type, value, *exact_[i]);
      if (!e.subnormal && e.ulps > t.worst) {
        t.worst = e.ulps;
        worst = i;
      }
      if (!within_contract(type, value, e, *exact_[i])) {
        t.fail("at " + place(subject_, in_, i) + ": " + in_words(type, value) + " instead of " +
               std::to_string(to_double(exact_[i]->value)) + ", off by " + std::to_string(e.ulps) +
               " ulp, under " + how);
      }
    }
    if (t.worst > 0) t.worst_at = place(subject_, in_, worst);
    return t;
  }

  pointwise_subject const& subject_;
  pointwise_inputs const& in_;
  std::vector<std::optional<expected<Number>>> exact_;
};

}  // namespace

pointwise_evaluation compiled_kernel(pointwise_subject const& subject) {
  return [subject](pointwise_inputs const& in, auto const& judge) {
    under_each_approximation([&](std::string const& how) {
      judge(call(subject.op, subject.way, in.dy ? &*in.dy : nullptr, in.saved), how);
    });
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
  for (std::size_t i = 0; i < in.saved.size(); ++i)
    all.elements += std::isfinite(in.saved[i]) ? 1 : 0;
  return all;
}

bool proves_something(pointwise_subject const& subject, tally const& t) {
  bool const zero_by_definition =
      oracle::find(subject.name).gradient_is_zero && subject.way == direction::backward;
  // 32 of 2^16; a gradient may be there between two knots alone.
  return t.judged > 0 && (zero_by_definition || t.judged - t.zeros >= t.judged / 2048);
}

}  // namespace support
