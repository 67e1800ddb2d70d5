// The worker's loop: every context gets a slice in turn; when all of them wait, it sleeps a little and looks
// again.
#include "tests/intel/fake_gpu/engine/runner.h"

#include <csignal>
#include <cstdio>

namespace fake_gpu {
namespace {

constexpr uint32_t sliceCommands = 4096;
// Semaphores are polled. Short at first: the signal often comes from another engine's thread at once.
constexpr std::chrono::microseconds firstSleep{20};
constexpr std::chrono::microseconds longestSleep{200};

}  // namespace

Runner::Runner(const EngineSettings& settings, EngineCounts& counts, StoreHistory& stores, EngineClass engine,
               uint32_t instance)
    : settings_(settings), counts_(counts), stores_(stores), engine_(engine), instance_(instance) {
  // Signals are for the program's own threads.
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  thread_ = std::thread([this] { loop(); });
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

Runner::~Runner() {
  {
    std::lock_guard lock(mutex_);
    quit_ = true;
    for (Lane& lane : lanes_) lane.stop = true;
    wake_->notify_all();
  }
  thread_.join();
}

void Runner::submit(Job job) {
  std::vector<std::shared_ptr<Fence>> waits = job.waits;
  {
    std::lock_guard lock(mutex_);
    Lane* found = nullptr;
    for (Lane& lane : lanes_) {
      if (lane.context == job.context) found = &lane;
    }
    if (!found) {
      found =
          &lanes_.emplace_back(job.context, HardwareState(engine_, instance_, settings_.profile.timestampHz));
    }
    found->jobs.push_back(std::move(job));
    wake_->notify_all();
  }
  // The worker sleeps only briefly while something is queued, so a wake-up that falls between is no loss.
  for (const auto& fence : waits) {
    fence->onSignal([wake = wake_] { wake->notify_all(); });
  }
}

void Runner::cancel(const std::shared_ptr<Context>& context) {
  std::deque<Job> dropped;
  {
    std::lock_guard lock(mutex_);
    for (Lane& lane : lanes_) {
      if (lane.context != context) continue;
      lane.stop = true;
      dropped.swap(lane.jobs);
    }
    wake_->notify_all();
  }
  for (Job& job : dropped) {
    if (job.onDone) job.onDone(Outcome::Cancelled);
    if (job.done) job.done->signal(true);
  }
}

bool Runner::waitIdle(std::chrono::steady_clock::time_point end) {
  std::unique_lock lock(mutex_);
  return idle_.wait_until(lock, end, [this] {
    for (const Lane& lane : lanes_) {
      if (!lane.jobs.empty() || lane.current) return false;
    }
    return true;
  });
}

std::string Runner::placeOf(const Lane& lane) const {
  return settings_.profile.device + " " + name(engine_) + std::to_string(instance_) + ", context " +
         std::to_string(lane.context->id);
}

void Runner::loop() {
  char threadName[16];
  std::snprintf(threadName, sizeof threadName, "fake-gpu %s%u", name(engine_), instance_);
  pthread_setname_np(pthread_self(), threadName);
  std::chrono::microseconds sleep = firstSleep;
  const Lane* unfinished = nullptr;  // compared only, never followed
  std::unique_lock lock(mutex_);
  while (!quit_) {
    bool progressed = false;
    bool waits = false;
    for (auto lane = lanes_.begin(); lane != lanes_.end();) {
      if (lane->jobs.empty() && !lane->current) {
        // The lane is all that keeps a dropped context.
        lane = lane->context.use_count() == 1 ? lanes_.erase(lane) : std::next(lane);
        continue;
      }
      lock.unlock();
      const Step step = advance(*lane);
      lock.lock();
      progressed |= step == Step::Progress;
      // A switch: another context goes on while this one's batch is not done.
      if (step == Step::Progress && unfinished && unfinished != &*lane) ++counts_.switches;
      if (lane->walker) unfinished = &*lane;
      if (unfinished == &*lane && !lane->walker) unfinished = nullptr;
      waits |= step == Step::Waiting;
      ++lane;
    }
    if (progressed) {
      sleep = firstSleep;
      continue;
    }
    if (waits) {
      wake_->wait_for(lock, sleep);
      sleep = std::min(sleep * 2, longestSleep);
      continue;
    }
    idle_.notify_all();
    wake_->wait(lock);
    sleep = firstSleep;
  }
  for (Lane& lane : lanes_) {
    if (lane.current) lane.jobs.push_front(std::move(*lane.current));
    std::deque<Job> dropped;
    dropped.swap(lane.jobs);
    lane.current.reset();
    lock.unlock();
    for (Job& job : dropped) {
      if (job.onDone) job.onDone(Outcome::Cancelled);
      if (job.done) job.done->signal(true);
    }
    lock.lock();
  }
}

bool Runner::begin(Lane& lane) {
  {
    std::lock_guard lock(mutex_);
    if (lane.jobs.empty()) return false;
    lane.current = std::move(lane.jobs.front());
    lane.jobs.pop_front();
    lane.stop = false;
  }
  lane.progressAt = Clock::now();
  lane.progress = 0;
  lane.walker.reset();
  ++counts_.jobs;
  return true;
}

void Runner::finish(Lane& lane, Outcome outcome) {
  if (lane.walker && lane.walker->usedUnlisted()) ++counts_.unlistedJobs;
  lane.walker.reset();
  Job job = std::move(*lane.current);
  if (settings_.trace && settings_.traceLevel >= 1) {
    static constexpr const char* names[] = {"done", "stopped", "hung", "cancelled"};
    char text[128];
    std::snprintf(text, sizeof text, ": batch 0x%llx %s", static_cast<unsigned long long>(job.batch),
                  names[static_cast<int>(outcome)]);
    settings_.trace(placeOf(lane) + text);
  }
  if (job.onDone) job.onDone(outcome);
  if (job.done) job.done->signal(outcome != Outcome::Done);
  std::lock_guard lock(mutex_);
  lane.current.reset();
}

void Runner::loseContext(Lane& lane, Outcome outcome) {
  lane.context->lost = true;
  ++lane.context->batchesActive;
  finish(lane, outcome);
}

Runner::Step Runner::advance(Lane& lane) {
  if (!lane.current && !begin(lane)) return Step::Idle;
  Job& job = *lane.current;
  if (lane.context->lost) {
    ++lane.context->batchesPending;
    finish(lane, Outcome::Cancelled);
    return Step::Progress;
  }
  if (lane.stop) {
    finish(lane, Outcome::Cancelled);
    return Step::Progress;
  }
  if (!lane.walker) {
    for (const auto& fence : job.waits) {
      if (!fence->signalled()) {
        if (!hasHung(lane)) return Step::Waiting;
        reportHang(lane, "waits for a fence that nothing signals, before its batch begins\n");
        loseContext(lane, Outcome::Hung);
        return Step::Progress;
      }
    }
    if (job.batch == 0) {
      finish(lane, Outcome::Done);
      return Step::Progress;
    }
    Walker::Facts facts;
    facts.place = placeOf(lane);
    facts.engine = engine_;
    facts.generation = settings_.profile.generation;
    facts.counts = &counts_;
    facts.imageEnds = settings_.imageEnds;
    facts.report = [this](const Violation& violation) {
      if (settings_.onViolation) settings_.onViolation(violation);
    };
    facts.stored = [this, place = facts.place](uint64_t address, uint64_t value, uint32_t bytes,
                                               const char* command) {
      stores_.add(place, command, address, value, bytes);
    };
    if (settings_.traceLevel >= 2) facts.trace = settings_.trace;
    lane.walker = std::make_unique<Walker>(std::move(facts), lane.state, job.space, job.batch);
  }
  switch (lane.walker->run(sliceCommands, lane.stop)) {
    case Walker::State::Done:
      finish(lane, Outcome::Done);
      return Step::Progress;
    case Walker::State::Stopped:
      if (lane.stop) {
        finish(lane, Outcome::Cancelled);
      } else {
        loseContext(lane, Outcome::Stopped);
      }
      return Step::Progress;
    case Walker::State::Running:
      // A batch that jumps in circles makes commands but no progress: its time is not renewed.
      if (!hasHung(lane)) return Step::Progress;
      reportHang(lane, "runs on without an end, now in " + lane.walker->command() + "\n");
      loseContext(lane, Outcome::Hung);
      return Step::Progress;
    case Walker::State::Blocked:
      break;
  }
  // Newly in this semaphore? Every command done is progress.
  const uint64_t progress = lane.walker->commands() + 1;
  if (lane.progress != progress) {
    lane.progress = progress;
    lane.progressAt = Clock::now();
    ++counts_.blockedWaits;
    return Step::Waiting;
  }
  if (!hasHung(lane)) return Step::Waiting;
  const Waiting& waiting = lane.walker->waiting();
  char text[256];
  std::snprintf(text, sizeof text, "waits in %s: %s 0x%llx has 0x%x, wanted %s 0x%x\n",
                lane.walker->command().c_str(), waiting.isRegister ? "register" : "address",
                static_cast<unsigned long long>(waiting.address), waiting.value, waiting.comparison,
                waiting.wanted);
  reportHang(lane, text);
  loseContext(lane, Outcome::Hung);
  return Step::Progress;
}

bool Runner::hasHung(Lane& lane) {
  return !lane.current->longRunning && Clock::now() - lane.progressAt > settings_.hangLimit;
}

std::string Runner::queues() {
  std::lock_guard lock(mutex_);
  std::string text;
  for (const Lane& lane : lanes_) {
    if (!lane.current && lane.jobs.empty()) continue;
    char line[160];
    std::snprintf(line, sizeof line, "  context %u: batch 0x%llx now%s, %zu more queued\n", lane.context->id,
                  lane.current ? static_cast<unsigned long long>(lane.current->batch) : 0,
                  lane.walker ? "" : " (not begun)", lane.jobs.size());
    text += line;
  }
  return text;
}

void Runner::reportHang(Lane& lane, const std::string& what) {
  ++counts_.hangs;
  if (!settings_.onHang) return;
  Hang hang;
  hang.text =
      placeOf(lane) + " made no progress for " + std::to_string(settings_.hangLimit.count()) + " ms: " + what;
  if (lane.walker) hang.text += "Commands before:\n" + lane.walker->trail();
  hang.text += "Jobs on " + std::string(name(engine_)) + std::to_string(instance_) + ":\n" + queues();
  hang.text += "Last stores of all engines:\n" + stores_.text();
  settings_.onHang(hang);
}

}  // namespace fake_gpu
