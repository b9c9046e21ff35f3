#include "fatbin/fatbin.hpp"

#include <cstring>
#include <limits>
#include <string>
#include <string_view>
#include <zstd.h>

namespace emulator::fatbin {

namespace {

constexpr std::uint32_t wrapper_magic = 0x466243B1;
constexpr std::uint32_t container_magic = 0xBA55ED50;
constexpr std::uint16_t kind_ptx = 1;
constexpr std::uint32_t flag_lz4 = 0x2000;
constexpr std::uint32_t flag_zstd = 0x8000;
constexpr std::uint64_t max_text_bytes = std::uint64_t{1} << 32;

// The layouts of nvcc 13.0: fields that nobody here reads are called reserved.
struct wrapper_layout {
  std::uint32_t magic;
  std::uint32_t version;
  std::byte const* data;
  void const* prelinked;  // version 2: containers of relocatable code, yet to be linked
};

struct container_header {
  std::uint32_t magic;
  std::uint16_t version;
  std::uint16_t header_bytes;
  std::uint64_t payload_bytes;
};
static_assert(sizeof(container_header) == 16);

struct entry_header {
  std::uint16_t kind;
  std::uint16_t version;
  std::uint32_t header_bytes;
  std::uint64_t payload_bytes;
  std::uint32_t compressed_bytes;
  std::uint32_t reserved_20[2];
  std::uint32_t architecture;
  std::uint32_t reserved_32[2];
  std::uint32_t flags;
  std::uint32_t reserved_44[3];
  std::uint64_t uncompressed_bytes;
};
static_assert(sizeof(entry_header) == 64);
static_assert(offsetof(entry_header, architecture) == 28);
static_assert(offsetof(entry_header, flags) == 40);
static_assert(offsetof(entry_header, uncompressed_bytes) == 56);

struct byte_view {
  std::byte const* data;
  std::size_t size;

