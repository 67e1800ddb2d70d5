// EXECBUFFER2: a list of buffers becomes the address space of a job, which goes to an engine with the fences
// it waits for. The ioctl returns at once; the buffers' reservations and the out-fence tell when it is done.
#include <libdrm/i915_drm.h>

#include <algorithm>
#include <cerrno>
#include <cinttypes>

#include "tests/intel/fake_gpu/counts/report.h"
#include "tests/intel/fake_gpu/kernel/i915.h"
#include "tests/intel/fake_gpu/kernel/syncobj.h"
#include "tests/intel/fake_gpu/log.h"

namespace fake_gpu {
namespace {

using Fences = std::vector<std::shared_ptr<Fence>>;

struct Listed {
  drm_i915_gem_exec_object2* entry;  // the caller's
  std::shared_ptr<Gem> gem;
  uint64_t address;
  bool writes;
};

struct ContextView {
  std::shared_ptr<Context> context;
  std::shared_ptr<PpGtt> space;
  EngineSlot slot;
};

// Bit 47 repeated in all bits above it, as the engines want addresses.
uint64_t canonical(uint64_t address) {
  constexpr unsigned above = 64 - 48;
  return static_cast<uint64_t>(static_cast<int64_t>(address << above) >> above);
}

int refuse(int error, const char* why, uint64_t what = 0) {
  log(1, "EXECBUFFER2 refused (%d): %s (%" PRIu64 ")", error, why, what);
  return error;
}

// The ring of the flags: an index into the context's engine map, or one of the fixed names.
std::optional<EngineSlot> engineOf(OpenFile& file, const GemContext& context, uint64_t flags) {
  const uint64_t ring = flags & I915_EXEC_RING_MASK;
  if (context.hasEngineMap) return ring < context.engines.size() ? context.engines[ring] : std::nullopt;
  EngineSlot slot{};
  switch (ring) {
    case I915_EXEC_DEFAULT:
    case I915_EXEC_RENDER:
      slot = {EngineClass::Render, 0};
      break;
    case I915_EXEC_BSD:
      slot = {EngineClass::Video, (flags & I915_EXEC_BSD_MASK) == I915_EXEC_BSD_RING2 ? 1U : 0U};
      break;
    case I915_EXEC_BLT:
      slot = {EngineClass::Copy, 0};
      break;
    case I915_EXEC_VEBOX:
      slot = {EngineClass::VideoEnhance, 0};
      break;
    default:
      return std::nullopt;
  }
  return hasEngine(file.profile(), slot) ? std::optional(slot) : std::nullopt;
}

int findContext(OpenFile& file, const drm_i915_gem_execbuffer2& execute, ContextView& view) {
  auto contexts = file.contexts.lock();
  const auto number = static_cast<uint32_t>(i915_execbuffer2_get_context_id(execute));
  const GemContext* context = contexts->find(number);
  if (!context) return refuse(-ENOENT, "no such context", number);
  const std::optional<EngineSlot> slot = engineOf(file, *context, execute.flags);
  if (!slot) return refuse(-EINVAL, "no such engine", execute.flags & I915_EXEC_RING_MASK);
  // After a hang the kernel bans contexts that said they cannot be recovered.
  if (context->context->lost) return refuse(-EIO, "the context is lost", number);
  view = {context->context, context->space, *slot};
  return 0;
}

int listBuffers(OpenFile& file, const drm_i915_gem_execbuffer2& execute, std::vector<Listed>& list) {
  auto* entries = user<drm_i915_gem_exec_object2>(execute.buffers_ptr);
  list.reserve(execute.buffer_count);
  for (uint32_t i = 0; i < execute.buffer_count; ++i) {
    std::shared_ptr<Gem> gem = file.gem(entries[i].handle);
    // A driver that still lists a handle it closed: an error of the kernel's, and a violation to a test.
    if (!gem) {
      reportViolation("EXECBUFFER2 lists a handle that is not open: " + std::to_string(entries[i].handle),
                      file.device().name());
      return refuse(-ENOENT, "no such buffer", entries[i].handle);
    }
    list.push_back({&entries[i], std::move(gem), 0, (entries[i].flags & EXEC_OBJECT_WRITE) != 0});
  }
  return 0;
}

// Gives each buffer its address: the driver's, or one of the address space's.
int place(PpGtt& space, std::vector<Listed>& list, bool& moved) {
  for (Listed& each : list) {
    drm_i915_gem_exec_object2& entry = *each.entry;
    if (entry.flags & EXEC_OBJECT_PINNED) {
      if ((entry.offset & 4095) || entry.offset != canonical(entry.offset)) {
        return refuse(-EINVAL, "an address is not a page's, or not canonical", entry.offset);
      }
      each.address = entry.offset & addressMask;
      continue;
    }
    each.address =
        space.addressOf(*each.gem, entry.flags & EXEC_OBJECT_SUPPORTS_48B_ADDRESS, entry.alignment);
    if (each.address == 0) return refuse(-ENOSPC, "the address space is full", each.gem->size());
    moved = moved || entry.offset != canonical(each.address);
    entry.offset = canonical(each.address);
  }
  // A buffer may be listed twice, at one address; two buffers may not overlap.
  std::vector<const Listed*> sorted;
  sorted.reserve(list.size());
  for (const Listed& each : list) sorted.push_back(&each);
  std::sort(sorted.begin(), sorted.end(),
            [](const Listed* a, const Listed* b) { return a->address < b->address; });
  for (size_t i = 1; i < sorted.size(); ++i) {
    const Listed& before = *sorted[i - 1];
    if (before.gem == sorted[i]->gem && before.address == sorted[i]->address) continue;
    if (before.address + before.gem->size() > sorted[i]->address) {
      return refuse(-ENOSPC, "two buffers at one address", sorted[i]->address);
    }
  }
  return 0;
}

// Addresses that the driver left to be written into its buffers.
int relocate(OpenFile& file, const drm_i915_gem_execbuffer2& execute, std::vector<Listed>& list, bool moved) {
  const auto isTarget = [&](const Listed& candidate, const drm_i915_gem_relocation_entry& relocation) {
    if (execute.flags & I915_EXEC_HANDLE_LUT)
      return candidate.entry == list[0].entry + relocation.target_handle;
    return candidate.entry->handle == relocation.target_handle;
  };
  for (const Listed& each : list) {
    auto* relocations = user<drm_i915_gem_relocation_entry>(each.entry->relocs_ptr);
    if (each.entry->relocation_count == 0) continue;
    if (!file.profile().hasRelocations()) return refuse(-EINVAL, "relocations on a part that has none");
    for (uint32_t i = 0; i < each.entry->relocation_count; ++i) {
      if (relocations[i].write_domain == 0) continue;
      for (Listed& target : list) target.writes = target.writes || isTarget(target, relocations[i]);
    }
    if ((execute.flags & I915_EXEC_NO_RELOC) && !moved) continue;
    for (uint32_t i = 0; i < each.entry->relocation_count; ++i) {
      drm_i915_gem_relocation_entry& relocation = relocations[i];
      const auto target = std::find_if(
          list.begin(), list.end(), [&](const Listed& candidate) { return isTarget(candidate, relocation); });
      if (target == list.end())
        return refuse(-ENOENT, "a relocation's target is not listed", relocation.target_handle);
      if (relocation.presumed_offset == canonical(target->address)) continue;
      // The delta is signed, though its type is not.
      const uint64_t value =
          canonical(target->address + static_cast<int64_t>(static_cast<int32_t>(relocation.delta)));
      if ((relocation.offset & 3) || relocation.offset > each.gem->size() - sizeof(value)) {
        return refuse(-EINVAL, "a relocation past the buffer's end, or not aligned", relocation.offset);
      }
      each.gem->waitIdle(std::chrono::nanoseconds(-1));
      std::memcpy(each.gem->object().data() + relocation.offset, &value, sizeof(value));
      relocation.presumed_offset = canonical(target->address);
    }
  }
  return 0;
}

std::shared_ptr<Syncobj> syncobj(OpenFile& file, uint32_t handle) {
  auto table = file.syncobjs.lock();
  const std::shared_ptr<Syncobj>* found = table->find(handle);
  return found ? *found : nullptr;
}

struct Signal {
  std::shared_ptr<Syncobj> syncobj;
  uint64_t point;
};

int addSyncobj(OpenFile& file, const drm_i915_gem_exec_fence& fence, uint64_t point, Fences& waits,
               std::vector<Signal>& signals) {
  const std::shared_ptr<Syncobj> found = syncobj(file, fence.handle);
  if (!found) return refuse(-ENOENT, "no such syncobj", fence.handle);
  if (fence.flags & I915_EXEC_FENCE_WAIT) {
    std::shared_ptr<Fence> wait = found->fenceOf(point);
    if (!wait) return refuse(-EINVAL, "a syncobj without a fence is to be waited for", fence.handle);
    waits.push_back(std::move(wait));
  }
  if (fence.flags & I915_EXEC_FENCE_SIGNAL) signals.push_back({found, point});
  return 0;
}

// All fences the job waits for by the caller's word, and the syncobjs it signals.
int collectFences(OpenFile& file, const drm_i915_gem_execbuffer2& execute, Fences& waits,
                  std::vector<Signal>& signals) {
  if (execute.flags & (I915_EXEC_FENCE_IN | I915_EXEC_FENCE_SUBMIT)) {
    std::shared_ptr<Fence> fence = fenceOfFd(static_cast<int>(execute.rsvd2 & 0xffffffff));
    if (!fence) return refuse(-EINVAL, "the in-fence is no sync_file", execute.rsvd2 & 0xffffffff);
    waits.push_back(std::move(fence));
  }
  if (execute.flags & I915_EXEC_FENCE_ARRAY) {
    const auto* fences = user<const drm_i915_gem_exec_fence>(execute.cliprects_ptr);
    for (uint32_t i = 0; i < execute.num_cliprects; ++i) {
      const int result = addSyncobj(file, fences[i], 0, waits, signals);
      if (result != 0) return result;
    }
  }
  if (execute.flags & I915_EXEC_USE_EXTENSIONS) {
    for (auto* next = user<i915_user_extension>(execute.cliprects_ptr); next;
         next = user<i915_user_extension>(next->next_extension)) {
      if (next->name != DRM_I915_GEM_EXECBUFFER_EXT_TIMELINE_FENCES)
        return refuse(-EINVAL, "no such extension", next->name);
      const auto* timeline = reinterpret_cast<const drm_i915_gem_execbuffer_ext_timeline_fences*>(next);
      const auto* fences = user<const drm_i915_gem_exec_fence>(timeline->handles_ptr);
      const auto* points = user<const uint64_t>(timeline->values_ptr);
      for (uint64_t i = 0; i < timeline->fence_count; ++i) {
        const int result = addSyncobj(file, fences[i], points ? points[i] : 0, waits, signals);
        if (result != 0) return result;
      }
    }
  }
  return 0;
}

int execute(OpenFile& file, drm_i915_gem_execbuffer2& execute) {
  if (execute.flags & __I915_EXEC_UNKNOWN_FLAGS) return refuse(-EINVAL, "unknown flags", execute.flags);
  if (execute.buffer_count == 0) return refuse(-EINVAL, "no buffers");
  ContextView view;
  if (const int result = findContext(file, execute, view); result != 0) return result;
  std::vector<Listed> list;
  if (const int result = listBuffers(file, execute, list); result != 0) return result;
  bool moved = false;
  if (const int result = place(*view.space, list, moved); result != 0) return result;
  if (const int result = relocate(file, execute, list, moved); result != 0) return result;
  Job job;
  std::vector<Signal> signals;
  if (const int result = collectFences(file, execute, job.waits, signals); result != 0) return result;

  const Listed& batch = (execute.flags & I915_EXEC_BATCH_FIRST) ? list.front() : list.back();
  if (batch.entry->flags & EXEC_OBJECT_WRITE) return refuse(-EINVAL, "the batch is to be written");
  if (execute.batch_start_offset >= batch.gem->size() ||
      execute.batch_len > batch.gem->size() - execute.batch_start_offset) {
    return refuse(-EINVAL, "the batch reaches past its buffer");
  }

  // All before any buffer is marked as used by this job: one may be listed twice.
  for (const Listed& each : list) {
    if (each.entry->flags & EXEC_OBJECT_ASYNC) continue;
    for (Gem::Use& use : each.gem->uses()) {
      if (each.writes || use.writes) job.waits.push_back(std::move(use.fence));
    }
  }
  auto done = std::make_shared<Fence>();
  std::vector<Binding> bindings;
  std::vector<std::shared_ptr<Object>> objects;
  bindings.reserve(list.size());
  objects.reserve(list.size());
  for (const Listed& each : list) {
    each.gem->use({done, each.writes, i915Class(view.slot.engine)});
    each.gem->object().inFlight++;
    bindings.push_back({each.address, each.gem->size(), each.gem->shared(), 0});
    objects.push_back(each.gem->shared());
  }
  tally().execbuffers++;
  job.engine = view.slot.engine;
  job.instance = view.slot.instance;
  job.context = view.context;
  job.space = std::make_shared<const AddressSpace>(std::move(bindings), view.space->bound());
  job.batch = batch.address + execute.batch_start_offset;
  job.done = done;
  job.onDone = [objects = std::move(objects)](Outcome) {
    for (const std::shared_ptr<Object>& object : objects) object->inFlight--;
  };
  for (const Signal& signal : signals) signal.syncobj->set(signal.point, done);
  if (execute.flags & I915_EXEC_FENCE_OUT) {
    const int fd = fenceToFd(done);
    if (fd < 0) {
      job.onDone(Outcome::Cancelled);
      done->signal(true);
      return fd;
    }
    execute.rsvd2 = (execute.rsvd2 & 0xffffffff) | static_cast<uint64_t>(fd) << 32;
  }
  file.device().engines().submit(std::move(job));
  return 0;
}

}  // namespace

void addI915Execution(IoctlTable& table) {
  enter<drm_i915_gem_execbuffer2, execute>(table, DRM_IOCTL_I915_GEM_EXECBUFFER2_WR, "GEM_EXECBUFFER2");
}

}  // namespace fake_gpu
