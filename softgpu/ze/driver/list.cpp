// Entry points that make, close and reset command lists, and those that only synchronise.
#include "softgpu/ze/driver/list.h"

#include <vector>

#include "l0backend/api/ze_newer.h"
#include "softgpu/ze/driver/extension.h"
#include "softgpu/ze/driver/guard.h"
#include "softgpu/ze/driver/host_wait.h"
#include "softgpu/ze/driver/usm.h"

namespace softgpu::driver {
namespace {

// A counter-based event may be destroyed while commands use it.
void noteCounted(const Event& event, ze_event_handle_t handle) {
  if (strict::on() && event.counterFlags() != 0) strict::notUsed(reinterpret_cast<uint64_t>(handle));
}

}  // namespace

List::List(std::shared_ptr<Context> context, bool immediate, bool inOrder, std::shared_ptr<Stream> stream)
    : Object(kKind),
      context_(std::move(context)),
      immediate_(immediate),
      inOrder_(inOrder),
      stream_(std::move(stream)) {}

// Intel's driver lets both calls pass in every state: what is not allowed changes nothing here.
ze_result_t List::close() {
  if (immediate_ || closed_) {
    if (strict::on()) {
      strict::misuse(immediate_ ? "an immediate command list is never closed"
                                : "the command list is closed already");
    }
    return ZE_RESULT_SUCCESS;
  }
  if (updating_) SOFTGPU_TRY(finishUpdate());
  closed_ = std::make_shared<const CommandArray>(std::exchange(recorded_, {}));
  return ZE_RESULT_SUCCESS;
}

ze_result_t List::reset() {
  if (immediate_ && strict::on()) strict::misuse("an immediate command list is never reset");
  recorded_.clear();
  closed_.reset();
  updating_ = false;
  if (mutables_) mutables_->clear();
  return ZE_RESULT_SUCCESS;
}

ze_result_t List::addWait(ze_event_handle_t handle, Command& command) const {
  const auto event = lookup<Event>(handle);
  SOFTGPU_REQUIRE(event, ZE_RESULT_ERROR_INVALID_SYNCHRONIZATION_OBJECT);
  noteCounted(*event, handle);
  auto point = event->current();
  if (!point) return ZE_RESULT_SUCCESS;
  if (auto now = point->submittedWait()) {
    command.recorded |= !immediate_;
    if (immediate_) point = std::move(now);
  }
  command.waits.push_back(std::move(point));
  return ZE_RESULT_SUCCESS;
}

ze_result_t List::add(std::shared_ptr<Command> command, const EventArgs& events) {
  if (closed_ && !updating_) {
    // Intel's driver writes it behind the end of the list, where nothing runs it.
    if (strict::on()) strict::misuse("the command list is closed: what is appended never runs");
    return ZE_RESULT_SUCCESS;
  }
  SOFTGPU_TRY(open());
  SOFTGPU_REQUIRE(events.waitCount == 0 || events.waits != nullptr, ZE_RESULT_ERROR_INVALID_SIZE);
  command->waits.reserve(events.waitCount);
  for (uint32_t i = 0; i < events.waitCount; ++i) {
    SOFTGPU_TRY(addWait(events.waits[i], *command));
  }
  command->waits.insert(command->waits.end(), events.points.begin(), events.points.end());
  if (events.signal != nullptr) {
    const auto event = lookup<Event>(events.signal);
    SOFTGPU_REQUIRE(event, ZE_RESULT_ERROR_INVALID_SYNCHRONIZATION_OBJECT);
    SOFTGPU_TRY(event->appended({immediate_, inOrder_, &counters_}, &command->signal));
    noteCounted(*event, events.signal);
    command->recorded |= !immediate_ && command->signal->submittedWait() != nullptr;
  }
  if (strict::on()) {
    guard::install();
    command->uses = strict::currentUses();
  }
  if (!immediate_) {
    recorded_.push_back(std::move(command));
    if (mutables_) noteMutable(recorded_.back(), events);
  } else if (stream_) {
    stream_->submit({std::move(command), nullptr, nullptr, inOrder_});
  } else {
    runInline({std::move(command), nullptr, nullptr, inOrder_});
    if (fault::deviceLost) return ZE_RESULT_ERROR_DEVICE_LOST;
  }
  return ZE_RESULT_SUCCESS;
}

std::shared_ptr<List> List::clone() const {
  auto copy = std::make_shared<List>(context_, false, inOrder_, nullptr);
  copy->origin = origin;
  copy->closed_ = closed_;
  return copy;
}

ze_result_t List::appendLists(const EventArgs& events,
                              std::vector<std::shared_ptr<const CommandArray>> contents) {
  SOFTGPU_REQUIRE(events.signal == nullptr || lookup<Event>(events.signal),
                  ZE_RESULT_ERROR_INVALID_SYNCHRONIZATION_OBJECT);
  SOFTGPU_TRY(appendBarrier({nullptr, events.waitCount, events.waits}, [] {}));
  // In order is right for every list; what each was made with is not known here.
  for (auto& list : contents) {
    if (stream_) {
      stream_->submit({nullptr, submitted(std::move(list)), nullptr, true});
    } else {
      runInline({nullptr, submitted(std::move(list)), nullptr, true});
    }
  }
  return appendBarrier({events.signal, 0, nullptr}, [] {});
}

}  // namespace softgpu::driver

