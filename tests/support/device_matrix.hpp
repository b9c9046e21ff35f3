// Rows in device memory with gaps between them that nobody may write, and nothing after the last.
#pragma once

#include "support/device_buffer.hpp"

#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>

namespace support {

class device_matrix {
 public:
  /// A copy of rows without gaps. offset bytes are left unused before the first.
  device_matrix(host_array const& dense, std::int64_t rows, std::int64_t gap, std::size_t offset)
      : type_(dense.type()),
        rows_(static_cast<std::size_t>(rows)),
        width_(rows == 0 ? 0 : dense.size() / rows_),
        stride_(width_ + static_cast<std::size_t>(gap)),
        buffer_(filled(&dense), offset) {}
  /// The same without values.
  device_matrix(storage const& type, std::int64_t rows, std::int64_t width, std::int64_t gap,
                std::size_t offset)
      : type_(type),
        rows_(static_cast<std::size_t>(rows)),
        width_(static_cast<std::size_t>(width)),
        stride_(static_cast<std::size_t>(width + gap)),
        buffer_(filled(nullptr), offset) {}

  void* get() const { return buffer_.get(); }
  std::int64_t stride() const { return static_cast<std::int64_t>(stride_); }

  /// The rows without gaps. Throws if a gap has been written to.
  host_array download() const {
    host_array const all = buffer_.download(type_);
    host_array dense(type_, rows_ * width_);
    for (std::size_t i = 0; i < all.size(); ++i) {
      std::size_t const row = i / stride_;
      std::size_t const column = i % stride_;
      if (column < width_) {
        dense.set_bits(row * width_ + column, all.bits(i));
      } else if (all.bits(i) != unwritten) {
        throw std::runtime_error("row " + std::to_string(row) + " was written beyond its end");
      }
    }
    return dense;
  }

 private:
  static constexpr std::uint64_t unwritten = 0x4242;

  host_array filled(host_array const* dense) const {
    host_array all(type_, rows_ == 0 ? 0 : (rows_ - 1) * stride_ + width_);
    for (std::size_t i = 0; i < all.size(); ++i) {
      std::size_t const column = i % stride_;
      all.set_bits(i, dense != nullptr && column < width_
                          ? dense->bits(i / stride_ * width_ + column)
                          : unwritten);
    }
    return all;
  }

  storage const& type_;
  std::size_t rows_, width_, stride_;
  device_buffer buffer_;
};

}  // namespace support
