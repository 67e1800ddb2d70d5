// Entry points of events.
#include "softgpu/ze/driver/event.h"

#include <fmt/core.h>

#include "softgpu/ze/driver/host_wait.h"
#include "softgpu/ze/driver/newer_api.h"

namespace softgpu::driver {
namespace {
constexpr uint32_t kScopeFlags =
    ZE_EVENT_SCOPE_FLAG_SUBDEVICE | ZE_EVENT_SCOPE_FLAG_DEVICE | ZE_EVENT_SCOPE_FLAG_HOST;

void checkHostVisible(const Event& event) {
  if (!strict::on() || event.counterFlags() == 0 || event.pool()) return;
  if ((event.counterFlags() & newer::kCounterHostVisible) != 0) return;
  strict::misuse("the host looks at an event that was made without the flag HOST_VISIBLE");
}

}  // namespace

PoolEvent::State::State(std::shared_ptr<EventPool> pool, uint32_t index) : pool_(std::move(pool)) {
  if (EventState* shared = pool_->sharedState(index)) {
    state_ = shared;
    if (!pool_->opened()) reset();
  }
}

void PoolEvent::State::signal(uint64_t start, uint64_t end) {
  state_->start.store(start, std::memory_order_relaxed);
  state_->end.store(end, std::memory_order_relaxed);
  state_->word.store(1);
}

ze_kernel_timestamp_result_t PoolEvent::State::times() const {
  const ze_kernel_timestamp_data_t span{state_->start.load(std::memory_order_relaxed),
                                        state_->end.load(std::memory_order_relaxed)};
  return {span, span};
}

PoolEvent::PoolEvent(std::shared_ptr<EventPool> pool, uint32_t index, Scopes scopes)
    : Event(pool, scopes), index_(index), point_(std::make_shared<State>(std::move(pool), index)) {}

ze_result_t PoolEvent::hostSignal() {
  const uint64_t now = timestampNow();
  if (strict::on() && point_->signalled())
    strict::misuse("the event is signalled again without a reset in between");
  point_->signal(now, now);
  return ZE_RESULT_SUCCESS;
}

}  // namespace softgpu::driver

using namespace softgpu::driver;

ze_result_t zeEventCreate(ze_event_pool_handle_t hEventPool, const ze_event_desc_t* desc,
                          ze_event_handle_t* phEvent) {
  SOFTGPU_RESOLVE(EventPool, pool, hEventPool);
  SOFTGPU_REQUIRE_POINTER(desc);
  SOFTGPU_REQUIRE_POINTER(phEvent);
  SOFTGPU_REQUIRE((desc->signal & ~kScopeFlags) == 0 && (desc->wait & ~kScopeFlags) == 0,
                  ZE_RESULT_ERROR_INVALID_ENUMERATION);
  SOFTGPU_REQUIRE_SAID(pool->take(desc->index), ZE_RESULT_ERROR_INVALID_ARGUMENT,
                       fmt::format("index {} is beyond the pool or taken by another event", desc->index));
  const Event::Scopes scopes{desc->signal, desc->wait};
  std::shared_ptr<Event> event;
  if (pool->counterFlags != 0) {
    event = std::make_shared<CounterEvent>(pool, desc->index, pool->counterFlags, scopes, nullptr);
  } else {
    event = std::make_shared<PoolEvent>(pool, desc->index, scopes);
  }
  *phEvent = publish(std::move(event));
  if (pool->opened()) pool->remember(*phEvent);
  return ZE_RESULT_SUCCESS;
}

ze_result_t zeEventDestroy(ze_event_handle_t hEvent) {
  {
    SOFTGPU_RESOLVE(Event, event, hEvent);
    SOFTGPU_REQUIRE_SAID(!event->opened(), ZE_RESULT_ERROR_INVALID_ARGUMENT,
                         "the event was opened: zeEventCounterBasedCloseIpcHandle ends it");
  }
  const auto event = withdraw<Event>(hEvent);
  if (!event) return badHandle(hEvent);
  event->leave();
  if (event->pool() && event->pool()->opened()) event->pool()->forget(hEvent);
  return ZE_RESULT_SUCCESS;
}

ze_result_t zeEventHostSignal(ze_event_handle_t hEvent) {
  SOFTGPU_RESOLVE(Event, event, hEvent);
  return event->hostSignal();
}

ze_result_t zeEventHostSynchronize(ze_event_handle_t hEvent, uint64_t timeout) {
  SOFTGPU_RESOLVE(Event, event, hEvent);
  checkHostVisible(*event);
  if (event->signalled()) return ZE_RESULT_SUCCESS;
  if (timeout == 0) return ZE_RESULT_NOT_READY;
  return hostWait(timeout, [&](Deadline deadline) { return event->wait(deadline); });
}

ze_result_t zeEventQueryStatus(ze_event_handle_t hEvent) {
  SOFTGPU_RESOLVE(Event, event, hEvent);
  checkHostVisible(*event);
  return event->signalled() ? ZE_RESULT_SUCCESS : ZE_RESULT_NOT_READY;
}

ze_result_t zeEventHostReset(ze_event_handle_t hEvent) {
  SOFTGPU_RESOLVE(Event, event, hEvent);
  SOFTGPU_TRY(event->resettable());
  event->reset();
  return ZE_RESULT_SUCCESS;
}

ze_result_t zeEventQueryKernelTimestamp(ze_event_handle_t hEvent, ze_kernel_timestamp_result_t* dstptr) {
  SOFTGPU_RESOLVE(Event, event, hEvent);
  SOFTGPU_REQUIRE_POINTER(dstptr);
  SOFTGPU_REQUIRE(event->timestamps(), ZE_RESULT_ERROR_INVALID_SYNCHRONIZATION_OBJECT);
  SOFTGPU_REQUIRE(event->signalled(), ZE_RESULT_NOT_READY);
  *dstptr = event->times();
  return ZE_RESULT_SUCCESS;
}

ze_result_t zeEventQueryTimestampsExp(ze_event_handle_t hEvent, ze_device_handle_t hDevice, uint32_t* pCount,
                                      ze_kernel_timestamp_result_t* pTimestamps) {
  SOFTGPU_RESOLVE(Event, event, hEvent);
  SOFTGPU_RESOLVE(Device, device, hDevice);
  SOFTGPU_REQUIRE(event->timestamps(), ZE_RESULT_ERROR_INVALID_SYNCHRONIZATION_OBJECT);
  SOFTGPU_REQUIRE(event->signalled(), ZE_RESULT_NOT_READY);
  return enumerate(pCount, pTimestamps, 1, [&](uint32_t, auto& out) { out = event->times(); });
}
