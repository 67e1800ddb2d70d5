// A Level Zero device and all that was asked of it once: properties, capabilities, quirks.
#pragma once

#include <CL/cl.h>
#include <level_zero/ze_api.h>

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "l0backend/caps/surface_layout.h"

namespace clze::l0 {

class Device;

// What newer drivers can do, found by asking or by trying, never by version. Fallbacks work on API 1.4.
struct Caps {
  bool inOrderLists = false;      // lists whose commands execute in order without barriers of ours
  bool pitchedImages = false;     // 2D image over USM at any pitch and offset (tried once with a small image)
  bool planarViews = false;       // zeImageViewCreateExp of a plane (tried once; some drivers do not list it)
  bool chromaViews8 = false;      // such a view of NV12's chroma plane has that plane's size
  bool chromaViews16 = false;     // and of P010's, P012's and P016's
  bool imageCopyPitches = false;  // zeCommandListAppendImageCopyTo/FromMemoryExt
  bool importDmaBuf = false;      // as memory
  std::optional<SurfaceLayout> surfaceLayout;  // of dma-bufs imported as video images
  bool float16 = false, float64 = false, int64Atomics = false;
};

struct PciAddress {
  uint32_t domain = 0, bus = 0, device = 0, function = 0;
  bool operator==(const PciAddress&) const = default;
};

struct QueueGroup {
  uint32_t ordinal = 0, queueCount = 0;
  bool compute = false, copy = false;
  size_t maxFillPattern = 0;
};

struct Driver {
  ze_driver_handle_t handle = nullptr;
  ze_api_version_t apiVersion = ZE_API_VERSION_1_0;
  ze_driver_properties_t properties = {};
  std::vector<std::string> extensions;
  std::vector<std::unique_ptr<Device>> devices;  // GPUs only
  bool has(std::string_view extension) const;
};

// What is found out at first need. Thread-safe by its locks.
struct DeviceLazy {
  std::mutex formatsMutex;
  std::optional<std::vector<cl_image_format>> formats;  // once they have been tried; never changed then
  // One reading of both clocks; hostNs 0: none yet (time/clock.cpp).
  std::mutex anchorMutex;
  uint64_t anchorTicks = 0, anchorHostNs = 0;
};

class Device {
 public:
  const Driver* driver = nullptr;
  ze_device_handle_t handle = nullptr;
  ze_device_properties_t properties = {};
  ze_device_compute_properties_t compute = {};
  ze_device_module_properties_t module = {};
  ze_device_image_properties_t image = {};
  ze_device_memory_access_properties_t memoryAccess = {};
  uint64_t globalMemoryBytes = 0, cacheBytes = 0;
  std::vector<QueueGroup> queueGroups;
  QueueGroup computeGroup;  // the one queues are made on
  std::optional<PciAddress> pci;
  Caps caps;
  std::shared_ptr<DeviceLazy> lazy = std::make_shared<DeviceLazy>();
  bool integrated() const { return (properties.flags & ZE_DEVICE_PROPERTY_FLAG_INTEGRATED) != 0; }
};

// Every driver with at least one GPU; enumerated once, thread-safe; empty when Level Zero is unavailable.
const std::vector<std::unique_ptr<Driver>>& drivers();

}  // namespace clze::l0
