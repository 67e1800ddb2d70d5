// A context: its devices, the Level Zero context under it, and what extensions attach to it.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/guarded.h"
#include "icd/object/platform.h"
#include "l0backend/context.h"

namespace clze::icd {

class CommandQueue;

// State an extension keeps in a context (icd/feature/), found by the extension's own key.
class ContextAttachment {
 public:
  virtual ~ContextAttachment() = default;
};

class Context final : public ApiObject<Context, _cl_context, Kind::Context> {
 public:
  // `properties` as given, with the closing zero; empty when the application gave none.
  static Result<Ref<Context>> create(std::vector<Device*> devices,
                                     std::vector<cl_context_properties> properties);
  ~Context() override;

  const std::vector<Device*>& devices() const { return devices_; }
  bool has(const Device* device) const;
  Device& device() const { return *devices_.front(); }
  l0::Context& level0() const { return *level0_; }
  const std::vector<cl_context_properties>& properties() const { return properties_; }

  template <class T>
  T* attachment() const {
    return dynamic_cast<T*>(attachment_.get());
  }
  void attach(std::unique_ptr<ContextAttachment> attachment) { attachment_ = std::move(attachment); }

  void addDestructorCallback(std::function<void(cl_context)> callback);
  // pfn_notify of clCreateContext; null when none.
  void setErrorCallback(void(CL_CALLBACK* notify)(const char*, const void*, size_t, void*), void* userData);
  // Tells that callback of a failure that is nobody's mistake (the device's, memory's). No lock may be held.
  void reportError(const char* what, cl_int code) const;

  // Submits held commands whose dependencies are settled by now, in every queue of the context
  // (icd/command/). No lock may be held.
  void submitHeld();
  void addQueue(CommandQueue* queue);
  void removeQueue(CommandQueue* queue);

  Result<void> info(cl_context_info name, const InfoWriter& writer) const;

 private:
  Context() = default;
  std::vector<Device*> devices_;
  std::vector<cl_context_properties> properties_;
  std::unique_ptr<l0::Context> level0_;
  std::unique_ptr<ContextAttachment> attachment_;
  Guarded<std::vector<CommandQueue*>> queues_;
  Guarded<std::vector<std::function<void(cl_context)>>> destructorCallbacks_;
  void(CL_CALLBACK* notify_)(const char*, const void*, size_t, void*) = nullptr;
  void* notifyData_ = nullptr;
};

}  // namespace clze::icd
