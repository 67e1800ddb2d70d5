// xe's queues and jobs, and waiting for numbers in the program's memory.
#include <time.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cinttypes>

#include "tests/intel/fake_gpu/kernel/i915.h"
#include "tests/intel/fake_gpu/kernel/xe.h"
#include "tests/intel/fake_gpu/log.h"

namespace fake_gpu {
namespace {

using Clock = std::chrono::steady_clock;

int createQueue(OpenFile& file, xe::QueueCreate& create) {
  if (create.width == 0 || create.placements == 0) return -EINVAL;
  const auto* instances = user<const xe::EngineInstance>(create.instances);
  GemContext queue;
  // Of each place in a parallel queue the first choice is taken.
  for (unsigned i = 0; i < create.width; ++i) {
    if (instances[i].engineClass == xe::classBind) {
      queue.engines.push_back(std::nullopt);  // binds are done in their ioctl
      continue;
    }
    const std::optional<EngineClass> kind = engineOfI915Class(instances[i].engineClass);
    const EngineSlot slot{kind.value_or(EngineClass::Render), instances[i].instance};
    if (!kind || !hasEngine(file.profile(), slot)) return -EINVAL;
    queue.engines.push_back(slot);
  }
  {
    auto spaces = file.xeSpaces.lock();
    if (!spaces->find(create.space) && queue.engines[0]) return -ENOENT;
  }
  static std::atomic<uint32_t> next{1};
  queue.context = std::make_shared<Context>(next++);
  queue.space = std::make_shared<PpGtt>();
  queue.spaceNumber = create.space;
  create.queue = file.contexts.lock()->add(std::move(queue));
  tally().contextsCreated++;
  tally().contextsAlive++;
  return 0;
}

int destroyQueue(OpenFile& file, xe::QueueDestroy& destroy) {
  if (destroy.queue == 0) return -ENOENT;
  const std::optional<GemContext> queue = file.contexts.lock()->take(destroy.queue);
  if (!queue) return -ENOENT;
  tally().contextsAlive--;
  // xe kills what a destroyed queue still runs.
  file.device().engines().cancel(queue->context);
  return 0;
}

int getProperty(OpenFile& file, xe::QueueGetProperty& get) {
  auto contexts = file.contexts.lock();
  const GemContext* queue = contexts->find(get.queue);
  if (!queue) return -ENOENT;
  if (get.property != xe::propertyBanned) return -EINVAL;
  get.value = queue->context->lost;
  return 0;
}

int setProperty(OpenFile& file, xe::QueueSetProperty& set) {
  return file.contexts.lock()->find(set.queue) ? 0 : -ENOENT;
}

int execute(OpenFile& file, xe::Execute& execute) {
  GemContext queue;
  XeSpace space;
  {
    auto contexts = file.contexts.lock();
    const GemContext* found = contexts->find(execute.queue);
    if (!found || execute.queue == 0) return -ENOENT;
    queue = *found;
  }
  {
    auto spaces = file.xeSpaces.lock();
    const XeSpace* found = spaces->find(queue.spaceNumber);
    if (!found) return -ENOENT;
    space = *found;
  }
  if (queue.context->lost) return -ECANCELED;
  if (execute.batches != 0 && execute.batches != queue.engines.size()) return -EINVAL;
  XeSyncs syncs;
  if (const int result = readXeSyncs(file, execute.syncList, execute.syncs, syncs); result != 0)
    return result;

  tally().execbuffers++;
  log(3, "EXEC queue %u: %u batches at %#" PRIx64 ", %u syncs", execute.queue, execute.batches,
      execute.address, execute.syncs);
  auto done = std::make_shared<Fence>();
  {
    auto running = space.running->lock();
    std::erase_if(*running, [](const auto& fence) { return fence->signalled(); });
    running->push_back(done);
  }
  for (const auto& signal : syncs.signals) signal.syncobj->set(signal.point, done);
  const size_t batches = std::max<size_t>(execute.batches, 1);
  for (size_t i = 0; i < batches; ++i) {
    Job job;
    const EngineSlot slot = queue.engines[i].value_or(EngineSlot{EngineClass::Render, 0});
    job.engine = slot.engine;
    job.instance = slot.instance;
    job.context = queue.context;
    job.space = space.space;
    if (execute.batches == 1) job.batch = execute.address;
    if (execute.batches > 1) job.batch = user<const uint64_t>(execute.address)[i];
    job.waits = syncs.waits;
    if (i + 1 == batches) {
      job.done = done;
      // The ring writes user fences after the batch, at GPU addresses.
      job.onDone = [stores = syncs.userFences, kept = space.space](Outcome outcome) {
        if (outcome != Outcome::Done && outcome != Outcome::Stopped) return;
        for (const XeSyncs::Store& store : stores) {
          auto* at = reinterpret_cast<uint64_t*>(kept->at(store.address, sizeof(uint64_t)));
          if (at) __atomic_store_n(at, store.value, __ATOMIC_RELEASE);
          if (!at) log(1, "a user fence at %#" PRIx64 " is not bound", store.address);
        }
      };
    }
    file.device().engines().submit(std::move(job));
  }
  return 0;
}

bool holds(uint16_t operation, uint64_t memory, uint64_t value, uint64_t mask) {
  memory &= mask;
  value &= mask;
  switch (operation) {
    case xe::waitEqual:
      return memory == value;
    case xe::waitNotEqual:
      return memory != value;
    case xe::waitGreater:
      return memory > value;
    case xe::waitGreaterOrEqual:
      return memory >= value;
    case xe::waitLess:
      return memory < value;
    default:
      return memory <= value;
  }
}

int waitUserFence(OpenFile& file, xe::WaitUserFence& wait) {
  if (wait.operation > xe::waitLessOrEqual || (wait.address & 7)) return -EINVAL;
  std::shared_ptr<Context> context;
  if (wait.queue != 0) {
    auto contexts = file.contexts.lock();
    const GemContext* queue = contexts->find(wait.queue);
    if (!queue) return -ENOENT;
    context = queue->context;
  }
  const auto* memory = user<const uint64_t>(wait.address);
  const Clock::time_point begin = Clock::now();
  const bool forEver = wait.timeout < 0 || wait.timeout > INT64_MAX / 2;
  const Clock::time_point end = forEver ? Clock::time_point::max()
                                : wait.flags & xe::waitUntilTime
                                    ? Clock::time_point(std::chrono::nanoseconds(wait.timeout))
                                    : begin + std::chrono::nanoseconds(wait.timeout);
  // Anything may write there, so it is looked at again and again, ever less often.
  int64_t pause = 5000;
  int result = 0;
  while (!holds(wait.operation, __atomic_load_n(memory, __ATOMIC_ACQUIRE), wait.value, wait.mask)) {
    if (context && context->lost) result = -EIO;
    if (Clock::now() >= end) result = -ETIME;
    if (result != 0) break;
    const timespec rest{0, pause};
    nanosleep(&rest, nullptr);
    pause = std::min<int64_t>(pause * 2, 500000);
  }
  if (!forEver && !(wait.flags & xe::waitUntilTime)) {
    const std::chrono::nanoseconds spent = Clock::now() - begin;
    wait.timeout = std::max<int64_t>(0, wait.timeout - spent.count());
  }
  return result;
}

}  // namespace

void addXeExecution(IoctlTable& table) {
  enter<xe::QueueCreate, createQueue>(table, xe::requestQueueCreate, "EXEC_QUEUE_CREATE");
  enter<xe::QueueDestroy, destroyQueue>(table, xe::requestQueueDestroy, "EXEC_QUEUE_DESTROY");
  enter<xe::QueueGetProperty, getProperty>(table, xe::requestQueueGetProperty, "EXEC_QUEUE_GET_PROPERTY");
  enter<xe::QueueSetProperty, setProperty>(table, xe::requestQueueSetProperty, "EXEC_QUEUE_SET_PROPERTY");
  enter<xe::Execute, execute>(table, xe::requestExecute, "EXEC");
  enter<xe::WaitUserFence, waitUserFence>(table, xe::requestWaitUserFence, "WAIT_USER_FENCE");
}

}  // namespace fake_gpu
