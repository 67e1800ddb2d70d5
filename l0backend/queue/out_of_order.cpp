// Out-of-order: four immediate lists in rotation, unordered inside, plus one for commands that only wait and
// signal. A barrier gathers the lists at the first one (the hub) and the others wait for the hub when next
// used.
#include <array>
#include <deque>

#include "base/guarded.h"
#include "l0backend/queue/lane.h"

namespace clze::l0 {

namespace {

constexpr uint32_t kWorkLanes = 4;
constexpr uint32_t kForwardLane = kWorkLanes;
constexpr uint32_t kLanes = kWorkLanes + 1;

class OutOfOrderQueue final : public Queue {
 public:
  OutOfOrderQueue(Context& context, const Device& device, const QueueSettings& settings)
      : Queue(context, device, false), settings_(settings) {}
  ~OutOfOrderQueue() override { static_cast<void>(waitForAll()); }

  // The lists: all but the forwarding one, which few programs need.
  Result<void> open() {
    auto state = state_.lock();
    for (uint32_t i = 0; i < kWorkLanes; ++i) {
      CLZE_TRY(openLane(*state, i));
    }
    return {};
  }

  Result<void> flush() override { return {}; }
  Result<void> finish() override { return waitForAll(); }

  Result<void> barrier(const Sync& sync) override {
    auto state = state_.lock();
    bool idle = sync.waits.empty() && sync.signal == nullptr;
    for (const Lane& lane : state->lanes) idle = idle && !lane.dirty;
    if (idle) return {};
    reclaim(*state);

    Lane& hub = state->lanes[0];
    CLZE_TRY_ASSIGN(Event passed, context_.events(false).borrow());
    Join join;
    CLZE_TRY(gather(*state, 0, sync, join));
    if (hub.dirty && !state->waits.empty()) {
      CLZE_TRY(keepOnFailure(*state, join, appendBarrier(hub.list.get(), nullptr, {})));
    }
    ++hub.appended;
    CLZE_TRY(keepOnFailure(*state, join, appendBarrier(hub.list.get(), passed.get(), state->waits)));
    join.guard = std::move(passed);
    state->barriers.push_back(std::move(join));
    ++state->generation;
    hub.joined = state->generation;
    for (Lane& lane : state->lanes) lane.dirty = false;
    if (sync.signal == nullptr) return {};
    hub.dirty = true;
    return appendBarrier(hub.list.get(), sync.signal, {});
  }

  Result<void> marker(const Sync& sync) override {
    if (sync.signal == nullptr) return {};  // nobody could tell
    auto state = state_.lock();
    CLZE_TRY(openLane(*state, kForwardLane));
    reclaim(*state);
    Lane& lane = state->lanes[kForwardLane];
    CLZE_TRY_ASSIGN(Event passed, context_.events(false).borrow());
    Join join;
    CLZE_TRY(gather(*state, kForwardLane, sync, join));
    if (!state->barriers.empty()) state->waits.push_back(state->barriers.back().guard.get());
    if (lane.dirty && !state->waits.empty()) {
      CLZE_TRY(keepOnFailure(*state, join, appendBarrier(lane.list.get(), nullptr, {})));
    }
    lane.dirty = true;
    ++lane.appended;
    CLZE_TRY(keepOnFailure(*state, join, appendBarrier(lane.list.get(), passed.get(), state->waits)));
    join.guard = std::move(passed);
    state->markers.push_back(std::move(join));
    return appendBarrier(lane.list.get(), sync.signal, {});
  }

  Result<void> forward(const Sync& sync) override {
    if (sync.signal == nullptr) return {};
    auto state = state_.lock();
    CLZE_TRY(openLane(*state, kForwardLane));
    Lane& lane = state->lanes[kForwardLane];
    lane.dirty = true;
    ++lane.appended;
    return appendBarrier(lane.list.get(), sync.signal, sync.waits);
  }

 protected:
  Result<void> append(const Sync& sync, const Body& body) override {
    auto state = state_.lock();
    Lane& lane = state->lanes[state->next++ % kWorkLanes];
    lane.dirty = true;
    ++lane.appended;
    if (lane.joined != state->generation) {
      const ze_event_handle_t hub = state->barriers.back().guard.get();
      CLZE_TRY(appendBarrier(lane.list.get(), nullptr, {&hub, 1}));
      lane.joined = state->generation;
    }
    return body.call(body.self, lane.list.get(), sync);
  }

 private:
  struct Lane {
    CommandListHandle list;
    bool dirty = false;                   // commands since the last barrier
    uint64_t joined = 0;                  // the barrier this list has waited for
    uint64_t appended = 0, finished = 0;  // commands
  };

