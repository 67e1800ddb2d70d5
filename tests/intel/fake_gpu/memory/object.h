// A buffer of the fake kernel: a memfd, or the program's own memory, mapped once for the engines to read and
// write. Shared between handles, address spaces and running jobs; every member may be used from any thread.
#pragma once
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>

namespace fake_gpu {

// As I915_TILING_* of SET_TILING and GET_TILING.
enum class Tiling : uint32_t { Linear = 0, X = 1, Y = 2 };

class Object {
  struct Private {};

 public:
  // Null when the machine has no memory for it. The size is rounded up to whole pages; contents are zero.
  static std::shared_ptr<Object> create(uint64_t bytes);
  // The memory stays the program's; both numbers must be multiples of the page size.
  static std::shared_ptr<Object> ofUserMemory(void* memory, uint64_t bytes);
  // Takes the fd (a dma-buf made elsewhere: any mappable file). Null when it cannot be mapped for `bytes`.
  static std::shared_ptr<Object> ofFile(int ownedFd, uint64_t bytes);

  Object(Private, int fd, void* memory, uint64_t bytes);
  ~Object();
  Object(const Object&) = delete;
  Object& operator=(const Object&) = delete;

  uint64_t id() const { return id_; }  // unique in the process, never 0, never used again
  uint64_t size() const { return bytes_; }
  int fd() const { return fd_; }  // -1: user memory
  bool isUserMemory() const { return fd_ < 0; }
  // Null only when mapping failed. The mapping lives as long as the object.
  std::byte* data();
  // False when the program unmapped user memory that the object still stands for: the engines ask before they
  // touch it.
  bool isMapped(uint64_t offset, uint64_t bytes);

  std::atomic<int> inFlight{
      0};  // jobs queued or running that may touch it: the kernel half counts, BUSY and WAIT read
  std::atomic<Tiling> tiling{Tiling::Linear};
  std::atomic<uint32_t> stride{0};  // bytes, as SET_TILING gave it

 private:
  const uint64_t id_;
  const int fd_;
  const uint64_t bytes_;
  std::byte* const user_;
  std::once_flag mapOnce_;
  std::byte* mapped_ = nullptr;
};

}  // namespace fake_gpu
