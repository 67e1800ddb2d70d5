// Immediate lists and barriers, as both strategies use them.
#include "l0backend/queue/lane.h"

#include <algorithm>

#include "l0backend/api/ze_newer.h"

namespace clze::l0 {

ze_command_queue_desc_t queueDescription(const Device& device, const QueueSettings& settings,
                                         uint32_t index) {
  ze_command_queue_desc_t desc = {};
  desc.stype = ZE_STRUCTURE_TYPE_COMMAND_QUEUE_DESC;
  desc.ordinal = device.computeGroup.ordinal;
  desc.index = index % std::max(device.computeGroup.queueCount, 1u);
  desc.mode = ZE_COMMAND_QUEUE_MODE_ASYNCHRONOUS;
  desc.priority = settings.highPriority  ? ZE_COMMAND_QUEUE_PRIORITY_PRIORITY_HIGH
                  : settings.lowPriority ? ZE_COMMAND_QUEUE_PRIORITY_PRIORITY_LOW
                                         : ZE_COMMAND_QUEUE_PRIORITY_NORMAL;
  return desc;
}

Result<CommandListHandle> createLane(const Context& context, const Device& device,
                                     const QueueSettings& settings, uint32_t index, bool inOrder) {
  ze_command_queue_desc_t desc = queueDescription(device, settings, index);
  if (inOrder) desc.flags = static_cast<ze_command_queue_flags_t>(ze_newer::kQueueFlagInOrder);
  CommandListHandle list;
  CLZE_ZE_TRY(zeCommandListCreateImmediate, context.handle(), device.handle, &desc, list.put());
  return list;
}

Result<void> appendBarrier(ze_command_list_handle_t list, ze_event_handle_t signal,
                           std::span<const ze_event_handle_t> waits) {
  const Sync sync = {waits, signal};
  CLZE_ZE_TRY(zeCommandListAppendBarrier, list, signal, waitCount(sync), waitList(sync));
  return {};
}

}  // namespace clze::l0
