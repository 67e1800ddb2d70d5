// A name that is not a profile's ends the process: a test on the wrong GPU would prove nothing.
#include "tests/intel/fake_gpu/settings.h"

#include <unistd.h>

#include <cstdlib>

#include "tests/intel/fake_gpu/log.h"

namespace fake_gpu {
namespace {

Settings read() {
  Settings read;
  const char* names = std::getenv("FAKE_GPU");
  std::string name;
  for (const char* c = names ? names : "";; ++c) {
    if (*c != ',' && *c != 0) {
      name += *c;
      continue;
    }
    if (!name.empty()) {
      const DeviceProfile* profile = findProfile(name);
      if (!profile) {
        std::string known;
        for (const DeviceProfile& each : profiles()) known += " " + std::string(each.name);
        log(0, "FAKE_GPU names '%s'; known are%s", name.c_str(), known.c_str());
        _exit(86);
      }
      read.devices.push_back(profile);
      name.clear();
    }
    if (*c == 0) break;
  }
  if (const char* limit = std::getenv("FAKE_GPU_LIMIT_MS"); limit && std::atol(limit) > 0) {
    read.hangLimit = std::chrono::milliseconds(std::atol(limit));
  }
  if (const char* path = std::getenv("FAKE_GPU_REPORT")) read.reportPath = path;
  const char* strict = std::getenv("FAKE_GPU_STRICT");
  read.isStrict = strict && *strict && *strict != '0';
  const char* ends = std::getenv("FAKE_GPU_IMAGE_ENDS");
  read.imageEnds = !ends || *ends != '0';
  return read;
}

}  // namespace

const Settings& settings() {
  // Leaked: drivers close their devices after the program's static destructors.
  static const Settings& kept = *new Settings(read());
  return kept;
}

bool isEnabled() {
  static const bool enabled = !settings().devices.empty();
  return enabled;
}

}  // namespace fake_gpu
