// The engines of a device by class and instance, made at first use.
#include "tests/intel/fake_gpu/engine/engine.h"

#include <unistd.h>

#include <map>
#include <mutex>

#include "tests/intel/fake_gpu/engine/runner.h"

namespace fake_gpu {

const char* name(EngineClass engine) {
  switch (engine) {
    case EngineClass::Render:
      return "rcs";
    case EngineClass::Copy:
      return "bcs";
    case EngineClass::Video:
      return "vcs";
    case EngineClass::VideoEnhance:
      return "vecs";
    case EngineClass::Compute:
      return "ccs";
  }
  return "?";
}

class Engines::Impl {
 public:
  explicit Impl(EngineSettings given) : settings(std::move(given)) {}

  // In a forked child the threads are not there, and the lock may be held by one of them for ever.
  bool isChild() const { return getpid() != owner; }

  Runner& runner(EngineClass engine, uint32_t instance) {
    std::lock_guard lock(mutex);
    std::unique_ptr<Runner>& found = runners[{engine, instance}];
    if (!found) found = std::make_unique<Runner>(settings, counts, stores, engine, instance);
    return *found;
  }

  std::vector<Runner*> all() {
    std::lock_guard lock(mutex);
    std::vector<Runner*> list;
    for (const auto& [key, runner] : runners) list.push_back(runner.get());
    return list;
  }

  const EngineSettings settings;
  const pid_t owner = getpid();
  EngineCounts counts;
  StoreHistory stores;
  std::mutex mutex;
  std::map<std::pair<EngineClass, uint32_t>, std::unique_ptr<Runner>> runners;
};

Engines::Engines(EngineSettings settings) : impl_(std::make_unique<Impl>(std::move(settings))) {}

Engines::~Engines() = default;

void Engines::submit(Job job) {
  if (impl_->isChild()) {
    if (job.onDone) job.onDone(Outcome::Cancelled);
    if (job.done) job.done->signal(true);
    return;
  }
  Runner& runner = impl_->runner(job.engine, job.instance);
  runner.submit(std::move(job));
}

bool Engines::waitIdle(std::chrono::milliseconds timeout) {
  if (impl_->isChild()) return true;
  const auto end = std::chrono::steady_clock::now() + timeout;
  for (Runner* runner : impl_->all()) {
    if (!runner->waitIdle(end)) return false;
  }
  return true;
}

void Engines::cancel(const std::shared_ptr<Context>& context) {
  if (impl_->isChild()) return;
  for (Runner* runner : impl_->all()) runner->cancel(context);
}

const EngineCounts& Engines::counts() const { return impl_->counts; }

}  // namespace fake_gpu
