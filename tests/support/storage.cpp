#include "support/storage.hpp"

#include <cuda_bf16.h>
#include <cuda_fp16.h>

#include <cstring>

namespace support {
namespace {

template <class To, class From>
To bits_as(From from) {
  static_assert(sizeof(To) == sizeof(From));
  To to;
  std::memcpy(static_cast<void*>(&to), &from, sizeof(to));
  return to;
}

}  // namespace

double decode(storage const& type, std::uint64_t bits) {
  switch (type.dtype) {
    case ACT_FLOAT64:
      return bits_as<double>(bits);
    case ACT_FLOAT16:
      return __half2float(bits_as<__half>(static_cast<std::uint16_t>(bits)));
    case ACT_BFLOAT16:
      return bits_as<float>(static_cast<std::uint32_t>(bits) << 16);
    case ACT_FLOAT32:
      break;
  }
  return bits_as<float>(static_cast<std::uint32_t>(bits));
}

std::uint64_t encode(storage const& type, double value) {
  switch (type.dtype) {
    case ACT_FLOAT64:
      return bits_as<std::uint64_t>(value);
    case ACT_FLOAT16:
      return bits_as<std::uint16_t>(__double2half(value));
    case ACT_BFLOAT16:
      return bits_as<std::uint16_t>(__double2bfloat16(value));
    case ACT_FLOAT32:
      break;
  }
  return bits_as<std::uint32_t>(static_cast<float>(value));
}

host_array host_array::of(storage const& type, std::vector<double> const& values) {
  host_array result(type, values.size());
  for (std::size_t i = 0; i < values.size(); ++i) result.set(i, values[i]);
  return result;
}

}  // namespace support
