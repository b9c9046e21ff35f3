// What the README says is so: its example is the one that is compiled and run here, and its table
// lists the library's activations with the tensor that their gradients need.
#include "structure/readme_example.hpp"
#include "structure/readme_learned_example.hpp"
#include "support/pointwise_call.hpp"

#include <activations_cuda/reference.hpp>

#include <fstream>
#include <gtest/gtest.h>
#include <iterator>
#include <string>
#include <vector>

extern "C" act_status use_by_name(float const* x, float* y, std::int64_t n, act_stream stream);

namespace {

std::string text_of(char const* path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

/// What stands between the two marks; "" if they do not.
std::string between(std::string const& text, std::string const& begin, std::string const& end) {
  std::size_t const start = text.find(begin);
  if (start == std::string::npos) return "";
  std::size_t const from = start + begin.size();
  std::size_t const to = text.find(end, from);
  return to == std::string::npos ? "" : text.substr(from, to - from);
}

/// What the output needs to determine the gradient, "slope is 0 or more": as the refusal of a parameter
/// of -1 has it, "backward_from_output: slope must be 0 or more: with a"; "" if it needs nothing.
std::string condition_on_output(int index) {
  for (int p = 0; p < act_op_parameter_count(index); ++p) {
    act_op op = support::op_named(act_op_name(index));
    if (act_op_set(&op, act_op_parameter_name(index, p), -1.0) != ACT_OK ||
        act_backward_from_output(&op, ACT_FLOAT32, nullptr, nullptr, nullptr, 0, nullptr) !=
            ACT_UNSUPPORTED)
      continue;
    std::string words = between(act_last_error(), ": backward_from_output: ", ": ");
    std::size_t const verb = words.find(" must be ");
    return verb == std::string::npos ? words : words.replace(verb, 9, " is ");
  }
  return "";
}

std::string row(std::string const& name, std::string const& formula, std::string const& kept) {
  return "| " + name + " | `" + formula + "` | " + kept + " |\n";
}

std::string table_of_the_library() {
  std::string table = "| activation | formula | keep for backward |\n|---|---|---|\n";
  for (int i = 0; i < act_op_count(); ++i) {
    std::string kept = "x";
    if (act_op_has_backward_from_output(i) != 0) {
      std::string const condition = condition_on_output(i);
      kept += condition.empty() ? " or y" : " or, if " + condition + ", y";
    }
    table += row(act_op_name(i), act_op_formula(i), kept);
  }
  for (int i = 0; i < act_glu_count(); ++i)
    table += row(act_glu_name(i), act_glu_formula(i), "gate and up");
  for (int i = 0; i < act_learned_count(); ++i)
    table += row(act_learned_name(i), act_learned_formula(i), "x");
  for (int i = 0; i < act_random_count(); ++i)
    table += row(act_random_name(i), act_random_formula(i), "x and the random position");
  for (int i = 0; i < act_softmax_count(); ++i)
    table += row(act_softmax_name(i), act_softmax_formula(i), "y");
  return table;
}

/// What stands between fences of that language, in turn.
std::vector<std::string> examples_in(std::string text, std::string const& language) {
  std::vector<std::string> examples;
  std::string const fence = "```" + language + "\n";
  for (std::size_t at = text.find(fence); at != std::string::npos; at = text.find(fence)) {
    text.erase(0, at);
    examples.push_back(between(text, fence, "```\n"));
    text.erase(0, fence.size());
  }
  return examples;
}

void expect_same_examples(std::string const& language, std::vector<char const*> const& sources) {
  std::vector<std::string> compiled;
  for (char const* source : sources)
    compiled.push_back(between(text_of(source), "// readme-begin\n", "// readme-end\n"));
  EXPECT_EQ(examples_in(text_of(README), language), compiled);
}

TEST(readme, TheExamplesAreTheOnesThatRun) {
  expect_same_examples("cpp", {README_EXAMPLE, README_LEARNED_EXAMPLE});
  expect_same_examples("c", {README_EXAMPLE_IN_C});
}

TEST(readme, TheTableListsEveryActivation) {
  EXPECT_EQ(between(text_of(README), "<!-- activations -->\n", "<!-- end -->\n"),
            table_of_the_library());
}

TEST(readme, TheExamplesComputeWhatTheySay) {
  auto const& type = support::storages[ACT_FLOAT32];
  std::vector<float> const x{-4, -1, 0, 0.5F, 3};
  std::vector<float> const dy{1, 2, 3, 4, 5};
  std::vector<float> y(x.size());
  std::vector<float> dx(x.size());
  auto const n = static_cast<std::int64_t>(x.size());
  act::reference::forward(act::leaky_relu{0.1}, x.data(), y.data(), n);
  act::reference::backward(act::leaky_relu{0.1}, dy.data(), x.data(), dx.data(), n);

  auto const array = [&](std::vector<float> const& values) {
    return support::host_array::of(type, {values.begin(), values.end()});
  };
  support::device_buffer const device_x(array(x));
  support::device_buffer const device_dy(array(dy));
  support::device_buffer const device_y(x.size() * sizeof(float));
  support::device_buffer const device_dx(x.size() * sizeof(float));
  use(static_cast<float const*>(device_x.get()), static_cast<float const*>(device_dy.get()),
      static_cast<float*>(device_y.get()), static_cast<float*>(device_dx.get()), n, nullptr);
  EXPECT_TRUE(device_y.download(type) == array(y));
  EXPECT_TRUE(device_dx.download(type) == array(dx));

  support::device_buffer const device_y_by_name(x.size() * sizeof(float));
  ASSERT_EQ(use_by_name(static_cast<float const*>(device_x.get()),
                        static_cast<float*>(device_y_by_name.get()), n, nullptr),
            ACT_OK)
      << act_last_error();
  EXPECT_TRUE(device_y_by_name.download(type) == array(y));
}

// Two channels of two images. All numbers are exact.
TEST(readme, TheExampleOfLearnedParametersComputesWhatItSays) {
  auto const& type = support::storages[ACT_FLOAT32];
  auto const upload = [&](std::vector<double> const& values) {
    return support::device_buffer(support::host_array::of(type, values));
  };
  auto const at = [](support::device_buffer const& buffer) {
    return static_cast<float*>(buffer.get());
  };
  act::channel_shape const shape{2, 2, 1};
  auto const x = upload({-1, -2, 3, -4});
  auto const dy = upload({1, 2, 4, 8});
  auto const alpha = upload({0.25, 0.5});
  auto const d_alpha = upload({10, 20});
  support::device_buffer const y(16);
  support::device_buffer const dx(16);
  std::size_t const bytes = act::backward_workspace<float>(act::prelu{}, shape);
  support::device_buffer const scratch(bytes);
  train(shape, at(x), at(dy), at(alpha), at(y), at(dx), at(d_alpha), {scratch.get(), bytes},
        nullptr);
  auto const expect = [&](support::device_buffer const& buffer, std::vector<double> const& values) {
    EXPECT_TRUE(buffer.download(type) == support::host_array::of(type, values));
  };
  expect(y, {-0.25, -1, 3, -2});
  expect(dx, {0.25, 1, 4, 4});
  expect(d_alpha, {10 - 1, 20 - 4 - 32});
}

}  // namespace
