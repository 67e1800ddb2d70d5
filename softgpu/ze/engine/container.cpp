// A checksum keeps damaged code from running. It is no defence: a native binary is machine code, and whoever
// loads one trusts whoever made it.
#include "softgpu/ze/engine/container.h"

#include <xxhash.h>

#include <array>
#include <cstring>
#include <string>
#include <string_view>

#include "softgpu/ze/engine/archive.h"

namespace softgpu::engine {
namespace {

constexpr std::array<char, 8> kMagic = {'S', 'O', 'F', 'T', 'G', 'P', 'U', '\0'};

// In the words of the flag, for those who look into a binary to see how it was made.
template <typename Archive>
bool transferOptions(Archive& archive, Options& options) {
  constexpr std::string_view kLevel = "-ze-opt-level=O";
  std::string words = std::string(kLevel) + std::to_string(options.level);
  if (!archive.array(words) || words.size() != kLevel.size() + 1 || !words.starts_with(kLevel) ||
      words.back() < '0' || words.back() > '3') {
    return false;
  }
  options.level = static_cast<unsigned>(words.back() - '0');
  return true;
}

template <typename Archive>
bool transfer(Archive& archive, Container& container) {
  return archive.array(container.cpu) && transferInputs(archive, container.inputs) &&
         transferOptions(archive, container.options) && archive.array(container.object) &&
         transferManifest(archive, container.manifest);
}

struct Header {
  std::array<char, 8> magic;
  uint32_t version;
  uint32_t reserved;
  uint64_t checksum;  // of all that follows
};

}  // namespace

std::vector<std::byte> writeContainer(const Container& container) {
  Writer writer;
  Container copy = container;
  transfer(writer, copy);
  const Header header = {kMagic, kFormatVersion, 0, XXH3_64bits(writer.out.data(), writer.out.size())};
  const auto* bytes = reinterpret_cast<const std::byte*>(&header);
  writer.out.insert(writer.out.begin(), bytes, bytes + sizeof(header));
  return std::move(writer.out);
}

bool readContainer(std::span<const std::byte> binary, Container& container, std::string& log) {
  Header header{};
  if (binary.size() < sizeof(header)) {
    log += "the native binary is shorter than its header\n";
    return false;
  }
  std::memcpy(&header, binary.data(), sizeof(header));
  const auto body = binary.subspan(sizeof(header));
  if (header.magic != kMagic || header.version != kFormatVersion || header.reserved != 0) {
    log += "the native binary is not of this driver and version\n";
    return false;
  }
  Reader reader(body);
  if (header.checksum != XXH3_64bits(body.data(), body.size()) || !transfer(reader, container) ||
      !reader.done()) {
    log += "the native binary is damaged\n";
    return false;
  }
  return true;
}

}  // namespace softgpu::engine
