// JSON of what the library says of an activation, and of what its kernels give.
#pragma once

#include "support/storage.hpp"

#include <activations_cuda/activations.h>

#include <cstdio>
#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace describe {

using support::host_array;

/// A list or an object, its members with commas between them.
template <class Write>
void write_members(char const* brackets, int count, Write const& write) {
  std::putchar(brackets[0]);
  for (int i = 0; i < count; ++i) {
    if (i > 0) std::putchar(',');
    write(i);
  }
  std::putchar(brackets[1]);
}

void write_text(std::string const& text);

/// The C ABI's functions of a family.
template <class Descriptor>
struct family_calls {
  char const* name;
  int (*count)();
  char const* (*name_of)(int index);
  char const* (*formula)(int index);
  int (*parameter_count)(int index);
  char const* (*parameter_name)(int index, int parameter);
  char const* (*parameter_allowed)(int index, int parameter);
  act_status (*from_name)(char const* name, Descriptor* op);
  act_status (*get)(Descriptor const* op, char const* parameter, double* value);

  Descriptor at(int index) const {
    Descriptor op;
    from_name(name_of(index), &op);
    return op;
  }
  /// What every family has: the first members of an object.
  void write(int index) const {
    std::printf("\"family\": \"%s\", \"name\": ", name);
    write_text(name_of(index));
    std::printf(", \"formula\": ");
    write_text(formula(index));
    std::printf(",\n \"parameters\": ");
    write_members("[]", parameter_count(index), [&](int parameter) {
      Descriptor const defaults = at(index);
      double value = 0;
      get(&defaults, parameter_name(index, parameter), &value);
      std::printf("{\"name\": ");
      write_text(parameter_name(index, parameter));
      std::printf(", \"default\": %.17g, \"allowed\": ", value);
      write_text(parameter_allowed(index, parameter));
      std::printf("}");
    });
  }
};

/// Results at x by their names, first x, or gate, itself; of each the numbers as text, for JSON's know neither
/// infinities nor NaN.
using columns = std::vector<std::pair<std::string, host_array>>;
using function = std::function<columns(host_array const& x)>;
void write_columns(columns const& all);

host_array float32(std::vector<double> const& values);
/// -infinity, knots, both zeros and other knots, infinity, NaN.
host_array special(std::vector<double> const& knots = {});
/// 513 points from -8 to 8, or nearer to 0 where y, the second column, turns so often that nobody could
/// see it.
columns plotted(function const& f);

void write_pointwise();
void write_glu();
void write_learned();
void write_random();
void write_rowwise();

}  // namespace describe
