// Every seeded bug is reported by the check that is there for it, with what a reader needs to find it; its corrected twin
// runs in silence. Each program runs in a process of its own: this executable, called with its name.
#include "child_process.hpp"
#include "seeded_bug.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <gtest/gtest.h>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace seeded {
/// GoogleTest shows parameters that it cannot print byte by byte.
void PrintTo(bug const& shown, std::ostream* out);
void PrintTo(bug const& shown, std::ostream* out) { *out << shown.name; }
}  // namespace seeded

namespace {

using seeded::bug;
using seeded::check;

constexpr int right = 0, wrong = 3;  // how a program ends

std::vector<bug> const& all_bugs() {
  static std::vector<bug> const all = [] {
    std::vector<bug> result;
    for (auto const* const table :
         {&seeded::out_of_bounds_bugs, &seeded::out_of_bounds_on_chip_bugs,
          &seeded::use_after_free_bugs, &seeded::misaligned_bugs, &seeded::uninitialised_bugs,
          &seeded::shared_race_bugs, &seeded::global_race_bugs, &seeded::barrier_bugs,
          &seeded::cluster_bugs, &seeded::mbarrier_bugs, &seeded::non_coherent_bugs,
          &seeded::leak_bugs, &seeded::host_access_bugs, &seeded::capture_bugs,
          &seeded::capture_fork_bugs, &seeded::missing_wait_bugs, &seeded::launch_bugs,
          &seeded::ownership_bugs}) {
      result.insert(result.end(), table->begin(), table->end());
    }
    return result;
  }();
  return all;
}

/// What a check is called here, whether it looks at kernels, and what all of its reports say.
struct check_row {
  check which;
  char const* name;
  bool in_kernel;
  std::vector<std::string> words;
};

std::vector<check_row> const& checks() {
  static std::vector<check_row> const rows{
      {check::out_of_bounds, "out_of_bounds", true, {}},
      {check::use_after_free, "use_after_free", false, {}},
      {check::misaligned, "misaligned", true, {"multiple of"}},
      {check::uninitialised_read, "uninitialised_read", true, {"uninitialised"}},
      {check::shared_race, "shared_race", true, {"of shared memory", "nothing orders the two"}},
      {check::global_race, "global_race", true, {"of global memory"}},
      {check::participation, "participation", true, {}},
      {check::non_coherent_read, "non_coherent_read", true, {"of global memory"}},
      {check::leak, "leak", false, {"never "}},
      {check::host_access, "host_access", false, {"allocation", "cudaMemcpy"}},
      {check::capture, "capture", false, {}},
      {check::missing_wait, "missing_wait", false, {}},
      {check::launch, "launch", false, {}},
      {check::ownership, "ownership", false, {}},
  };
  return rows;
}

check_row const& row_of(check which) {
  return *std::find_if(checks().begin(), checks().end(),
                       [&](check_row const& row) { return row.which == which; });
}

seeded::outcome run(bug const& program, bool corrected) {
  bool const asks_for_leaks = corrected || program.found_by == check::leak;
  return seeded::run_this_executable(
      {program.name, corrected ? "corrected" : "wrong"},
      {{"ACTIVATIONS_EMULATOR_COMPUTE_CAPABILITY", program.compute_capability},
       {"ACTIVATIONS_EMULATOR_EXPLAIN", "1"},
       {"ACTIVATIONS_EMULATOR_LEAKS", asks_for_leaks ? "1" : "0"}});
}

constexpr char const title_begin[] = "========= PTX emulator: ";

std::string first_title(std::string const& text) {
  std::size_t const begin = text.find(title_begin);
  if (begin == std::string::npos) return "";
  std::size_t const from = begin + sizeof(title_begin) - 1;
  return text.substr(from, text.find('\n', from) - from);
}

/// The first report, without those that follow from it.
std::string first_report(std::string const& text) {
  std::size_t const begin = text.find(title_begin);
  if (begin == std::string::npos) return "";
  std::size_t const end = text.find("=========\n", begin);
  return text.substr(begin, end - begin);
}

/// The lines of CUDA source that a report names: "at /some/kernels.cu:12, inlined at ...".
std::string named_lines(std::string const& report) {
  std::string result;
  constexpr std::size_t extension = 3;
  for (std::size_t dot = 0; (dot = report.find(".cu:", dot)) != std::string::npos;
       dot += extension) {
    // By its name alone: a compiler cache may know the file in another folder.
    std::size_t const name = report.rfind('/', dot) + 1;
    std::ifstream file(SEEDED_BUGS_FOLDER "/" + report.substr(name, dot + extension - name));
    long const number = std::strtol(report.c_str() + dot + extension + 1, nullptr, 10);
    std::string line;
    for (long i = 0; i < number; ++i) std::getline(file, line);
    result += line + "\n";
  }
  return result;
}

class seeded_bugs : public testing::TestWithParam<bug> {};

TEST_P(seeded_bugs, IsReportedByItsCheck) {
  bug const& program = GetParam();
  seeded::outcome const seen = run(program, false);
  if (program.found_by == check::missing_wait) {
    EXPECT_EQ(seen.errors, "");
    EXPECT_EQ(seen.status, "exit 3") << "the program computed the right result";
    return;
  }
  std::string const report = first_report(seen.errors);
  EXPECT_EQ(first_title(seen.errors), program.report) << seen.errors;
  EXPECT_EQ(seen.status.rfind("exit", 0) == 0, program.found_by != check::host_access)
      << seen.status;
  for (auto const& words : {program.words, row_of(program.found_by).words}) {
    for (std::string const& word : words)
      EXPECT_NE(report.find(word), std::string::npos) << "'" << word << "' in\n" << report;
  }
  if (!row_of(program.found_by).in_kernel) return;
  // Which kernel, which thread, where in the PTX and where in the source.
  for (char const* const word : {"in ", "_kernel", "by thread (", "at PTX line "})
    EXPECT_NE(report.find(word), std::string::npos) << "'" << word << "' in\n" << report;
  EXPECT_NE(named_lines(report).find("// <- " + std::string(program.name)), std::string::npos)
      << "the lines named are: " << named_lines(report) << "\n"
      << report;
}

TEST_P(seeded_bugs, ItsTwinIsSilent) {
  seeded::outcome const seen = run(GetParam(), true);
  EXPECT_EQ(seen.errors, "");
  EXPECT_EQ(seen.status, "exit 0");
}

std::string test_name(testing::TestParamInfo<bug> const& info) {
  return std::string(row_of(info.param.found_by).name) + "__" + info.param.name;
}

INSTANTIATE_TEST_SUITE_P(All, seeded_bugs, testing::ValuesIn(all_bugs()), test_name);

TEST(seeded_bugs_table, HoldsEnoughOfEveryCheck) {
  std::set<std::string> names;
  std::map<check, int> found_by;
  for (bug const& each : all_bugs()) {
    names.insert(each.name);
    ++found_by[each.found_by];
  }
  EXPECT_EQ(names.size(), all_bugs().size()) << "a name twice";
  EXPECT_GE(names.size(), 40U);
  for (check_row const& row : checks()) EXPECT_GE(found_by[row.which], 3) << row.name;
}

int run_program(std::string const& name, std::string const& version) {
  for (bug const& each : all_bugs()) {
    if (each.name != name) continue;
    bool const is_right = version == "corrected" ? each.corrected() : each.wrong();
    return is_right ? right : wrong;
  }
  std::fprintf(stderr, "there is no program %s\n", name.c_str());
  return 2;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc == 3 && argv[1][0] != '-') return run_program(argv[1], argv[2]);
  testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}
