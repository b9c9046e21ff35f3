#include "support/resumed.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <stdexcept>

namespace support {
namespace {

struct state {
  std::uint64_t done = 0;
  tally found;
};

state read(std::string const& file, std::string const& key) {
  std::ifstream in(file);
  state s;
  std::string line;
  std::getline(in, line);
  if (line != key || !(in >> s.done >> s.found)) return {};
  return s;
}

// Whole, whenever the program is ended: the new state takes the old one's place at once.
void write(std::string const& file, std::string const& key, state const& s) {
  std::string const unfinished = file + ".new";
  std::ofstream out(unfinished);
  out << key << '\n' << s.done << '\n' << s.found;
  out.close();
  if (!out) throw std::runtime_error(unfinished + " cannot be written");
  std::filesystem::rename(unfinished, file);
}

}  // namespace

tally measure_resumed(std::string const& file, std::string const& key, std::uint64_t size,
                      std::uint64_t step,
                      std::function<tally(std::uint64_t begin, std::uint64_t end)> const& judge,
                      std::function<void(std::uint64_t done)> const& progress) {
  state s = read(file, key);
  while (s.done < size) {
    std::uint64_t const end = std::min(size, s.done + step);
    s.found.add(judge(s.done, end));
    s.done = end;
    write(file, key, s);
    progress(s.done);
  }
  return s.found;
}

}  // namespace support
