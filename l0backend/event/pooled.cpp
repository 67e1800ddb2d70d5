// A free list over pools of 64 events. An event is reset by the host when it comes back, so that whoever
// borrows it next finds it unsignalled.
#include "l0backend/event/pooled.h"

#include "base/guarded.h"
#include "l0backend/event/abandoned.h"
#include "l0backend/event/persistent_wait.h"

namespace clze::l0 {

Event& Event::operator=(Event&& other) noexcept {
  if (this != &other) {
    if (handle_) provider_->giveBack(std::move(handle_));
    provider_ = other.provider_;
    handle_ = std::move(other.handle_);
  }
  return *this;
}

Event::~Event() {
  if (handle_) provider_->giveBack(std::move(handle_));
}

Result<bool> Event::wait(uint64_t timeoutNs) const {
  // First, since a lost device may refuse the host's signal.
  if (const cl_int abandoned = AbandonedEvents::instance().find(handle_.get()); abandoned != CL_SUCCESS) {
    return Failure{abandoned};
  }
  ze_result_t code = ZE_RESULT_NOT_READY;
  do {
    code = waitPersistently([this, timeoutNs] {
      return timeoutNs == 0 ? ze().zeEventQueryStatus(handle_.get())
                            : ze().zeEventHostSynchronize(handle_.get(), timeoutNs);
    });
  } while (code == ZE_RESULT_NOT_READY && timeoutNs == UINT64_MAX);
  if (code == ZE_RESULT_SUCCESS) {
    const cl_int abandoned = AbandonedEvents::instance().find(handle_.get());
    if (abandoned == CL_SUCCESS) return true;
    return Failure{abandoned};
  }
  if (code == ZE_RESULT_NOT_READY) return false;
  return Failure{toCl(code, timeoutNs == 0 ? "zeEventQueryStatus" : "zeEventHostSynchronize")};
}

namespace {

constexpr uint32_t kPoolSize = 64;

class PooledEvents final : public EventProvider {
 public:
  PooledEvents(ze_context_handle_t context, const std::vector<const Device*>& devices, bool timestamps)
      : context_(context), timestamps_(timestamps) {
    for (const Device* device : devices) devices_.push_back(device->handle);
  }

  Result<Event> borrow() override {
    auto state = state_.lock();
    if (!state->free.empty()) {
      EventHandle handle = std::move(state->free.back());
      state->free.pop_back();
      return Event(this, std::move(handle));
    }
    if (state->used == kPoolSize) {
      CLZE_TRY(grow(*state));
    }
    // Both scopes reach the host: the host reads what commands wrote as soon as it sees the event.
    ze_event_desc_t desc = {ZE_STRUCTURE_TYPE_EVENT_DESC, nullptr, state->used, ZE_EVENT_SCOPE_FLAG_HOST,
                            ZE_EVENT_SCOPE_FLAG_HOST};
    EventHandle handle;
    CLZE_ZE_TRY(zeEventCreate, state->pools.back().get(), &desc, handle.put());
    ++state->used;
    return Event(this, std::move(handle));
  }

 private:
  // Order matters: events are destroyed before their pools.
  struct State {
    std::vector<EventPoolHandle> pools;
    std::vector<EventHandle> free;
    uint32_t used = kPoolSize;  // events made from the last pool
  };

  Result<void> grow(State& state) {
    ze_event_pool_desc_t desc = {};
    desc.stype = ZE_STRUCTURE_TYPE_EVENT_POOL_DESC;
    desc.flags = ZE_EVENT_POOL_FLAG_HOST_VISIBLE;
    if (timestamps_) desc.flags |= ZE_EVENT_POOL_FLAG_KERNEL_TIMESTAMP;
    desc.count = kPoolSize;
    EventPoolHandle pool;
    CLZE_ZE_TRY(zeEventPoolCreate, context_, &desc, static_cast<uint32_t>(devices_.size()), devices_.data(),
                pool.put());
    state.pools.push_back(std::move(pool));
    // So that giving back never allocates.
    state.free.reserve(state.pools.size() * kPoolSize);
    state.used = 0;
    return {};
  }

  void giveBack(EventHandle handle) override {
    // Its command may have run in part.
    if (AbandonedEvents::instance().remove(handle.get())) {
      AbandonedEvents::instance().handleDestroyed();
      return;
    }
    const ze_result_t code = ze().zeEventHostReset(handle.get());
    if (code != ZE_RESULT_SUCCESS) {
      toCl(code, "zeEventHostReset");
      AbandonedEvents::instance().handleDestroyed();
      return;  // destroyed: an event of unknown state is never lent again
    }
    state_.lock()->free.push_back(std::move(handle));
  }

  ze_context_handle_t context_;
  std::vector<ze_device_handle_t> devices_;
  bool timestamps_;
  Guarded<State> state_;
};

}  // namespace

std::unique_ptr<EventProvider> makePooledEvents(ze_context_handle_t context,
                                                const std::vector<const Device*>& devices, bool timestamps) {
  return std::make_unique<PooledEvents>(context, devices, timestamps);
}

}  // namespace clze::l0
