// What every strategy shares: creation, and the commands that are one Level Zero call.
#include "l0backend/queue/queue.h"

#include <mutex>

#include "l0backend/queue/lane.h"

namespace clze::l0 {

Result<std::unique_ptr<Queue>> Queue::create(Context& context, const Device& device,
                                             const QueueSettings& settings) {
  if (settings.outOfOrder) return createOutOfOrderQueue(context, device, settings);
  return settings.batched ? createBatchedQueue(context, device, settings)
                          : createInOrderQueue(context, device, settings);
}

Result<void> Queue::launch(const Launch& launch, const Sync& sync) {
  auto body = [&launch](ze_command_list_handle_t list, const Sync& given) -> Result<void> {
    Kernel& kernel = *launch.kernel;
    const std::lock_guard lock(kernel.mutex_);
    CLZE_TRY(kernel.bind(*launch.args, launch.groupSize, launch.offset));
    const ze_group_count_t groups = {launch.groupCount[0], launch.groupCount[1], launch.groupCount[2]};
    CLZE_ZE_TRY(zeCommandListAppendLaunchKernel, list, kernel.handle_.get(), &groups, given.signal,
                waitCount(given), waitList(given));
    return {};
  };
  return run(sync, body, &launch);
}

Result<void> Queue::copy(void* destination, const void* source, size_t size, const Sync& sync) {
  auto body = [=](ze_command_list_handle_t list, const Sync& given) -> Result<void> {
    CLZE_ZE_TRY(zeCommandListAppendMemoryCopy, list, destination, source, size, given.signal,
                waitCount(given), waitList(given));
    return {};
  };
  return run(sync, body);
}

Result<void> Queue::copyImage(ze_image_handle_t destination, const ze_image_region_t& to,
                              ze_image_handle_t source, const ze_image_region_t& from, const Sync& sync) {
  auto body = [&](ze_command_list_handle_t list, const Sync& given) -> Result<void> {
    CLZE_ZE_TRY(zeCommandListAppendImageCopyRegion, list, destination, source, &to, &from, given.signal,
                waitCount(given), waitList(given));
    return {};
  };
  return run(sync, body);
}

}  // namespace clze::l0
