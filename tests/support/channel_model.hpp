// The order in which the channelwise engine sums, on the host: the plan's walk thread by thread. With
// evaluations that are plain IEEE arithmetic its sums are the kernels', bit for bit.
#pragma once

#include "../kernels/channel_plan.hpp"

#include <activations_cuda/traits.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace support {

namespace kernels = activations_cuda::kernels;
namespace tuning = activations_cuda::tuning;

inline std::size_t at(std::int64_t index) { return static_cast<std::size_t>(index); }

/// Evaluator and the storage type T; of_channel(c) gives a channel's evaluator.
template <class Evaluator, class T, class OfChannel>
class channel_model {
 public:
  using real = typename Evaluator::real;
  static constexpr int count = Evaluator::count;

  channel_model(kernels::channel_plan const& plan, T const* dy, T const* x,
                OfChannel const& of_channel)
      : plan_(plan), dy_(dy), x_(x), of_channel_(of_channel) {}

  /// The gradient of each flat parameter of each channel: [count][channels].
  std::vector<real> gradients() {
    std::vector<real> result(at(count * plan_.channels));
    blocks_.assign(at(plan_.sums), real(0));
    direct_ = plan_.finished_by_blocks ? &result : nullptr;
    for (int w = 0; w < plan_.count; ++w) {
      kernels::channel_walk const& walk = plan_.walks[w];
      bool const mixed = w == 0 && plan_.mixed;
      for (std::int64_t tile = 0; tile < walk.tiles; ++tile) {
        for (std::int64_t group = 0; group < walk.groups; ++group)
          sum_block(walk, mixed, tile, group);
      }
    }
    if (direct_ == nullptr) {
      for (int i = 0; i < count; ++i) {
        for (std::int64_t c = 0; c < plan_.channels; ++c)
          result[at(i * plan_.channels + c)] = finished(i, c);
      }
    }
    return result;
  }

 private:
  void sum_block(kernels::channel_walk const& walk, bool mixed, std::int64_t tile,
                 std::int64_t group) {
    int const slots = mixed ? walk.width : 1;
    int const columns = walk.lanes * slots;
    std::int64_t const begin = tile * walk.tile_length;
    std::int64_t const end = std::min(begin + walk.tile_length, walk.row_length);
    // Of each thread, slot and parameter; then of each column.
    std::vector<real> own(at(walk.lines * columns * count), real(0));
    for (int line = 0; line < walk.lines; ++line) {
      for (int lane = 0; lane < walk.lanes; ++lane) {
        sum_thread(walk, mixed, begin, end, group, line, lane,
                   &own[at((line * columns + lane * slots) * count)]);
      }
    }
    int const column_length = walk.width / slots;
    for (int i = 0; i < count; ++i) {
      std::vector<real> column(at(columns));
      for (int c = 0; c < columns; ++c) {
        real sum = own[at(c * count + i)];
        for (int line = 1; line < walk.lines; ++line)
          sum += own[at((line * columns + c) * count + i)];
        column[at(c)] = sum;
      }
      for (std::int64_t v = begin / walk.inner; v <= (end - 1) / walk.inner; ++v) {
        std::int64_t const low = std::max(v * walk.inner, begin) - begin;
        std::int64_t const high = std::min((v + 1) * walk.inner, end) - begin;
        bool const piecewise = walk.tile_length == walk.inner;
        std::int64_t const first = low / column_length;
        std::int64_t const last = piecewise ? columns : high / column_length;
        real sum = column[at(first)];
        if (walk.inner != column_length) {
          real lanes[32] = {};
          for (std::int64_t c = first; c < last; ++c) lanes[(c - first) % 32] += column[at(c)];
          for (int step = 16; step > 0; step /= 2) {
            for (int l = 0; l < step; ++l) lanes[l] += lanes[l + step];
          }
          sum = lanes[0];
        }
        if (direct_ != nullptr) {
          (*direct_)[at(i * plan_.channels + v)] = sum;
        } else {
          blocks_[slot(walk, i, group, v, tile)] = sum;
        }
      }
    }
  }

  void sum_thread(kernels::channel_walk const& walk, bool mixed, std::int64_t begin,
                  std::int64_t end, std::int64_t group, int line, int lane, real* own) {
    std::int64_t const length = static_cast<std::int64_t>(walk.lanes) * walk.width;
    for (int s = 0; s < walk.passes * walk.steps; ++s) {
      std::int64_t row = (group * walk.steps + s) * walk.lines + line;
      std::int64_t column = begin + static_cast<std::int64_t>(lane) * walk.width;
      if (walk.segments > 0) {
        row = group / walk.segments * walk.passes + s / walk.steps;
        column += (group % walk.segments * walk.steps + s % walk.steps) * length;
      }
      if (row >= walk.rows || column >= end) continue;
      real apart[count] = {};
      bool const summed_apart =
          !mixed && walk.width > 1 && count <= tuning::channel_parameters_apart;
      for (int e = 0; e < walk.width; ++e) {
        std::int64_t const channel = (column + e) / walk.inner % walk.channels;
        std::int64_t const i = walk.first + row * walk.row_length + column + e;
        real terms[count];
        real* const sums = summed_apart ? apart : own + (mixed ? e * count : 0);
        std::copy(sums, sums + count, terms);
        of_channel_(channel).backward(activations_cuda::to_real(dy_[i]),
                                      activations_cuda::to_real(x_[i]), terms);
        std::copy(terms, terms + count, sums);
      }
      for (int i = 0; i < count && summed_apart; ++i) own[i] += apart[i];
    }
  }

  std::size_t slot(kernels::channel_walk const& walk, int i, std::int64_t group, std::int64_t v,
                   std::int64_t tile) const {
    return at(walk.first_sum + (group * count + i) * walk.slots() + v + tile);
  }

  /// Blocks' sums in double; for float, in which any order gives the same after rounding, but for
  /// ties that tests do not meet.
  real finished(int i, std::int64_t channel) const {
    long double sum = 0;
    for (int w = 0; w < plan_.count; ++w) {
      kernels::channel_walk const& walk = plan_.walks[w];
      for (std::int64_t v = channel; v < walk.merged_channels(); v += plan_.channels) {
        std::int64_t const last_tile = ((v + 1) * walk.inner - 1) / walk.tile_length;
        for (std::int64_t t = v * walk.inner / walk.tile_length; t <= last_tile; ++t) {
          for (std::int64_t group = 0; group < walk.groups; ++group)
            sum += static_cast<long double>(blocks_[slot(walk, i, group, v, t)]);
        }
      }
    }
    return static_cast<real>(sum);
  }

  kernels::channel_plan plan_;
  T const* dy_;
  T const* x_;
  OfChannel const& of_channel_;
  std::vector<real> blocks_;
  std::vector<real>* direct_ = nullptr;
};

}  // namespace support
