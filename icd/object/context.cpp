// Contexts.
#include "icd/object/context.h"

#include <fmt/format.h>

#include <algorithm>

#include "icd/command/dispatcher.h"
#include "icd/feature/feature.h"
#include "icd/object/queue.h"

namespace clze::icd {

Result<Ref<Context>> Context::create(std::vector<Device*> devices,
                                     std::vector<cl_context_properties> properties) {
  Ref<Context> context = Ref<Context>::adopt(new Context());
  std::vector<const l0::Device*> level0;
  level0.reserve(devices.size());
  for (const Device* device : devices) level0.push_back(&device->level0());
  CLZE_TRY_ASSIGN(context->level0_, l0::Context::create(*level0.front()->driver, level0));
  context->devices_ = std::move(devices);
  context->properties_ = std::move(properties);
  for (const Feature* feature : features()) {
    if (feature->contextCreated != nullptr) {
      CLZE_TRY(feature->contextCreated(*context));
    }
  }
  return context;
}

Context::~Context() {
  // The last registered first (OpenCL 3.0, 4.4.2); by value, since a callback may look at the context.
  std::vector<std::function<void(cl_context)>> callbacks;
  std::swap(callbacks, *destructorCallbacks_.lock());
  if (Dispatcher::parting()) return;
  for (auto callback = callbacks.rbegin(); callback != callbacks.rend(); ++callback) (*callback)(this);
}

bool Context::has(const Device* device) const {
  return std::find(devices_.begin(), devices_.end(), device) != devices_.end();
}

void Context::addDestructorCallback(std::function<void(cl_context)> callback) {
  destructorCallbacks_.lock()->push_back(std::move(callback));
}

void Context::setErrorCallback(void(CL_CALLBACK* notify)(const char*, const void*, size_t, void*),
                               void* userData) {
  notify_ = notify;
  notifyData_ = userData;
}

void Context::reportError(const char* what, cl_int code) const {
  if (notify_ == nullptr) return;
  const std::string text = fmt::format("clze: {} failed ({})", what, code);
  notify_(text.c_str(), nullptr, 0, notifyData_);
}

void Context::submitHeld() {
  bool moved = true;
  while (moved) {
    // A queue may be on its way out: only those that can still be referred to count.
    std::vector<Ref<CommandQueue>> queues;
    {
      auto list = queues_.lock();
      queues.reserve(list->size());
      for (CommandQueue* queue : *list) {
        if (queue->tryRetain()) queues.push_back(Ref<CommandQueue>::adopt(queue));
      }
    }
    moved = false;
    for (const Ref<CommandQueue>& queue : queues) moved = queue->submitHeld() || moved;
  }
}

void Context::addQueue(CommandQueue* queue) { queues_.lock()->push_back(queue); }

void Context::removeQueue(CommandQueue* queue) { std::erase(*queues_.lock(), queue); }

Result<void> Context::info(cl_context_info name, const InfoWriter& writer) const {
  switch (name) {
    case CL_CONTEXT_REFERENCE_COUNT:
      return writer(apiReferences());
    case CL_CONTEXT_NUM_DEVICES:
      return writer(static_cast<cl_uint>(devices_.size()));
    case CL_CONTEXT_DEVICES: {
      const std::vector<cl_device_id> handles(devices_.begin(), devices_.end());
      return writer.array<cl_device_id>(handles);
    }
    case CL_CONTEXT_PROPERTIES:
      return writer.array<cl_context_properties>(properties_);
    default:
      return Failure{CL_INVALID_VALUE};
  }
}

}  // namespace clze::icd