  byte_view without_prefix(std::uint64_t bytes, char const* what) const {
    if (bytes > size) throw format_error(std::string("fat binary: ") + what + " is cut short");
    return {data + bytes, size - static_cast<std::size_t>(bytes)};
  }
  byte_view prefix(std::uint64_t bytes, char const* what) const {
    without_prefix(bytes, what);
    return {data, static_cast<std::size_t>(bytes)};
  }
};

// The container need not be aligned.
template <typename Header>
Header read_header(byte_view bytes, char const* what) {
  Header header;
  std::memcpy(&header, bytes.prefix(sizeof header, what).data, sizeof header);
  if (header.header_bytes < sizeof header) {
    throw format_error(std::string("fat binary: ") + what + " has an unknown, smaller layout");
  }
  return header;
}

std::string decompress(byte_view payload, entry_header const& header) {
  byte_view const compressed = payload.prefix(header.compressed_bytes, "a compressed entry");
  if (header.uncompressed_bytes > max_text_bytes) {
    throw format_error("fat binary: a compressed entry claims more than 4 GiB of PTX");
  }
  // The frame knows its size too: a header that lies must not make this allocate gigabytes.
  if (ZSTD_getFrameContentSize(compressed.data, compressed.size) != header.uncompressed_bytes) {
    throw format_error("fat binary: a zstd entry's size is not what its header says");
  }
  std::string text(static_cast<std::size_t>(header.uncompressed_bytes), '\0');
  std::size_t const written =
      ZSTD_decompress(text.data(), text.size(), compressed.data, compressed.size);
  if (ZSTD_isError(written)) {
    throw format_error(std::string("fat binary: zstd: ") + ZSTD_getErrorName(written));
  }
  text.resize(written);
  return text;
}

std::string text_of(byte_view payload, entry_header const& header) {
  if ((header.flags & flag_lz4) != 0) {
    throw format_error(
        "fat binary: LZ4-compressed PTX (nvcc --compress-mode=speed) is not supported; use another "
        "compression mode");
  }
  std::string text = (header.flags & flag_zstd) != 0
                         ? decompress(payload, header)
                         : std::string(reinterpret_cast<char const*>(payload.data), payload.size);
  // Padding and the terminator of a C string.
  text.resize(text.find_last_not_of('\0') + 1);
  return text;
}

void append_entries(byte_view payload, std::vector<ptx_image>& images) {
  while (payload.size != 0) {
    auto const header = read_header<entry_header>(payload, "an entry's header");
    byte_view const rest = payload.without_prefix(header.header_bytes, "an entry's header");
    byte_view const content = rest.prefix(header.payload_bytes, "an entry");
    if (header.kind == kind_ptx) images.push_back({header.architecture, text_of(content, header)});
    payload = rest.without_prefix(header.payload_bytes, "an entry");
  }
}

container_header read_container_header(byte_view bytes) {
  auto const header = read_header<container_header>(bytes, "the container's header");
  if (header.magic != container_magic)
    throw format_error("fat binary: the container's magic is wrong");
  return header;
}

byte_view skip_zeros(byte_view bytes) {
  while (bytes.size != 0 && bytes.data[0] == std::byte{0}) bytes = {bytes.data + 1, bytes.size - 1};
  return bytes;
}

/// compute_90a runs on 9.0 only, compute_100f on its own major version, the others on everything
/// newer.
bool can_run(ptx_image const& image, unsigned compute_capability) {
  if (image.architecture > compute_capability) return false;
  std::string_view const mark = ".target sm_";
  std::size_t const target = image.text.find(mark);
  if (target == std::string::npos) return true;
  std::size_t const suffix = image.text.find_first_not_of("0123456789", target + mark.size());
  if (suffix == std::string::npos) return true;
  if (image.text[suffix] == 'a') return image.architecture == compute_capability;
  if (image.text[suffix] == 'f') return image.architecture / 10 == compute_capability / 10;
  return true;
}

}  // namespace

std::vector<ptx_image> images_from_container(std::byte const* data, std::size_t size) {
  std::vector<ptx_image> images;
  byte_view bytes{data, size};
  do {
    container_header const header = read_container_header(bytes);
    byte_view const rest = bytes.without_prefix(header.header_bytes, "the container's header");
    append_entries(rest.prefix(header.payload_bytes, "the container"), images);
    bytes = skip_zeros(rest.without_prefix(header.payload_bytes, "the container"));
  } while (bytes.size != 0);
  return images;
}

std::vector<ptx_image> images_from_wrapper(void const* wrapper) {
  if (wrapper == nullptr) throw format_error("fat binary: the wrapper is null");
  wrapper_layout layout;
  std::memcpy(&layout, wrapper, sizeof layout);
  if (layout.magic != wrapper_magic) throw format_error("fat binary: the wrapper's magic is wrong");
  if (layout.version != 1 && layout.version != 2) {
    throw format_error("fat binary: wrapper version " + std::to_string(layout.version) +
                       " is unknown");
  }
  if (layout.version == 2 && layout.prelinked != nullptr) {
    throw format_error("fat binary: relocatable device code (nvcc -rdc=true) is not supported");
  }
  if (layout.data == nullptr) throw format_error("fat binary: the wrapper has no container");
  // The wrapper gives no size: the container's own header does.
  container_header const header = read_container_header({layout.data, sizeof(container_header)});
  if (header.payload_bytes > std::numeric_limits<std::size_t>::max() - header.header_bytes) {
    throw format_error("fat binary: the container's size is impossible");
  }
  return images_from_container(layout.data, header.header_bytes + header.payload_bytes);
}

ptx_image const* select_image(std::vector<ptx_image> const& images, unsigned compute_capability) {
  ptx_image const* newest = nullptr;
  for (auto const& image : images) {
    if (!can_run(image, compute_capability)) continue;
    if (newest == nullptr || image.architecture > newest->architecture) newest = &image;
  }
  return newest;
}

}  // namespace emulator::fatbin
