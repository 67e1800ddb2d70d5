// What the xe driver tells about the device.
#include <time.h>

#include <algorithm>
#include <cerrno>

#include "tests/intel/fake_gpu/kernel/hardware_configuration.h"
#include "tests/intel/fake_gpu/kernel/i915.h"
#include "tests/intel/fake_gpu/kernel/xe.h"
#include "tests/intel/fake_gpu/log.h"

namespace fake_gpu {
namespace {

using Blob = std::vector<char>;

template <class T>
void append(Blob& blob, const T& value) {
  const auto* bytes = reinterpret_cast<const char*>(&value);
  blob.insert(blob.end(), bytes, bytes + sizeof(value));
}

Blob engines(const DeviceProfile& profile) {
  std::vector<xe::Engine> list;
  for (const EngineClass kind : {EngineClass::Render, EngineClass::Copy, EngineClass::Compute,
                                 EngineClass::Video, EngineClass::VideoEnhance}) {
    for (unsigned instance = 0; instance < numberOfEngines(profile, kind); ++instance) {
      xe::Engine engine{};
      // Both drivers number the classes alike.
      engine.instance = {i915Class(kind), static_cast<uint16_t>(instance), 0, 0};
      list.push_back(engine);
    }
  }
  Blob blob;
  append(blob, xe::Count{static_cast<uint32_t>(list.size()), 0});
  for (const xe::Engine& engine : list) append(blob, engine);
  return blob;
}

Blob memory(const DeviceProfile& profile) {
  Blob blob;
  append(blob, xe::Count{profile.isDiscrete() ? 2U : 1U, 0});
  xe::MemoryRegion system{};
  system.pageBytes = 4096;
  system.total = profile.systemBytes;
  append(blob, system);
  if (!profile.isDiscrete()) return blob;
  xe::MemoryRegion local{};
  local.memoryClass = local.instance = 1;
  local.pageBytes = 65536;
  local.total = local.visible = profile.localBytes;
  append(blob, local);
  return blob;
}

Blob configuration(const DeviceProfile& profile) {
  uint64_t values[xe::configurations] = {};
  values[xe::configIdentity] = profile.pciId | static_cast<uint64_t>(profile.revision) << 16;
  values[xe::configFlags] = profile.isDiscrete() ? xe::configHasLocalMemory : 0;
  values[xe::configAlignment] = profile.isDiscrete() ? 65536 : 4096;
  values[xe::configAddressBits] = 48;
  values[xe::configPriorities] = 2;
  Blob blob;
  append(blob, xe::Count{xe::configurations, 0});
  append(blob, values);
  return blob;
}

Blob gts(const DeviceProfile& profile) {
  xe::Gt main{};
  main.type = xe::gtMain;
  main.clock = static_cast<uint32_t>(profile.timestampHz);
  // Masks of memory regions, by instance.
  main.nearMemory = profile.isDiscrete() ? 2 : 1;
  main.farMemory = profile.isDiscrete() ? 1 : 0;
  main.major = static_cast<uint16_t>(profile.ip.major);
  main.minor = static_cast<uint16_t>(profile.ip.minor);
  main.stepping = static_cast<uint16_t>(profile.ip.stepping);
  Blob blob;
  append(blob, xe::Count{1, 0});
  append(blob, main);
  return blob;
}

void appendMask(Blob& blob, uint16_t type, uint64_t mask, uint32_t bytes) {
  append(blob, xe::TopologyMask{0, type, bytes});
  const auto* data = reinterpret_cast<const char*>(&mask);
  blob.insert(blob.end(), data, data + bytes);
}

Blob topology(const DeviceProfile& profile) {
  const uint64_t subslices = (uint64_t{1} << profile.topology.subslices) - 1;
  Blob blob;
  appendMask(blob, xe::geometrySubslices, subslices, 8);
  appendMask(blob, xe::computeSubslices, subslices, 8);
  appendMask(blob, xe::l3Banks, 0xffff, 8);
  appendMask(blob, xe::wideUnitsPerSubslice, (uint64_t{1} << profile.topology.unitsPerSubslice) - 1, 4);
  return blob;
}

int cycles(OpenFile& file, xe::DeviceQuery& query) {
  if (query.size == 0) {
    query.size = sizeof(xe::EngineCycles);
    return 0;
  }
  if (query.size != sizeof(xe::EngineCycles)) return -EINVAL;
  auto* cycles = user<xe::EngineCycles>(query.data);
  timespec now{};
  clock_gettime(cycles->clock, &now);
  cycles->width = 36;
  cycles->cycles = file.device().timestamp() & ((uint64_t{1} << 36) - 1);
  cycles->cpuTime = static_cast<uint64_t>(now.tv_sec) * 1000000000 + static_cast<uint64_t>(now.tv_nsec);
  cycles->cpuDelta = 1;
  return 0;
}

int deviceQuery(OpenFile& file, xe::DeviceQuery& query) {
  Blob blob;
  switch (query.query) {
    case xe::queryEngines:
      blob = engines(file.profile());
      break;
    case xe::queryMemory:
      blob = memory(file.profile());
      break;
    case xe::queryConfiguration:
      blob = configuration(file.profile());
      break;
    case xe::queryGts:
      blob = gts(file.profile());
      break;
    case xe::queryTopology:
      blob = topology(file.profile());
      break;
    case xe::queryHardwareConfiguration:
      for (const uint32_t word : hardwareConfiguration(file.profile())) append(blob, word);
      break;
    case xe::queryEngineCycles:
      return cycles(file, query);
    default:
      log(1, "DEVICE_QUERY %u is not known", query.query);
      return -EINVAL;
  }
  if (query.size == 0) {
    query.size = static_cast<uint32_t>(blob.size());
    return 0;
  }
  if (query.size != blob.size()) return -EINVAL;
  std::memcpy(user<void>(query.data), blob.data(), blob.size());
  return 0;
}

}  // namespace

void addXeQueries(IoctlTable& table) {
  enter<xe::DeviceQuery, deviceQuery>(table, xe::requestDeviceQuery, "DEVICE_QUERY");
}

void addXeIoctls(IoctlTable& table) {
  addXeQueries(table);
  addXeMemory(table);
  addXeExecution(table);
}

}  // namespace fake_gpu
