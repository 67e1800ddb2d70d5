// One immediate command list of a queue, and the few appends that every strategy is made of.
#pragma once

#include "l0backend/queue/queue.h"

namespace clze::l0 {

// Asynchronous, on the device's compute group.
ze_command_queue_desc_t queueDescription(const Device& device, const QueueSettings& settings, uint32_t index);

// An asynchronous immediate list on the device's compute group. `index` spreads lists over its hardware
// queues.
Result<CommandListHandle> createLane(const Context& context, const Device& device,
                                     const QueueSettings& settings, uint32_t index, bool inOrder);

// With no waits: completes, and signals, when all earlier commands of the list have completed; with waits:
// when those have (whether earlier commands count as well is left open by the specification, so callers that
// need both append two). Later commands of the list begin afterwards.
Result<void> appendBarrier(ze_command_list_handle_t list, ze_event_handle_t signal,
                           std::span<const ze_event_handle_t> waits);

// Level Zero takes wait lists as pointers to non-const handles and does not write to them.
inline ze_event_handle_t* waitList(const Sync& sync) {
  return sync.waits.empty() ? nullptr : const_cast<ze_event_handle_t*>(sync.waits.data());
}
inline uint32_t waitCount(const Sync& sync) { return static_cast<uint32_t>(sync.waits.size()); }

Result<std::unique_ptr<Queue>> createInOrderQueue(Context& context, const Device& device,
                                                  const QueueSettings& settings);
Result<std::unique_ptr<Queue>> createBatchedQueue(Context& context, const Device& device,
                                                  const QueueSettings& settings);
Result<std::unique_ptr<Queue>> createOutOfOrderQueue(Context& context, const Device& device,
                                                     const QueueSettings& settings);

}  // namespace clze::l0
