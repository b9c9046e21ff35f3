#include "runtime/module.hpp"

#include "fatbin/fatbin.hpp"
#include "runtime/device.hpp"
#include "runtime/host_access.hpp"

#include <cstdio>

namespace emulator::runtime {

namespace {

std::string spelled(unsigned capability) {
  return std::to_string(capability / 10) + "." + std::to_string(capability % 10);
}

fatbin::ptx_image const& image_for_device(std::vector<fatbin::ptx_image> const& images) {
  unsigned const capability = device().limits.compute_capability;
  if (auto const* const found = fatbin::select_image(images, capability)) return *found;
  std::string message = "a module has no PTX that a device of compute capability " +
                        spelled(capability) + " can run.\nIt has PTX for:";
  for (auto const& image : images) message += " compute_" + std::to_string(image.architecture);
  if (images.empty())
    message += " nothing: compile with code=compute_80, say; machine code is of no use here";
  throw api_error(cudaErrorNoKernelImageForDevice, message);
}

}  // namespace

void registered_module::load() {
  if (!refused_.empty()) throw api_error(cudaErrorNotSupported, refused_);
  try {
    watch_host_accesses();
    auto const images = fatbin::images_from_wrapper(wrapper_);
    fatbin::ptx_image const& image = image_for_device(images);
    program_ = program::load(ptx::parse(image.text));
    architecture_ = image.architecture;
  } catch (fatbin::format_error const& error) {
    throw api_error(cudaErrorInvalidKernelImage,
                    std::string("a module's fat binary: ") + error.what());
  } catch (ptx::parse_error const& error) {
    throw api_error(cudaErrorInvalidPtx, "a module's PTX, line " + std::to_string(error.line()) +
                                             ", column " + std::to_string(error.column()) + ": " +
                                             error.what());
  } catch (api_error const&) {
    throw;
  } catch (std::runtime_error const& error) {
    throw api_error(cudaErrorInvalidPtx, std::string("a module's PTX: ") + error.what());
  }
}

std::shared_ptr<program> const& registered_module::get() {
  std::lock_guard const lock(mutex_);
  if (failed_ != nullptr) throw api_error(failed_->code, failed_->message);
  if (program_ != nullptr) return program_;
  try {
    load();
  } catch (api_error const& error) {
    failed_ = std::make_unique<failure>(failure{error.code(), error.message()});
    report(cudaGetErrorName(error.code()), error.message());
    throw;
  }
  return program_;
}

unsigned registered_module::ptx_architecture() {
  (void)get();
  return architecture_;
}

void registered_module::refuse(std::string reason) { refused_ = std::move(reason); }

void registered_module::unload() {
  std::lock_guard const lock(mutex_);
  program_.reset();
}

}  // namespace emulator::runtime