using namespace softgpu::driver;
namespace newer = softgpu::newer;

ze_result_t zeCommandListCreate(ze_context_handle_t hContext, ze_device_handle_t hDevice,
                                const ze_command_list_desc_t* desc, ze_command_list_handle_t* phCommandList) {
  constexpr uint32_t kFlags = ZE_COMMAND_LIST_FLAG_RELAXED_ORDERING |
                              ZE_COMMAND_LIST_FLAG_MAXIMIZE_THROUGHPUT | ZE_COMMAND_LIST_FLAG_EXPLICIT_ONLY |
                              clze::ze_newer::kListFlagInOrder | 1U << 4;  // copy offload hint (1.14): a hint
  SOFTGPU_RESOLVE(Context, context, hContext);
  SOFTGPU_RESOLVE(Device, device, hDevice);
  SOFTGPU_REQUIRE_POINTER(desc);
  SOFTGPU_REQUIRE_POINTER(phCommandList);
  // Intel's driver does not look at others.
  if ((desc->flags & ~kFlags) != 0 && strict::on()) strict::misuse("flags that do not exist");
  SOFTGPU_REQUIRE(desc->commandQueueGroupOrdinal < queueGroups(), ZE_RESULT_ERROR_INVALID_ARGUMENT);
  bool isMutable = false;
  for (const auto* next = static_cast<const ze_base_desc_t*>(desc->pNext); next != nullptr;
       next = static_cast<const ze_base_desc_t*>(next->pNext)) {
    SOFTGPU_REQUIRE(pose().newerThan14 && next->stype == newer::kStypeMutableList,
                    ZE_RESULT_ERROR_UNSUPPORTED_ENUMERATION);
    // One flag is reserved, and means nothing.
    SOFTGPU_REQUIRE((reinterpret_cast<const newer::MutableListDesc*>(next)->flags & ~1U) == 0,
                    ZE_RESULT_ERROR_INVALID_ENUMERATION);
    isMutable = true;
  }
  auto list =
      std::make_shared<List>(context, false, (desc->flags & clze::ze_newer::kListFlagInOrder) != 0, nullptr);
  list->origin = {hContext, hDevice, desc->commandQueueGroupOrdinal, 0, desc->flags, {}};
  if (isMutable) list->makeMutable();
  *phCommandList = publish(std::move(list));
  return ZE_RESULT_SUCCESS;
}

ze_result_t zeCommandListCreateImmediate(ze_context_handle_t hContext, ze_device_handle_t hDevice,
                                         const ze_command_queue_desc_t* altdesc,
                                         ze_command_list_handle_t* phCommandList) {
  SOFTGPU_RESOLVE(Context, context, hContext);
  SOFTGPU_RESOLVE(Device, device, hDevice);
  SOFTGPU_REQUIRE_POINTER(altdesc);
  SOFTGPU_REQUIRE_POINTER(phCommandList);
  SOFTGPU_REQUIRE(altdesc->pNext == nullptr, ZE_RESULT_ERROR_UNSUPPORTED_ENUMERATION);
  std::shared_ptr<Stream> stream;
  SOFTGPU_TRY(streamFor(*device, *altdesc, &stream));
  auto list = std::make_shared<List>(context, true, (altdesc->flags & clze::ze_newer::kQueueFlagInOrder) != 0,
                                     std::move(stream));
  list->origin = {
      hContext,       hDevice, altdesc->ordinal,
      altdesc->index, 0,       {altdesc->index, altdesc->flags, altdesc->mode, altdesc->priority}};
  *phCommandList = publish(std::move(list));
  return ZE_RESULT_SUCCESS;
}

ze_result_t zeCommandListDestroy(ze_command_list_handle_t hCommandList) {
  return destroy<List>(hCommandList);
}

ze_result_t zeCommandListClose(ze_command_list_handle_t hCommandList) {
  SOFTGPU_RESOLVE(List, list, hCommandList);
  return list->close();
}

ze_result_t zeCommandListReset(ze_command_list_handle_t hCommandList) {
  SOFTGPU_RESOLVE(List, list, hCommandList);
  return list->reset();
}

namespace softgpu::driver {

ze_result_t ZE_APICALL listHostSynchronize(ze_command_list_handle_t hCommandList, uint64_t timeout) {
  SOFTGPU_RESOLVE(List, list, hCommandList);
  SOFTGPU_REQUIRE(list->immediate(), ZE_RESULT_ERROR_INVALID_ARGUMENT);
  return hostWait(timeout, [&](Deadline deadline) { return list->wait(deadline); });
}
}  // namespace softgpu::driver