  // Events of one gathering. The parts were waited for when the guard is signalled. A marker's guard has no
  // waiters; a barrier's has those lists that used it, all of which the next barrier gathers: it is free when
  // the next one's guard is signalled.
  struct Join {
    std::vector<Event> parts;
    Event guard;
  };

  // Lists are destroyed before the events they mention (members from the last to the first).
  struct State {
    std::vector<Event> strays;  // signalled by some list, waited for by nobody, or of unknown fate
    std::deque<Join> barriers;  // the last one is current while lists have not joined it
    std::deque<Join> markers;
    std::vector<ze_event_handle_t> waits;  // scratch
    uint64_t generation = 0;               // barriers so far
    uint32_t next = 0;
    std::array<Lane, kLanes> lanes;
  };

  Result<void> openLane(State& state, uint32_t index) {
    Lane& lane = state.lanes[index];
    if (lane.list) return {};
    CLZE_TRY_ASSIGN(lane.list, createLane(context_, device_, settings_, index, false));
    return {};
  }

  // Makes every used list but `except` signal an event of its own; leaves those and the command's waits in
  // state.waits. On failure the events already on their way are kept.
  Result<void> gather(State& state, uint32_t except, const Sync& sync, Join& join) {
    state.waits.assign(sync.waits.begin(), sync.waits.end());
    for (uint32_t i = 0; i < kLanes; ++i) {
      Lane& lane = state.lanes[i];
      if (i == except || !lane.dirty) continue;
      auto part = context_.events(false).borrow();
      if (!part) return keepOnFailure(state, join, part.failure());
      ++lane.appended;
      CLZE_TRY(keepOnFailure(state, join, appendBarrier(lane.list.get(), part->get(), {})));
      state.waits.push_back(part->get());
      join.parts.push_back(*std::move(part));
    }
    return {};
  }

  static Result<void> keepOnFailure(State& state, Join& join, Result<void> result) {
    if (!result) {
      for (Event& part : join.parts) state.strays.push_back(std::move(part));
    }
    return result;
  }

  static bool signalled(const Event& event) {
    const auto answer = event.signalled();
    return answer && *answer;
  }

  // Gives back the events that no list mentions any more. Looks only as far as commands have completed.
  static void reclaim(State& state) {
    while (state.barriers.size() > 1 && signalled(state.barriers[1].guard)) state.barriers.pop_front();
    if (!state.barriers.empty() && !state.barriers.front().parts.empty() &&
        signalled(state.barriers.front().guard)) {
      state.barriers.front().parts.clear();
    }
    while (!state.markers.empty() && signalled(state.markers.front().guard)) state.markers.pop_front();
  }

  Result<void> waitForAll() {
    struct Pending {
      Event done;
      uint64_t reached = 0;
    };
    std::array<Pending, kLanes> pending;
    Result<void> outcome;
    {
      auto state = state_.lock();
      for (uint32_t i = 0; i < kLanes && outcome; ++i) {
        Lane& lane = state->lanes[i];
        if (lane.appended == lane.finished) continue;
        auto done = context_.events(false).borrow();
        if (!done) {
          outcome = done.failure();
          break;
        }
        outcome = appendBarrier(lane.list.get(), done->get(), {});
        if (!outcome) break;
        pending[i].done = *std::move(done);
        pending[i].reached = lane.appended;
      }
    }
    for (Pending& item : pending) {
      if (!item.done) continue;
      const auto waited = item.done.wait(UINT64_MAX);
      auto state = state_.lock();
      if (!waited) {
        state->strays.push_back(std::move(item.done));
        outcome = waited.failure();
        continue;
      }
      Lane& lane = state->lanes[static_cast<size_t>(&item - pending.data())];
      lane.finished = std::max(lane.finished, item.reached);
    }
    if (!outcome) return outcome;
    reclaimStaging();
    auto state = state_.lock();
    bool idle = true;
    for (const Lane& lane : state->lanes) idle = idle && lane.appended == lane.finished;
    if (idle) {
      for (Lane& lane : state->lanes) {
        lane.dirty = false;
        lane.joined = state->generation;
      }
      state->barriers.clear();
      state->markers.clear();
      state->strays.clear();
    }
    return {};
  }

  const QueueSettings settings_;
  Guarded<State> state_;
};

}  // namespace

Result<std::unique_ptr<Queue>> createOutOfOrderQueue(Context& context, const Device& device,
                                                     const QueueSettings& settings) {
  auto queue = std::make_unique<OutOfOrderQueue>(context, device, settings);
  CLZE_TRY(queue->open());
  return std::unique_ptr<Queue>(std::move(queue));
}

}  // namespace clze::l0
