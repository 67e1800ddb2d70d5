// In-order: one immediate list. Order is the driver's where lists can have it, else a barrier of ours, put
// before a command only when something was appended since the last one.
#include "base/guarded.h"
#include "l0backend/queue/lane.h"

namespace clze::l0 {

namespace {

class InOrderQueue final : public Queue {
 public:
  InOrderQueue(Context& context, const Device& device, CommandListHandle list)
      : Queue(context, device, device.caps.inOrderLists) {
    state_.lock()->list = std::move(list);
  }
  ~InOrderQueue() override { static_cast<void>(waitForAll()); }

  Result<void> barrier(const Sync& sync) override { return join(sync); }
  Result<void> marker(const Sync& sync) override { return join(sync); }
  Result<void> forward(const Sync& sync) override { return join(sync); }
  Result<void> flush() override { return {}; }
  Result<void> finish() override { return waitForAll(); }

 protected:
  Result<void> append(const Sync& sync, const Body& body) override {
    auto state = state_.lock();
    CLZE_TRY(order(*state));
    // Also after a failure: a command of several parts may have been appended half.
    state->needsBarrier = true;
    ++state->appended;
    return body.call(body.self, state->list.get(), sync);
  }

 private:
  // Events whose wait failed: a lost device may still write to them, so they are not lent again before the
  // list is gone (members are destroyed from the last to the first).
  struct State {
    std::vector<Event> lost;
    CommandListHandle list;
    bool needsBarrier = false;
    uint64_t appended = 0, finished = 0;  // commands
  };

  Result<void> order(State& state) {
    if (!state.needsBarrier || ordered_) return {};
    CLZE_TRY(appendBarrier(state.list.get(), nullptr, {}));
    state.needsBarrier = false;
    return {};
  }

  Result<void> join(const Sync& sync) {
    if (sync.waits.empty() && sync.signal == nullptr) return {};  // the queue's order says it already
    auto state = state_.lock();
    // A barrier that waits for events need not wait for commands as well.
    if (!sync.waits.empty()) {
      CLZE_TRY(order(*state));
    }
    ++state->appended;
    CLZE_TRY(appendBarrier(state->list.get(), sync.signal, sync.waits));
    state->needsBarrier = false;
    return {};
  }

  Result<void> waitForAll() {
    Event done;
    uint64_t reached = 0;
    {
      auto state = state_.lock();
      if (state->appended == state->finished) return {};
      CLZE_TRY_ASSIGN(done, context_.events(false).borrow());
      CLZE_TRY(appendBarrier(state->list.get(), done.get(), {}));
      state->needsBarrier = false;
      reached = state->appended;
    }
    const auto waited = done.wait(UINT64_MAX);
    reclaimStaging();
    auto state = state_.lock();
    if (!waited) {
      state->lost.push_back(std::move(done));
      return waited.failure();
    }
    state->finished = std::max(state->finished, reached);
    return {};
  }

  Guarded<State> state_;
};

}  // namespace

Result<std::unique_ptr<Queue>> createInOrderQueue(Context& context, const Device& device,
                                                  const QueueSettings& settings) {
  CLZE_TRY_ASSIGN(auto list, createLane(context, device, settings, 0, device.caps.inOrderLists));
  return std::unique_ptr<Queue>(std::make_unique<InOrderQueue>(context, device, std::move(list)));
}

}  // namespace clze::l0
