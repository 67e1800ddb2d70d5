// Entry points of command queues and fences.
#include "softgpu/ze/driver/queue.h"

#include <fmt/core.h>

#include <vector>

#include "l0backend/api/ze_newer.h"
#include "softgpu/ze/driver/host_wait.h"
#include "softgpu/ze/driver/list.h"

namespace softgpu::driver {

void runInline(const Task& task) {
  if (strict::on()) task.announce();
  Runner runner;
  runner.run(task, [] { return false; });
  runner.drain();
}

void Queue::execute(Task task) {
  if (stream_) return stream_->submit(std::move(task));
  const std::lock_guard lock(inline_);
  runInline(task);
}

ze_result_t streamFor(const Device& device, const ze_command_queue_desc_t& desc,
                      std::shared_ptr<Stream>* stream) {
  constexpr uint32_t kFlags = ZE_COMMAND_QUEUE_FLAG_EXPLICIT_ONLY | clze::ze_newer::kQueueFlagInOrder |
                              1U << 2;  // copy offload hint (1.14): a hint
  SOFTGPU_REQUIRE((desc.flags & ~kFlags) == 0, ZE_RESULT_ERROR_INVALID_ENUMERATION);
  SOFTGPU_REQUIRE_SAID(
      desc.ordinal < queueGroups(), ZE_RESULT_ERROR_INVALID_ARGUMENT,
      fmt::format("there is no queue group of ordinal {}, there are {}", desc.ordinal, queueGroups()));
  SOFTGPU_REQUIRE_SAID(desc.index < pose().queues, ZE_RESULT_ERROR_INVALID_ARGUMENT,
                       fmt::format("there is no queue of index {}, there are {}", desc.index, pose().queues));
  SOFTGPU_REQUIRE(desc.mode <= ZE_COMMAND_QUEUE_MODE_ASYNCHRONOUS, ZE_RESULT_ERROR_INVALID_ENUMERATION);
  SOFTGPU_REQUIRE(desc.priority <= ZE_COMMAND_QUEUE_PRIORITY_PRIORITY_HIGH,
                  ZE_RESULT_ERROR_INVALID_ENUMERATION);
  if (desc.mode != ZE_COMMAND_QUEUE_MODE_SYNCHRONOUS) *stream = Stream::make(device.root());
  return ZE_RESULT_SUCCESS;
}

}  // namespace softgpu::driver

using namespace softgpu::driver;

ze_result_t zeCommandQueueCreate(ze_context_handle_t hContext, ze_device_handle_t hDevice,
                                 const ze_command_queue_desc_t* desc,
                                 ze_command_queue_handle_t* phCommandQueue) {
  SOFTGPU_RESOLVE(Context, context, hContext);
  SOFTGPU_RESOLVE(Device, device, hDevice);
  SOFTGPU_REQUIRE_POINTER(desc);
  SOFTGPU_REQUIRE_POINTER(phCommandQueue);
  SOFTGPU_REQUIRE(desc->pNext == nullptr, ZE_RESULT_ERROR_UNSUPPORTED_ENUMERATION);
  std::shared_ptr<Stream> stream;
  SOFTGPU_TRY(streamFor(*device, *desc, &stream));
  auto queue = std::make_shared<Queue>(context, std::move(stream), desc->ordinal);
  queue->origin = {desc->index, desc->flags, desc->mode, desc->priority};
  *phCommandQueue = publish(std::move(queue));
  return ZE_RESULT_SUCCESS;
}

ze_result_t zeCommandQueueDestroy(ze_command_queue_handle_t hCommandQueue) {
  return destroy<Queue>(hCommandQueue);
}

