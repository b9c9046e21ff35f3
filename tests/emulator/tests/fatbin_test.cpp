// Reads the fat binaries that nvcc put into this executable: it brings the registration calls of
// the CUDA runtime itself and keeps the wrappers that it is given.
#include "fatbin/fatbin.hpp"

#include "guarded_memory.hpp"
#include "ptx/module.hpp"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <gtest/gtest.h>
#include <map>
#include <random>
#include <zstd.h>

namespace {

struct registration {
  void const* wrapper;
};

std::map<std::string, void const*>& wrappers() {
  static std::map<std::string, void const*> by_kernel;
  return by_kernel;
}

}  // namespace

// What the objects of fatbin_kernel.cu ask for. They register before main; nothing launches them.
extern "C" {
void** __cudaRegisterFatBinary(void* wrapper) {
  return reinterpret_cast<void**>(new registration{wrapper});
}
void __cudaRegisterFatBinaryEnd(void**) {}
void __cudaUnregisterFatBinary(void** handle) { delete reinterpret_cast<registration*>(handle); }
void __cudaRegisterFunction(void** handle, char const*, char*, char const* name, int, void*, void*,
                            void*, void*, int*) {
  wrappers()[name] = reinterpret_cast<registration*>(handle)->wrapper;
}
int __cudaPopCallConfiguration(void*, void*, std::size_t*, void*) { return 1; }
int __cudaLaunchKernel(void*, unsigned, unsigned) { return 1; }
int __cudaGetKernel(void**, void const*) { return 1; }
void __cudaInitModule(void**) {}
}

namespace emulator::fatbin {
namespace {

void const* wrapper_of(std::string const& kernel) {
  // The device-side name is mangled: _Z5plainPf.
  std::string const mangled = "_Z" + std::to_string(kernel.size()) + kernel + "Pf";
  auto const found = wrappers().find(mangled);
  if (found == wrappers().end()) throw std::runtime_error("not registered: " + mangled);
  return found->second;
}

std::vector<unsigned> architectures(std::vector<ptx_image> const& images) {
  std::vector<unsigned> result;
  for (auto const& image : images) result.push_back(image.architecture);
  std::sort(result.begin(), result.end());
  return result;
}

struct expected_images {
  char const* kernel;
  std::vector<unsigned> architectures;
};

TEST(FatBinary, HasThePtxThatNvccWasAskedFor) {
  for (auto const& [kernel, expected] : {
           expected_images{"plain", {80}},
           {"standard", {80}},
           {"mixed", {80, 90}},
           {"mixed_plain", {80, 90}},
           {"small", {80}},
           {"machine_code_only", {}},
       }) {
    auto const images = images_from_wrapper(wrapper_of(kernel));
    EXPECT_EQ(architectures(images), expected) << kernel;
    for (auto const& image : images) {
      EXPECT_EQ(image.text.find('\0'), std::string::npos) << kernel;
      ptx::module const module = ptx::parse(image.text);
      EXPECT_EQ(module.target, "sm_" + std::to_string(image.architecture)) << kernel;
      ASSERT_EQ(module.functions.size(), 1u) << kernel;
      EXPECT_NE(module.functions[0].name.find(kernel), std::string::npos);
    }
  }
}

TEST(FatBinary, CompressedAndPlainTextAreTheSame) {
  auto plain = images_from_wrapper(wrapper_of("plain")).at(0).text;
  auto const compressed = images_from_wrapper(wrapper_of("standard")).at(0).text;
  for (std::size_t at; (at = plain.find("_Z5plainPf")) != std::string::npos;) {
    plain.replace(at, 10, "_Z8standardPf");
  }
  EXPECT_EQ(plain, compressed);
}

template <typename Function>
std::string error_of(Function const& function) {
  try {
    function();
  } catch (format_error const& error) {
    return error.what();
  }
  return "no error";
}

TEST(FatBinary, NamesACompressionThatItCannotRead) {
  std::string const error = error_of([] { images_from_wrapper(wrapper_of("fast")); });
  EXPECT_NE(error.find("LZ4"), std::string::npos) << error;
}

struct test_wrapper {
  std::uint32_t magic = 0x466243B1;
  std::uint32_t version = 1;
  void const* data = nullptr;
  void const* prelinked = nullptr;
};

TEST(FatBinary, RefusesWrappersThatItDoesNotKnow) {
  void const* const container = static_cast<test_wrapper const*>(wrapper_of("plain"))->data;
  test_wrapper wrapper;
  wrapper.data = container;
  EXPECT_EQ(images_from_wrapper(&wrapper).size(), 1u);
  EXPECT_NE(error_of([] { images_from_wrapper(nullptr); }).find("null"), std::string::npos);
  wrapper.version = 3;
  EXPECT_NE(error_of([&] { images_from_wrapper(&wrapper); }).find("version 3"), std::string::npos);
  wrapper.version = 2;
  wrapper.prelinked = &wrapper;
  EXPECT_NE(error_of([&] { images_from_wrapper(&wrapper); }).find("-rdc=true"), std::string::npos);
  wrapper.magic = 0;
  EXPECT_NE(error_of([&] { images_from_wrapper(&wrapper); }).find("magic"), std::string::npos);
  EXPECT_NE(error_of([] {
              test_wrapper const empty;
              images_from_wrapper(&empty);
            }).find("no container"),
            std::string::npos);
}

/// A container made by hand, to be damaged.
class container {
 public:
  container() : bytes_(16) {
    put<std::uint32_t>(0, 0xBA55ED50);
    put<std::uint16_t>(4, 1);
    put<std::uint16_t>(6, 16);
  }

