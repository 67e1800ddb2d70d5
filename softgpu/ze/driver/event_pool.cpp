// Event pools, also those whose states several processes share: a memfd of a header and one slot an event.
#include <unistd.h>

#include <algorithm>
#include <memory>
#include <new>
#include <utility>

#include "softgpu/ze/driver/event.h"
#include "softgpu/ze/driver/extension.h"
#include "softgpu/ze/driver/ipc.h"
#include "softgpu/ze/driver/newer_api.h"

namespace softgpu::driver {
namespace {

// The pool's flags since API 1.4; bit 3, KERNEL_MAPPED_TIMESTAMP, is newer. Both clocks are one here, so it
// is KERNEL_TIMESTAMP.
constexpr uint32_t kMappedTimestamp = 1U << 3;
constexpr uint32_t kTimestampFlags = ZE_EVENT_POOL_FLAG_KERNEL_TIMESTAMP | kMappedTimestamp;
constexpr uint32_t kPoolFlags = ZE_EVENT_POOL_FLAG_HOST_VISIBLE | ZE_EVENT_POOL_FLAG_IPC | kTimestampFlags;
constexpr uint64_t kMagic = 0x31'6c'6f'6f'70'66'6f'73;  // "sofpool1": processes of one build share

struct alignas(64) SharedHeader {
  uint64_t magic;
  uint32_t count, flags;
};
struct alignas(64) SharedSlot {
  EventState state{true};
};

size_t sharedBytes(size_t count) { return sizeof(SharedHeader) + count * sizeof(SharedSlot); }

SharedSlot* slotsOf(const Mapping& shared) {
  return reinterpret_cast<SharedSlot*>(shared.base() + sizeof(SharedHeader));
}

// A pool of this process alone has none.
std::shared_ptr<Mapping> makeShared(uint32_t count, uint32_t flags) {
  auto shared = Mapping::exportable(sharedBytes(count), pageSize());
  if (!shared) return nullptr;
  new (shared->base()) SharedHeader{kMagic, count, flags};
  std::uninitialized_default_construct_n(slotsOf(*shared), count);
  return shared;
}

// The flags of its events if they are counter-based, in the newer API's words.
ze_result_t readPoolChain(const ze_event_pool_desc_t& desc, uint32_t* counterFlags) {
  for (const auto* next = static_cast<const ze_base_desc_t*>(desc.pNext); next != nullptr;
       next = static_cast<const ze_base_desc_t*>(next->pNext)) {
    SOFTGPU_REQUIRE(pose().newerThan14 && next->stype == newer::kStypeCounterBasedPool,
                    ZE_RESULT_ERROR_UNSUPPORTED_ENUMERATION);
    const uint32_t lists = reinterpret_cast<const newer::CounterBasedPoolDesc*>(next)->flags;
    SOFTGPU_REQUIRE((lists & ~(newer::kPoolCounterImmediate | newer::kPoolCounterRegular)) == 0,
                    ZE_RESULT_ERROR_INVALID_ENUMERATION);
    SOFTGPU_REQUIRE_SAID((desc.flags & ZE_EVENT_POOL_FLAG_IPC) == 0, ZE_RESULT_ERROR_UNSUPPORTED_FEATURE,
                         "counter-based events of a pool are not shared: zeEventCounterBasedCreate makes "
                         "such that are");
    *counterFlags = lists != 0 ? lists : newer::kPoolCounterImmediate;
    if ((desc.flags & ZE_EVENT_POOL_FLAG_HOST_VISIBLE) != 0) *counterFlags |= newer::kCounterHostVisible;
    if ((desc.flags & kTimestampFlags) != 0) *counterFlags |= newer::kCounterDeviceTimestamp;
  }
  return ZE_RESULT_SUCCESS;
}

}  // namespace

EventPool::EventPool(std::shared_ptr<Context> context, uint32_t count, uint32_t flags,
                     std::shared_ptr<Mapping> shared, bool opened)
    : Object(kKind),
      context_(std::move(context)),
      used_(count),
      flags_(flags),
      timestamps_((flags & kTimestampFlags) != 0),
      shared_(std::move(shared)),
      opened_(opened) {}

EventState* EventPool::sharedState(uint32_t index) const {
  return shared_ ? &slotsOf(*shared_)[index].state : nullptr;
}

bool EventPool::take(uint32_t index) {
  const std::lock_guard lock(mutex_);
  if (index >= used_.size() || used_[index]) return false;
  used_[index] = true;
  return true;
}

void EventPool::giveBack(uint32_t index) {
  const std::lock_guard lock(mutex_);
  used_[index] = false;
}

void EventPool::remember(ze_event_handle_t event) {
  const std::lock_guard lock(mutex_);
  events_.push_back(event);
}

void EventPool::forget(ze_event_handle_t event) {
  const std::lock_guard lock(mutex_);
  std::erase(events_, event);
}

std::vector<ze_event_handle_t> EventPool::takeEvents() {
  const std::lock_guard lock(mutex_);
  return std::exchange(events_, {});
}

}  // namespace softgpu::driver

using namespace softgpu::driver;