ze_result_t zeCommandQueueExecuteCommandLists(ze_command_queue_handle_t hCommandQueue,
                                              uint32_t numCommandLists,
                                              ze_command_list_handle_t* phCommandLists,
                                              ze_fence_handle_t hFence) {
  SOFTGPU_RESOLVE(Queue, queue, hCommandQueue);
  SOFTGPU_REQUIRE_POINTER(phCommandLists);
  SOFTGPU_REQUIRE(numCommandLists > 0, ZE_RESULT_ERROR_INVALID_SIZE);
  std::shared_ptr<WaitWord> fenceWord;
  if (hFence != nullptr) {
    SOFTGPU_RESOLVE(Fence, fence, hFence);
    fenceWord = fence->word();
    SOFTGPU_REQUIRE(fenceWord->load() == 0, ZE_RESULT_ERROR_INVALID_SYNCHRONIZATION_OBJECT);
  }
  // All or nothing: check every list before the first runs.
  std::vector<std::shared_ptr<const CommandArray>> contents;
  std::vector<bool> inOrder;
  for (uint32_t i = 0; i < numCommandLists; ++i) {
    SOFTGPU_RESOLVE(List, list, phCommandLists[i]);
    SOFTGPU_REQUIRE(!list->immediate() && list->origin.ordinal == queue->ordinal(),
                    ZE_RESULT_ERROR_INVALID_COMMAND_LIST_TYPE);
    auto closed = list->contents();
    SOFTGPU_REQUIRE_SAID(closed != nullptr, ZE_RESULT_ERROR_INVALID_ARGUMENT,
                         "the command list is not closed");
    contents.push_back(std::move(closed));
    inOrder.push_back(list->inOrder());
  }
  const auto uses = strict::on() ? std::make_shared<const strict::Uses>(strict::currentUses()) : nullptr;
  for (uint32_t i = 0; i < numCommandLists; ++i) {
    queue->execute({nullptr, submitted(std::move(contents[i])),
                    i + 1 == numCommandLists ? fenceWord : nullptr, inOrder[i], uses});
  }
  if (fault::deviceLost) return ZE_RESULT_ERROR_DEVICE_LOST;
  return ZE_RESULT_SUCCESS;
}

ze_result_t zeCommandQueueSynchronize(ze_command_queue_handle_t hCommandQueue, uint64_t timeout) {
  SOFTGPU_RESOLVE(Queue, queue, hCommandQueue);
  return hostWait(timeout, [&](Deadline deadline) { return queue->wait(deadline); });
}

ze_result_t zeFenceCreate(ze_command_queue_handle_t hCommandQueue, const ze_fence_desc_t* desc,
                          ze_fence_handle_t* phFence) {
  SOFTGPU_RESOLVE(Queue, queue, hCommandQueue);
  SOFTGPU_REQUIRE_POINTER(desc);
  SOFTGPU_REQUIRE_POINTER(phFence);
  SOFTGPU_REQUIRE((desc->flags & ~uint32_t{ZE_FENCE_FLAG_SIGNALED}) == 0,
                  ZE_RESULT_ERROR_INVALID_ENUMERATION);
  *phFence = publish(std::make_shared<Fence>((desc->flags & ZE_FENCE_FLAG_SIGNALED) != 0));
  return ZE_RESULT_SUCCESS;
}

ze_result_t zeFenceDestroy(ze_fence_handle_t hFence) { return destroy<Fence>(hFence); }

ze_result_t zeFenceHostSynchronize(ze_fence_handle_t hFence, uint64_t timeout) {
  SOFTGPU_RESOLVE(Fence, fence, hFence);
  if (fence->word()->load() != 0) return ZE_RESULT_SUCCESS;
  if (timeout == 0) return ZE_RESULT_NOT_READY;
  return hostWait(timeout, [&](Deadline deadline) { return fence->word()->waitWhile(0, deadline); });
}

ze_result_t zeFenceQueryStatus(ze_fence_handle_t hFence) {
  SOFTGPU_RESOLVE(Fence, fence, hFence);
  return fence->word()->load() != 0 ? ZE_RESULT_SUCCESS : ZE_RESULT_NOT_READY;
}

ze_result_t zeFenceReset(ze_fence_handle_t hFence) {
  SOFTGPU_RESOLVE(Fence, fence, hFence);
  fence->word()->store(0);
  return ZE_RESULT_SUCCESS;
}
