// Owners of Level Zero handles: each destroys its handle once, through the table of loader/api.h.
#pragma once

#include <utility>

#include "l0backend/loader/api.h"

namespace clze::l0 {

template <class Handle, auto Destroy>
class Unique {
 public:
  Unique() = default;
  explicit Unique(Handle handle) : handle_(handle) {}
  Unique(Unique&& other) noexcept : handle_(std::exchange(other.handle_, nullptr)) {}
  Unique& operator=(Unique&& other) noexcept {
    if (this != &other) reset(std::exchange(other.handle_, nullptr));
    return *this;
  }
  Unique(const Unique&) = delete;
  Unique& operator=(const Unique&) = delete;
  ~Unique() { reset(); }

  Handle get() const { return handle_; }
  explicit operator bool() const { return handle_ != nullptr; }
  Handle release() { return std::exchange(handle_, nullptr); }
  // For out-parameters of creating calls; the owner must be empty.
  Handle* put() { return &handle_; }
  void reset(Handle handle = nullptr) {
    if (handle_ != nullptr) (ze().*Destroy)(handle_);
    handle_ = handle;
  }

 private:
  Handle handle_ = nullptr;
};

using ContextHandle = Unique<ze_context_handle_t, &Api::zeContextDestroy>;
using CommandListHandle = Unique<ze_command_list_handle_t, &Api::zeCommandListDestroy>;
using CommandQueueHandle = Unique<ze_command_queue_handle_t, &Api::zeCommandQueueDestroy>;
using FenceHandle = Unique<ze_fence_handle_t, &Api::zeFenceDestroy>;
using EventPoolHandle = Unique<ze_event_pool_handle_t, &Api::zeEventPoolDestroy>;
using EventHandle = Unique<ze_event_handle_t, &Api::zeEventDestroy>;
using ImageHandle = Unique<ze_image_handle_t, &Api::zeImageDestroy>;
using SamplerHandle = Unique<ze_sampler_handle_t, &Api::zeSamplerDestroy>;
using ModuleHandle = Unique<ze_module_handle_t, &Api::zeModuleDestroy>;
using KernelHandle = Unique<ze_kernel_handle_t, &Api::zeKernelDestroy>;

}  // namespace clze::l0
