// What the i915 driver tells about the device: GETPARAM, QUERY, and the timestamp register.
#include <libdrm/i915_drm.h>

#include <cerrno>
#include <string>
#include <vector>

#include "tests/intel/fake_gpu/kernel/hardware_configuration.h"
#include "tests/intel/fake_gpu/kernel/i915.h"
#include "tests/intel/fake_gpu/log.h"

namespace fake_gpu {
namespace {

using Blob = std::vector<char>;

// Parameters that are newer than Debian 12's header.
constexpr int paramOaTimestampFrequency = 57;

int parameter(const DeviceProfile& profile, int number, int& value) {
  const Topology& topology = profile.topology;
  switch (number) {
    case I915_PARAM_CHIPSET_ID:
      value = profile.pciId;
      return 0;
    case I915_PARAM_REVISION:
      value = profile.revision;
      return 0;
    case I915_PARAM_HAS_GEM:
    case I915_PARAM_HAS_RELAXED_FENCING:
    case I915_PARAM_HAS_RELAXED_DELTA:
    case I915_PARAM_HAS_EXECBUF2:
    case I915_PARAM_HAS_WAIT_TIMEOUT:
    case I915_PARAM_HAS_EXEC_NO_RELOC:
    case I915_PARAM_HAS_EXEC_HANDLE_LUT:
    case I915_PARAM_HAS_EXEC_SOFTPIN:
    case I915_PARAM_HAS_EXEC_ASYNC:
    case I915_PARAM_HAS_EXEC_FENCE:
    case I915_PARAM_HAS_EXEC_CAPTURE:
    case I915_PARAM_HAS_EXEC_BATCH_FIRST:
    case I915_PARAM_HAS_EXEC_FENCE_ARRAY:
    case I915_PARAM_HAS_EXEC_SUBMIT_FENCE:
    case I915_PARAM_HAS_EXEC_TIMELINE_FENCES:
    case I915_PARAM_HAS_COHERENT_RINGS:
    case I915_PARAM_HAS_COHERENT_PHYS_GTT:
    case I915_PARAM_HAS_CONTEXT_ISOLATION:
    case I915_PARAM_HAS_SECURE_BATCHES:
    case I915_PARAM_HAS_PINNED_BATCHES:
    case I915_PARAM_HAS_GPU_RESET:
    case I915_PARAM_HAS_USERPTR_PROBE:
      value = 1;
      return 0;
    case I915_PARAM_HAS_BSD:
      value = profile.engines.video > 0;
      return 0;
    case I915_PARAM_HAS_BSD2:
      value = profile.engines.video > 1;
      return 0;
    case I915_PARAM_HAS_BLT:
      value = profile.engines.copy > 0;
      return 0;
    case I915_PARAM_HAS_VEBOX:
      value = profile.engines.videoEnhance > 0;
      return 0;
    case I915_PARAM_HAS_LLC:
      value = profile.hasLlc();
      return 0;
    case I915_PARAM_HAS_WT:
    case I915_PARAM_HAS_OVERLAY:
    case I915_PARAM_HAS_PAGEFLIPPING:
    case I915_PARAM_HAS_RESOURCE_STREAMER:
    case I915_PARAM_HAS_POOLED_EU:
    case I915_PARAM_MIN_EU_IN_POOL:
      value = 0;
      return 0;
    case I915_PARAM_HAS_ALIASING_PPGTT:
      value = 3;
      return 0;  // full, 48 bits
    case I915_PARAM_NUM_FENCES_AVAIL:
      value = profile.hasFenceRegisters() ? 32 : 0;
      return 0;
    case I915_PARAM_HAS_SCHEDULER:
      value = I915_SCHEDULER_CAP_ENABLED | I915_SCHEDULER_CAP_PRIORITY | I915_SCHEDULER_CAP_PREEMPTION |
              I915_SCHEDULER_CAP_SEMAPHORES | I915_SCHEDULER_CAP_ENGINE_BUSY_STATS;
      return 0;
    case I915_PARAM_MMAP_VERSION:
      value = 1;
      return 0;
    case I915_PARAM_MMAP_GTT_VERSION:
      value = 4;
      return 0;
    case I915_PARAM_CMD_PARSER_VERSION:
      value = 10;
      return 0;
    case I915_PARAM_PERF_REVISION:
      value = 0;
      return 0;
    case I915_PARAM_HUC_STATUS:
      value = 1;
      return 0;
    case I915_PARAM_SUBSLICE_TOTAL:
      value = static_cast<int>(topology.subslices);
      return 0;
    case I915_PARAM_EU_TOTAL:
      value = static_cast<int>(topology.subslices * topology.unitsPerSubslice);
      return 0;
    // From XeHP on the kernel shows one slice that holds all subslices.
    case I915_PARAM_SLICE_MASK:
      value = profile.ip.minor >= 50 ? 1 : (1 << topology.slices) - 1;
      return 0;
    case I915_PARAM_SUBSLICE_MASK:
      value = static_cast<int>((uint64_t{1} << topology.subslices) - 1);
      return 0;
    case I915_PARAM_CS_TIMESTAMP_FREQUENCY:
    case paramOaTimestampFrequency:
      value = static_cast<int>(profile.timestampHz);
      return 0;
    default:
      return -EINVAL;
  }
}

int getParameter(OpenFile& file, drm_i915_getparam_t& get) {
  int value = 0;
  const int result = parameter(file.profile(), get.param, value);
  if (result == 0) {
    *get.value = value;
  } else {
    log(1, "GETPARAM %d is not known", get.param);
  }
  return result;
}

template <class T>
T* grow(Blob& blob, size_t tailBytes = 0) {
  blob.assign(sizeof(T) + tailBytes, 0);
  return reinterpret_cast<T*>(blob.data());
}

Blob topology(const DeviceProfile& profile) {
  const bool oneSlice = profile.ip.minor >= 50;
  const unsigned slices = oneSlice ? 1 : profile.topology.slices;
  const unsigned perSlice = profile.topology.subslices / slices;
  const unsigned units = profile.topology.unitsPerSubslice;
  const auto bytes = [](unsigned bits) { return static_cast<uint16_t>((bits + 7) / 8); };
  Blob blob;
  const size_t tail = bytes(slices) + slices * bytes(perSlice) + slices * perSlice * bytes(units);
  auto* info = grow<drm_i915_query_topology_info>(blob, tail);
  info->max_slices = static_cast<uint16_t>(slices);
  info->max_subslices = static_cast<uint16_t>(perSlice);
  info->max_eus_per_subslice = static_cast<uint16_t>(units);
  info->subslice_offset = bytes(slices);
  info->subslice_stride = bytes(perSlice);
  info->eu_offset = static_cast<uint16_t>(info->subslice_offset + slices * info->subslice_stride);
  info->eu_stride = bytes(units);
  const auto setBits = [info](size_t at, unsigned bits) {
    for (unsigned bit = 0; bit < bits; ++bit)
      info->data[at + bit / 8] |= static_cast<uint8_t>(1 << (bit % 8));
  };
  setBits(0, slices);
  for (unsigned slice = 0; slice < slices; ++slice)
    setBits(info->subslice_offset + slice * info->subslice_stride, perSlice);
  for (unsigned each = 0; each < slices * perSlice; ++each)
    setBits(info->eu_offset + each * info->eu_stride, units);
  return blob;
}

Blob engines(const DeviceProfile& profile) {
  std::vector<drm_i915_engine_info> list;
  for (const EngineClass kind : {EngineClass::Render, EngineClass::Copy, EngineClass::Video,
                                 EngineClass::VideoEnhance, EngineClass::Compute}) {
    for (unsigned instance = 0; instance < numberOfEngines(profile, kind); ++instance) {
      drm_i915_engine_info info{};
      info.engine = {i915Class(kind), static_cast<uint16_t>(instance)};
      info.flags = I915_ENGINE_INFO_HAS_LOGICAL_INSTANCE;
      info.logical_instance = static_cast<uint16_t>(instance);
      if (kind == EngineClass::Video) {
        info.capabilities = I915_VIDEO_CLASS_CAPABILITY_HEVC;
        if (instance % 2 == 0) info.capabilities |= I915_VIDEO_AND_ENHANCE_CLASS_CAPABILITY_SFC;
      }
      if (kind == EngineClass::VideoEnhance) info.capabilities = I915_VIDEO_AND_ENHANCE_CLASS_CAPABILITY_SFC;
      list.push_back(info);
    }
  }
  Blob blob;
  auto* all = grow<drm_i915_query_engine_info>(blob, list.size() * sizeof(list[0]));
  all->num_engines = static_cast<uint32_t>(list.size());
  std::memcpy(all->engines, list.data(), list.size() * sizeof(list[0]));
  return blob;
}

Blob regions(const DeviceProfile& profile) {
  const uint32_t count = profile.isDiscrete() ? 2 : 1;
  Blob blob;
  auto* all = grow<drm_i915_query_memory_regions>(blob, count * sizeof(drm_i915_memory_region_info));
  all->num_regions = count;
  all->regions[0].region = {I915_MEMORY_CLASS_SYSTEM, 0};
  all->regions[0].probed_size = all->regions[0].unallocated_size = profile.systemBytes;
  if (count == 2) {
    all->regions[1].region = {I915_MEMORY_CLASS_DEVICE, 0};
    all->regions[1].probed_size = all->regions[1].unallocated_size = profile.localBytes;
    all->regions[1].probed_cpu_visible_size = all->regions[1].unallocated_cpu_visible_size =
        profile.localBytes;
  }
  return blob;
}

int query(OpenFile& file, drm_i915_query& query) {
  if (query.flags != 0) return -EINVAL;
  auto* items = user<drm_i915_query_item>(query.items_ptr);
  for (uint32_t i = 0; i < query.num_items; ++i) {
    drm_i915_query_item& item = items[i];
    Blob blob;
    switch (item.query_id) {
      case DRM_I915_QUERY_TOPOLOGY_INFO:
      case DRM_I915_QUERY_GEOMETRY_SUBSLICES:
        blob = topology(file.profile());
        break;
      case DRM_I915_QUERY_ENGINE_INFO:
        blob = engines(file.profile());
        break;
      case DRM_I915_QUERY_MEMORY_REGIONS:
        blob = regions(file.profile());
        break;
      case DRM_I915_QUERY_HWCONFIG_BLOB: {
        // It comes from the GuC's firmware.
        if (!file.profile().hasHardwareConfiguration()) {
          item.length = -ENODEV;
          continue;
        }
        const std::vector<uint32_t> words = hardwareConfiguration(file.profile());
        const auto* bytes = reinterpret_cast<const char*>(words.data());
        blob.assign(bytes, bytes + words.size() * sizeof(words[0]));
        break;
      }
      default:
        log(1, "QUERY %llu is not known", item.query_id);
        item.length = -EINVAL;
        continue;
    }
    const auto needed = static_cast<int32_t>(blob.size());
    if (item.length == 0) {
      item.length = needed;
    } else if (item.length < needed) {
      item.length = -EINVAL;
    } else {
      std::memcpy(user<void>(item.data_ptr), blob.data(), blob.size());
      item.length = needed;
    }
  }
  return 0;
}

int readRegister(OpenFile& file, drm_i915_reg_read& read) {
  // The one register users may read is the render engine's timestamp; bit 0 asks for one 64-bit read.
  constexpr uint64_t renderTimestamp = 0x2358;
  if ((read.offset & ~uint64_t{7}) != (renderTimestamp & ~uint64_t{7})) return -EINVAL;
  read.val = file.device().timestamp();
  return 0;
}

}  // namespace

uint16_t i915Class(EngineClass engine) {
  switch (engine) {
    case EngineClass::Render:
      return I915_ENGINE_CLASS_RENDER;
    case EngineClass::Copy:
      return I915_ENGINE_CLASS_COPY;
    case EngineClass::Video:
      return I915_ENGINE_CLASS_VIDEO;
    case EngineClass::VideoEnhance:
      return I915_ENGINE_CLASS_VIDEO_ENHANCE;
    case EngineClass::Compute:
      return 4;  // I915_ENGINE_CLASS_COMPUTE
  }
  return 0;
}

std::optional<EngineClass> engineOfI915Class(uint16_t number) {
  for (const EngineClass kind : {EngineClass::Render, EngineClass::Copy, EngineClass::Video,
                                 EngineClass::VideoEnhance, EngineClass::Compute}) {
    if (i915Class(kind) == number) return kind;
  }
  return std::nullopt;
}

unsigned numberOfEngines(const DeviceProfile& profile, EngineClass engine) {
  switch (engine) {
    case EngineClass::Render:
      return profile.engines.render;
    case EngineClass::Copy:
      return profile.engines.copy;
    case EngineClass::Video:
      return profile.engines.video;
    case EngineClass::VideoEnhance:
      return profile.engines.videoEnhance;
    case EngineClass::Compute:
      return profile.engines.compute;
  }
  return 0;
}

bool hasEngine(const DeviceProfile& profile, EngineSlot slot) {
  return slot.instance < numberOfEngines(profile, slot.engine);
}

void addI915Queries(IoctlTable& table) {
  enter<drm_i915_getparam_t, getParameter>(table, DRM_IOCTL_I915_GETPARAM, "GETPARAM");
  enter<drm_i915_query, query>(table, DRM_IOCTL_I915_QUERY, "QUERY");
  enter<drm_i915_reg_read, readRegister>(table, DRM_IOCTL_I915_REG_READ, "REG_READ");
}

void addI915Ioctls(IoctlTable& table) {
  addI915Queries(table);
  addI915Buffers(table);
  addI915Contexts(table);
  addI915Execution(table);
}

}  // namespace fake_gpu
