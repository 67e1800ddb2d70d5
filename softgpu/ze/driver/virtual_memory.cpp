// Reservations are inaccessible memory; mapping puts pages of a memfd over them, unmapping puts them back.
#include "softgpu/ze/driver/virtual_memory.h"

#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <iterator>
#include <mutex>

namespace softgpu::driver {
namespace {

int protection(ze_memory_access_attribute_t access) {
  switch (access) {
    case ZE_MEMORY_ACCESS_ATTRIBUTE_READWRITE:
      return PROT_READ | PROT_WRITE;
    case ZE_MEMORY_ACCESS_ATTRIBUTE_READONLY:
      return PROT_READ;
    default:
      return PROT_NONE;
  }
}

constexpr int kReserve = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE;

void* toPointer(uintptr_t address) { return reinterpret_cast<void*>(address); }

// mmap knows only the host's pages: take one page of the device more and give back what is not aligned.
void* reserveAligned(size_t size) {
  void* area = mmap(nullptr, size + kVirtualPage, PROT_NONE, kReserve, -1, 0);
  if (area == MAP_FAILED) return nullptr;
  const auto start = reinterpret_cast<uintptr_t>(area);
  const uintptr_t aligned = roundUp(start, kVirtualPage);
  if (aligned > start) munmap(area, aligned - start);
  if (const size_t tail = start + kVirtualPage - aligned; tail > 0) munmap(toPointer(aligned + size), tail);
  return toPointer(aligned);
}

}  // namespace

PhysicalMemory::PhysicalMemory(std::shared_ptr<Context> context, int fd, size_t size, bool host,
                               bool imported)
    : Object(kKind),
      context_(std::move(context)),
      fd_(fd),
      size_(size),
      host_(host),
      imported_(imported),
      id_(nextMemoryId()) {}

PhysicalMemory::~PhysicalMemory() {
  close(fd_);
  if (!host_ && !imported_) UsmTable::instance().refund(size_);
}

VirtualSpace& VirtualSpace::instance() {
  static VirtualSpace& space = *std::make_unique<VirtualSpace>().release();
  return space;
}

ze_result_t VirtualSpace::reserve(std::shared_ptr<Context> context, const void* wanted, size_t size,
                                  void** out) {
  void* base = nullptr;
  if (wanted != nullptr && reinterpret_cast<uintptr_t>(wanted) % kVirtualPage == 0) {
    base = mmap(const_cast<void*>(wanted), size, PROT_NONE, kReserve | MAP_FIXED_NOREPLACE, -1, 0);
    if (base != MAP_FAILED && base != wanted) munmap(base, size);  // kernels before 4.17 take it as a hint
    if (base != wanted) base = nullptr;
  }
  if (base == nullptr) base = reserveAligned(size);
  SOFTGPU_REQUIRE(base != nullptr, ZE_RESULT_ERROR_OUT_OF_HOST_MEMORY);
  const std::unique_lock lock(mutex_);
  reservations_.emplace(reinterpret_cast<uintptr_t>(base), Reservation{size, std::move(context), {}});
  count_.fetch_add(1, std::memory_order_release);
  *out = base;
  return ZE_RESULT_SUCCESS;
}

ze_result_t VirtualSpace::release(const std::shared_ptr<Context>& context, const void* base, size_t size) {
  const std::unique_lock lock(mutex_);
  const auto found = reservations_.find(reinterpret_cast<uintptr_t>(base));
  SOFTGPU_REQUIRE(
      found != reservations_.end() && found->second.size == size && found->second.context == context,
      ZE_RESULT_ERROR_INVALID_ARGUMENT);
  for (const auto& [at, piece] : found->second.pieces) piece.memory->mappings.fetch_sub(1);
  munmap(const_cast<void*>(base), size);
  reservations_.erase(found);
  count_.fetch_sub(1, std::memory_order_release);
  return ZE_RESULT_SUCCESS;
}

VirtualSpace::Reservation* VirtualSpace::holder(const std::shared_ptr<Context>& context, uintptr_t at,
                                                size_t size) {
  const auto after = reservations_.upper_bound(at);
  if (after == reservations_.begin()) return nullptr;
  auto& [base, reservation] = *std::prev(after);
  const size_t offset = at - base;
  const bool inside = offset < reservation.size && size <= reservation.size - offset;
  return inside && reservation.context == context ? &reservation : nullptr;
}

bool VirtualSpace::covered(const Reservation& reservation, uintptr_t at, size_t size) {
  const uintptr_t end = at + size;
  auto piece = reservation.pieces.upper_bound(at);
  if (piece == reservation.pieces.begin()) return false;
  --piece;
  while (piece != reservation.pieces.end() && piece->first <= at) {
    at = std::max(at, piece->first + piece->second.size);
    if (at >= end) return true;
    ++piece;
  }
  return false;
}

// Afterwards no piece has `at` in its middle.
void VirtualSpace::cut(Reservation& reservation, uintptr_t at) {
  const auto after = reservation.pieces.upper_bound(at);
  if (after == reservation.pieces.begin()) return;
  auto& [base, piece] = *std::prev(after);
  const size_t head = at - base;
  if (head == 0 || head >= piece.size) return;
  Piece tail = piece;
  tail.size -= head;
  tail.offset += head;
  tail.memory->mappings.fetch_add(1);
  piece.size = head;
  reservation.pieces.emplace(at, std::move(tail));
}

ze_result_t VirtualSpace::map(const std::shared_ptr<Context>& context, const void* at, size_t size,
                              const std::shared_ptr<PhysicalMemory>& memory, size_t offset,
                              ze_memory_access_attribute_t access) {
  const auto begin = reinterpret_cast<uintptr_t>(at);
  const std::unique_lock lock(mutex_);
  Reservation* reservation = holder(context, begin, size);
  SOFTGPU_REQUIRE(reservation != nullptr, ZE_RESULT_ERROR_INVALID_ARGUMENT);
  const auto next = reservation->pieces.lower_bound(begin);
  SOFTGPU_REQUIRE(next == reservation->pieces.end() || next->first >= begin + size,
                  ZE_RESULT_ERROR_INVALID_ARGUMENT);
  if (next != reservation->pieces.begin()) {
    const auto& [base, piece] = *std::prev(next);
    SOFTGPU_REQUIRE(base + piece.size <= begin, ZE_RESULT_ERROR_INVALID_ARGUMENT);
  }
  SOFTGPU_REQUIRE(mmap(toPointer(begin), size, protection(access), MAP_SHARED | MAP_FIXED, memory->fd(),
                       static_cast<off_t>(offset)) != MAP_FAILED,
                  ZE_RESULT_ERROR_OUT_OF_DEVICE_MEMORY);
  reservation->pieces.emplace(begin, Piece{size, memory, offset, access});
  memory->mappings.fetch_add(1);
  return ZE_RESULT_SUCCESS;
}

ze_result_t VirtualSpace::unmap(const std::shared_ptr<Context>& context, const void* at, size_t size) {
  const auto begin = reinterpret_cast<uintptr_t>(at);
  const std::unique_lock lock(mutex_);
  Reservation* reservation = holder(context, begin, size);
  SOFTGPU_REQUIRE(reservation != nullptr, ZE_RESULT_ERROR_INVALID_ARGUMENT);
  // Intel's driver lets it pass.
  if (!covered(*reservation, begin, size) && strict::on()) {
    strict::misuse("addresses are unmapped that are not mapped");
  }
  SOFTGPU_REQUIRE(mmap(toPointer(begin), size, PROT_NONE, kReserve | MAP_FIXED, -1, 0) != MAP_FAILED,
                  ZE_RESULT_ERROR_OUT_OF_HOST_MEMORY);
  cut(*reservation, begin);
  cut(*reservation, begin + size);
  const auto first = reservation->pieces.lower_bound(begin);
  const auto last = reservation->pieces.lower_bound(begin + size);
  std::for_each(first, last, [](const auto& entry) { entry.second.memory->mappings.fetch_sub(1); });
  reservation->pieces.erase(first, last);
  return ZE_RESULT_SUCCESS;
}

ze_result_t VirtualSpace::setAccess(const std::shared_ptr<Context>& context, const void* at, size_t size,
                                    ze_memory_access_attribute_t access) {
  const auto begin = reinterpret_cast<uintptr_t>(at);
  const std::unique_lock lock(mutex_);
  Reservation* reservation = holder(context, begin, size);
  SOFTGPU_REQUIRE(reservation != nullptr && covered(*reservation, begin, size),
                  ZE_RESULT_ERROR_INVALID_ARGUMENT);
  SOFTGPU_REQUIRE(mprotect(toPointer(begin), size, protection(access)) == 0,
                  ZE_RESULT_ERROR_OUT_OF_HOST_MEMORY);
  cut(*reservation, begin);
  cut(*reservation, begin + size);
  const auto last = reservation->pieces.lower_bound(begin + size);
  for (auto piece = reservation->pieces.lower_bound(begin); piece != last; ++piece)
    piece->second.access = access;
  return ZE_RESULT_SUCCESS;
}

ze_result_t VirtualSpace::getAccess(const std::shared_ptr<Context>& context, const void* at, size_t size,
                                    ze_memory_access_attribute_t* access, size_t* outSize) const {
  auto next = reinterpret_cast<uintptr_t>(at);
  const uintptr_t begin = next, end = next + size;
  const std::shared_lock lock(mutex_);
  const Reservation* reservation = const_cast<VirtualSpace*>(this)->holder(context, begin, size);
  SOFTGPU_REQUIRE(reservation != nullptr, ZE_RESULT_ERROR_INVALID_ARGUMENT);
  // The run of equal access that begins here; what is not mapped has none.
  std::optional<ze_memory_access_attribute_t> first;
  auto piece = reservation->pieces.upper_bound(next);
  if (piece != reservation->pieces.begin() && std::prev(piece)->first + std::prev(piece)->second.size > next)
    --piece;
  while (next < end) {
    const bool mapped = piece != reservation->pieces.end() && piece->first <= next;
    const auto here = mapped ? piece->second.access : ZE_MEMORY_ACCESS_ATTRIBUTE_NONE;
    if (first && *first != here) break;
    first = here;
    if (mapped) {
      next = piece->first + piece->second.size;
      ++piece;
    } else {
      next = piece != reservation->pieces.end() ? piece->first : end;
    }
  }
  *access = *first;
  *outSize = std::min(next, end) - begin;
  return ZE_RESULT_SUCCESS;
}

bool VirtualSpace::permits(const void* address, size_t size, Use use) const {
  if (count() == 0) return true;
  auto at = reinterpret_cast<uintptr_t>(address);
  const uintptr_t end = at + std::max<size_t>(size, 1);
  const std::shared_lock lock(mutex_);
  auto after = reservations_.upper_bound(at);
  if (after != reservations_.begin()) {
    const auto& [base, reservation] = *std::prev(after);
    if (at - base < reservation.size) {
      auto piece = reservation.pieces.upper_bound(at);
      if (piece == reservation.pieces.begin()) return false;
      for (--piece; at < end; ++piece) {
        if (piece == reservation.pieces.end() || piece->first > at) return false;
        const auto& [start, mapped] = *piece;
        if (at >= start + mapped.size || mapped.access == ZE_MEMORY_ACCESS_ATTRIBUTE_NONE) return false;
        if (use == Use::Write && mapped.access == ZE_MEMORY_ACCESS_ATTRIBUTE_READONLY) return false;
        at = start + mapped.size;
      }
      return true;
    }
  }
  // Begins outside: must not run into a reservation.
  return after == reservations_.end() || after->first >= end;
}

std::shared_ptr<PhysicalMemory> VirtualSpace::findFile(uint64_t device, uint64_t inode) const {
  if (count() == 0) return nullptr;
  const std::shared_lock lock(mutex_);
  for (const auto& [base, reservation] : reservations_) {
    for (const auto& [at, piece] : reservation.pieces) {
      struct stat status {};
      if (fstat(piece.memory->fd(), &status) == 0 && status.st_dev == device && status.st_ino == inode) {
        return piece.memory;
      }
    }
  }
  return nullptr;
}

std::optional<VirtualSpace::Mapped> VirtualSpace::find(const void* address) const {
  if (count() == 0) return std::nullopt;
  const auto at = reinterpret_cast<uintptr_t>(address);
  const std::shared_lock lock(mutex_);
  const auto after = reservations_.upper_bound(at);
  if (after == reservations_.begin()) return std::nullopt;
  const auto& pieces = std::prev(after)->second.pieces;
  const auto next = pieces.upper_bound(at);
  if (next == pieces.begin()) return std::nullopt;
  const auto& [base, piece] = *std::prev(next);
  if (at - base >= piece.size) return std::nullopt;
  return Mapped{toPointer(base), piece.size, piece.memory, piece.offset};
}

}  // namespace softgpu::driver
