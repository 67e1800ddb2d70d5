// The table of profiles.def and the search in it.
#include "tests/intel/fake_gpu/profile/profile.h"

#include <array>
#include <cctype>
#include <string>

namespace fake_gpu {
namespace {

constexpr uint64_t MiB = 1024 * 1024;

constexpr std::array table = {
#define GPU(name, description, id, revision, driver, generation, ip, topology, engines, system, local, mhz) \
  DeviceProfile{#name,                                                                                      \
                description,                                                                                \
                id,                                                                                         \
                revision,                                                                                   \
                Driver::driver,                                                                             \
                Generation::generation,                                                                     \
                ip,                                                                                         \
                topology,                                                                                   \
                engines,                                                                                    \
                uint64_t{system} * MiB,                                                                     \
                uint64_t{local} * MiB,                                                                      \
                mhz},
#include "tests/intel/fake_gpu/profile/profiles.def"
#undef GPU
};

std::string key(std::string_view name) {
  std::string upper;
  for (const char c : name) {
    if (c != '-' && c != ' ') upper += static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  }
  return upper;
}

}  // namespace

std::span<const DeviceProfile> profiles() { return table; }

const DeviceProfile* findProfile(std::string_view name) {
  for (const DeviceProfile& profile : table) {
    if (key(profile.name) == key(name)) return &profile;
  }
  return nullptr;
}

}  // namespace fake_gpu
