// The long measurements of accuracy, for tests/accuracy/page and tests/accuracy/pytorch.
#include "support/accuracy_table.hpp"
#include "support/contract.hpp"
#include "support/pointwise_judge.hpp"
#include "support/pointwise_oracle.hpp"
#include "support/resumed.hpp"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <fstream>
#include <malloc.h>
#include <memory>
#include <stdexcept>
#include <string>
#include <unistd.h>
#include <vector>

namespace {

using support::direction;

constexpr char usage[] =
    "usage: pointwise_accuracy spread STATE FLOAT32 FLOAT64 ROUNDS [OP|OP/TYPE...]\n"
    "         so many inputs of each type, and for 16-bit types all of them with so many dy\n"
    "       pointwise_accuracy exhaustive STATE RANDOM OP DIRECTION\n"
    "         all float32 inputs, default parameters, so many times with random errors\n"
    "       pointwise_accuracy list\n"
    "         every op with its default parameters\n"
    "       pointwise_accuracy inputs FILE COUNT OP\n"
    "         the sample of float32 inputs in FILE.x and of dy in FILE.dy\n"
    "       pointwise_accuracy judge FILE COUNT OP DIRECTION\n"
    "         what another program made of them and left in FILE.result\n"
    "STATE is the folder in which a measurement that was interrupted goes on. The seed is\n"
    "ACTIVATIONS_CUDA_TEST_SEED; results go to the file ACTIVATIONS_CUDA_ACCURACY_TABLE.\n";

using arguments = std::vector<std::string>;

std::uint64_t number(std::string const& text) { return std::stoull(text); }

/// How far a measurement is: on a terminal a line that is written over, else one at the end.
class progress {
 public:
  progress(std::string name, std::uint64_t size) : name_(std::move(name)), size_(size) {}
  void operator()(std::uint64_t done) {
    if (done != size_ && !terminal_) return;
    double const seconds =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
    std::fprintf(stderr, "%s%-60s %5.1f %% %8.0f s", terminal_ ? "\r" : "", name_.c_str(),
                 100.0 * static_cast<double>(done) / static_cast<double>(size_), seconds);
    if (done == size_) std::fputc('\n', stderr);
  }

