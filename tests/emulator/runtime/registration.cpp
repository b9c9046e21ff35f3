// What nvcc's host code calls before main: __cudaRegister*.
#include "runtime/checks.hpp"
#include "runtime/exit.hpp"
#include "runtime/module.hpp"

#include <algorithm>
#include <map>
#include <vector>

namespace emulator::runtime {

namespace {

struct registered_variable {
  std::shared_ptr<registered_module> owner;
  std::string name;
};

struct registry {
  std::mutex mutex;
  std::vector<std::shared_ptr<registered_module>> modules;
  // One host function or variable may be registered by several modules that the linker folded; the
  // first is used.
  std::multimap<void const*, std::shared_ptr<kernel>> kernels;
  std::multimap<void const*, registered_variable> variables;
};

registry& all() {
  static registry* const instance = new registry;  // used by destructors of static objects
  return *instance;
}

std::shared_ptr<registered_module> module_of(registry const& known, void** handle) {
  auto const found = std::find_if(known.modules.begin(), known.modules.end(), [&](auto const& one) {
    return static_cast<void*>(one.get()) == static_cast<void*>(handle);
  });
  return found == known.modules.end() ? nullptr : *found;
}

std::shared_ptr<registered_module> owner_of(std::shared_ptr<kernel> const& one) {
  return one->owner();
}
std::shared_ptr<registered_module> owner_of(registered_variable const& one) { return one.owner; }

template <class Map>
void forget(Map& map, std::shared_ptr<registered_module> const& owner) {
  for (auto entry = map.begin(); entry != map.end();) {
    entry = owner_of(entry->second) == owner ? map.erase(entry) : std::next(entry);
  }
}

}  // namespace

std::shared_ptr<kernel> find_kernel(void const* function) {
  registry& known = all();
  std::lock_guard const lock(known.mutex);
  auto const found = known.kernels.find(function);
  if (found != known.kernels.end()) return found->second;
  for (auto const& entry : known.kernels) {  // a cudaKernel_t
    if (entry.second.get() == function) return entry.second;
  }
  throw api_error(cudaErrorInvalidDeviceFunction, "no kernel is registered under this address");
}

loaded_kernel load_kernel(void const* function) {
  loaded_kernel result{find_kernel(function), nullptr, nullptr};
  result.code = result.registered->owner()->get();
  result.info = result.code->find_kernel(result.registered->name());
  if (result.info == nullptr) {
    throw api_error(cudaErrorInvalidDeviceFunction,
                    "the module's PTX has no kernel " + result.registered->name());
  }
  return result;
}

program::symbol find_variable(void const* symbol) {
  registry& known = all();
  std::unique_lock lock(known.mutex);
  auto const found = known.variables.find(symbol);
  if (found == known.variables.end()) {
    throw api_error(cudaErrorInvalidSymbol, "no device variable is registered under this address");
  }
  registered_variable const variable = found->second;
  lock.unlock();
  auto const result = variable.owner->get()->find_symbol(variable.name);
  if (!result)
    throw api_error(cudaErrorInvalidSymbol, "the module's PTX has no variable " + variable.name);
  return *result;
}

void unload_all_modules() {
  std::lock_guard const lock(all().mutex);
  for (auto const& one : all().modules) one->unload();
}

}  // namespace emulator::runtime

using namespace emulator::runtime;

extern "C" {

void** __cudaRegisterFatBinary(void* wrapper) {
  registry& known = all();
  std::lock_guard const lock(known.mutex);
  known.modules.push_back(std::make_shared<registered_module>(wrapper));
  return reinterpret_cast<void**>(known.modules.back().get());
}

void __cudaRegisterFatBinaryEnd(void**) {}

void __cudaUnregisterFatBinary(void** handle) {
  finish_device_work_at_exit();
  registry& known = all();
  std::lock_guard const lock(known.mutex);
  auto const removed = module_of(known, handle);
  if (removed == nullptr) return;
  forget(known.kernels, removed);
  forget(known.variables, removed);
  known.modules.erase(std::find(known.modules.begin(), known.modules.end(), removed));
}

void __cudaRegisterFunction(void** handle, char const* host_function, char*,
                            char const* device_name, int, uint3*, uint3*, dim3*, dim3*, int*) {
  registry& known = all();
  std::lock_guard const lock(known.mutex);
  if (auto owner = module_of(known, handle)) {
    known.kernels.emplace(host_function, std::make_shared<kernel>(std::move(owner), device_name));
  }
}

void __cudaRegisterVar(void** handle, char* host_variable, char*, char const* device_name, int,
                       std::size_t, int, int) {
  registry& known = all();
  std::lock_guard const lock(known.mutex);
  auto const owner = module_of(known, handle);
  if (owner != nullptr)
    known.variables.emplace(host_variable, registered_variable{owner, device_name});
}

void __cudaRegisterManagedVar(void** handle, void**, char*, char const* device_name, int,
                              std::size_t, int, int) {
  registry& known = all();
  std::lock_guard const lock(known.mutex);
  if (auto const owner = module_of(known, handle)) {
    owner->refuse(std::string("a module has the __managed__ variable ") + device_name +
                  ": managed memory is not emulated");
  }
}

char __cudaInitModule(void** handle) {
  registry& known = all();
  std::unique_lock lock(known.mutex);
  auto const owner = module_of(known, handle);
  lock.unlock();
  return entry("__cudaInitModule", [&] {
           require(owner != nullptr, cudaErrorInvalidResourceHandle, "no such module");
           (void)owner->get();
         }) == cudaSuccess;
}

cudaError_t __cudaGetKernel(cudaKernel_t* result, void const* host_function) {
  return entry("__cudaGetKernel", after_fault::works, [&] {
    require_value(result != nullptr, "nowhere to put the kernel");
    *result = reinterpret_cast<cudaKernel_t>(find_kernel(host_function).get());
  });
}

cudaError_t cudaGetKernel(cudaKernel_t* result, void const* host_function) {
  return __cudaGetKernel(result, host_function);
}

}  // extern "C"
