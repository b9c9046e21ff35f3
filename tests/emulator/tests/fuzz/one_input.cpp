#include "one_input.hpp"

#include "core/decoder.hpp"
#include "core/memory.hpp"
#include "core/program.hpp"
#include "core/shared_layout.hpp"
#include "ptx/module.hpp"

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <stdexcept>
#include <string>

namespace emulator::fuzz {

namespace {

std::unique_ptr<ptx::module> parsed(std::string_view text) {
  try {
    return std::make_unique<ptx::module>(ptx::parse(text));
  } catch (ptx::parse_error const& error) {
    if (error.line() < 1 || error.column() < 1) give_up("a parse error without a place");
    if (*error.what() == '\0') give_up("a parse error that says nothing");
    return nullptr;
  }
}

void decode_kernels(ptx::module const& module, program const& loaded) {
  std::map<std::string, std::uint64_t, std::less<>> addresses;
  for (auto const& variable : module.variables) {
    if (auto const symbol = loaded.find_symbol(variable.name)) {
      addresses.emplace(variable.name, symbol->address);
    }
  }
  for (auto const& function : module.functions) {
    if (!function.is_entry || function.is_declaration) continue;
    kernel_info const* const info = loaded.find_kernel(function.name);
    if (info == nullptr) give_up("a kernel that the loaded program does not have");
    shared_layout const shared(module, function);
    kernel_code const code = decoder({&module, &addresses, &shared}, function, *info).decode();
    for (auto const& reason : code.messages) {
      if (reason.empty()) give_up("an instruction that is refused without a reason");
    }
    if (code.sources.size() != code.code.size()) give_up("an instruction without a place");
  }
}

}  // namespace

void give_up(char const* what) {
  std::fprintf(stderr, "fuzz target: %s\n", what);
  std::abort();
}

void parse_load_and_decode(std::string_view text) {
  // What a module's variables may take together; addresses are given out once in a process.
  device_memory::instance().set_total_bytes(std::uint64_t{16} << 20);
  auto const module = parsed(text);
  if (module == nullptr) return;
  try {
    auto const loaded = program::load(*module);
    decode_kernels(*module, *loaded);
  } catch (std::runtime_error const& refused) {
    if (*refused.what() == '\0') give_up("a module that is refused without a reason");
  }
}

}  // namespace emulator::fuzz