 private:
  std::string name_;
  std::uint64_t size_;
  bool terminal_ = isatty(STDERR_FILENO) != 0;
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

void record(char const* family, support::pointwise_subject const& subject,
            support::tally const& t) {
  support::record({family, subject.name, subject.type->name, to_string(subject.way),
                   support::allowed_ulps(*subject.type), support::unit(subject.name, subject.way),
                   t.worst, t.worst_at, t.elements});
}

/// Throws where the contract is broken.
void measure(char const* family, support::pointwise_subject const& subject,
             support::sample const& sample, std::string const& state,
             unsigned random_ways = support::random_approximations) {
  std::string const name = to_string(subject);
  auto const kernel = support::compiled_kernel(subject, random_ways);
  support::tally const t = support::measure_resumed(
      state + "/" + family + "_" + name,
      name + " " + std::to_string(sample.size()) + " seed " + std::to_string(support::seed()) +
          " random " + std::to_string(random_ways),
      sample.size(), support::judged_at_once,
      [&](std::uint64_t begin, std::uint64_t end) {
        return support::judge_part(subject, sample, begin, end, kernel);
      },
      progress(name, sample.size()));
  std::string words;
  for (std::string const& failure : t.failed) words += "\n  " + failure;
  if (t.failures != 0 || !support::proves_something(subject, t)) {
    throw std::runtime_error(name + ": " + std::to_string(t.failures) + " failures and " +
                             std::to_string(t.zeros) + " zeros of " + std::to_string(t.judged) +
                             words);
  }
  record(family, subject, t);
}

support::pointwise_subject float32_subject(std::string const& op, std::string const& way) {
  for (support::pointwise_subject const& s : support::pointwise_subjects()) {
    if (s.name == op && s.type->dtype == ACT_FLOAT32 && to_string(s.way) == way) return s;
  }
  throw std::runtime_error("there is no " + op + " " + way);
}

bool is_chosen(arguments const& chosen, support::pointwise_subject const& s) {
  auto const has = [&](std::string const& name) {
    return std::find(chosen.begin(), chosen.end(), name) != chosen.end();
  };
  return chosen.empty() || has(s.name) || has(s.name + ("/" + std::string(s.type->name)));
}

void spread(arguments const& a) {
  support::sample_size const size{number(a.at(3)), number(a.at(1)), number(a.at(2))};
  support::sample_size const other{size.rounds, size.float32 / 4, size.float64 / 4};
  arguments const chosen(a.begin() + 4, a.end());
  for (support::pointwise_subject const& s : support::pointwise_subjects_and_parameters()) {
    if (!is_chosen(chosen, s)) continue;
    measure("pointwise", s,
            *support::sample_for(s, s.parameters.empty() ? size : other, support::seed()), a[0]);
  }
}

void exhaustive(arguments const& a) {
  support::pointwise_subject const s = float32_subject(a.at(2), a.at(3));
  auto const random_ways = static_cast<unsigned>(number(a.at(1)));
  if (s.way == direction::forward) {
    measure("exhaustive", s, support::every_input(*s.type, 1, support::seed()), a[0], random_ways);
  } else {
    constexpr int part_bits = 19;
    static_assert(std::uint64_t{2} << part_bits == support::judged_at_once);
    measure("exhaustive", s, support::every_input_in_parts(*s.type, part_bits, support::seed()),
            a[0], random_ways);
  }
}

void list() {
  for (int i = 0; i < act_op_count(); ++i) {
    act_op const op = support::op_named(act_op_name(i));
    std::printf("%s", act_op_name(i));
    for (int p = 0; p < act_op_parameter_count(i); ++p)
      std::printf("\t%s=%.17g", act_op_parameter_name(i, p), op.parameters[p]);
    std::printf("\n");
  }
}

std::unique_ptr<support::sample> shared_sample(std::string const& op, std::string const& count) {
  return support::sample_for(float32_subject(op, "forward"), {1, number(count), 0},
                             support::seed());
}

void write_inputs(arguments const& a) {
  auto const sample = shared_sample(a.at(2), a.at(1));
  auto const n = static_cast<std::size_t>(sample->size());
  support::storage const& type = support::storages[ACT_FLOAT32];
  auto const write = [&](char const* suffix, auto const& bits) {
    support::host_array elements(type, n);
    for (std::size_t i = 0; i < n; ++i) elements.set_bits(i, bits(i));
    std::ofstream file(a[0] + suffix, std::ios::binary);
    file.write(static_cast<char const*>(elements.data()),
               static_cast<std::streamsize>(elements.bytes()));
    if (!file.flush()) throw std::runtime_error(a[0] + suffix + " cannot be written");
  };
  write(".x", [&](std::uint64_t i) { return sample->x(i); });
  write(".dy", [&](std::uint64_t i) { return sample->dy(i); });
}

void judge_results(arguments const& a) {
  support::pointwise_subject const subject = float32_subject(a.at(2), a.at(3));
  auto const sample = shared_sample(a[2], a[1]);
  std::ifstream file(a[0] + ".result", std::ios::binary);
  support::tally all;
  for (std::uint64_t begin = 0; begin < sample->size(); begin += support::judged_at_once) {
    std::uint64_t const end = std::min(sample->size(), begin + support::judged_at_once);
    all.add(support::judge_part(subject, *sample, begin, end,
                                [&](support::pointwise_inputs const& in, auto const& judge) {
                                  support::host_array result(*subject.type, in.saved.size());
                                  file.read(static_cast<char*>(result.data()),
                                            static_cast<std::streamsize>(result.bytes()));
                                  if (!file)
                                    throw std::runtime_error(a[0] + ".result is too short");
                                  judge(result, "another program");
                                }));
  }
  record("another", subject, all);
}

void run(arguments all) {
  std::string const command = all.empty() ? "" : all.front();
  arguments const rest(all.begin() + (all.empty() ? 0 : 1), all.end());
  if (command == "spread") return spread(rest);
  if (command == "exhaustive") return exhaustive(rest);
  if (command == "list") return list();
  if (command == "inputs") return write_inputs(rest);
  if (command == "judge") return judge_results(rest);
  throw std::runtime_error(usage);
}

}  // namespace

int main(int count, char** values) {
  // Part after part needs the same memory: not given back in between.
  mallopt(M_MMAP_THRESHOLD, 1 << 30);
  mallopt(M_TRIM_THRESHOLD, 1 << 30);
  try {
    run({values + 1, values + count});
    return 0;
  } catch (std::exception const& error) {
    std::fprintf(stderr, "pointwise_accuracy: %s\n", error.what());
    return 1;
  }
}
