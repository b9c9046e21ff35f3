// docs/emulator_mathematics.md has a row for each function and type, with the bound that the accuracy test enforces, and no
// error beyond it.
#include "half_functions.hpp"

#include <fstream>
#include <gtest/gtest.h>
#include <limits>
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

// The cells of a row by the heading of its table.
enum : std::size_t { name, type, documented };
constexpr std::size_t error_if_measured = 3, error_if_moved = 4;
constexpr std::size_t cells_if_measured = 7, cells_if_moved = 6, cells_of_half = 5;

class mathematics_page : public testing::Test {
 protected:
  /// A row of so many cells has the error in the given one, and none of it is beyond the bound. Returns how many rows there are.
  int check(std::string const& function, std::string const& in, std::size_t cell_count,
            std::size_t error, int stated, double bound) {
    int matching = 0;
    for (cells const& row : rows) {
      if (row.size() != cell_count || row[name] != function || row[type] != in) continue;
      ++matching;
      EXPECT_EQ(row[documented], std::to_string(stated)) << function << ' ' << in;
      EXPECT_LE(std::stod(row[error]), bound) << function << ' ' << in;
    }
    found += static_cast<std::size_t>(matching);
    return matching;
  }

  std::vector<cells> const rows = rows_of_the_page();
  std::size_t found = 0;
};

TEST_F(mathematics_page, StatesTheBoundOfEachFunction) {
  char const* const advice =
      EMULATOR_MATHEMATICS_PAGE " has not one row: ./run emulator-mathematics";
  for (function const& f : functions()) {
    for (bool const in_float : {true, false}) {
      char const* const in = in_float ? "float" : "double";
      int const stated = in_float ? f.float_ulps : f.double_ulps;
      EXPECT_EQ(check(f.name, in, cells_if_measured, error_if_measured, stated, stated), 1)
          << f.name << ' ' << in << ": " << advice;
      double const if_moved = in_float ? std::numeric_limits<double>::max() : stated;
      EXPECT_LE(check(f.name, in, cells_if_moved, error_if_moved, stated, if_moved), 1) << advice;
    }
  }
  for (half_function const& f : half_functions()) {
    for (half_type const in : {half_type::float16, half_type::bfloat16}) {
      EXPECT_EQ(check(f.name, to_string(in), cells_of_half, error_if_measured, 0, allowed_ulps(in)),
                1)
          << f.name << ' ' << to_string(in) << ": " << advice;
    }
  }
  EXPECT_EQ(rows.size() - 3, found) << "rows beside the three headings and what there is";
}

}  // namespace
}  // namespace mathematics
