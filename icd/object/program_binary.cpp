// Reads and writes program binaries. All integers are little-endian, as on every host Level Zero runs on.
#include "icd/object/program_binary.h"

#include <xxhash.h>

#include <array>
#include <cstring>

namespace clze::icd {
namespace {

constexpr std::array<char, 8> kMagic = {'C', 'L', 'Z', 'E', 'B', 'I', 'N', '1'};

struct Header {
  std::array<char, 8> magic;
  uint64_t hash;  // XXH3 of everything after this field
  uint32_t type;
  uint32_t kernelArgInfo;
  uint8_t deviceUuid[ZE_MAX_DEVICE_UUID_SIZE];
  uint32_t driverVersion;
  uint32_t optionsBytes;
  uint64_t spirvBytes;
  uint64_t nativeBytes;
};
constexpr size_t kHashedFrom = offsetof(Header, type);

void append(std::vector<std::byte>& out, const void* data, size_t size) {
  const auto* bytes = static_cast<const std::byte*>(data);
  out.insert(out.end(), bytes, bytes + size);
}

}  // namespace

std::vector<std::byte> writeProgramBinary(const DeviceBuild& build, const l0::Device& device) {
  if (build.spirv.empty()) return {};
  std::vector<std::byte> native = build.native;
  if (build.module != nullptr) {
    // Without native code the binary still holds the program; it only takes longer to load.
    if (auto fresh = build.module->nativeBinary(); fresh.ok()) native = *std::move(fresh);
  }
  Header header = {};
  header.magic = kMagic;
  header.type = build.type;
  header.kernelArgInfo = build.kernelArgInfo ? 1 : 0;
  std::memcpy(header.deviceUuid, device.properties.uuid.id, sizeof(header.deviceUuid));
  header.driverVersion = device.driver->properties.driverVersion;
  header.optionsBytes = static_cast<uint32_t>(build.options.size());
  header.spirvBytes = build.spirv.size() * sizeof(uint32_t);
  header.nativeBytes = native.size();

  std::vector<std::byte> out;
  out.reserve(sizeof(header) + header.optionsBytes + header.spirvBytes + header.nativeBytes);
  append(out, &header, sizeof(header));
  append(out, build.options.data(), build.options.size());
  append(out, build.spirv.data(), header.spirvBytes);
  append(out, native.data(), native.size());
  header.hash = XXH3_64bits(out.data() + kHashedFrom, out.size() - kHashedFrom);
  std::memcpy(out.data(), &header, sizeof(header));
  return out;
}

Result<DeviceBuild> readProgramBinary(std::span<const std::byte> data, const l0::Device& device) {
  Header header = {};
  if (data.size() < sizeof(header)) return Failure{CL_INVALID_BINARY};
  std::memcpy(&header, data.data(), sizeof(header));
  if (header.magic != kMagic) return Failure{CL_INVALID_BINARY};
  // Each length is checked alone first, so that the sum cannot wrap.
  const size_t body = data.size() - sizeof(header);
  if (header.optionsBytes > body || header.spirvBytes > body || header.nativeBytes > body ||
      header.optionsBytes + header.spirvBytes + header.nativeBytes != body ||
      header.spirvBytes % sizeof(uint32_t) != 0) {
    return Failure{CL_INVALID_BINARY};
  }
  if (XXH3_64bits(data.data() + kHashedFrom, data.size() - kHashedFrom) != header.hash) {
    return Failure{CL_INVALID_BINARY};
  }

  if (header.spirvBytes == 0 ||
      (header.type != CL_PROGRAM_BINARY_TYPE_COMPILED_OBJECT &&
       header.type != CL_PROGRAM_BINARY_TYPE_LIBRARY && header.type != CL_PROGRAM_BINARY_TYPE_EXECUTABLE)) {
    return Failure{CL_INVALID_BINARY};
  }

  DeviceBuild build;
  build.type = header.type;
  build.kernelArgInfo = header.kernelArgInfo != 0;
  const std::byte* next = data.data() + sizeof(header);
  build.options.assign(reinterpret_cast<const char*>(next), header.optionsBytes);
  next += header.optionsBytes;
  build.spirv.resize(header.spirvBytes / sizeof(uint32_t));
  std::memcpy(build.spirv.data(), next, header.spirvBytes);
  next += header.spirvBytes;
  const bool sameDevice =
      std::memcmp(header.deviceUuid, device.properties.uuid.id, sizeof(header.deviceUuid)) == 0 &&
      header.driverVersion == device.driver->properties.driverVersion;
  if (sameDevice) build.native.assign(next, next + header.nativeBytes);
  return build;
}

}  // namespace clze::icd