ze_result_t zeCommandListAppendWriteGlobalTimestamp(ze_command_list_handle_t hCommandList, uint64_t* dstptr,
                                                    ze_event_handle_t hSignalEvent, uint32_t numWaitEvents,
                                                    ze_event_handle_t* phWaitEvents) {
  SOFTGPU_RESOLVE(List, list, hCommandList);
  SOFTGPU_REQUIRE_POINTER(dstptr);
  SOFTGPU_TRY(checkRange(dstptr, sizeof(uint64_t), Use::Write));
  return list->appendBarrier({hSignalEvent, numWaitEvents, phWaitEvents},
                             [dstptr] { *dstptr = timestampNow(); });
}

// What else a barrier does is the order of commands, which its flag tells the runner.
ze_result_t zeCommandListAppendBarrier(ze_command_list_handle_t hCommandList, ze_event_handle_t hSignalEvent,
                                       uint32_t numWaitEvents, ze_event_handle_t* phWaitEvents) {
  SOFTGPU_RESOLVE(List, list, hCommandList);
  return list->appendBarrier({hSignalEvent, numWaitEvents, phWaitEvents}, [] {});
}

ze_result_t zeCommandListAppendMemoryRangesBarrier(ze_command_list_handle_t hCommandList, uint32_t numRanges,
                                                   const size_t* pRangeSizes, const void** pRanges,
                                                   ze_event_handle_t hSignalEvent, uint32_t numWaitEvents,
                                                   ze_event_handle_t* phWaitEvents) {
  SOFTGPU_RESOLVE(List, list, hCommandList);
  SOFTGPU_REQUIRE_POINTER(pRangeSizes);
  SOFTGPU_REQUIRE_POINTER(pRanges);
  for (uint32_t i = 0; i < numRanges; ++i) SOFTGPU_TRY(checkRange(pRanges[i], pRangeSizes[i]));
  return list->appendBarrier({hSignalEvent, numWaitEvents, phWaitEvents}, [] {});
}

ze_result_t zeCommandListAppendSignalEvent(ze_command_list_handle_t hCommandList, ze_event_handle_t hEvent) {
  SOFTGPU_RESOLVE(List, list, hCommandList);
  SOFTGPU_REQUIRE(hEvent != nullptr, ZE_RESULT_ERROR_INVALID_NULL_HANDLE);
  return list->appendBarrier({hEvent, 0, nullptr}, [] {});
}

ze_result_t zeCommandListAppendWaitOnEvents(ze_command_list_handle_t hCommandList, uint32_t numEvents,
                                            ze_event_handle_t* phEvents) {
  SOFTGPU_RESOLVE(List, list, hCommandList);
  SOFTGPU_REQUIRE_POINTER(phEvents);
  return list->append({nullptr, numEvents, phEvents}, [] {});
}

ze_result_t zeCommandListAppendEventReset(ze_command_list_handle_t hCommandList, ze_event_handle_t hEvent) {
  SOFTGPU_RESOLVE(List, list, hCommandList);
  SOFTGPU_RESOLVE(Event, event, hEvent);
  SOFTGPU_TRY(event->resettable());
  return list->appendBarrier({}, [event] { event->reset(); });
}

ze_result_t zeCommandListAppendQueryKernelTimestamps(ze_command_list_handle_t hCommandList,
                                                     uint32_t numEvents, ze_event_handle_t* phEvents,
                                                     void* dstptr, const size_t* pOffsets,
                                                     ze_event_handle_t hSignalEvent, uint32_t numWaitEvents,
                                                     ze_event_handle_t* phWaitEvents) {
  SOFTGPU_RESOLVE(List, list, hCommandList);
  SOFTGPU_REQUIRE_POINTER(phEvents);
  SOFTGPU_REQUIRE_POINTER(dstptr);
  struct Target {
    std::shared_ptr<SyncPoint> point;
    ze_kernel_timestamp_result_t* out;
  };
  std::vector<Target> targets;
  for (uint32_t i = 0; i < numEvents; ++i) {
    const auto event = lookup<Event>(phEvents[i]);
    SOFTGPU_REQUIRE(event && event->timestamps(), ZE_RESULT_ERROR_INVALID_SYNCHRONIZATION_OBJECT);
    auto point = event->current();
    SOFTGPU_REQUIRE_SAID(point, ZE_RESULT_ERROR_INVALID_SYNCHRONIZATION_OBJECT,
                         "the counter-based event was never appended");
    // In a regular list each execution has a time of its own: it is asked for when this command runs.
    if (auto now = list->immediate() ? point->submittedWait() : nullptr) point = std::move(now);
    const size_t offset = pOffsets != nullptr ? pOffsets[i] : i * sizeof(ze_kernel_timestamp_result_t);
    auto* out = reinterpret_cast<ze_kernel_timestamp_result_t*>(static_cast<std::byte*>(dstptr) + offset);
    SOFTGPU_TRY(checkRange(out, sizeof(*out), Use::Write));
    targets.push_back({std::move(point), out});
  }
  return list->append({hSignalEvent, numWaitEvents, phWaitEvents}, [targets = std::move(targets)] {
    for (const Target& target : targets) *target.out = target.point->times();
  });
}
