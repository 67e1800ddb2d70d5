// Counter-based events: what they stand for, and the entry points that are theirs alone (API 1.15).
#include <cstring>

#include "softgpu/ze/driver/event.h"
#include "softgpu/ze/driver/extension.h"
#include "softgpu/ze/driver/ipc.h"
#include "softgpu/ze/driver/newer_api.h"
#include "softgpu/ze/driver/usm.h"

namespace softgpu::driver {
namespace {

static_assert(newer::kPoolCounterImmediate == newer::kCounterImmediate &&
              newer::kPoolCounterRegular == newer::kCounterRegular);
constexpr uint32_t kLists = newer::kCounterImmediate | newer::kCounterRegular;
constexpr uint32_t kTimestamps = newer::kCounterDeviceTimestamp | newer::kCounterHostTimestamp;
constexpr uint32_t kScopes =
    ZE_EVENT_SCOPE_FLAG_SUBDEVICE | ZE_EVENT_SCOPE_FLAG_DEVICE | ZE_EVENT_SCOPE_FLAG_HOST;

// What an IPC handle of such an event holds.
struct CounterIpc {
  IpcFile file;
  uint64_t value;
};
static_assert(sizeof(CounterIpc) <= sizeof(newer::IpcCounterBasedHandle));

ze_result_t checkMemory(const uint64_t* address, uint64_t completion) {
  SOFTGPU_REQUIRE_POINTER(address);
  SOFTGPU_REQUIRE(reinterpret_cast<uintptr_t>(address) % sizeof(uint64_t) == 0,
                  ZE_RESULT_ERROR_UNSUPPORTED_ALIGNMENT);
  SOFTGPU_REQUIRE_SAID(UsmTable::instance().find(address), ZE_RESULT_ERROR_INVALID_ARGUMENT,
                       "the counter is not in memory that zeMemAlloc... made");
  SOFTGPU_TRY(checkRange(address, sizeof(uint64_t), Use::Write));
  SOFTGPU_REQUIRE_SAID(completion <= kMaxCounterValue, ZE_RESULT_ERROR_INVALID_ARGUMENT,
                       "completionValue exceeds that of zeDeviceGetCounterBasedEventMaxValue");
  return ZE_RESULT_SUCCESS;
}

// The storage that the application brings, if it does.
ze_result_t readChain(const void* pNext, std::shared_ptr<SyncPoint>* first) {
  for (const auto* next = static_cast<const ze_base_desc_t*>(pNext); next != nullptr;
       next = static_cast<const ze_base_desc_t*>(next->pNext)) {
    if (next->stype == newer::kStypeEventSyncMode) {
      // Waits of the host sleep anyway, and there are no interrupts to choose from.
      const auto& mode = *reinterpret_cast<const newer::EventSyncModeDesc*>(next);
      SOFTGPU_REQUIRE((mode.flags & ~newer::kSyncModeFlags) == 0, ZE_RESULT_ERROR_INVALID_ENUMERATION);
      continue;
    }
    SOFTGPU_REQUIRE(next->stype == newer::kStypeExternalSync || next->stype == newer::kStypeAggregate,
                    ZE_RESULT_ERROR_UNSUPPORTED_ENUMERATION);
    SOFTGPU_REQUIRE_SAID(!*first, ZE_RESULT_ERROR_INVALID_ARGUMENT, "an event has one storage");
    if (next->stype == newer::kStypeExternalSync) {
      const auto& desc = *reinterpret_cast<const newer::ExternalSyncDesc*>(next);
      SOFTGPU_TRY(checkMemory(desc.hostAddress, desc.completionValue));
      SOFTGPU_TRY(checkMemory(desc.deviceAddress, desc.completionValue));
      *first = std::make_shared<MemoryPoint>(desc.deviceAddress, 0, desc.completionValue);
    } else {
      const auto& desc = *reinterpret_cast<const newer::AggregateDesc*>(next);
      SOFTGPU_TRY(checkMemory(desc.deviceAddress, desc.completionValue));
      SOFTGPU_REQUIRE(desc.incrementValue > 0, ZE_RESULT_ERROR_INVALID_ARGUMENT);
      *first = std::make_shared<MemoryPoint>(desc.deviceAddress, desc.incrementValue, desc.completionValue);
    }
  }
  return ZE_RESULT_SUCCESS;
}

bool isAggregate(const SyncPoint* point) {
  const auto* memory = dynamic_cast<const MemoryPoint*>(point);
  return memory != nullptr && memory->aggregates();
}

}  // namespace

CounterEvent::CounterEvent(std::shared_ptr<EventPool> pool, uint32_t index, uint32_t flags, Scopes scopes,
                           std::shared_ptr<SyncPoint> first)
    : Event(std::move(pool), scopes),
      index_(index),
      flags_((flags & kLists) != 0 ? flags : flags | newer::kCounterImmediate),
      aggregates_(isAggregate(first.get())),
      point_(std::move(first)) {}

std::shared_ptr<SyncPoint> CounterEvent::current() const {
  const std::lock_guard lock(mutex_);
  return point_;
}

ze_result_t CounterEvent::appended(const Signaller& list, std::shared_ptr<SyncPoint>* point) {
  SOFTGPU_REQUIRE_SAID(list.inOrder, ZE_RESULT_ERROR_INVALID_ARGUMENT,
                       "a counter-based event is signalled by a command list that is not in order");
  const uint32_t kind = list.immediate ? newer::kCounterImmediate : newer::kCounterRegular;
  SOFTGPU_REQUIRE_SAID((flags_ & kind) != 0, ZE_RESULT_ERROR_INVALID_ARGUMENT,
                       "the counter-based event was not made for this kind of command list");
  const std::lock_guard lock(mutex_);
  if (!aggregates_) {
    auto counter = list.counters->get((flags_ & newer::kCounterIpc) != 0);
    SOFTGPU_REQUIRE(counter, ZE_RESULT_ERROR_OUT_OF_HOST_MEMORY);
    if (list.immediate) {
      const uint64_t value = counter->promise();
      point_ = std::make_shared<CounterPoint>(std::move(counter), value);
    } else {
      point_ = std::make_shared<RecordedPoint>(std::move(counter));
    }
  }
  *point = point_;
  return ZE_RESULT_SUCCESS;
}

ze_result_t CounterEvent::hostSignal() {
  return strict::refuse(ZE_RESULT_ERROR_INVALID_ARGUMENT, "the host does not signal counter-based events");
}

ze_result_t CounterEvent::resettable() const {
  return strict::refuse(ZE_RESULT_ERROR_INVALID_ARGUMENT, "counter-based events are not reset");
}

bool CounterEvent::timestamps() const { return (flags_ & kTimestamps) != 0; }

ze_result_t CounterEvent::standStill() {
  const std::lock_guard lock(mutex_);
  if (point_) return ZE_RESULT_SUCCESS;
  auto counter = Counter::make((flags_ & newer::kCounterIpc) != 0);
  SOFTGPU_REQUIRE(counter, ZE_RESULT_ERROR_OUT_OF_HOST_MEMORY);
  point_ = std::make_shared<CounterPoint>(std::move(counter), 0);
  return ZE_RESULT_SUCCESS;
}

ze_result_t ZE_APICALL eventCounterBasedCreate(ze_context_handle_t hContext, ze_device_handle_t hDevice,
                                               const newer::CounterBasedEventDesc* desc,
                                               ze_event_handle_t* phEvent) {
  SOFTGPU_RESOLVE(Context, context, hContext);
  SOFTGPU_RESOLVE(Device, device, hDevice);
  SOFTGPU_REQUIRE_POINTER(desc);
  SOFTGPU_REQUIRE_POINTER(phEvent);
  SOFTGPU_REQUIRE(desc->flags <= 0x7f, ZE_RESULT_ERROR_INVALID_ENUMERATION);
  SOFTGPU_REQUIRE((desc->signal & ~kScopes) == 0 && (desc->wait & ~kScopes) == 0,
                  ZE_RESULT_ERROR_INVALID_ENUMERATION);
  SOFTGPU_REQUIRE_SAID((desc->flags & newer::kCounterGraphExternal) == 0,
                       ZE_RESULT_ERROR_UNSUPPORTED_ENUMERATION, "there are no recorded graphs");
  SOFTGPU_REQUIRE_SAID((desc->flags & kTimestamps) != kTimestamps, ZE_RESULT_ERROR_INVALID_ARGUMENT,
                       "timestamps are either of the device or of the host");
  SOFTGPU_REQUIRE_SAID((desc->flags & newer::kCounterIpc) == 0 || (desc->flags & kTimestamps) == 0,
                       ZE_RESULT_ERROR_INVALID_ARGUMENT, "timestamps are not shared between processes");
  std::shared_ptr<SyncPoint> first;
  SOFTGPU_TRY(readChain(desc->pNext, &first));
  *phEvent = publish<Event>(std::make_shared<CounterEvent>(
      nullptr, 0, desc->flags, Event::Scopes{desc->signal, desc->wait}, std::move(first)));
  return ZE_RESULT_SUCCESS;
}

ze_result_t ZE_APICALL eventCounterBasedGetIpcHandle(ze_event_handle_t hEvent,
                                                     newer::IpcCounterBasedHandle* phIpc) {
  SOFTGPU_RESOLVE(Event, event, hEvent);
  SOFTGPU_REQUIRE_POINTER(phIpc);
  SOFTGPU_REQUIRE_SAID((event->counterFlags() & newer::kCounterIpc) != 0 && !event->opened(),
                       ZE_RESULT_ERROR_INVALID_ARGUMENT, "the event was not made to be shared");
  // One that has not been appended yet is complete: the value 0 of any counter.
  auto point = event->current();
  if (!point) {
    SOFTGPU_TRY(static_cast<CounterEvent&>(*event).standStill());
    point = event->current();
  }
  if (auto submitted = point->submittedWait()) point = std::move(submitted);
  const auto* counted = dynamic_cast<const CounterPoint*>(point.get());
  SOFTGPU_REQUIRE_SAID(counted != nullptr, ZE_RESULT_ERROR_INVALID_ARGUMENT,
                       "storage of the application is shared by zeMemGetIpcHandle");
  const Mapping& mapping = *counted->counter().mapping();
  const CounterIpc ipc{describeIpc(mapping.fd(), mapping.size(), kIpcCounter), counted->value()};
  *phIpc = {};
  std::memcpy(phIpc->data, &ipc, sizeof(ipc));
  return ZE_RESULT_SUCCESS;
}

ze_result_t ZE_APICALL eventCounterBasedOpenIpcHandle(ze_context_handle_t hContext,
                                                      newer::IpcCounterBasedHandle hIpc,
                                                      ze_event_handle_t* phEvent) {
  SOFTGPU_RESOLVE(Context, context, hContext);
  SOFTGPU_REQUIRE_POINTER(phEvent);
  CounterIpc ipc{};
  std::memcpy(&ipc, hIpc.data, sizeof(ipc));
  SOFTGPU_REQUIRE(ipc.file.type == kIpcCounter, ZE_RESULT_ERROR_INVALID_ARGUMENT);
  const int fd = openIpc(ipc.file);
  SOFTGPU_REQUIRE_SAID(fd >= 0, ZE_RESULT_ERROR_INVALID_ARGUMENT, "the handle's file is gone");
  auto counter = Counter::open(fd, ipc.file.size);
  SOFTGPU_REQUIRE(counter, ZE_RESULT_ERROR_INVALID_ARGUMENT);
  auto point = std::make_shared<CounterPoint>(std::move(counter), ipc.value);
  constexpr uint32_t kFlags = kLists | newer::kCounterHostVisible | newer::kCounterIpc;
  auto event = std::make_shared<CounterEvent>(nullptr, 0, kFlags, Event::Scopes{}, std::move(point));
  event->setOpened();
  *phEvent = publish<Event>(std::move(event));
  return ZE_RESULT_SUCCESS;
}

ze_result_t ZE_APICALL eventCounterBasedCloseIpcHandle(ze_event_handle_t hEvent) {
  {
    SOFTGPU_RESOLVE(Event, event, hEvent);
    SOFTGPU_REQUIRE_SAID(event->opened(), ZE_RESULT_ERROR_INVALID_ARGUMENT,
                         "the event was not opened: zeEventDestroy ends it");
  }
  return destroy<Event>(hEvent);
}

ze_result_t ZE_APICALL eventCounterBasedGetDeviceAddress(ze_event_handle_t hEvent, uint64_t* completionValue,
                                                         uint64_t* deviceAddress) {
  SOFTGPU_RESOLVE(Event, event, hEvent);
  SOFTGPU_REQUIRE_POINTER(completionValue);
  SOFTGPU_REQUIRE_POINTER(deviceAddress);
  SOFTGPU_REQUIRE_SAID(event->counterFlags() != 0, ZE_RESULT_ERROR_INVALID_ARGUMENT,
                       "the event is not counter-based");
  if (!event->current()) SOFTGPU_TRY(static_cast<CounterEvent&>(*event).standStill());
  auto point = event->current();
  if (auto submitted = point->submittedWait()) point = std::move(submitted);
  if (const auto* memory = dynamic_cast<const MemoryPoint*>(point.get())) {
    *completionValue = memory->completion();
    *deviceAddress = reinterpret_cast<uint64_t>(memory->address());
    return ZE_RESULT_SUCCESS;
  }
  const auto& counted = static_cast<const CounterPoint&>(*point);
  *completionValue = counted.value();
  *deviceAddress = reinterpret_cast<uint64_t>(counted.counter().address());
  return ZE_RESULT_SUCCESS;
}

ze_result_t ZE_APICALL eventGetCounterBasedFlags(ze_event_handle_t hEvent, uint32_t* pFlags) {
  SOFTGPU_RESOLVE(Event, event, hEvent);
  SOFTGPU_REQUIRE_POINTER(pFlags);
  *pFlags = event->counterFlags();
  return ZE_RESULT_SUCCESS;
}

ze_result_t ZE_APICALL deviceGetCounterBasedEventMaxValue(ze_device_handle_t hDevice, uint64_t* maxValue) {
  SOFTGPU_RESOLVE(Device, device, hDevice);
  SOFTGPU_REQUIRE_POINTER(maxValue);
  *maxValue = kMaxCounterValue;
  return ZE_RESULT_SUCCESS;
}

// A command is never split over engines.
ze_result_t ZE_APICALL deviceGetAggregatedCopyOffloadIncrementValue(ze_device_handle_t hDevice,
                                                                    uint32_t* incrementValue) {
  SOFTGPU_RESOLVE(Device, device, hDevice);
  SOFTGPU_REQUIRE_POINTER(incrementValue);
  *incrementValue = 1;
  return ZE_RESULT_SUCCESS;
}

ze_result_t ZE_APICALL eventGetEventPool(ze_event_handle_t hEvent, ze_event_pool_handle_t* phEventPool) {
  SOFTGPU_RESOLVE(Event, event, hEvent);
  SOFTGPU_REQUIRE_POINTER(phEventPool);
  SOFTGPU_REQUIRE_SAID(event->pool(), ZE_RESULT_ERROR_INVALID_ARGUMENT, "the event is of no pool");
  *phEventPool = event->pool()->handle;
  return ZE_RESULT_SUCCESS;
}

ze_result_t ZE_APICALL eventGetSignalScope(ze_event_handle_t hEvent, ze_event_scope_flags_t* pSignalScope) {
  SOFTGPU_RESOLVE(Event, event, hEvent);
  SOFTGPU_REQUIRE_POINTER(pSignalScope);
  *pSignalScope = event->scopes().signal;
  return ZE_RESULT_SUCCESS;
}

ze_result_t ZE_APICALL eventGetWaitScope(ze_event_handle_t hEvent, ze_event_scope_flags_t* pWaitScope) {
  SOFTGPU_RESOLVE(Event, event, hEvent);
  SOFTGPU_REQUIRE_POINTER(pWaitScope);
  *pWaitScope = event->scopes().wait;
  return ZE_RESULT_SUCCESS;
}

}  // namespace softgpu::driver
