// docs/accuracy.md has a row for everything that there is, with the contract that the accuracy
// tests enforce, and no worst error beyond it.
#include "support/contract.hpp"
#include "support/pointwise_subjects.hpp"

#include <fstream>
#include <gtest/gtest.h>
#include <sstream>
#include <string>
#include <vector>

namespace {

using cells = std::vector<std::string>;

// The page's table rows, their cells without the blanks around them.
std::vector<cells> rows_of_the_page() {
  std::ifstream page(ACCURACY_PAGE);
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
  void expect_row(std::string const& op, std::string const& type, std::string const& way,
                  double contract, std::string const& unit) {
    SCOPED_TRACE(op + " " + type + " " + way);
    for (cells const& row : rows) {
      if (row.size() != 7 || row[0] != op || row[1] != type || row[2] != way) continue;
      std::ostringstream stated;
      stated << contract << unit;
      EXPECT_EQ(row[3], stated.str());
      EXPECT_LE(std::stod(row[4]), contract);
      ++found;
      return;
    }
    ADD_FAILURE() << "has no row in " << ACCURACY_PAGE << ": run tests/accuracy_page";
  }

  std::vector<cells> const rows = rows_of_the_page();
  std::size_t found = 0;
};

TEST_F(accuracy_page, StatesTheContractOfEachActivation) {
  for (support::pointwise_subject const& s : support::pointwise_subjects())
    expect_row(s.name, s.type->name, to_string(s.way), support::allowed_ulps(*s.type), " ulp");
  for (int i = 0; i < act_softmax_count(); ++i) {
    for (support::storage const& type : support::storages) {
      for (char const* const way : {"forward", "backward"})
        expect_row(act_softmax_name(i), type.name, way, 1, "");
    }
  }
  EXPECT_EQ(rows.size() - 2, found) << "rows beside the two headings and what there is";
}

}  // namespace
