// In-order, batched: the first command after a flush goes to the device at once if that is idle, in a regular
// list of its own; those that follow are gathered in one list, which is handed over at flush(), at finish(),
// or at a bound. A list begins with a barrier, which orders it behind what the same queue was given before.
#include <time.h>

#include <algorithm>
#include <atomic>

#include "base/guarded.h"
#include "l0backend/event/abandoned.h"
#include "l0backend/event/persistent_wait.h"
#include "l0backend/queue/lane.h"

namespace clze::l0 {

namespace {

// Commands of a list before it is handed over unasked: one submission costs the host as much as about four
// launches (docs/performance.md), so that longer lists save little and only keep the device waiting.
constexpr uint32_t kBound = 32;
// A device that is behind by this many lists gets longer ones: each takes memory of its own.
constexpr size_t kFarBehind = 16;
constexpr uint32_t kLongBound = 1024;
// Commands this far apart are no burst: if the device has run dry the next one goes to it at once, with what
// was gathered. The coarse clock ticks every 1 to 4 ms.
constexpr int64_t kStaleNs = 5'000'000;
constexpr size_t kSpare = 64;   // lists kept for reuse
constexpr size_t kRepeats = 2;  // of them, how many may be kept to be executed again as they are

// No system call where there is a vDSO.
int64_t coarseNow() {
  timespec now = {};
  clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
  return now.tv_sec * 1'000'000'000 + now.tv_nsec;
}

// What a list does that consists of one launch that waits for nothing; arguments 0: something else.
struct Recorded {
  uint64_t kernel = 0, arguments = 0;
  ze_event_handle_t signal = nullptr;
  uint64_t generation = 0;  // in which that handle is this event
  Size3 groupSize = {}, groupCount = {}, offset = {};
  bool operator==(const Recorded&) const = default;
};

Recorded recordedOf(const Launch& launch, const Sync& sync) {
  return {launch.kernel->id(), launch.args->id,   sync.signal,  AbandonedEvents::instance().generation(),
          launch.groupSize,    launch.groupCount, launch.offset};
}

class BatchedQueue final : public Queue {
 public:
  BatchedQueue(Context& context, const Device& device, bool timestamps)
      : Queue(context, device, false), timestamps_(timestamps) {}
  ~BatchedQueue() override { static_cast<void>(waitForAll()); }

  Result<void> open(const QueueSettings& settings) {
    const ze_command_queue_desc_t desc = queueDescription(device_, settings, 0);
    auto state = state_.lock();
    CLZE_ZE_TRY(zeCommandQueueCreate, context_.handle(), device_.handle, &desc, state->queue.put());
    state->running.reserve(kSpare);
    state->spare.reserve(kSpare);
    state->signals.reserve(kBound);
    return {};
  }

  Result<void> barrier(const Sync& sync) override { return join(sync); }
  Result<void> marker(const Sync& sync) override { return join(sync); }
  Result<void> forward(const Sync& sync) override { return join(sync); }
  Result<void> flush() override {
    burst_.store(false, std::memory_order_relaxed);
    if (!gathered_.load(std::memory_order_acquire)) return {};
    auto state = state_.lock();
    return handOver(*state);
  }
  Result<void> finish() override { return waitForAll(); }

 protected:
  bool immediate() const override { return false; }
  Result<void> append(const Sync& sync, const Body& body) override {
    auto state = state_.lock();
    return add(*state, sync, body);
  }

 private:
  struct Batch {
    FenceHandle fence;  // signalled when the list has completed
    CommandListHandle list;
    Recorded recorded;
    uint32_t waiters = 0;  // on the fence, without the lock
  };

  // Members are destroyed from the last to the first: lists, then the queue.
  struct State {
    CommandQueueHandle queue;
    std::vector<std::unique_ptr<Batch>> spare;    // of no use to the device; the last one used last
    std::vector<std::unique_ptr<Batch>> running;  // in the order they were handed over
    std::unique_ptr<Batch> open;                  // being gathered, or null
    uint32_t count = 0;                           // commands in it
    bool needsBarrier = false;                    // before the next one
    int64_t burstNs = 0;                          // when the burst, or its last list, began
    std::vector<ze_event_handle_t> signals;       // of those commands
  };

