// xe's buffers and address spaces. A binding stays until it is undone, and holds its buffer.
#include <algorithm>
#include <cerrno>
#include <cinttypes>

#include "tests/intel/fake_gpu/kernel/xe.h"
#include "tests/intel/fake_gpu/log.h"

namespace fake_gpu {
namespace {

constexpr uint64_t largestBuffer = uint64_t{1} << 46;

int create(OpenFile& file, xe::GemCreate& create) {
  const bool local = file.profile().isDiscrete() && (create.placement & 2);
  const uint32_t regions = file.profile().isDiscrete() ? 3 : 1;
  if (create.size == 0 || create.size > largestBuffer || create.placement == 0 ||
      (create.placement & ~regions)) {
    return -EINVAL;
  }
  // xe wants whole pages of the memory it takes.
  if (create.size % (local ? 65536 : 4096) != 0) return -EINVAL;
  if (create.caching < 1 || create.caching > 2) return -EINVAL;
  auto object = Object::create(create.size);
  if (!object) return -ENOMEM;
  create.handle = file.addHandle(std::make_shared<Gem>(std::move(object), Gem::Origin::Created));
  return 0;
}

int mapOffset(OpenFile& file, xe::MapOffset& map) {
  if (map.flags != 0) return -EINVAL;
  const std::shared_ptr<Gem> gem = file.gem(map.handle);
  if (!gem) return -ENOENT;
  map.offset = OpenFile::mapOffsetOf(*gem);
  return 0;
}

int createSpace(OpenFile& file, xe::SpaceCreate& create) {
  // Without pages to fault in, long-running spaces with faults are refused.
  if (create.flags & xe::spaceFaults) return -EINVAL;
  XeSpace space;
  space.isLongRunning = create.flags & xe::spaceLongRunning;
  create.space = file.xeSpaces.lock()->add(std::move(space));
  tally().spacesCreated++;
  tally().spacesAlive++;
  return 0;
}

int destroySpace(OpenFile& file, xe::SpaceDestroy& destroy) {
  const std::optional<XeSpace> space = file.xeSpaces.lock()->take(destroy.space);
  if (!space) return -ENOENT;
  tally().spacesAlive--;
  return 0;
}

// In a space that is not long-running, jobs submitted before keep their bindings.
void unbind(const XeSpace& space, uint64_t address, uint64_t bytes) {
  std::vector<std::shared_ptr<Fence>> running = *space.running->lock();
  std::erase_if(running, [](const auto& fence) { return fence->signalled(); });
  if (space.isLongRunning || running.empty()) {
    space.space->unbind(address, bytes);
    return;
  }
  // Only what is bound now: the range may be given to others meanwhile.
  for (const Binding& old : space.space->bindings()) {
    if (old.address < address || old.address >= address + bytes) continue;
    running.back()->onSignal([kept = space.space, old] {
      const std::optional<Binding> now = kept->find(old.address);
      if (now && now->object == old.object) kept->unbind(old.address, old.bytes);
    });
  }
}

int apply(OpenFile& file, const XeSpace& space, const xe::BindOperation& operation) {
  const uint64_t address = operation.address & addressMask;
  switch (operation.operation) {
    case xe::bindPrefetch:
      return 0;
    case xe::bindUnmap:
      unbind(space, address, operation.range);
      return 0;
    case xe::bindUnmapAll: {
      const std::shared_ptr<Gem> gem = file.gem(operation.handle);
      if (!gem) return -ENOENT;
      space.space->forget(gem->object());
      return 0;
    }
    case xe::bindMap: {
      if (operation.flags & (xe::bindNull | xe::bindMirrorsCpu)) {
        space.space->unbind(address, operation.range);
        return 0;
      }
      const std::shared_ptr<Gem> gem = file.gem(operation.handle);
      if (!gem) return -ENOENT;
      // A range past the end of the buffer is refused, but for the rounding to local memory's pages.
      const uint64_t size = (gem->size() + 65535) / 65536 * 65536;
      if (operation.range == 0 || operation.offset > size || operation.range > size - operation.offset)
        return -EINVAL;
      space.space->bind({address, operation.range, gem->shared(), operation.offset});
      return 0;
    }
    case xe::bindMapUserMemory: {
      auto object = Object::ofUserMemory(user<void>(operation.offset), operation.range);
      if (!object) return -EINVAL;
      space.space->bind({address, operation.range, std::move(object), 0});
      return 0;
    }
    default:
      return -EINVAL;
  }
}

int bind(OpenFile& file, xe::Bind& bind) {
  XeSpace space;
  {
    auto spaces = file.xeSpaces.lock();
    const XeSpace* found = spaces->find(bind.space);
    if (!found) return -ENOENT;
    space = *found;
  }
  XeSyncs syncs;
  if (const int result = readXeSyncs(file, bind.syncList, bind.syncs, syncs); result != 0) return result;
  // Binds are done in the ioctl, so what they wait for is waited for here.
  for (const auto& fence : syncs.waits) fence->wait(std::chrono::nanoseconds(-1));
  const auto* operations = bind.number == 1 ? &bind.one : user<const xe::BindOperation>(bind.many);
  for (uint32_t i = 0; i < bind.number; ++i) {
    const int result = apply(file, space, operations[i]);
    log(3, "VM_BIND operation %u flags %#x handle %u: %#" PRIx64 " bytes from %#" PRIx64 " at %#" PRIx64,
        operations[i].operation, operations[i].flags, operations[i].handle, operations[i].range,
        operations[i].offset, operations[i].address);
    if (result != 0) {
      log(1, "VM_BIND operation %u of handle %u at %#" PRIx64 " (%#" PRIx64 " bytes): %d",
          operations[i].operation, operations[i].handle, operations[i].address, operations[i].range, result);
      return result;
    }
  }
  auto done = std::make_shared<Fence>();
  done->signal();
  for (const auto& signal : syncs.signals) signal.syncobj->set(signal.point, done);
  for (const auto& store : syncs.userFences) {
    __atomic_store_n(user<uint64_t>(store.address), store.value, __ATOMIC_RELEASE);
  }
  return 0;
}

int advise(OpenFile&, xe::MemoryAdvice&) { return 0; }

}  // namespace

int readXeSyncs(OpenFile& file, uint64_t list, uint32_t number, XeSyncs& syncs) {
  const auto* entries = user<const xe::Sync>(list);
  for (uint32_t i = 0; i < number; ++i) {
    const xe::Sync& entry = entries[i];
    const bool signals = entry.flags & xe::syncSignals;
    if (entry.type == xe::syncUserFence) {
      if (!signals || (entry.handleOrAddress & 7)) return -EINVAL;
      syncs.userFences.push_back({entry.handleOrAddress, entry.value});
      continue;
    }
    if (entry.type > xe::syncTimeline) return -EINVAL;
    std::shared_ptr<Syncobj> syncobj;
    {
      auto table = file.syncobjs.lock();
      const std::shared_ptr<Syncobj>* found = table->find(static_cast<uint32_t>(entry.handleOrAddress));
      if (!found) return -ENOENT;
      syncobj = *found;
    }
    const uint64_t point = entry.type == xe::syncTimeline ? entry.value : 0;
    if (signals) {
      syncs.signals.push_back({std::move(syncobj), point});
    } else if (std::shared_ptr<Fence> fence = syncobj->fenceOf(point)) {
      syncs.waits.push_back(std::move(fence));
    } else {
      return -EINVAL;
    }
  }
  return 0;
}

void addXeMemory(IoctlTable& table) {
  enter<xe::GemCreate, create>(table, xe::requestGemCreate, "GEM_CREATE");
  enter<xe::MapOffset, mapOffset>(table, xe::requestMapOffset, "GEM_MMAP_OFFSET");
  enter<xe::SpaceCreate, createSpace>(table, xe::requestSpaceCreate, "VM_CREATE");
  enter<xe::SpaceDestroy, destroySpace>(table, xe::requestSpaceDestroy, "VM_DESTROY");
  enter<xe::Bind, bind>(table, xe::requestBind, "VM_BIND");
  enter<xe::MemoryAdvice, advise>(table, xe::requestMemoryAdvice, "MADVISE");
}

}  // namespace fake_gpu
