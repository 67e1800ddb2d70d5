// Enumerates drivers and their GPUs and asks each for its properties, once. A device that fails a question
// clze cannot do without is left out, with a line in the log; the others stay usable.
#include "l0backend/caps/device.h"

#include <algorithm>

#include "base/log.h"
#include "l0backend/caps/probe.h"
#include "l0backend/loader/api.h"

namespace clze::l0 {

namespace {

// Level Zero's two-call idiom: count, then fill. The second count may be smaller.
template <class T, class Call>
Result<std::vector<T>> list(const char* name, const T& initial, Call call) {
  uint32_t count = 0;
  if (const auto code = call(&count, static_cast<T*>(nullptr)); code != ZE_RESULT_SUCCESS)
    return Failure{toCl(code, name)};
  std::vector<T> items(count, initial);
  if (count == 0) return items;
  if (const auto code = call(&count, items.data()); code != ZE_RESULT_SUCCESS)
    return Failure{toCl(code, name)};
  items.resize(std::min<size_t>(count, items.size()));
  return items;
}

Result<void> readProperties(Device& device) {
  // Version 1.2 of the structure gives the timer in cycles per second; whole nanoseconds are too coarse for
  // the usual 19.2 MHz. time/clock.cpp goes by the stype that worked.
  device.properties = {};
  device.properties.stype = ZE_STRUCTURE_TYPE_DEVICE_PROPERTIES_1_2;
  if (ze().zeDeviceGetProperties(device.handle, &device.properties) != ZE_RESULT_SUCCESS) {
    device.properties = {};
    device.properties.stype = ZE_STRUCTURE_TYPE_DEVICE_PROPERTIES;
    CLZE_ZE_TRY(zeDeviceGetProperties, device.handle, &device.properties);
  }
  device.properties.pNext = nullptr;
  device.compute.stype = ZE_STRUCTURE_TYPE_DEVICE_COMPUTE_PROPERTIES;
  CLZE_ZE_TRY(zeDeviceGetComputeProperties, device.handle, &device.compute);
  device.module.stype = ZE_STRUCTURE_TYPE_DEVICE_MODULE_PROPERTIES;
  CLZE_ZE_TRY(zeDeviceGetModuleProperties, device.handle, &device.module);
  device.memoryAccess.stype = ZE_STRUCTURE_TYPE_DEVICE_MEMORY_ACCESS_PROPERTIES;
  CLZE_ZE_TRY(zeDeviceGetMemoryAccessProperties, device.handle, &device.memoryAccess);
  device.image.stype = ZE_STRUCTURE_TYPE_DEVICE_IMAGE_PROPERTIES;
  const auto code = ze().zeDeviceGetImageProperties(device.handle, &device.image);
  if (isTransient(code)) return Failure{toCl(code, "zeDeviceGetImageProperties")};
  if (code != ZE_RESULT_SUCCESS) {
    device.image = {};  // a device without images
    device.image.stype = ZE_STRUCTURE_TYPE_DEVICE_IMAGE_PROPERTIES;
  }
  return {};
}

Result<void> readMemory(Device& device) {
  ze_device_memory_properties_t memory = {};
  memory.stype = ZE_STRUCTURE_TYPE_DEVICE_MEMORY_PROPERTIES;
  CLZE_TRY_ASSIGN(const auto memories,
                  list("zeDeviceGetMemoryProperties", memory, [&](uint32_t* count, auto* items) {
                    return ze().zeDeviceGetMemoryProperties(device.handle, count, items);
                  }));
  for (const auto& item : memories) device.globalMemoryBytes += item.totalSize;

  ze_device_cache_properties_t cache = {};
  cache.stype = ZE_STRUCTURE_TYPE_DEVICE_CACHE_PROPERTIES;
  const auto caches = list("zeDeviceGetCacheProperties", cache, [&](uint32_t* count, auto* items) {
    return ze().zeDeviceGetCacheProperties(device.handle, count, items);
  });
  if (caches) {
    for (const auto& item : *caches)
      device.cacheBytes = std::max<uint64_t>(device.cacheBytes, item.cacheSize);
  }
  return {};
}

Result<void> readQueueGroups(Device& device) {
  ze_command_queue_group_properties_t group = {};
  group.stype = ZE_STRUCTURE_TYPE_COMMAND_QUEUE_GROUP_PROPERTIES;
  CLZE_TRY_ASSIGN(const auto groups,
                  list("zeDeviceGetCommandQueueGroupProperties", group, [&](uint32_t* count, auto* items) {
                    return ze().zeDeviceGetCommandQueueGroupProperties(device.handle, count, items);
                  }));
  for (uint32_t ordinal = 0; ordinal < groups.size(); ++ordinal) {
    QueueGroup entry;
    entry.ordinal = ordinal;
    entry.queueCount = groups[ordinal].numQueues;
    entry.compute = (groups[ordinal].flags & ZE_COMMAND_QUEUE_GROUP_PROPERTY_FLAG_COMPUTE) != 0;
    entry.copy = (groups[ordinal].flags & ZE_COMMAND_QUEUE_GROUP_PROPERTY_FLAG_COPY) != 0;
    entry.maxFillPattern = groups[ordinal].maxMemoryFillPatternSize;
    device.queueGroups.push_back(entry);
  }
  // One group for everything a queue does, so it must be able to copy as well where there is such a one.
  const auto best = std::max_element(device.queueGroups.begin(), device.queueGroups.end(),
                                     [](const QueueGroup& a, const QueueGroup& b) {
                                       return a.compute * 2 + a.copy < b.compute * 2 + b.copy;
                                     });
  if (best == device.queueGroups.end() || !best->compute || best->queueCount == 0) {
    return Failure{CL_DEVICE_NOT_AVAILABLE};
  }
  device.computeGroup = *best;
  return {};
}

std::optional<PciAddress> readPci(ze_device_handle_t handle) {
  ze_pci_ext_properties_t pci = {};
  pci.stype = ZE_STRUCTURE_TYPE_PCI_EXT_PROPERTIES;
  if (ze().zeDevicePciGetPropertiesExt(handle, &pci) != ZE_RESULT_SUCCESS) return std::nullopt;
  return PciAddress{pci.address.domain, pci.address.bus, pci.address.device, pci.address.function};
}

// Null: not a GPU, or one that does not answer.
std::unique_ptr<Device> readDevice(const Driver& driver, ze_device_handle_t handle) {
  auto device = std::make_unique<Device>();
  device->driver = &driver;
  device->handle = handle;
  const auto read = [&]() -> Result<void> {
    CLZE_TRY(readProperties(*device));
    if (device->properties.type != ZE_DEVICE_TYPE_GPU) return {};
    CLZE_TRY(readMemory(*device));
    return readQueueGroups(*device);
  };
  if (!read()) {
    CLZE_LOG_WARNING("l0", "device '{}' is left out: it does not describe itself", device->properties.name);
    return nullptr;
  }
  if (device->properties.type != ZE_DEVICE_TYPE_GPU) return nullptr;
  device->pci = readPci(handle);
  device->caps = probeCaps(driver, *device);
  return device;
}

Result<void> readDriver(Driver& driver) {
  CLZE_ZE_TRY(zeDriverGetApiVersion, driver.handle, &driver.apiVersion);
  driver.properties.stype = ZE_STRUCTURE_TYPE_DRIVER_PROPERTIES;
  CLZE_ZE_TRY(zeDriverGetProperties, driver.handle, &driver.properties);
  CLZE_TRY_ASSIGN(const auto extensions,
                  list("zeDriverGetExtensionProperties", ze_driver_extension_properties_t{},
                       [&](uint32_t* count, auto* items) {
                         return ze().zeDriverGetExtensionProperties(driver.handle, count, items);
                       }));
  for (const auto& extension : extensions) driver.extensions.emplace_back(extension.name);
  CLZE_TRY_ASSIGN(const auto devices,
                  list("zeDeviceGet", ze_device_handle_t{}, [&](uint32_t* count, auto* items) {
                    return ze().zeDeviceGet(driver.handle, count, items);
                  }));
  for (const auto handle : devices) {
    if (auto device = readDevice(driver, handle)) driver.devices.push_back(std::move(device));
  }
  return {};
}

}  // namespace

bool Driver::has(std::string_view extension) const {
  return std::find(extensions.begin(), extensions.end(), extension) != extensions.end();
}

std::vector<std::unique_ptr<Driver>> enumerateDrivers() {
  std::vector<std::unique_ptr<Driver>> found;
  if (!available()) return found;
  const auto handles = list("zeDriverGet", ze_driver_handle_t{},
                            [](uint32_t* count, auto* items) { return ze().zeDriverGet(count, items); });
  if (!handles) return found;
  for (const auto handle : *handles) {
    auto driver = std::make_unique<Driver>();
    driver->handle = handle;
    if (readDriver(*driver) && !driver->devices.empty()) found.push_back(std::move(driver));
  }
  return found;
}

const std::vector<std::unique_ptr<Driver>>& drivers() {
  // Never destroyed: applications make calls from their own exit handlers.
  static const auto* const all =
      std::make_unique<const std::vector<std::unique_ptr<Driver>>>(enumerateDrivers()).release();
  return *all;
}

}  // namespace clze::l0
