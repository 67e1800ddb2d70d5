// Command queues: what is appended, what is held, what is kept alive.
#include "icd/object/queue.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <thread>

#include "base/config.h"
#include "icd/command/dispatcher.h"

namespace clze::icd {
namespace {

// Handles of the events a command waits for; a few without the heap.
class WaitHandles {
 public:
  explicit WaitHandles(size_t most) {
    if (most > inline_.size()) many_.reserve(most);
  }
  void add(ze_event_handle_t handle) {
    if (many_.capacity() != 0) {
      many_.push_back(handle);
    } else {
      inline_[count_++] = handle;
    }
  }
  std::span<const ze_event_handle_t> span() const {
    if (many_.capacity() != 0) return many_;
    return {inline_.data(), count_};
  }

 private:
  std::array<ze_event_handle_t, 16> inline_ = {};
  size_t count_ = 0;
  std::vector<ze_event_handle_t> many_;
};

}  // namespace

// The end of a released queue's last commands.
class Drained final : public Watch {
 public:
  // `done` may be null: then it is asked for again, since memory may be short only for a moment.
  Drained(Ref<CommandQueue> queue, l0::Event done, uint64_t position)
      : queue_(std::move(queue)), done_(std::move(done)), position_(position) {}
  bool step() override {
    if (!done_) done_ = queue_->beginDrain(*queue_->state().lock());
    if (!done_) {
      if (--tries_ > 0) return false;
      queue_->finishAfterFailure(position_);
      return true;
    }
    const auto signalled = done_.signalled();
    if (signalled && !*signalled) return false;
    if (!signalled) {
      // A lost device may still write to it.
      queue_->state().lock()->lost.push_back(std::move(done_));
      queue_->finishAfterFailure(position_);
      return true;
    }
    queue_->completed(position_);
    return true;
  }
  Parting part() override {
    if (step()) return Parting::Gone;
    return done_ ? Parting::Wait : Parting::Stay;
  }
  void pause(uint64_t ns) override {
    if (done_) {
      static_cast<void>(done_.wait(ns));
    } else {
      std::this_thread::sleep_for(kBetweenTries);
    }
  }

