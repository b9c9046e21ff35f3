// What the C ABI's functions share: descriptors checked, exceptions turned into status codes.
#pragma once

#include "registry.hpp"
#include "validate.hpp"

#include <activations_cuda/activations.h>
#include <activations_cuda/error.hpp>

#include <cstdint>
#include <cstring>
#include <exception>
#include <string>

namespace activations_cuda::c_api {

/// Keeps the words as this thread's last error.
act_status fail(act_status status, char const* function, char const* words);
/// The same for a failed CUDA call, whose code is kept too.
act_status fail(cuda_error const& error, char const* function);

[[noreturn]] void reject(std::string const& words);

/// A caller's string, cut where its length would crowd out what is allowed.
std::string quoted(char const* text);

/// An index into a row's functions. dtype may hold any integer when it comes from C.
int index_of(act_dtype dtype, char const* name = "dtype");

/// Runs the body, which throws on failure. Nothing escapes.
template <class Body>
act_status guarded(char const* function, Body&& body) {
  try {
    body();
    return ACT_OK;
  } catch (unsupported const& error) {
    return fail(ACT_UNSUPPORTED, function, error.what());
  } catch (std::invalid_argument const& error) {
    return fail(ACT_INVALID_ARGUMENT, function, error.what());
  } catch (cuda_error const& error) {
    return fail(error, function);
  } catch (std::exception const& error) {
    return fail(ACT_INTERNAL, function, error.what());
  } catch (...) {
    return fail(ACT_INTERNAL, function, "an exception of unknown type");
  }
}

/// Each family by its descriptor: its rows, who fills the descriptor, and what it is called by one
/// who looked for it in another family.
template <class Descriptor>
struct family;
template <>
struct family<act_op> {
  static auto rows() { return registry::pointwise(); }
  static constexpr char const* type = "act_op";
  static constexpr char const* from_name = "act_op_from_name";
  static constexpr char const* nature = "works on single elements";
};
template <>
struct family<act_glu> {
  static auto rows() { return registry::gated(); }
  static constexpr char const* type = "act_glu";
  static constexpr char const* from_name = "act_glu_from_name";
  static constexpr char const* nature = "takes a gate and what it gates";
};
template <>
struct family<act_learned> {
  static auto rows() { return registry::learned(); }
  static constexpr char const* type = "act_learned";
  static constexpr char const* from_name = "act_learned_from_name";
  static constexpr char const* nature = "has learned parameters";
};
template <>
struct family<act_random> {
  static auto rows() { return registry::random(); }
  static constexpr char const* type = "act_random";
  static constexpr char const* from_name = "act_random_from_name";
  static constexpr char const* nature = "draws random numbers";
};
template <>
struct family<act_softmax> {
  static auto rows() { return registry::rowwise(); }
  static constexpr char const* type = "act_softmax";
  static constexpr char const* from_name = "act_softmax_from_name";
  static constexpr char const* nature = "works on rows";
};

template <class Descriptor>
std::string names() {
  std::string all;
  for (auto const& row : family<Descriptor>::rows())
    all += (all.empty() ? "" : ", ") + std::string(row.name);
  return all;
}

/// The index of the row of that name; -1 if there is none.
template <class Descriptor>
int find(char const* name) {
  auto const rows = family<Descriptor>::rows();
  for (int i = 0; i < rows.count; ++i) {
    if (std::strcmp(rows.rows[i].name, name) == 0) return i;
  }
  return -1;
}

template <class Descriptor>
void reject_if_named(char const* name) {
  if (find<Descriptor>(name) < 0) return;
  reject("name is " + quoted(name) + ", which " + family<Descriptor>::nature + ": use " +
         family<Descriptor>::from_name);
}

/// The row that the descriptor stands for.
template <class Descriptor>
auto const& row_of(Descriptor const* op) {
  using family = c_api::family<Descriptor>;
  auto const rows = family::rows();
  if (op == nullptr)
    reject("op is null; it must point to a descriptor filled by " + std::string(family::from_name));
  if (op->struct_size != sizeof(Descriptor) ||
      op->index >= static_cast<std::uint32_t>(rows.count)) {
    reject("op has struct_size " + std::to_string(op->struct_size) + " and index " +
           std::to_string(op->index) + "; it must be filled by " + family::from_name);
  }
  return rows.rows[op->index];
}

/// Null for an index out of range.
template <class Descriptor>
auto const* row_at(int index) {
  auto const rows = family<Descriptor>::rows();
  return index >= 0 && index < rows.count ? &rows.rows[index] : nullptr;
}

/// The descriptor of the row of that name, without parameters.
template <class Descriptor>
Descriptor descriptor_named(char const* name, Descriptor const* to) {
  using family = c_api::family<Descriptor>;
  if (name == nullptr) reject("name is null; it must be one of " + names<Descriptor>());
  if (to == nullptr) reject("op is null; it must point to an " + std::string(family::type));
  int const index = find<Descriptor>(name);
  if (index < 0) {
    reject_if_named<act_op>(name);
    reject_if_named<act_glu>(name);
    reject_if_named<act_learned>(name);
    reject_if_named<act_random>(name);
    reject_if_named<act_softmax>(name);
    reject("name is " + quoted(name) + "; it must be one of " + names<Descriptor>());
  }
  Descriptor op{};
  static_assert(sizeof(op) == 256, "the descriptor's size is part of the ABI");
  op.struct_size = sizeof(op);
  op.index = static_cast<std::uint32_t>(index);
  return op;
}

template <class Descriptor>
void fill_from_name(char const* name, Descriptor* op) {
  Descriptor filled = descriptor_named(name, op);
  auto const& row = row_of(&filled);
  for (int i = 0; i < row.parameter_count; ++i) filled.parameters[i] = row.parameters[i].initial;
  *op = filled;
}

int parameter_index(registry::parametrised_row const& row, char const* parameter);

template <class Descriptor>
void set_parameter(Descriptor* op, char const* parameter, double value) {
  auto const& row = row_of(op);
  int const index = parameter_index(row, parameter);
  // In double only: what it rounds to is checked with the type, in the call that computes.
  validate::parameter_value(parameter, value, row.parameters[index].allowed, true);
  op->parameters[index] = value;
}

template <class Descriptor>
void get_parameter(Descriptor const* op, char const* parameter, double* value) {
  int const index = parameter_index(row_of(op), parameter);
  if (value == nullptr) reject("value is null; it must point to a double");
  *value = op->parameters[index];
}

// What there is, for bindings.

template <class Descriptor>
char const* name_at(int index) {
  auto const* const row = row_at<Descriptor>(index);
  return row != nullptr ? row->name : nullptr;
}
template <class Descriptor>
char const* formula_at(int index) {
  auto const* const row = row_at<Descriptor>(index);
  return row != nullptr ? row->formula : nullptr;
}
template <class Descriptor>
int parameter_count_at(int index) {
  auto const* const row = row_at<Descriptor>(index);
  return row != nullptr ? row->parameter_count : 0;
}
template <class Descriptor>
registry::parameter_row const* parameter_at(int index, int parameter) {
  bool const exists = parameter >= 0 && parameter < parameter_count_at<Descriptor>(index);
  return exists ? &row_at<Descriptor>(index)->parameters[parameter] : nullptr;
}
template <class Descriptor>
char const* parameter_name_at(int index, int parameter) {
  auto const* const row = parameter_at<Descriptor>(index, parameter);
  return row != nullptr ? row->name : nullptr;
}
template <class Descriptor>
char const* parameter_allowed_at(int index, int parameter) {
  auto const* const row = parameter_at<Descriptor>(index, parameter);
  return row != nullptr ? to_string(row->allowed) : nullptr;
}

}  // namespace activations_cuda::c_api