ze_result_t zeEventPoolCreate(ze_context_handle_t hContext, const ze_event_pool_desc_t* desc,
                              uint32_t numDevices, ze_device_handle_t* phDevices,
                              ze_event_pool_handle_t* phEventPool) {
  SOFTGPU_RESOLVE(Context, context, hContext);
  SOFTGPU_REQUIRE_POINTER(desc);
  SOFTGPU_REQUIRE_POINTER(phEventPool);
  SOFTGPU_REQUIRE((desc->flags & ~kPoolFlags) == 0, ZE_RESULT_ERROR_INVALID_ENUMERATION);
  SOFTGPU_REQUIRE(desc->count > 0, ZE_RESULT_ERROR_INVALID_SIZE);
  SOFTGPU_REQUIRE(numDevices == 0 || phDevices != nullptr, ZE_RESULT_ERROR_INVALID_SIZE);
  for (uint32_t i = 0; i < numDevices; ++i) {
    SOFTGPU_RESOLVE(Device, device, phDevices[i]);
  }
  uint32_t counterFlags = 0;
  SOFTGPU_TRY(readPoolChain(*desc, &counterFlags));
  std::shared_ptr<Mapping> shared;
  if ((desc->flags & ZE_EVENT_POOL_FLAG_IPC) != 0) {
    shared = makeShared(desc->count, desc->flags);
    SOFTGPU_REQUIRE(shared, ZE_RESULT_ERROR_OUT_OF_HOST_MEMORY);
  }
  auto pool = std::make_shared<EventPool>(context, desc->count, desc->flags, std::move(shared), false);
  pool->counterFlags = counterFlags;
  pool->contextHandle = hContext;
  *phEventPool = publish(pool);
  pool->handle = *phEventPool;
  return ZE_RESULT_SUCCESS;
}

ze_result_t zeEventPoolDestroy(ze_event_pool_handle_t hEventPool) {
  SOFTGPU_RESOLVE(EventPool, pool, hEventPool);
  SOFTGPU_REQUIRE(!pool->opened(), ZE_RESULT_ERROR_INVALID_ARGUMENT);  // zeEventPoolCloseIpcHandle ends those
  return destroy<EventPool>(hEventPool);
}

ze_result_t zeEventPoolGetIpcHandle(ze_event_pool_handle_t hEventPool, ze_ipc_event_pool_handle_t* phIpc) {
  SOFTGPU_RESOLVE(EventPool, pool, hEventPool);
  SOFTGPU_REQUIRE_POINTER(phIpc);
  SOFTGPU_REQUIRE(pool->shared(), ZE_RESULT_ERROR_INVALID_ARGUMENT);
  *phIpc = packIpc<ze_ipc_event_pool_handle_t>(
      describeIpc(pool->shared()->fd(), pool->shared()->size(), kIpcEventPool));
  return ZE_RESULT_SUCCESS;
}

ze_result_t zeEventPoolOpenIpcHandle(ze_context_handle_t hContext, ze_ipc_event_pool_handle_t hIpc,
                                     ze_event_pool_handle_t* phEventPool) {
  SOFTGPU_RESOLVE(Context, context, hContext);
  SOFTGPU_REQUIRE_POINTER(phEventPool);
  const IpcFile file = unpackIpc(hIpc);
  SOFTGPU_REQUIRE(file.type == kIpcEventPool && file.size >= sharedBytes(1),
                  ZE_RESULT_ERROR_INVALID_ARGUMENT);
  const int fd = openIpc(file);
  SOFTGPU_REQUIRE(fd >= 0, ZE_RESULT_ERROR_INVALID_ARGUMENT);
  auto shared = Mapping::import(fd, file.size);
  if (!shared) {
    close(fd);
    return ZE_RESULT_ERROR_INVALID_ARGUMENT;
  }
  const auto header = *reinterpret_cast<const SharedHeader*>(shared->base());
  SOFTGPU_REQUIRE(header.magic == kMagic && sharedBytes(header.count) <= shared->size(),
                  ZE_RESULT_ERROR_INVALID_ARGUMENT);
  auto pool = std::make_shared<EventPool>(context, header.count, header.flags, std::move(shared), true);
  pool->contextHandle = hContext;
  *phEventPool = publish(pool);
  pool->handle = *phEventPool;
  return ZE_RESULT_SUCCESS;
}

ze_result_t zeEventPoolCloseIpcHandle(ze_event_pool_handle_t hEventPool) {
  SOFTGPU_RESOLVE(EventPool, pool, hEventPool);
  SOFTGPU_REQUIRE(pool->opened(), ZE_RESULT_ERROR_INVALID_ARGUMENT);
  for (auto* event : pool->takeEvents()) withdraw<Event>(event);
  return destroy<EventPool>(hEventPool);
}

namespace softgpu::driver {

// Handles own nothing: the descriptor in them is the pool's.
ze_result_t ZE_APICALL eventPoolPutIpcHandle(ze_context_handle_t hContext, ze_ipc_event_pool_handle_t hIpc) {
  SOFTGPU_RESOLVE(Context, context, hContext);
  return unpackIpc(hIpc).type == kIpcEventPool ? ZE_RESULT_SUCCESS : ZE_RESULT_ERROR_INVALID_ARGUMENT;
}

ze_result_t ZE_APICALL eventPoolGetFlags(ze_event_pool_handle_t hEventPool, ze_event_pool_flags_t* pFlags) {
  SOFTGPU_RESOLVE(EventPool, pool, hEventPool);
  SOFTGPU_REQUIRE_POINTER(pFlags);
  *pFlags = pool->flags();
  return ZE_RESULT_SUCCESS;
}

ze_result_t ZE_APICALL eventPoolGetContextHandle(ze_event_pool_handle_t hEventPool,
                                                 ze_context_handle_t* phContext) {
  SOFTGPU_RESOLVE(EventPool, pool, hEventPool);
  SOFTGPU_REQUIRE_POINTER(phContext);
  *phContext = pool->contextHandle;
  return ZE_RESULT_SUCCESS;
}

}  // namespace softgpu::driver