 private:
  static constexpr uint32_t kTries = 200;
  static constexpr std::chrono::milliseconds kBetweenTries{5};
  Ref<CommandQueue> queue_;  // goes last
  l0::Event done_;
  uint64_t position_;
  uint32_t tries_ = kTries;
};

Result<Ref<CommandQueue>> CommandQueue::create(Ref<Context> context, Device& device,
                                               cl_command_queue_properties properties,
                                               std::vector<cl_queue_properties> propertyList) {
  Ref<CommandQueue> queue = Ref<CommandQueue>::adopt(new CommandQueue());
  queue->device_ = &device;
  queue->properties_ = properties;
  queue->propertyList_ = std::move(propertyList);
  l0::QueueSettings settings;
  settings.outOfOrder = queue->outOfOrder();
  settings.batched = config().queue != "immediate";
  settings.timestamps = queue->profiling();
  CLZE_TRY_ASSIGN(auto level0, l0::Queue::create(context->level0(), device.level0(), settings));
  queue->level0_ = level0.get();
  queue->state_.lock()->level0 = std::move(level0);
  queue->context_ = std::move(context);
  queue->context_->addQueue(queue.get());
  return queue;
}

CommandQueue::~CommandQueue() {
  if (context_) context_->removeQueue(this);
  // Nobody else is left. The device is done before events and objects go.
  auto state = state_.lock();
  if (state->level0) static_cast<void>(state->level0->finish());
  state->level0.reset();
}

Result<void> CommandQueue::append(State& state, Command& command, std::span<Event* const> waits,
                                  std::span<Object* const> keeps, Event* event, ze_event_handle_t signal,
                                  InFlight::List& dropped) {
  l0::Event done;
  if (event != nullptr) {
    CLZE_TRY_ASSIGN(done, context_->level0().events(profiling()).borrow());
    signal = done.get();
  }
  const uint64_t position = state.inFlight.begin();
  WaitHandles handles(waits.size());
  for (Event* wait : waits) {
    // The order of an in-order queue covers its own events.
    if (wait->queue() == this && !outOfOrder()) continue;
    if (const ze_event_handle_t handle = wait->level0(); handle != nullptr) {
      handles.add(handle);
      state.inFlight.keep(wait);
    }
  }
  for (Object* object : keeps) state.inFlight.keep(object);
  if (event != nullptr) state.inFlight.keep(event);
  if (const auto submitted = command.submit(*state.level0, {.waits = handles.span(), .signal = signal});
      !submitted) {
    // Part of the command may be on its way and signal yet.
    if (done) state.lost.push_back(std::move(done));
    return submitted;
  }
  if (event != nullptr) event->submitted(std::move(done), position);
  if (state.inFlight.full()) {
    state.inFlight.close(*state.level0, context_->level0().events(false), dropped);
  }
  return {};
}

Result<void> CommandQueue::append(State& state, Command& command, std::span<Object* const> keeps,
                                  InFlight::List& dropped) {
  state.inFlight.begin();
  for (Object* object : keeps) state.inFlight.keep(object);
  const Result<void> submitted = command.submit(*level0_, {});
  if (submitted.ok() && state.inFlight.full()) {
    state.inFlight.close(*level0_, context_->level0().events(false), dropped);
  }
  return submitted;
}

Result<void> CommandQueue::submitFront(State& state, HeldCommand& command, InFlight::List& dropped) {
  if (!command.event) return {};
  std::vector<Event*> waits(command.waits.size());
  std::transform(command.waits.begin(), command.waits.end(), waits.begin(),
                 [](const Ref<Event>& wait) { return wait.get(); });
  std::vector<Object*> keeps(command.keeps.size());
  std::transform(command.keeps.begin(), command.keeps.end(), keeps.begin(),
                 [](const Ref<Object>& object) { return object.get(); });
  return append(state, command, waits, keeps, command.event.get(), nullptr, dropped);
}

bool CommandQueue::submitHeld() {
  std::vector<std::unique_ptr<HeldCommand>> gone;  // let go without the lock: destructors run
  InFlight::List dropped;
  cl_int lost = CL_SUCCESS;
  {
    auto state = state_.lock();
    if (state->held.empty()) return false;
    bool submitted = false;
    // Set by what has to stay: others may not pass it.
    bool blockedAll = false, someHeld = false;
    std::deque<std::unique_ptr<HeldCommand>> left;
    for (auto& command : state->held) {
      cl_int failed = CL_SUCCESS;
      bool unresolved = false;
      for (const Ref<Event>& wait : command->waits) {
        const int known = wait->known();
        if (known < 0 && failed == CL_SUCCESS) failed = known;
        unresolved = unresolved || known == Event::kHeld;
      }
      if (failed == CL_SUCCESS && (unresolved || blockedAll || (someHeld && command->afterAll))) {
        someHeld = true;
        blockedAll = blockedAll || !outOfOrder() || command->barrier;
        left.push_back(std::move(command));
        continue;
      }
      // The error of what it waited for is the command's own (OpenCL 3.0, 5.11).
      cl_int code = failed;
      if (code == CL_SUCCESS) {
        code = submitFront(*state, *command, dropped).code();
        if (code != CL_SUCCESS) lost = code;
        submitted = true;
      }
      if (code != CL_SUCCESS && command->event) command->event->end(code);
      gone.push_back(std::move(command));
    }
    state->held = std::move(left);
    if (state->released) drain(*state);
    // The clFlush for them may have been long ago, and other queues may wait for them now.
    if (submitted) static_cast<void>(level0_->flush());
  }
  letGo(std::move(dropped));
  if (lost != CL_SUCCESS) context_->reportError("a command", lost);
  return !gone.empty();
}

Result<void> CommandQueue::flush() { return level0_->flush(); }

Result<void> CommandQueue::finish() {
  std::vector<Ref<Event>> held;
  {
    auto state = state_.lock();
    for (const auto& command : state->held) {
      if (command->event) {
        held.push_back(command->event);
      } else {
        held.insert(held.end(), command->waits.begin(), command->waits.end());
      }
    }
  }
  for (const Ref<Event>& event : held) event->wait();
  const uint64_t position = state_.lock()->inFlight.position();
  if (const auto finished = level0_->finish(); !finished) {
    context_->reportError("clFinish", finished.code());
    return finished;
  }
  InFlight::List dropped;
  {
    auto state = state_.lock();
    state->inFlight.completed(position, dropped);
  }
  letGo(std::move(dropped));
  return {};
}

void CommandQueue::completed(uint64_t position) {
  // Out of order the end of one command says nothing of others, unless nothing will follow it.
  InFlight::List dropped;
  {
    auto state = state_.lock();
    if (outOfOrder() && !state->draining) return;
    state->inFlight.completed(position, dropped);
  }
  letGo(std::move(dropped));
}

void CommandQueue::letGo(InFlight::List dropped) {
  if (dropped.capacity() == 0) return;
  dropped.clear();
  state_.lock()->inFlight.recycle(std::move(dropped));
}

void CommandQueue::lastApiRelease() {
  auto state = state_.lock();
  state->released = true;
  drain(*state);
}

void CommandQueue::drain(State& state) {
  if (state.draining || !state.held.empty() || state.inFlight.empty()) return;
  state.draining = true;
  Dispatcher::instance().watch(
      std::make_unique<Drained>(Ref<CommandQueue>(this), beginDrain(state), state.inFlight.position()));
}

void CommandQueue::finishAfterFailure(uint64_t position) {
  // The commands that went before are on the device all the same. When this fails as well the device is lost.
  static_cast<void>(level0_->finish());
  completed(position);
}

l0::Event CommandQueue::beginDrain(State& state) {
  auto done = context_->level0().events(false).borrow();
  if (!done) return {};
  if (!state.level0->marker({.signal = done->get()})) {
    // A part of the marker may be on its way and signal yet.
    state.lost.push_back(*std::move(done));
    return {};
  }
  static_cast<void>(level0_->flush());
  return *std::move(done);
}

Result<void> CommandQueue::info(cl_command_queue_info name, const InfoWriter& writer) const {
  switch (name) {
    case CL_QUEUE_CONTEXT:
      return writer(static_cast<cl_context>(context_.get()));
    case CL_QUEUE_DEVICE:
      return writer(static_cast<cl_device_id>(device_));
    case CL_QUEUE_REFERENCE_COUNT:
      return writer(apiReferences());
    case CL_QUEUE_PROPERTIES:
      return writer(properties_);
    case CL_QUEUE_PROPERTIES_ARRAY:
      return writer.array<cl_queue_properties>(propertyList_);
    case CL_QUEUE_SIZE:
      return Failure{CL_INVALID_COMMAND_QUEUE};  // asked of device queues only
    case CL_QUEUE_DEVICE_DEFAULT:
      return writer(cl_command_queue{nullptr});
    default:
      return Failure{CL_INVALID_VALUE};
  }
}

}  // namespace clze::icd
