#include "one_instruction.hpp"

#include "../ptx_runner.hpp"

#include <algorithm>
#include <gtest/gtest.h>
#include <sstream>

namespace emulator {

namespace {

std::string load(std::string const& type, std::string const& index, std::size_t offset) {
  std::string const from = ", [%address+" + std::to_string(offset) + "];\n";
  if (type != "pred") return "ld.global." + type + " %s" + index + from;
  return "ld.global.b32 %word" + from + "setp.ne.b32 %s" + index + ", %word, 0;\n";
}

std::string store(std::string const& type, std::string const& index, std::size_t offset) {
  std::string const to = "[%address+" + std::to_string(offset) + "], ";
  if (type != "pred") return "st.global." + type + " " + to + "%d" + index + ";\n";
  return "selp.b32 %word, 1, 0, %d" + index + ";\nst.global.b32 " + to + "%word;\n";
}

// One record of operands and results a thread, 16-byte aligned.
std::size_t words_of(signature const& types) {
  return (types.from.size() + types.to.size() + 1) / 2 * 2;
}

std::string kernel_text(std::string const& statements, signature const& types) {
  std::string declarations, loads, stores;
  for (std::size_t i = 0; i < types.from.size(); ++i) {
    declarations += ".reg ." + types.from[i] + " %s" + std::to_string(i) + ";\n";
    loads += load(types.from[i], std::to_string(i), 8 * i);
  }
  for (std::size_t i = 0; i < types.to.size(); ++i) {
    declarations += ".reg ." + types.to[i] + " %d" + std::to_string(i) + ";\n";
    stores += store(types.to[i], std::to_string(i), 8 * (types.from.size() + i));
  }
  return ".version 9.0\n.target sm_100\n.address_size 64\n.visible .entry k(.param .u64 "
         "records)\n{\n"
         ".reg .b64 %address, %offset;\n.reg .b32 %thread, %block, %size, %word;\n" +
         declarations +
         "ld.param.u64 %address, [records];\nmov.u32 %thread, %tid.x;\nmov.u32 %block, %ctaid.x;\n"
         "mov.u32 %size, %ntid.x;\nmad.lo.u32 %thread, %block, %size, %thread;\n"
         "mul.wide.u32 %offset, %thread, " +
         std::to_string(8 * words_of(types)) + ";\nadd.u64 %address, %address, %offset;\n" + loads + "{\n" +
         statements + "\n}\n" + stores + "ret;\n}\n";
}

void remember_opcodes(std::string const& statements) {
  std::istringstream text(statements);
  for (std::string statement; std::getline(text, statement, ';');) {
    std::istringstream words(statement);
    std::string word;
    while (words >> word && (word[0] == '@' || word[0] == '{' || word.back() == ':')) {
    }
    executed_opcodes().insert(word);
  }
}

}  // namespace

std::set<std::string>& executed_opcodes() {
  static std::set<std::string> opcodes;
  return opcodes;
}

std::string hexadecimal(case_bits const& values) {
  std::ostringstream text;
  text << std::hex;
  for (std::size_t i = 0; i < values.size(); ++i) text << (i == 0 ? "0x" : ", 0x") << values[i];
  return text.str();
}

std::string register_type(unsigned bits) { return "b" + std::to_string(bits); }

std::vector<case_bits> run_statements(std::string const& statements, signature const& types,
                                      std::vector<case_bits> const& cases) {
  std::size_t const words = words_of(types);
  std::size_t const block = std::min<std::size_t>(cases.size(), 256);
  std::size_t const threads = (cases.size() + block - 1) / block * block;
  std::vector<std::uint64_t> records(threads * words);
  for (std::size_t i = 0; i < threads; ++i) {
    case_bits const& operands = cases[std::min(i, cases.size() - 1)];
    EXPECT_EQ(operands.size(), types.from.size()) << statements;
    std::copy(operands.begin(), operands.end(),
              records.begin() + static_cast<std::ptrdiff_t>(i * words));
  }
  ptx_runner runner(kernel_text(statements, types));
  runner.block = {static_cast<std::uint32_t>(block), 1, 1};
  runner.grid = {static_cast<std::uint32_t>(threads / block), 1, 1};
  device_array<std::uint64_t> memory(records);
  auto const fault = runner.run("k", {memory.address()});
  if (fault) {
    ADD_FAILURE() << statements << ": " << fault->message;
  } else {
    remember_opcodes(statements);
  }
  records = memory.read();
  std::vector<case_bits> results(cases.size());
  for (std::size_t i = 0; i < cases.size(); ++i) {
    auto const first = records.begin() + static_cast<std::ptrdiff_t>(i * words + types.from.size());
    results[i].assign(first, first + static_cast<std::ptrdiff_t>(types.to.size()));
  }
  return results;
}

std::vector<case_bits> run_instruction(std::string const& opcode, signature const& types,
                                       std::vector<case_bits> const& cases) {
  std::string statement = opcode + " %d0";
  for (std::size_t i = 0; i < types.from.size(); ++i) statement += ", %s" + std::to_string(i);
  return run_statements(statement + ";", types, cases);
}

}  // namespace emulator
