#include "mutate_lines.hpp"

#include <algorithm>
#include <cstring>
#include <random>
#include <sstream>
#include <string>
#include <vector>

namespace emulator::fuzz {

namespace {

std::vector<std::string> split(std::string const& text, char separator) {
  std::vector<std::string> parts;
  std::istringstream stream(text);
  for (std::string part; std::getline(stream, part, separator);) parts.push_back(part);
  return parts;
}

std::string joined(std::vector<std::string> const& parts, char separator) {
  std::string text;
  for (auto const& part : parts) text += part + separator;
  return text;
}

// A word of one line takes the place of a word of another.
void exchange_words(std::string& to, std::string const& from, std::mt19937& random) {
  auto words = split(to, ' ');
  auto const others = split(from, ' ');
  if (words.empty() || others.empty()) return;
  words[random() % words.size()] = others[random() % others.size()];
  to = joined(words, ' ');
}

// One dotted piece of an opcode takes the place of another.
void exchange_pieces(std::string& to, std::string const& from, std::mt19937& random) {
  auto pieces = split(to, '.');
  auto const others = split(from, '.');
  if (pieces.empty() || others.empty()) return;
  pieces[random() % pieces.size()] = others[random() % others.size()];
  to = joined(pieces, '.');
  to.pop_back();
}

}  // namespace

std::size_t mutate_lines(std::uint8_t* data, std::size_t size, std::size_t max_size,
                         unsigned seed) {
  std::mt19937 random(seed);
  auto lines = split(std::string(reinterpret_cast<char const*>(data), size), '\n');
  if (lines.empty()) return size;
  for (unsigned edits = 1 + random() % 3; edits > 0; --edits) {
    std::size_t const at = random() % lines.size();
    std::string const other = lines[random() % lines.size()];
    switch (random() % 5) {
      case 0:
        lines.insert(lines.begin() + static_cast<std::ptrdiff_t>(at), other);
        break;
      case 1:
        if (lines.size() > 1) lines.erase(lines.begin() + static_cast<std::ptrdiff_t>(at));
        break;
      case 2:
        lines[at] = other;
        break;
      case 3:
        exchange_words(lines[at], other, random);
        break;
      default:
        exchange_pieces(lines[at], other, random);
        break;
    }
  }
  std::string const text = joined(lines, '\n');
  std::size_t const new_size = std::min(text.size(), max_size);
  std::memcpy(data, text.data(), new_size);
  return new_size;
}

}  // namespace emulator::fuzz
