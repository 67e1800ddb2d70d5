// The kernel that copies planes, and a queue of its own for copies outside the application's queues.
#pragma once

#include <memory>
#include <vector>

#include "base/guarded.h"
#include "l0backend/kernel/kernel.h"
#include "l0backend/queue/queue.h"

namespace clze::va {

// One a context; thread-safe.
class PlaneCopier {
 public:
  static Result<std::shared_ptr<PlaneCopier>> create(l0::Context& context, const l0::Device& device);

  // What a copy from one image to another is; lives until it was appended.
  static l0::ArgBlock arguments(ze_image_handle_t from, ze_image_handle_t to);
  Result<void> append(l0::Queue& queue, const l0::ArgBlock& arguments, uint32_t width, uint32_t height,
                      ze_event_handle_t signal = nullptr) const;
  // Waits for the copy.
  Result<void> run(const l0::ArgBlock& arguments, uint32_t width, uint32_t height);

 private:
  PlaneCopier(l0::Context& context, const l0::Device& device, std::unique_ptr<l0::Kernel> kernel)
      : context_(context), device_(device), kernel_(std::move(kernel)) {}

  l0::Context& context_;
  const l0::Device& device_;
  std::unique_ptr<l0::Kernel> kernel_;
  // Events whose wait failed: a lost device may still write to them, so they go after the queue.
  Guarded<std::vector<l0::Event>> lost_;
  Guarded<std::unique_ptr<l0::Queue>> queue_;  // made at first need
};

}  // namespace clze::va
