#include "core/program.hpp"

#include "core/block.hpp"
#include "core/decoder.hpp"
#include "core/fault.hpp"
#include "core/memory.hpp"
#include "core/workers.hpp"

#include <algorithm>
#include <cstring>
#include <deque>
#include <mutex>
#include <stdexcept>

namespace emulator {

namespace {

constexpr std::uint64_t max_parameter_bytes = 32764;  // PTX ISA 5.2: kernel function parameters

struct kernel_entry {
  kernel_info info;
  ptx::function const* function = nullptr;
  std::optional<shared_layout> shared;
  std::once_flag decoded;
  kernel_code code;
};

class loaded_program final : public program {
 public:
  explicit loaded_program(ptx::module module) : module_(std::move(module)) {
    place_module_variables();
    for (auto const& function : module_.functions) {
      if (function.is_entry && !function.is_declaration) add_kernel(function);
    }
  }

  ~loaded_program() override {
    for (auto const& [name, address] : global_addresses_)
      device_memory::instance().release(address);
  }

  kernel_info const* find_kernel(std::string_view name) const override {
    auto const found = by_name_.find(name);
    return found == by_name_.end() ? nullptr : &found->second->info;
  }

  std::optional<symbol> find_symbol(std::string_view name) const override {
    auto const found = global_addresses_.find(name);
    if (found == global_addresses_.end()) return std::nullopt;
    return symbol{found->second, symbol_bytes_.find(name)->second};
  }

  std::optional<fault> run(kernel_info const& kernel, launch_config const& config,
                           device_limits const& limits, launch_statistics& statistics) override {
    kernel_entry& entry = *by_name_.find(kernel.name)->second;
    std::call_once(entry.decoded, [&] {
      module_view const view{&module_, &global_addresses_, &*entry.shared};
      entry.code = decoder(view, *entry.function, entry.info).decode();
    });
    static std::atomic<std::uint64_t> serial{0};
    launch_state launch;
    launch.info = &entry.info;
    launch.code = &entry.code;
    launch.config = &config;
    launch.limits = &limits;
    launch.module = &module_;
    launch.serial = ++serial;
    launch.shared_end = entry.shared->dynamic_begin() + config.dynamic_shared_bytes;
    std::optional<global_order> order;
    if (config.check_global_races) {
      launch.order = &order.emplace();
      order->launch = access_line::next_number();
    }
    std::optional<coherence> coherent;
    if (entry.code.reads_non_coherently) launch.coherent = &coherent.emplace();
    return run_blocks(launch, statistics);
  }

 private:
  void place_module_variables() {
    for (auto const& variable : module_.variables) {
      if (variable.space == ptx::state_space::global ||
          variable.space == ptx::state_space::constant) {
        char const* const kind =
            variable.space == ptx::state_space::global ? "__device__ " : "__constant__ ";
        std::uint64_t const bytes = std::max<std::uint64_t>(variable.bytes(), 1);
        std::uint64_t const address =
            device_memory::instance().allocate(bytes, kind + demangled(variable.name));
        if (address == 0) throw std::runtime_error("no device memory for " + variable.name);
        global_addresses_.emplace(variable.name, address);
        symbol_bytes_.emplace(variable.name, variable.bytes());
      }
    }
    for (auto const& variable : module_.variables) initialize(variable);
  }

  void initialize(ptx::variable const& variable) {
    auto const found = global_addresses_.find(variable.name);
    if (found == global_addresses_.end()) return;
    std::vector<std::uint8_t> bytes = variable.initial_bytes;
    bytes.resize(variable.bytes());
    for (auto const& pointer : variable.address_initializers) {
      auto const target = global_addresses_.find(pointer.symbol);
      if (target == global_addresses_.end())
        continue;  // a function's address: using it is what is refused
      std::uint64_t const value = target->second + static_cast<std::uint64_t>(pointer.addend);
      std::memcpy(bytes.data() + pointer.offset, &value, sizeof(value));
    }
    device_memory::instance().write(found->second, bytes.data(), bytes.size());
  }

  void add_kernel(ptx::function const& function) {
    kernel_entry& entry = kernels_.emplace_back();
    entry.function = &function;
    kernel_info& info = entry.info;
    info.name = function.name;
    for (auto const& parameter : function.parameters) {
      if (parameter.bytes() > max_parameter_bytes ||
          info.parameter_bytes > max_parameter_bytes - parameter.bytes()) {
        throw std::runtime_error("line " + std::to_string(parameter.line) + ": with " +
                                 parameter.name + " the kernel has more than " +
                                 std::to_string(max_parameter_bytes) + " bytes of parameters");
      }
      auto const bytes = static_cast<std::uint32_t>(parameter.bytes());
      info.parameter_bytes =
          aligned_up(info.parameter_bytes, std::max<std::uint32_t>(parameter.alignment, 1));
      info.parameters.push_back({info.parameter_bytes, bytes});
      info.parameter_bytes += bytes;
    }
    entry.shared.emplace(module_, function);
    info.static_shared_bytes = entry.shared->static_end() - kernel_code::shared_begin();
    for (auto const& variable : function.variables) {
      if (variable.space == ptx::state_space::local)
        info.local_bytes += static_cast<std::uint32_t>(variable.bytes());
    }
    auto const directive = [&](char const* name) -> std::optional<dim3_t> {
      auto const found = function.directives.find(name);
      if (found == function.directives.end() || found->second.empty()) return std::nullopt;
      auto const& values = found->second;
      return dim3_t{values[0], values.size() > 1 ? values[1] : 1,
                    values.size() > 2 ? values[2] : 1};
    };
    for (char const* const name : {"maxntid", "reqntid"}) {
      if (auto const threads = directive(name))
        info.max_threads_per_block = static_cast<std::uint32_t>(threads->count());
    }
    info.required_cluster = directive("reqnctapercluster");
    by_name_.emplace(info.name, &entry);
  }

  ptx::module module_;
  std::deque<kernel_entry> kernels_;
  std::map<std::string, kernel_entry*, std::less<>> by_name_;
  std::map<std::string, std::uint64_t, std::less<>> global_addresses_, symbol_bytes_;
};

}  // namespace

std::unique_ptr<program> program::load(ptx::module module) {
  return std::make_unique<loaded_program>(std::move(module));
}

}  // namespace emulator
