// Runs work-groups on the calling thread: memory of a group, the phases between barriers, and the exchanges
// that collectives ask for. State is per thread and grows to what the largest group needed.
#include "softgpu/ze/engine/run.h"

#include <fmt/format.h>
#include <sys/mman.h>

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <new>
#include <string>
#include <vector>

#include "softgpu/ze/engine/exchange.h"
#include "softgpu/ze/engine/runtime.h"
#include "softgpu/ze/trap/trap.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace softgpu::engine {
namespace {

struct FreeAligned {
  void operator()(std::byte* memory) const { std::free(memory); }
};
using AlignedMemory = std::unique_ptr<std::byte[], FreeAligned>;

AlignedMemory allocateAligned(size_t size) {
  const size_t rounded = (size + abi::kAlignment - 1) / abi::kAlignment * abi::kAlignment;
  return AlignedMemory(static_cast<std::byte*>(std::aligned_alloc(abi::kAlignment, rounded)));
}

// Coroutine frames of one group; all go at once.
class FrameArena {
 public:
  void* allocate(size_t size) {
    // An odd number of lines apart, so that equal fields of the frames do not fall into one cache set.
    const size_t lines = (size + abi::kAlignment - 1) / abi::kAlignment | 1;
    const size_t bytes = lines * abi::kAlignment;
    while (chunk_ < chunks_.size() && chunks_[chunk_].size - used_ < bytes) {
      ++chunk_;
      used_ = 0;
    }
    if (chunk_ == chunks_.size()) {
      const size_t chunkSize = std::max(bytes, kChunk);
      chunks_.push_back({allocateAligned(chunkSize), chunkSize});
      used_ = 0;
    }
    std::byte* memory = chunks_[chunk_].memory.get() + used_;
    used_ += bytes;
    return memory;
  }

  void reset() { chunk_ = used_ = 0; }

  bool contains(const void* pointer) const {
    return std::ranges::any_of(chunks_, [pointer](const Chunk& chunk) {
      return pointer >= chunk.memory.get() && pointer < chunk.memory.get() + chunk.size;
    });
  }

 private:
  static constexpr size_t kChunk = size_t{256} << 10;
  struct Chunk {
    AlignedMemory memory;
    size_t size;
  };
  std::vector<Chunk> chunks_;
  size_t chunk_ = 0;
  size_t used_ = 0;
};

// Local memory of the groups of one thread. Between pages that are not there when faults are caught, so that
// its end is where theirs begins.
class LocalMemory {
 public:
  LocalMemory() = default;
  ~LocalMemory() { release(); }
  LocalMemory(const LocalMemory&) = delete;
  LocalMemory& operator=(const LocalMemory&) = delete;

  // `bytes`: a multiple of abi::kAlignment. Null when there is no memory left.
  std::byte* ofSize(size_t bytes) {
    if (!trap::installed()) {
      if (plainSize_ < bytes) {
        plain_ = allocateAligned(bytes);
        plainSize_ = bytes;
      }
      return plain_.get();
    }
    if (size_ < bytes || !area_) {
      release();
      const size_t size = (bytes + kPage - 1) / kPage * kPage;
      void* area = mmap(nullptr, size + 2 * kGuard, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
      if (area == MAP_FAILED) {
        return nullptr;
      }
      area_ = static_cast<std::byte*>(area);
      size_ = size;
      if (mprotect(area_ + kGuard, size_, PROT_READ | PROT_WRITE) != 0) {
        release();
        return nullptr;
      }
    }
    return area_ + kGuard + size_ - bytes;
  }

  bool contains(const void* address) const {
    return area_ && address >= area_ && address < area_ + size_ + 2 * kGuard;
  }

 private:
  static constexpr size_t kPage = 4096;
  static constexpr size_t kGuard = size_t{64} << 10;
  void release() {
    if (area_) {
      munmap(area_, size_ + 2 * kGuard);
    }
    area_ = nullptr;
    size_ = 0;
  }

  AlignedMemory plain_;
  size_t plainSize_ = 0;
  std::byte* area_ = nullptr;
  size_t size_ = 0;  // of its accessible middle
};

struct ThreadState {
  LocalMemory local;
  std::vector<abi::Item> items;
  FrameArena frames;
};

ThreadState& threadState() {
  thread_local ThreadState state;
  return state;
}

// OpenCL's floating point environment: nearest even, denormals kept, no traps; whatever the caller's is.
class FloatEnvironment {
 public:
#if defined(__x86_64__)
  FloatEnvironment() : saved_(_mm_getcsr()) { _mm_setcsr(0x1f80); }
  ~FloatEnvironment() { _mm_setcsr(saved_); }

