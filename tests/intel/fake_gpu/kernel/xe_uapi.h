// The xe driver's requests and structures, which Debian 12's libdrm does not have: own declarations after the
// kernel's documentation of its interface (Linux 6.8 and later). Only what is answered here.
#pragma once
#include <libdrm/drm.h>
#include <sys/ioctl.h>

#include <cstdint>

namespace fake_gpu::xe {

struct Extension {
  uint64_t next;
  uint32_t name, padding;
};

struct EngineInstance {
  uint16_t engineClass, instance, gt, padding;
};
enum : uint16_t { classRender, classCopy, classVideo, classVideoEnhance, classCompute, classBind };

// DEVICE_QUERY: asked with size 0 it tells the size.
struct DeviceQuery {
  uint64_t extensions;
  uint32_t query, size;
  uint64_t data, reserved[2];
};
enum : uint32_t {
  queryEngines,
  queryMemory,
  queryConfiguration,
  queryGts,
  queryHardwareConfiguration,
  queryTopology,
  queryEngineCycles,
  queryFirmware,
};
struct Count {
  uint32_t number, padding;
};
struct Engine {
  EngineInstance instance;
  uint64_t reserved[3];
};
struct MemoryRegion {
  uint16_t memoryClass, instance;
  uint32_t pageBytes;
  uint64_t total, used, visible, visibleUsed, reserved[6];
};
enum { configIdentity, configFlags, configAlignment, configAddressBits, configPriorities, configurations };
constexpr uint64_t configHasLocalMemory = 1;
struct Gt {
  uint16_t type, tile, gt, padding[3];
  uint32_t clock;
  uint64_t nearMemory, farMemory;
  uint16_t major, minor, stepping, padding2;
  uint64_t reserved[7];
};
enum : uint16_t { gtMain, gtMedia };
struct TopologyMask {
  uint16_t gt, type;
  uint32_t bytes;
};
enum : uint16_t { geometrySubslices = 1, computeSubslices, l3Banks, unitsPerSubslice, wideUnitsPerSubslice };
struct EngineCycles {
  EngineInstance engine;
  int32_t clock;
  uint32_t width;
  uint64_t cycles, cpuTime, cpuDelta;
};

struct GemCreate {
  uint64_t extensions, size;
  uint32_t placement, flags, space, handle;
  uint16_t caching, padding[3];
  uint64_t reserved[2];
};
struct MapOffset {
  uint64_t extensions;
  uint32_t handle, flags;
  uint64_t offset, reserved[2];
};

struct SpaceCreate {
  uint64_t extensions;
  uint32_t flags, space;
  uint64_t reserved[2];
};
enum : uint32_t { spaceScratchPage = 1, spaceLongRunning = 2, spaceFaults = 4 };
struct SpaceDestroy {
  uint32_t space, padding;
  uint64_t reserved[2];
};
struct BindOperation {
  uint64_t extensions;
  uint32_t handle;
  uint16_t attributes, padding;
  uint64_t offset;  // in the buffer, or the program's address
  uint64_t range, address;
  uint32_t operation, flags, region, padding2;
  uint64_t reserved[3];
};
enum : uint32_t { bindMap, bindUnmap, bindMapUserMemory, bindUnmapAll, bindPrefetch };
enum : uint32_t { bindNull = 4, bindMirrorsCpu = 32 };
struct Bind {
  uint64_t extensions;
  uint32_t space, queue, padding, number;
  union {
    BindOperation one;
    uint64_t many;
  };
  uint32_t padding2, syncs;
  uint64_t syncList, reserved[2];
};

struct Sync {
  uint64_t extensions;
  uint32_t type, flags;
  uint64_t handleOrAddress;
  uint64_t value, reserved[2];
};
enum : uint32_t { syncBinary, syncTimeline, syncUserFence };
constexpr uint32_t syncSignals = 1;

struct QueueCreate {
  uint64_t extensions;
  uint16_t width, placements;
  uint32_t space, flags, queue;
  uint64_t instances, reserved[2];
};
struct QueueDestroy {
  uint32_t queue, padding;
  uint64_t reserved[2];
};
struct QueueGetProperty {
  uint64_t extensions;
  uint32_t queue, property;
  uint64_t value, reserved[2];
};
constexpr uint32_t propertyBanned = 0;
struct Execute {
  uint64_t extensions;
  uint32_t queue, syncs;
  uint64_t syncList;
  uint64_t address;  // the batch's; with several, of the list of their addresses
  uint16_t batches, padding[3];
  uint64_t reserved[2];
};
struct WaitUserFence {
  uint64_t extensions, address;
  uint16_t operation, flags;
  uint32_t padding;
  uint64_t value, mask;
  int64_t timeout;
  uint32_t queue, padding2;
  uint64_t reserved[2];
};
enum : uint16_t { waitEqual, waitNotEqual, waitGreater, waitGreaterOrEqual, waitLess, waitLessOrEqual };
constexpr uint16_t waitUntilTime = 1;
struct MemoryAdvice {
  uint64_t extensions, start, range;
  uint32_t space, type;
  uint64_t value[2], reserved[2];
};
struct QueueSetProperty {
  uint64_t extensions;
  uint32_t queue, property;
  uint64_t value, reserved[2];
};

static_assert(sizeof(DeviceQuery) == 40 && sizeof(Engine) == 32 && sizeof(MemoryRegion) == 88 &&
              sizeof(Gt) == 96);
static_assert(sizeof(EngineCycles) == 40 && sizeof(GemCreate) == 56 && sizeof(MapOffset) == 40);
static_assert(sizeof(SpaceCreate) == 32 && sizeof(BindOperation) == 80 && sizeof(Bind) == 136 &&
              sizeof(Sync) == 48);
static_assert(sizeof(QueueCreate) == 48 && sizeof(Execute) == 56 && sizeof(WaitUserFence) == 72);

constexpr unsigned long requestDeviceQuery = DRM_IOWR(DRM_COMMAND_BASE + 0x00, DeviceQuery);
constexpr unsigned long requestGemCreate = DRM_IOWR(DRM_COMMAND_BASE + 0x01, GemCreate);
constexpr unsigned long requestMapOffset = DRM_IOWR(DRM_COMMAND_BASE + 0x02, MapOffset);
constexpr unsigned long requestSpaceCreate = DRM_IOWR(DRM_COMMAND_BASE + 0x03, SpaceCreate);
constexpr unsigned long requestSpaceDestroy = DRM_IOW(DRM_COMMAND_BASE + 0x04, SpaceDestroy);
constexpr unsigned long requestBind = DRM_IOW(DRM_COMMAND_BASE + 0x05, Bind);
constexpr unsigned long requestQueueCreate = DRM_IOWR(DRM_COMMAND_BASE + 0x06, QueueCreate);
constexpr unsigned long requestQueueDestroy = DRM_IOW(DRM_COMMAND_BASE + 0x07, QueueDestroy);
constexpr unsigned long requestQueueGetProperty = DRM_IOWR(DRM_COMMAND_BASE + 0x08, QueueGetProperty);
constexpr unsigned long requestExecute = DRM_IOW(DRM_COMMAND_BASE + 0x09, Execute);
constexpr unsigned long requestWaitUserFence = DRM_IOWR(DRM_COMMAND_BASE + 0x0a, WaitUserFence);
constexpr unsigned long requestMemoryAdvice = DRM_IOW(DRM_COMMAND_BASE + 0x0c, MemoryAdvice);
constexpr unsigned long requestQueueSetProperty = DRM_IOW(DRM_COMMAND_BASE + 0x0e, QueueSetProperty);

}  // namespace fake_gpu::xe
