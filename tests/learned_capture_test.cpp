// Calls of activations with learned parameters as a training step makes them: captured into a graph
// they run when it does and give the same bits; and parameters in float32 beside 16-bit tensors are
// those that 16 bits hold.
#include "support/learned_call.hpp"

#include <gtest/gtest.h>
#include <random>
#include <string>
#include <vector>

namespace {

using support::check;
using support::host_array;
using support::learned_operands;
using support::storages;

host_array noise(support::storage const& type, std::size_t n, unsigned seed) {
  std::mt19937 random(seed);
  std::normal_distribution<double> normal;
  host_array result(type, n);
  for (std::size_t i = 0; i < n; ++i) result.set(i, normal(random));
  return result;
}

struct subject {
  act_learned op;
  act_channel_shape shape;

  std::size_t n() const {
    return static_cast<std::size_t>(shape.outer * shape.channels * shape.inner);
  }
  std::vector<host_array> learned(support::storage const& type) const {
    std::vector<host_array> arrays;
    int const count = act_learned_array_count(static_cast<int>(op.index));
    for (int a = 0; a < count; ++a) {
      arrays.push_back(noise(type,
                             support::learned_rows(op) * static_cast<std::size_t>(shape.channels),
                             static_cast<unsigned>(10 + a)));
    }
    return arrays;
  }
  std::string name() const { return act_learned_name(static_cast<int>(op.index)); }
};

/// Every activation with sums in one block, and in several with rows that do not make packs.
std::vector<subject> subjects() {
  std::vector<subject> all;
  for (int i = 0; i < act_learned_count(); ++i) {
    act_learned const op = support::learned_named(act_learned_name(i));
    all.push_back({op, {3, 4, 8}});
    all.push_back({op, {211, 3, 5}});
  }
  all.push_back({support::apl_of(5), {3, 4, 8}});
  return all;
}

void expect_same(learned_operands const& a, learned_operands const& b) {
  EXPECT_TRUE(a.y() == b.y());
  EXPECT_TRUE(a.dx() == b.dx());
  for (std::size_t i = 0; i < a.arrays(); ++i) EXPECT_TRUE(a.gradient(i) == b.gradient(i)) << i;
}

TEST(learned_capture, ReplaysGiveTheSameBits) {
  auto const& type = storages[ACT_FLOAT32];
  for (subject const& s : subjects()) {
    SCOPED_TRACE(s.name());
    auto const make = [&] {
      return learned_operands(s.op, type, type, s.shape, noise(type, s.n(), 1),
                              noise(type, s.n(), 2), s.learned(type));
    };
    // Twice the sums: those of the fused call and, added, those of the call without dx.
    auto const step = [](learned_operands const& on, cudaStream_t stream) {
      on.forward(stream);
      on.backward_with_parameters(ACT_OVERWRITE, stream);
      on.backward_parameters(ACT_ADD, stream);
    };
    learned_operands const direct = make();
    step(direct, nullptr);
    learned_operands const captured = make();
    cudaStream_t stream;
    check(cudaStreamCreate(&stream), "cudaStreamCreate");
    check(cudaStreamBeginCapture(stream, cudaStreamCaptureModeGlobal), "cudaStreamBeginCapture");
    step(captured, stream);
    cudaGraph_t graph;
    check(cudaStreamEndCapture(stream, &graph), "cudaStreamEndCapture");
    std::size_t nodes = 0;
    check(cudaGraphGetNodes(graph, nullptr, &nodes), "cudaGraphGetNodes");
    EXPECT_GE(nodes, 3U);
    cudaGraphExec_t executable;
    check(cudaGraphInstantiate(&executable, graph, 0), "cudaGraphInstantiate");
    auto const replay = [&] {
      check(cudaGraphLaunch(executable, stream), "cudaGraphLaunch");
      check(cudaStreamSynchronize(stream), "cudaStreamSynchronize");
    };
    replay();
    expect_same(direct, captured);
    replay();
    expect_same(direct, captured);
    host_array const other = noise(type, s.n(), 3);
    captured.set_x(other);
    replay();
    EXPECT_FALSE(captured.dx() == direct.dx());
    direct.set_x(other);
    step(direct, nullptr);
    expect_same(direct, captured);
    check(cudaGraphExecDestroy(executable), "cudaGraphExecDestroy");
    check(cudaGraphDestroy(graph), "cudaGraphDestroy");
    check(cudaStreamDestroy(stream), "cudaStreamDestroy");
  }
}

// What 16 bits hold float32 holds too: the same y and dx, and gradients that rounded to 16 bits are
// the same.
TEST(learned_parameters, InFloat32AreThoseOf16Bits) {
  for (act_dtype const dtype : {ACT_FLOAT16, ACT_BFLOAT16}) {
    auto const& type = storages[dtype];
    auto const& wide = storages[ACT_FLOAT32];
    for (subject const& s : subjects()) {
      SCOPED_TRACE(s.name() + " " + type.name);
      auto const narrow_learned = s.learned(type);
      std::vector<host_array> wide_learned;
      for (host_array const& array : narrow_learned) {
        wide_learned.emplace_back(wide, array.size());
        for (std::size_t i = 0; i < array.size(); ++i) wide_learned.back().set(i, array[i]);
      }
      host_array const x = noise(type, s.n(), 1);
      host_array const dy = noise(type, s.n(), 2);
      learned_operands const narrow(s.op, type, type, s.shape, x, dy, narrow_learned);
      learned_operands const beside(s.op, type, wide, s.shape, x, dy, wide_learned);
      for (learned_operands const* on : {&narrow, &beside}) {
        on->forward();
        on->backward();
      }
      EXPECT_TRUE(narrow.y() == beside.y());
      EXPECT_TRUE(narrow.dx() == beside.dx());
      for (learned_operands const* on : {&narrow, &beside})
        on->backward_with_parameters(ACT_OVERWRITE);
      EXPECT_TRUE(narrow.dx() == beside.dx());
      for (std::size_t a = 0; a < narrow.arrays(); ++a) {
        host_array const exact = beside.gradient(a);
        host_array rounded(type, exact.size());
        for (std::size_t i = 0; i < exact.size(); ++i) rounded.set(i, exact[i]);
        EXPECT_TRUE(rounded == narrow.gradient(a)) << "array " << a;
      }
    }
  }
}

}  // namespace