 private:
  unsigned saved_;
#else
  FloatEnvironment() = default;
#endif
 public:
  FloatEnvironment(const FloatEnvironment&) = delete;
  FloatEnvironment& operator=(const FloatEnvironment&) = delete;
};

bool waitsForSubgroup(const abi::Item& item) {
  return !isDone(item) && item.stop >> 24 == static_cast<uint32_t>(abi::Scope::Subgroup);
}

// The work-item of a sub-group that is furthest behind; null when all wait for the group or have ended.
const abi::Item* nextInSubgroup(std::span<const abi::Item> subgroup) {
  const abi::Item* next = nullptr;
  for (const abi::Item& item : subgroup) {
    if (waitsForSubgroup(item) && (!next || std::ranges::lexicographical_compare(item.order, next->order))) {
      next = &item;
    }
  }
  return next;
}

// Resumes those that took part in the exchange of `leader`, neighbours together.
void resumeThose(const KernelEntry& entry, abi::Group& group, size_t first,
                 std::span<const abi::Item> subgroup, const abi::Item& leader) {
  for (size_t i = 0; i < subgroup.size();) {
    size_t end = i;
    while (end < subgroup.size() && joins(subgroup[end], leader)) {
      ++end;
    }
    if (end > i) {
      entry.resume(&group, first + i, first + end);
    }
    i = std::max(end, i + 1);
  }
}

// Collectives: every sub-group runs on until its work-items wait for the group or have ended; then the
// group's turn.
void runExchanges(const KernelEntry& entry, abi::Group& group, std::span<abi::Item> items) {
  for (bool running = true; running;) {
    running = false;
    for (size_t first = 0; first < items.size(); first += entry.subgroupSize) {
      const size_t size = std::min<size_t>(entry.subgroupSize, items.size() - first);
      const std::span<abi::Item> subgroup = items.subspan(first, size);
      while (const abi::Item* next = nextInSubgroup(subgroup)) {
        const abi::Item leader = *next;
        runExchange(subgroup, leader);
        resumeThose(entry, group, first, subgroup, leader);
      }
      running = running || !std::ranges::all_of(subgroup, isDone);
    }
    if (running) {
      runExchange(items, *std::ranges::find_if_not(items, isDone));
      entry.resume(&group, 0, items.size());
    }
  }
}

void runGroup(const KernelEntry& entry, abi::Group& group, const void* const* arguments, ThreadState& state) {
  if (!entry.resume) {
    const trap::Endable endable;
    entry.start(arguments, &group);
    return;
  }
  const size_t count = group.localSize[0] * group.localSize[1] * group.localSize[2];
  if (state.items.size() < count) {
    state.items.resize(count);
  }
  state.frames.reset();
  group.items = state.items.data();
  group.frames = &state.frames;
  const trap::Endable endable;
  entry.start(arguments, &group);
  if (entry.exchanges) {
    runExchanges(entry, group, std::span(state.items).first(count));
  } else {
    while (entry.resume(&group, 0, count) != 0) {
    }
  }
}

}  // namespace

std::optional<KernelTrap> runGroups(const KernelEntry& entry, const Geometry& geometry,
                                    std::span<const ArgInfo> infos, std::span<const ArgValue> values,
                                    uint64_t first, uint64_t last) {
  ThreadState& state = threadState();
  abi::Group group{};
  std::vector<const void*> arguments(infos.size());
  std::vector<void*> locals(infos.size());
  const auto alignUp = [](size_t size) {
    return (size + abi::kAlignment - 1) / abi::kAlignment * abi::kAlignment;
  };
  size_t localBytes = alignUp(entry.staticLocalBytes);
  for (size_t i = 0; i < infos.size(); ++i) {
    localBytes += infos[i].kind == ArgKind::Local && i < values.size() ? alignUp(values[i].size) : 0;
  }
  std::byte* const local = state.local.ofSize(localBytes);
  size_t at = alignUp(entry.staticLocalBytes);
  static constexpr std::array<std::byte, 128> kZero{};
  for (size_t i = 0; i < infos.size(); ++i) {
    arguments[i] = i < values.size() && values[i].data ? values[i].data : kZero.data();
    if (infos[i].kind == ArgKind::Local) {
      locals[i] = local + at;
      arguments[i] = &locals[i];
      at += i < values.size() ? alignUp(values[i].size) : 0;
    }
  }
  group.dimensions = geometry.dimensions;
  for (size_t i = 0; i < 3; ++i) {
    group.globalOffset[i] = geometry.globalOffset[i];
    group.localSize[i] = geometry.groupSize[i];
    group.groupCount[i] = geometry.groupCount[i];
    group.globalSize[i] = geometry.groupSize[i] * geometry.groupCount[i];
  }
  group.localMemory = local;
  group.localBytes = localBytes;
  group.stackTop = __builtin_frame_address(0);
  const uint64_t perPlane = geometry.groupCount[0] * geometry.groupCount[1];
  if (perPlane == 0 || group.globalSize[0] * group.globalSize[1] * group.globalSize[2] == 0) {
    return std::nullopt;
  }
  const FloatEnvironment environment;
  // What a group needs belongs to the thread's state, which the next group begins anew.
  const auto caught = trap::run([&] {
    for (uint64_t index = first; index < last; ++index) {
      group.groupId[0] = index % geometry.groupCount[0];
      group.groupId[1] = index % perPlane / geometry.groupCount[0];
      group.groupId[2] = index / perPlane;
      runGroup(entry, group, arguments.data(), state);
    }
  });
  if (!caught || caught->signal == 0) {
    return std::nullopt;
  }
  KernelTrap trap;
  trap.group = {group.groupId[0], group.groupId[1], group.groupId[2]};
  trap.signal = caught->signal;
  trap.address = caught->address;
  trap.localBytes = localBytes;
  if (state.local.contains(caught->address)) {
    trap.localOffset = static_cast<const std::byte*>(caught->address) - local;
  }
  return trap;
}

namespace {

std::atomic<void (*)(std::string_view)> printfSink = nullptr;

void* allocateFrame(abi::Group* group, uint64_t size) {
  const trap::NotEndable busy;
  return static_cast<FrameArena*>(group->frames)->allocate(size);
}

// Number of the address space that a generic pointer points into.
int32_t addressSpaceOf(const abi::Group* group, const void* pointer) {
  const auto* address = static_cast<const std::byte*>(pointer);
  if (address >= group->localMemory && address < group->localMemory + group->localBytes) {
    return 3;
  }
  const bool onStack = address >= __builtin_frame_address(0) && address < group->stackTop;
  const bool inFrame = group->frames && static_cast<const FrameArena*>(group->frames)->contains(pointer);
  return onStack || inFrame ? 0 : 1;
}

void copyElements(std::byte* target, const std::byte* source, uint64_t count, uint64_t size,
                  uint64_t targetStride, uint64_t sourceStride) {
  for (uint64_t i = 0; i < count; ++i) {
    std::memcpy(target + i * targetStride, source + i * sourceStride, size);
  }
}

int32_t printText(const char* format, const std::byte* values, int32_t count) {
  const trap::NotEndable busy;
  const std::string text = formatPrint(format, values, static_cast<uint32_t>(count));
  if (auto* sink = printfSink.load()) {
    sink(text);
  } else {
    std::fwrite(text.data(), 1, text.size(), stdout);
  }
  return 0;
}

template <typename Function>
void* address(Function* function) {
  return reinterpret_cast<void*>(function);
}

}  // namespace

std::span<const HostSymbol> hostSymbols() {
  static const std::array symbols = {
      HostSymbol{"__softgpu_frame", address(allocateFrame)},
      HostSymbol{"__softgpu_address_space", address(addressSpaceOf)},
      HostSymbol{"__softgpu_copy", address(copyElements)},
      HostSymbol{"__softgpu_printf", address(printText)},
  };
  return symbols;
}

void setPrintfSink(void (*sink)(std::string_view text)) { printfSink = sink; }

}  // namespace softgpu::engine