  Result<void> join(const Sync& sync) {
    if (sync.waits.empty() && sync.signal == nullptr) return {};  // the queue's order says it already
    auto state = state_.lock();
    // Nothing to come after: what acquire and release of video surfaces ask again and again of an idle queue.
    if (!timestamps_ && sync.waits.empty() && !state->open && idle(*state)) {
      CLZE_ZE_TRY(zeEventHostSignal, sync.signal);
      return {};
    }
    auto body = [&](ze_command_list_handle_t list) -> Result<void> {
      // A barrier that waits for events need not wait for commands as well.
      if (!sync.waits.empty() && state->needsBarrier) {
        CLZE_TRY(appendBarrier(list, nullptr, {}));
      }
      CLZE_TRY(appendBarrier(list, sync.signal, sync.waits));
      state->needsBarrier = false;
      return {};
    };
    return addWith(*state, sync, body, Recorded());
  }

  Result<void> add(State& state, const Sync& sync, const Body& body) {
    Recorded what;
    if (!state.open && body.launch != nullptr && sync.waits.empty()) {
      what = recordedOf(*body.launch, sync);
      if (what.arguments != 0 && !inBurst(state) && idle(state)) {
        CLZE_TRY_ASSIGN(const bool again, repeat(state, what));
        if (again) {
          beginBurst(state);
          return {};
        }
      }
    }
    auto ordered = [&](ze_command_list_handle_t list) -> Result<void> {
      if (state.needsBarrier) {
        CLZE_TRY(appendBarrier(list, nullptr, {}));
        state.needsBarrier = false;
      }
      // Also after a failure: a command of several parts may have been appended half.
      state.needsBarrier = true;
      return body.call(body.self, list, sync);
    };
    return addWith(state, sync, ordered, what);
  }

  template <class Callable>
  Result<void> addWith(State& state, const Sync& sync, Callable& body, const Recorded& what) {
    bool atOnce = false;
    if (!state.open) {
      atOnce = !inBurst(state) && idle(state);
      CLZE_TRY(begin(state));
    }
    const auto appended = body(state.open->list.get());
    if (!appended) {
      // Nothing of a failed command runs, unless others are before it in the list.
      if (state.count == 0) drop(state);
      return appended;
    }
    ++state.count;
    if (sync.signal != nullptr) state.signals.push_back(sync.signal);
    if (state.count == 1) {
      state.open->recorded = what;
    } else {
      state.open->recorded.arguments = 0;
    }
    if (!atOnce && state.count < (state.running.size() < kFarBehind ? kBound : kLongBound)) {
      // Nobody may come and flush for long: a dry device takes what there is.
      if (inBurst(state) || !idle(state)) {
        gathered_.store(true, std::memory_order_release);
        return {};
      }
    }
    beginBurst(state);
    return handOver(state);
  }

  // A command was submitted lately and nobody has flushed since: more are likely to come.
  bool inBurst(const State& state) const {
    return burst_.load(std::memory_order_relaxed) && coarseNow() - state.burstNs < kStaleNs;
  }
  void beginBurst(State& state) {
    burst_.store(true, std::memory_order_relaxed);
    state.burstNs = coarseNow();
  }

  // Opens a list.
  Result<void> begin(State& state) {
    if (state.spare.empty()) reclaim(state);
    std::unique_ptr<Batch> batch = takeSpare(state);
    if (batch) {
      CLZE_ZE_TRY(zeCommandListReset, batch->list.get());
    } else {
      batch = std::make_unique<Batch>();
      ze_command_list_desc_t desc = {};
      desc.stype = ZE_STRUCTURE_TYPE_COMMAND_LIST_DESC;
      desc.commandQueueGroupOrdinal = device_.computeGroup.ordinal;
      CLZE_ZE_TRY(zeCommandListCreate, context_.handle(), device_.handle, &desc, batch->list.put());
      const ze_fence_desc_t fence = {ZE_STRUCTURE_TYPE_FENCE_DESC, nullptr, 0};
      CLZE_ZE_TRY(zeFenceCreate, state.queue.get(), &fence, batch->fence.put());
    }
    batch->recorded = {};
    state.open = std::move(batch);
    state.count = 0;
    state.needsBarrier = !state.running.empty();
    return {};
  }

  // A list to write anew: one that cannot be repeated, else the one unused for longest; null: make one.
  static std::unique_ptr<Batch> takeSpare(State& state) {
    auto chosen =
        std::find_if(state.spare.begin(), state.spare.end(),
                     [](const std::unique_ptr<Batch>& batch) { return batch->recorded.arguments == 0; });
    if (chosen == state.spare.end()) {
      if (state.spare.size() <= kRepeats) return nullptr;
      chosen = state.spare.begin();
    }
    std::unique_ptr<Batch> batch = std::move(*chosen);
    state.spare.erase(chosen);
    return batch;
  }