  container& add(std::uint16_t kind, unsigned architecture, std::string const& payload,
                 std::uint32_t flags = 0x11, std::uint64_t uncompressed = 0) {
    std::size_t const entry = bytes_.size();
    bytes_.resize(entry + 64);
    put<std::uint16_t>(entry, kind);
    put<std::uint16_t>(entry + 2, 0x101);
    put<std::uint32_t>(entry + 4, 64);
    put<std::uint64_t>(entry + 8, (payload.size() + 7) / 8 * 8);
    put<std::uint32_t>(entry + 16,
                       uncompressed == 0 ? 0 : static_cast<std::uint32_t>(payload.size()));
    put<std::uint32_t>(entry + 28, architecture);
    put<std::uint32_t>(entry + 40, flags);
    put<std::uint64_t>(entry + 56, uncompressed);
    for (char const c : payload) bytes_.push_back(static_cast<std::byte>(c));
    bytes_.resize((bytes_.size() + 7) / 8 * 8);
    put<std::uint64_t>(8, bytes_.size() - 16);
    return *this;
  }

  container& add_compressed(unsigned architecture, std::string const& text,
                            std::uint64_t claimed_bytes) {
    std::string packed(ZSTD_compressBound(text.size()), '\0');
    packed.resize(ZSTD_compress(packed.data(), packed.size(), text.data(), text.size(), 3));
    return add(1, architecture, packed, 0x8011, claimed_bytes);
  }

  template <typename T>
  container& put(std::size_t offset, T value) {
    std::memcpy(bytes_.data() + offset, &value, sizeof value);
    return *this;
  }

  std::vector<ptx_image> images() const {
    return images_from_container(bytes_.data(), bytes_.size());
  }
  std::vector<std::byte> const& bytes() const { return bytes_; }

