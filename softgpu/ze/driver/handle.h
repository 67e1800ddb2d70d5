// Handles the application holds: numbers, not addresses, so that a stale or foreign one is recognised and
// refused. Threads: all functions may be called from any thread. A handle owns one reference; commands in
// flight own others.
#pragma once

#include <level_zero/ze_api.h>

#include <array>
#include <cstdint>
#include <memory>
#include <mutex>
#include <shared_mutex>
#include <unordered_map>

#include "softgpu/ze/driver/strict.h"

namespace softgpu::driver {

enum class Kind : uint8_t {
  Driver = 1,
  Device,
  Context,
  Queue,
  List,
  Fence,
  EventPool,
  Event,
  Image,
  Sampler,
  Module,
  BuildLog,
  Kernel,
  PhysicalMemory,
  ExternalSemaphore,
  FabricVertex,
};
const char* kindName(Kind kind);

class Object {
 public:
  explicit Object(Kind kind) : kind_(kind) {}
  virtual ~Object() = default;
  Object(const Object&) = delete;
  Object& operator=(const Object&) = delete;
  Kind kind() const { return kind_; }

 private:
  const Kind kind_;
};

class HandleTable {
 public:
  // One table a process; never destroyed, since applications call in from their own exit handlers.
  static HandleTable& instance();

  uint64_t add(std::shared_ptr<Object> object);
  std::shared_ptr<Object> find(uint64_t handle, Kind kind) const;
  // Takes the handle's reference; null when it is not a live handle of that kind.
  std::shared_ptr<Object> remove(uint64_t handle, Kind kind);

 private:
  struct alignas(64) Shard {
    mutable std::shared_mutex mutex;
    std::unordered_map<uint64_t, std::shared_ptr<Object>> objects;
  };
  static constexpr size_t kShards = 16;
  Shard& shardOf(uint64_t handle) { return shards_[(handle >> 8) % kShards]; }
  const Shard& shardOf(uint64_t handle) const { return shards_[(handle >> 8) % kShards]; }

  std::array<Shard, kShards> shards_;
};

// Every class with a handle has `using Handle = ze_..._handle_t` and `static constexpr Kind kKind`.
template <class T>
typename T::Handle publish(std::shared_ptr<T> object) {
  return reinterpret_cast<typename T::Handle>(HandleTable::instance().add(std::move(object)));
}

template <class T>
std::shared_ptr<T> lookup(typename T::Handle handle) {
  return std::static_pointer_cast<T>(
      HandleTable::instance().find(reinterpret_cast<uint64_t>(handle), T::kKind));
}

template <class T>
std::shared_ptr<T> withdraw(typename T::Handle handle) {
  return std::static_pointer_cast<T>(
      HandleTable::instance().remove(reinterpret_cast<uint64_t>(handle), T::kKind));
}

// Where strict mode is on it has said more.
template <class H>
ze_result_t badHandle(H handle) {
  if (handle == nullptr) return strict::refuse(ZE_RESULT_ERROR_INVALID_NULL_HANDLE, "a handle is null");
  return strict::refuse(ZE_RESULT_ERROR_INVALID_ARGUMENT,
                        "a handle is none of a living object of the kind that is wanted");
}

// zeXDestroy: the object itself goes when the last command that uses it has run.
template <class T>
ze_result_t destroy(typename T::Handle handle) {
  return withdraw<T>(handle) ? ZE_RESULT_SUCCESS : badHandle(handle);
}

}  // namespace softgpu::driver

// Declares `var`, a shared_ptr to the live object behind `handle`, or returns the error from the entry point.
#define SOFTGPU_RESOLVE(T, var, handle)                  \
  const auto var = ::softgpu::driver::lookup<T>(handle); \
  if (!var) return ::softgpu::driver::badHandle(handle)

#define SOFTGPU_REQUIRE(condition, result) \
  if (!(condition)) return ::softgpu::driver::strict::refuse(result, "it is not true that " #condition)

// The same with the reason in words, for strict mode.
#define SOFTGPU_REQUIRE_SAID(condition, result, reason) \
  if (!(condition)) return ::softgpu::driver::strict::refuse(result, reason)

#define SOFTGPU_REQUIRE_POINTER(pointer) \
  SOFTGPU_REQUIRE((pointer) != nullptr, ZE_RESULT_ERROR_INVALID_NULL_POINTER)

#define SOFTGPU_TRY(expression) \
  if (const ze_result_t tried = (expression); tried != ZE_RESULT_SUCCESS) return tried