  // Lets go of the list being gathered, and of what is in it.
  void drop(State& state) {
    state.open.reset();
    state.count = 0;
    state.signals.clear();
    gathered_.store(false, std::memory_order_release);
  }

  // Gives the open list to the device. If that fails its commands never run, and their events say so.
  Result<void> handOver(State& state) {
    if (!state.open) return {};
    Batch& batch = *state.open;
    Result<void> result = close(batch);
    if (result) result = execute(state, batch);
    if (!result) {
      for (const ze_event_handle_t event : state.signals) {
        AbandonedEvents::instance().add(event, result.code());
      }
      drop(state);
      return result;
    }
    state.running.push_back(std::move(state.open));
    state.count = 0;
    state.signals.clear();
    gathered_.store(false, std::memory_order_release);
    return {};
  }

  static Result<void> close(Batch& batch) {
    CLZE_ZE_TRY(zeCommandListClose, batch.list.get());
    return {};
  }

  static Result<void> execute(State& state, Batch& batch) {
    ze_command_list_handle_t list = batch.list.get();
    CLZE_ZE_TRY(zeCommandQueueExecuteCommandLists, state.queue.get(), 1, &list, batch.fence.get());
    return {};
  }

  // A launch that an idle list holds already is executed as it is. True: it was.
  static Result<bool> repeat(State& state, const Recorded& what) {
    const auto same =
        std::find_if(state.spare.begin(), state.spare.end(),
                     [&what](const std::unique_ptr<Batch>& batch) { return batch->recorded == what; });
    if (same == state.spare.end()) return false;
    CLZE_TRY(execute(state, **same));
    state.running.push_back(std::move(*same));
    state.spare.erase(same);
    return true;
  }

  static bool done(const Batch& batch) {
    return ze().zeFenceQueryStatus(batch.fence.get()) == ZE_RESULT_SUCCESS;
  }

  // Nothing is on the device: the last list has completed, hence all before it.
  static bool idle(State& state) {
    if (state.running.empty()) return true;
    if (!done(*state.running.back())) return false;
    completed(state, state.running.size());
    return true;
  }

  // Looks which lists have completed.
  static void reclaim(State& state) {
    size_t finished = 0;
    while (finished < state.running.size() && done(*state.running[finished])) ++finished;
    completed(state, finished);
  }

  // The first `count` lists are done. One that a thread still waits for stays where it is, with what follows.
  static void completed(State& state, size_t count) {
    size_t moved = 0;
    while (moved < count && state.running[moved]->waiters == 0) {
      std::unique_ptr<Batch> batch = std::move(state.running[moved++]);
      // A fence of unknown state is not used again.
      if (state.spare.size() == kSpare || ze().zeFenceReset(batch->fence.get()) != ZE_RESULT_SUCCESS)
        continue;
      state.spare.push_back(std::move(batch));
    }
    state.running.erase(state.running.begin(), state.running.begin() + static_cast<std::ptrdiff_t>(moved));
  }

  Result<void> waitForAll() {
    Result<void> handedOver;
    Batch* last = nullptr;
    burst_.store(false, std::memory_order_relaxed);
    {
      auto state = state_.lock();
      handedOver = handOver(*state);
      if (state->running.empty()) return handedOver;
      last = state->running.back().get();
      ++last->waiters;
    }
    ze_result_t code = ZE_RESULT_NOT_READY;
    while (code == ZE_RESULT_NOT_READY) {
      code = waitPersistently([last] { return ze().zeFenceHostSynchronize(last->fence.get(), UINT64_MAX); });
    }
    {
      auto state = state_.lock();
      --last->waiters;
      if (code == ZE_RESULT_SUCCESS) {
        size_t count = 0;
        while (count < state->running.size() && state->running[count].get() != last) ++count;
        completed(*state, std::min(count + 1, state->running.size()));
      }
    }
    reclaimStaging();
    if (code != ZE_RESULT_SUCCESS) return Failure{toCl(code, "zeFenceHostSynchronize")};
    return handedOver;
  }

  const bool timestamps_;
  Guarded<State> state_;
  // For flush() without the lock: state_.open is there, and state_.burstNs counts.
  std::atomic<bool> gathered_ = false, burst_ = false;
};

}  // namespace

Result<std::unique_ptr<Queue>> createBatchedQueue(Context& context, const Device& device,
                                                  const QueueSettings& settings) {
  auto queue = std::make_unique<BatchedQueue>(context, device, settings.timestamps);
  CLZE_TRY(queue->open(settings));
  return std::unique_ptr<Queue>(std::move(queue));
}

}  // namespace clze::l0
