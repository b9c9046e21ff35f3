#include "core/device_printf.hpp"

#include <cstdio>
#include <cstring>

namespace emulator {

namespace {

template <class T>
std::string formatted(std::string const& specification, T value) {
  int const length = std::snprintf(nullptr, 0, specification.c_str(), value);
  std::string result(static_cast<std::size_t>(length > 0 ? length : 0), '\0');
  std::snprintf(result.data(), result.size() + 1, specification.c_str(), value);
  return result;
}

/// Takes the arguments off their buffer one by one.
class argument_list {
 public:
  argument_list(std::uint64_t address, device_reader const& read)
      : begin_(address), read_(read) {}

  std::uint64_t next(unsigned bytes) {
    offset_ = (offset_ + bytes - 1) / bytes * bytes;
    std::uint64_t const value = read_(begin_ + offset_, bytes);
    offset_ += bytes;
    ++count_;
    return value;
  }
  double next_float() {
    std::uint64_t const bits = next(8);
    double value;
    std::memcpy(&value, &bits, sizeof(value));
    return value;
  }
  int count() const { return count_; }

 private:
  std::uint64_t begin_, offset_ = 0;
  device_reader const& read_;
  int count_ = 0;
};

// `flags` is what stands before the length: "%-08.3" of "%-08.3lld".
std::string convert(std::string const& flags, std::string const& length, char conversion,
                    argument_list& arguments, device_reader const& read) {
  bool const is_long = length == "l" || length == "ll" || length == "z" || length == "j" ||
                       length == "t";
  switch (conversion) {
    case 'd':
    case 'i': {
      auto const value = static_cast<std::int64_t>(arguments.next(is_long ? 8 : 4));
      std::int64_t const narrow = length == "h"    ? static_cast<std::int16_t>(value)
                                  : length == "hh" ? static_cast<std::int8_t>(value)
                                                   : static_cast<std::int32_t>(value);
      return formatted(flags + "ll" + conversion,
                       static_cast<long long>(is_long ? value : narrow));
    }
    case 'o':
    case 'u':
    case 'x':
    case 'X': {
      std::uint64_t const value = arguments.next(is_long ? 8 : 4);
      std::uint64_t const mask = length == "h" ? 0xFFFF : length == "hh" ? 0xFF : ~std::uint64_t{0};
      return formatted(flags + "ll" + conversion, static_cast<unsigned long long>(value & mask));
    }
    case 'c':
      return formatted(flags + conversion, static_cast<int>(arguments.next(4)));
    case 'p':
      // Formatted as a number: these are addresses of the device.
      return formatted(flags + "#llx", static_cast<unsigned long long>(arguments.next(8)));
    case 's':
      return formatted(flags + conversion, read_device_string(arguments.next(8), read).c_str());
    case 'e':
    case 'E':
    case 'f':
    case 'F':
    case 'g':
    case 'G':
    case 'a':
    case 'A':
      return formatted(flags + conversion, arguments.next_float());
    default:
      return flags + length + conversion;
  }
}

}  // namespace

std::string read_device_string(std::uint64_t address, device_reader const& read) {
  std::string result;
  for (;; ++address) {
    auto const c = static_cast<char>(read(address, 1));
    if (c == '\0') return result;
    result += c;
  }
}

formatted_text format_device_text(std::uint64_t format, std::uint64_t arguments,
                                  device_reader const& read) {
  std::string const text = read_device_string(format, read);
  argument_list list(arguments, read);
  formatted_text result;
  for (std::size_t at = 0; at < text.size();) {
    if (text[at] != '%') {
      result.text += text[at++];
      continue;
    }
    if (text.compare(at, 2, "%%") == 0) {
      result.text += '%';
      at += 2;
      continue;
    }
    std::string flags = "%";
    for (++at; at < text.size() && std::strchr("-+ #0123456789.*", text[at]) != nullptr; ++at) {
      if (text[at] == '*') {
        flags += std::to_string(static_cast<std::int32_t>(list.next(4)));
      } else {
        flags += text[at];
      }
    }
    std::string length;
    for (; at < text.size() && std::strchr("hlzjt", text[at]) != nullptr; ++at) length += text[at];
    if (at == text.size()) {
      result.text += flags + length;
      break;
    }
    result.text += convert(flags, length, text[at++], list, read);
  }
  result.arguments = list.count();
  return result;
}

}  // namespace emulator