 private:
  std::vector<std::byte> bytes_;
};

TEST(Container, PaddingAndTerminatorsAreNotText) {
  auto const images = container()
                          .add(2, 80, "\177ELF")
                          .add(1, 75, std::string("abc\0", 4))
                          .add_compressed(90, "defg", 4)
                          .images();
  ASSERT_EQ(images.size(), 2u);
  EXPECT_EQ(images[0].architecture, 75u);
  EXPECT_EQ(images[0].text, "abc");
  EXPECT_EQ(images[1].architecture, 90u);
  EXPECT_EQ(images[1].text, "defg");
}

TEST(Container, MayBeEmptyOrFollowedByAnother) {
  EXPECT_TRUE(container().images().empty());
  std::vector<std::byte> bytes = container().add(1, 75, "first").bytes();
  bytes.resize(bytes.size() + 8);
  auto const second = container().add(1, 80, "second").bytes();
  bytes.insert(bytes.end(), second.begin(), second.end());
  auto const images = images_from_container(bytes.data(), bytes.size());
  ASSERT_EQ(images.size(), 2u);
  EXPECT_EQ(images[1].text, "second");
}

TEST(Container, SizesThatLieAreErrors) {
  auto const made = [] { return container().add(1, 75, "some text"); };
  auto const error = [](container const& damaged) { return error_of([&] { damaged.images(); }); };
  EXPECT_EQ(error(made()), "no error");
  EXPECT_NE(error(made().put<std::uint32_t>(0, 1)).find("magic"), std::string::npos);
  EXPECT_NE(error(made().put<std::uint16_t>(6, 8)).find("smaller layout"), std::string::npos);
  EXPECT_NE(error(made().put<std::uint16_t>(6, 60000)).find("cut short"), std::string::npos);
  EXPECT_NE(error(made().put<std::uint64_t>(8, 1000)).find("cut short"), std::string::npos);
  EXPECT_NE(error(made().put<std::uint64_t>(8, ~0ull)).find("cut short"), std::string::npos);
  EXPECT_NE(error(made().put<std::uint32_t>(20, 63)).find("smaller layout"), std::string::npos);
  EXPECT_NE(error(made().put<std::uint32_t>(20, ~0u)).find("cut short"), std::string::npos);
  EXPECT_NE(error(made().put<std::uint64_t>(24, 17)).find("cut short"), std::string::npos);
  EXPECT_NE(error(made().put<std::uint64_t>(24, ~0ull)).find("cut short"), std::string::npos);
  auto const packed = [](std::uint64_t claimed) {
    return container().add_compressed(80, "some text", claimed);
  };
  EXPECT_EQ(error(packed(9)), "no error");
  EXPECT_NE(error(packed(8)).find("zstd"), std::string::npos);
  EXPECT_NE(error(packed(1ull << 31)).find("zstd"), std::string::npos);
  EXPECT_NE(error(packed(1ull << 40)).find("4 GiB"), std::string::npos);
  EXPECT_NE(error(packed(9).put<std::uint32_t>(32, 1000)).find("cut short"), std::string::npos);
  EXPECT_NE(error(container().add(1, 80, "not zstd", 0x8011, 9)).find("zstd"), std::string::npos);
}

TEST(Container, DamageIsReadOrRefused) {
  std::vector<std::byte> const good = container()
                                          .add(2, 80, "\177ELF")
                                          .add(1, 75, "some text")
                                          .add_compressed(90, "more text", 9)
                                          .bytes();
  guarded_memory place(good.size());
  for (std::size_t size = 0; size < good.size(); ++size) {
    EXPECT_THROW(images_from_container(place.place(good.data(), size), size), format_error) << size;
  }
  std::mt19937 random(11);
  for (int round = 0; round < 20000; ++round) {
    std::vector<std::byte> damaged = good;
    damaged[random() % damaged.size()] = static_cast<std::byte>(random());
    try {
      images_from_container(place.place(damaged.data(), damaged.size()), damaged.size());
    } catch (format_error const&) {
    }
  }
}

TEST(SelectImage, TakesTheNewestThatTheDeviceCanRun) {
  std::vector<ptx_image> const images{{90, "c"}, {75, "a"}, {80, "b"}};
  EXPECT_EQ(select_image(images, 70), nullptr);
  EXPECT_EQ(select_image(images, 75)->text, "a");
  EXPECT_EQ(select_image(images, 89)->text, "b");
  EXPECT_EQ(select_image(images, 90)->text, "c");
  EXPECT_EQ(select_image(images, 120)->text, "c");
  EXPECT_EQ(select_image({}, 120), nullptr);
}

TEST(SelectImage, KeepsSpecificTargetsToTheirDevices) {
  auto const header = [](std::string const& target) {
    return ".version 9.0\n.target " + target + "\n";
  };
  std::vector<ptx_image> const images{
      {80, header("sm_80")}, {90, header("sm_90a, debug")}, {100, header("sm_100f")}};
  EXPECT_EQ(select_image(images, 89)->architecture, 80u);
  EXPECT_EQ(select_image(images, 90)->architecture, 90u);
  EXPECT_EQ(select_image(images, 100)->architecture, 100u);
  EXPECT_EQ(select_image(images, 103)->architecture, 100u);
  EXPECT_EQ(select_image(images, 120)->architecture, 80u);
}

}  // namespace
}  // namespace emulator::fatbin
