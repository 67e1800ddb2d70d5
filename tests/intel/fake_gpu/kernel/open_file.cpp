// Dispatch of ioctls, buffers' handles, and CPU maps.
#include "tests/intel/fake_gpu/kernel/open_file.h"

#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cinttypes>

#include "tests/intel/fake_gpu/log.h"

namespace fake_gpu {
namespace {

// A buffer's fake offset in the node: far apart, so that any offset inside a buffer still tells it.
constexpr unsigned mapShift = 36;

constexpr uint64_t lowBegin = 0x1000000, lowEnd = uint64_t{1} << 32;
constexpr uint64_t highBegin = uint64_t{1} << 40, highEnd = uint64_t{1} << 47;

uint64_t roundedUp(uint64_t value, uint64_t alignment) {
  return (value + alignment - 1) / alignment * alignment;
}

}  // namespace

uint64_t PpGtt::addressOf(const Gem& gem, bool high, uint64_t alignment) {
  std::lock_guard lock(mutex_);
  const uint64_t id = gem.object().id();
  alignment = std::max<uint64_t>(alignment, 0x10000);
  if (const auto had = byObject_.find(id); had != byObject_.end()) {
    const bool fits =
        (high || had->second.first + had->second.second <= lowEnd) && had->second.first % alignment == 0;
    if (fits) return had->second.first;
    taken_.erase(had->second.first);
    byObject_.erase(had);
  }
  const uint64_t bytes = roundedUp(gem.size(), 0x10000);
  uint64_t at = roundedUp(high ? highBegin : lowBegin, alignment);
  auto next = taken_.lower_bound(at);
  while (next != taken_.end() && at + bytes > next->first) {
    at = roundedUp(next->first + next->second, alignment);
    ++next;
  }
  if (at + bytes > (high ? highEnd : lowEnd)) return 0;
  taken_[at] = bytes;
  byObject_[id] = {at, bytes};
  return at;
}

void PpGtt::forget(const Gem& gem) {
  bound_->forget(gem.object());
  std::lock_guard lock(mutex_);
  const auto had = byObject_.find(gem.object().id());
  if (had == byObject_.end()) return;
  taken_.erase(had->second.first);
  byObject_.erase(had);
}

OpenFile::OpenFile(Device& device, bool render) : device_(device), render_(render) {
  tally().filesAlive++;
  // Context 0 is there from the start.
  auto locked = contexts.lock();
  GemContext first;
  first.context = std::make_shared<Context>(0);
  first.space = std::make_shared<PpGtt>();
  locked->entries()[0] = std::move(first);
}

OpenFile::~OpenFile() {
  for (auto& [number, context] : contexts.lock()->entries()) {
    if (number != 0) tally().contextsAlive--;
    device_.engines().cancel(context.context);
  }
  tally().spacesAlive -= xeSpaces.lock()->entries().size();
  tally().handlesAlive -= handles_.lock()->numberOf.size();
  tally().filesAlive--;
}

int OpenFile::ioctl(unsigned long request, void* argument) {
  const unsigned number = _IOC_NR(request);
  tally().ioctls++;
  tally().ioctlsByNumber[number]++;
  const Ioctl& entry = device_.ioctls()[number];
  int result = 0;
  if (!entry.call) {
    log(1, "%s: ioctl 0x%02x (%u bytes) is not known", device_.name().c_str(), number,
        static_cast<unsigned>(_IOC_SIZE(request)));
    result = -EINVAL;
  } else {
    // DRM's core copies as much as both know and fills the rest with zeros.
    alignas(16) char kernelSide[largestIoctl];
    const size_t given = std::min<size_t>(_IOC_SIZE(request), entry.bytes);
    std::memset(kernelSide + given, 0, entry.bytes - given);
    if (given > 0) std::memcpy(kernelSide, argument, given);
    result = entry.call(*this, kernelSide);
    if ((_IOC_DIR(request) & _IOC_READ) && given > 0) std::memcpy(argument, kernelSide, given);
    log(3, "%s: %s -> %d", device_.name().c_str(), entry.name, result);
  }
  if (result < 0) tally().ioctlsRefused++;
  return result;
}

uint64_t OpenFile::mapOffsetOf(const Gem& gem) { return gem.object().id() << mapShift; }

void* OpenFile::map(void* address, size_t bytes, int protection, int flags, uint64_t offset) {
  std::shared_ptr<Gem> found;
  {
    auto handles = handles_.lock();
    const auto number = handles->numberOf.find(offset >> mapShift);
    if (number != handles->numberOf.end()) found = *handles->byNumber.find(number->second);
  }
  const uint64_t inside = offset & ((uint64_t{1} << mapShift) - 1);
  if (!found || found->object().fd() < 0 || inside > found->size() ||
      bytes > roundedUp(found->size() - inside, 4096)) {
    log(1, "%s: mmap of %zu bytes at %#" PRIx64 ": %s", device_.name().c_str(), bytes, offset,
        found ? "past the buffer's end, or user memory" : "no such buffer in this file");
    errno = EINVAL;
    return MAP_FAILED;
  }
  const long at = syscall(SYS_mmap, address, bytes, protection, (flags & ~MAP_PRIVATE) | MAP_SHARED,
                          found->object().fd(), static_cast<off_t>(inside));
  return at == -1 ? MAP_FAILED : reinterpret_cast<void*>(at);
}

uint32_t OpenFile::addHandle(const std::shared_ptr<Gem>& gem) {
  auto handles = handles_.lock();
  const auto had = handles->numberOf.find(gem->object().id());
  if (had != handles->numberOf.end()) return had->second;
  const uint32_t number = handles->byNumber.add(gem);
  handles->numberOf[gem->object().id()] = number;
  tally().handlesAlive++;
  return number;
}

std::shared_ptr<Gem> OpenFile::gem(uint32_t handle) {
  auto handles = handles_.lock();
  const std::shared_ptr<Gem>* found = handles->byNumber.find(handle);
  return found ? *found : nullptr;
}

int OpenFile::closeHandle(uint32_t handle) {
  std::optional<std::shared_ptr<Gem>> closed;
  {
    auto handles = handles_.lock();
    closed = handles->byNumber.take(handle);
    if (!closed) return -EINVAL;
    handles->numberOf.erase((*closed)->object().id());
  }
  tally().handlesAlive--;
  for (auto& [number, context] : contexts.lock()->entries()) context.space->forget(**closed);
  for (auto& [number, space] : spaces.lock()->entries()) space->forget(**closed);
  if ((*closed)->object().inFlight > 0) {
    tally().closedInFlight++;
    log(2, "%s: handle %u (object %" PRIu64 ") is closed while a job uses it", device_.name().c_str(), handle,
        (*closed)->object().id());
  }
  return 0;
}

}  // namespace fake_gpu
