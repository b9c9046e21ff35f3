// docs/accuracy.md has a row for everything that there is, with the contract that the accuracy
// tests enforce, and no worst error beyond it; docs/accuracy_exhaustive.md has none either.
#include "support/contract.hpp"
#include "support/glu_judge.hpp"
#include "support/glu_subjects.hpp"
#include "support/learned_contract.hpp"
#include "support/pointwise_oracle.hpp"
#include "support/pointwise_subjects.hpp"

#include <fstream>
#include <gtest/gtest.h>
#include <iterator>
#include <sstream>
#include <string>
#include <vector>

namespace {

using cells = std::vector<std::string>;

std::string text_of(char const* path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

// A page's table rows, their cells without the blanks around them.
std::vector<cells> rows_of(std::string const& text) {
  std::istringstream page(text);
  std::vector<cells> rows;
  for (std::string line; std::getline(page, line);) {
    if (line.rfind("| ", 0) != 0) continue;
    rows.emplace_back();
    std::istringstream in(line.substr(2));
    for (std::string cell; std::getline(in, cell, '|');) {
      while (!cell.empty() && cell.back() == ' ') cell.pop_back();
      rows.back().push_back(cell.substr(cell.empty() || cell.front() != ' ' ? 0 : 1));
    }
  }
  return rows;
}

class accuracy_page : public testing::Test {
 protected:
  /// The row of this subject, of so many cells; counted.
  cells const* row_of(std::string const& op, std::string const& type, std::string const& way,
                      std::size_t size) {
    for (cells const& row : rows) {
      if (row.size() != size || row[0] != op || row[1] != type || row[2] != way) continue;
      ++found;
      return &row;
    }
    ADD_FAILURE() << op << ' ' << type << ' ' << way << " has no row in " << ACCURACY_PAGE
                  << ": ./run accuracy";
    return nullptr;
  }
  static void expect_contract(cells const& row, double contract, std::string const& unit) {
    std::ostringstream stated;
    stated << contract << unit;
    EXPECT_EQ(row[3], stated.str()) << row[0] << ' ' << row[1] << ' ' << row[2];
    EXPECT_LE(std::stod(row[4]), contract) << row[0] << ' ' << row[1] << ' ' << row[2];
  }

  void expect_learned(int index, support::storage const& type) {
    std::string const name = act_learned_name(index);
    oracle::learned_activation const exact = oracle::find_learned(name);
    auto const expect = [&](std::string const& result, support::stated_contract const& contract) {
      if (cells const* const row = row_of(name, type.name, result, 7))
        expect_contract(*row, contract.allowed, " " + std::string(contract.unit));
    };
    for (support::direction const way : {support::direction::forward, support::direction::backward})
      expect(to_string(way), support::learned_contract(exact, type, way));
    for (int array = 0; array < act_learned_array_count(index); ++array) {
      expect("d_" + std::string(act_learned_array_name(index, array)),
             support::learned_term_contract(exact, type, static_cast<std::size_t>(array)));
    }
  }

  std::string const text = text_of(ACCURACY_PAGE);
  std::vector<cells> const rows = rows_of(text);
  std::size_t found = 0;
};

TEST_F(accuracy_page, StatesTheContractOfEachActivation) {
  for (support::pointwise_subject const& s : support::pointwise_subjects()) {
    std::string const unit = support::unit(s.name, s.way);
    if (unit != "ulp") {
      EXPECT_NE(text.find("the ulp is that of the formula's largest term: there the result has"),
                std::string::npos)
          << "no reason for a contract in " << unit;
    }
    if (cells const* const row = row_of(s.name, s.type->name, to_string(s.way), 8))
      expect_contract(*row, support::allowed_ulps(*s.type), " " + unit);
  }
  for (support::glu_subject const& s : support::glu_subjects()) {
    for (support::glu_result const which :
         {support::glu_result::y, support::glu_result::dgate, support::glu_result::dup}) {
      if (cells const* const row = row_of(s.name, s.type->name, to_string(which), 7))
        expect_contract(*row, support::allowed_ulps(*s.type),
                        " " + std::string(support::unit(s.name, which)));
    }
  }
  for (support::storage const& type : support::storages) {
    for (int i = 0; i < act_learned_count(); ++i) expect_learned(i, type);
    for (int i = 0; i < act_random_count(); ++i) {
      for (char const* const way : {"forward", "backward"}) {
        if (cells const* const row = row_of(act_random_name(i), type.name, way, 7))
          expect_contract(*row, support::rrelu_allowed_ulps(type), " ulp");
      }
    }
  }
  for (int i = 0; i < act_softmax_count(); ++i) {
    for (support::storage const& type : support::storages) {
      for (char const* const way : {"forward", "backward"}) {
        if (cells const* const row = row_of(act_softmax_name(i), type.name, way, 7))
          expect_contract(*row, 1, "");
      }
    }
  }
  EXPECT_EQ(rows.size() - 5, found) << "rows beside the five headings and what there is";
}

// The goal for float32, beyond the contract.
TEST_F(accuracy_page, HasFloat32WithinTwoUlpForFourFifths) {
  int close = 0;
  for (int i = 0; i < act_op_count(); ++i) {
    cells const* const row = row_of(act_op_name(i), "float32", "forward", 8);
    close += row != nullptr && std::stod((*row)[4]) <= 2 ? 1 : 0;
  }
  EXPECT_GE(close, 0.8 * act_op_count());
  std::string const sentence = "float32 forward is at or below 2 ulp for " + std::to_string(close) +
                               " of " + std::to_string(act_op_count()) + " activations.";
  EXPECT_NE(text.find(sentence), std::string::npos) << sentence;
}

TEST(exhaustive_page, KeepsToTheContract) {
  std::vector<cells> const rows = rows_of(text_of(EXHAUSTIVE_PAGE));
  ASSERT_GE(rows.size(), 2U) << "the heading and an activation";
  for (std::size_t i = 1; i < rows.size(); ++i) {
    cells const& row = rows[i];
    ASSERT_EQ(row.size(), 6U);
    support::storage const& type = support::storages[ACT_FLOAT32];
    EXPECT_LE(std::stod(row[3]), support::allowed_ulps(type)) << row[0] << ' ' << row[1];
    // The finite ones, for dx with two dy.
    if (row[1] == "forward") {
      EXPECT_EQ(row[5], "4,278,190,080") << row[0];
    } else if (row[1] == "backward") {
      EXPECT_EQ(row[5], "8,556,380,160") << row[0];
    }
  }
}

}  // namespace
