// Engines are told how to report; each device has a table of the ioctls its kernel driver knows.
#include "tests/intel/fake_gpu/kernel/device.h"

#include "tests/intel/fake_gpu/counts/report.h"
#include "tests/intel/fake_gpu/log.h"
#include "tests/intel/fake_gpu/settings.h"

namespace fake_gpu {
namespace {

IoctlTable ioctlsOf(Driver driver) {
  IoctlTable table{};
  addCoreIoctls(table);
  if (driver == Driver::I915) {
    addI915Ioctls(table);
  } else {
    addXeIoctls(table);
  }
  return table;
}

}  // namespace

Device::Device(size_t index, const DeviceProfile& profile)
    : index_(index), profile_(profile), ioctls_(ioctlsOf(profile.driver)) {
  EngineSettings engines;
  engines.profile = {name(), profile.generation, profile.timestampHz};
  engines.hangLimit = settings().hangLimit;
  engines.imageEnds = settings().imageEnds;
  engines.onViolation = [](const Violation& found) { reportViolation(found.what, found.where, found.trail); };
  engines.onHang = [](const Hang& hang) { reportViolation("an engine hung", hang.text); };
  engines.traceLevel = logLevel() >= 4 ? 2 : logLevel() >= 2 ? 1 : 0;
  engines.trace = [](const std::string& line) { log(2, "%s", line.c_str()); };
  engines_ = std::make_unique<Engines>(std::move(engines));
}

std::string Device::name() const {
  return std::string(profile_.name) + (index_ == 0 ? "" : "#" + std::to_string(index_));
}

}  // namespace fake_gpu
