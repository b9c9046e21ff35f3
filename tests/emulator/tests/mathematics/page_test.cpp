// docs/emulator_mathematics.md has a row for each function and type, with the bound that the accuracy test enforces, and no
// error beyond it.
#include "functions.hpp"

#include <fstream>
#include <gtest/gtest.h>
#include <sstream>
#include <string>

namespace mathematics {
namespace {

using cells = std::vector<std::string>;

// The rows of the page's tables, their cells without the blanks around them.
std::vector<cells> rows_of_the_page() {
  std::ifstream page(EMULATOR_MATHEMATICS_PAGE);
  std::vector<cells> rows;
  for (std::string line; std::getline(page, line);) {
    if (line.rfind("| ", 0) != 0) continue;
    cells& row = rows.emplace_back();
    std::istringstream in(line.substr(1));
    for (std::string cell; std::getline(in, cell, '|');) {
      std::size_t const first = cell.find_first_not_of(' ');
      std::size_t const last = cell.find_last_not_of(' ');
      row.push_back(first == std::string::npos ? "" : cell.substr(first, last - first + 1));
    }
  }
  return rows;
}

constexpr std::size_t accuracy_cells = 7;
constexpr std::size_t moved_cells = 6;

TEST(page, StatesTheBoundOfEachFunction) {
  std::vector<cells> const rows = rows_of_the_page();
  std::size_t found = 0;
  for (function const& f : functions()) {
    for (bool const in_float : {true, false}) {
      std::string const type = in_float ? "float" : "double";
      int const documented = in_float ? f.float_ulps : f.double_ulps;
      SCOPED_TRACE(f.name + (" in " + type));
      bool measured = false;
      for (cells const& row : rows) {
        if (row[0] != f.name || row[1] != type) continue;
        ++found;
        EXPECT_EQ(row[2], std::to_string(documented));
        bool const moved = row.size() == moved_cells;
        measured |= row.size() == accuracy_cells;
        if (!moved || !in_float) {
          EXPECT_LE(std::stod(row[moved ? 4 : 3]), documented) << (moved ? "moved" : "exact");
        }
      }
      EXPECT_TRUE(measured) << "has no row in " << EMULATOR_MATHEMATICS_PAGE
                            << ": ./run emulator-mathematics";
    }
  }
  EXPECT_EQ(rows.size() - 2, found) << "rows beside the two headings and what there is";
}

}  // namespace
}  // namespace mathematics
