// The functions of cuda_fp16.h and cuda_bf16.h at all 65,536 arguments.
#include "half_functions.hpp"
#include "opcodes/float_format.hpp"
#include "table.hpp"

#include <cmath>
#include <gtest/gtest.h>
#include <sstream>

namespace mathematics {
namespace {

using emulator::float_format;

// In steps from one representable number to the next; infinite between NaN and numbers and between zeros.
double steps(float_format const& format, std::uint64_t a, std::uint64_t b) {
  if (a == b || (format.is_nan(a) && format.is_nan(b))) return 0;
  auto const place = [&](std::uint64_t bits) {
    auto const magnitude = static_cast<double>(format.magnitude(bits));
    return (bits & format.sign_bit()) != 0 ? -magnitude : magnitude;
  };
  double const distance = std::fabs(place(a) - place(b));
  return distance == 0 || format.is_nan(a) || format.is_nan(b) ? INFINITY : distance;
}

void expect_rounded(half_function const& f, half_type type) {
  float_format const& format = type == half_type::float16 ? emulator::binary16 : emulator::bfloat16;
  std::vector<std::uint16_t> const results = all_on_device(f.row, type);
  measurement m{f.name, to_string(type), 0, results.size()};
  std::ostringstream where;
  for (std::size_t bits = 0; bits < results.size(); ++bits) {
    emulator::real const x(format.decode(bits));
    std::uint64_t const expected = emulator::rounded(
        format, "rn", [&](mpfr_ptr to, mpfr_rnd_t mode) { return f.oracle(to, x.get(), mode); });
    double const error = steps(format, results[bits], expected);
    EXPECT_LE(error, allowed_ulps(type))
        << f.name << '(' << format.decode(bits) << ") is " << format.decode(results[bits])
        << ", correctly rounded it would be " << format.decode(expected);
    if (error == 0) continue;
    m.exact.from_rounded = std::max(m.exact.from_rounded, error);
    where << (where.tellp() == 0 ? "" : ", ") << format.decode(bits);
  }
  m.exact.where = where.str();
  record(m);
}

class half_accuracy : public testing::TestWithParam<half_function> {};
TEST_P(half_accuracy, float16) { expect_rounded(GetParam(), half_type::float16); }
TEST_P(half_accuracy, bfloat16) { expect_rounded(GetParam(), half_type::bfloat16); }

INSTANTIATE_TEST_SUITE_P(mathematics, half_accuracy, testing::ValuesIn(half_functions()),
                         [](auto const& info) { return std::string(info.param.name); });

}  // namespace
}  // namespace mathematics
