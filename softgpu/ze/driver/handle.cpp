// The table of live handles. A handle is (serial << 8 | kind): serials are never reused.
#include "softgpu/ze/driver/handle.h"

#include <atomic>

namespace softgpu::driver {

const char* kindName(Kind kind) {
  switch (kind) {
    case Kind::Driver:
      return "driver";
    case Kind::Device:
      return "device";
    case Kind::Context:
      return "context";
    case Kind::Queue:
      return "command queue";
    case Kind::List:
      return "command list";
    case Kind::Fence:
      return "fence";
    case Kind::EventPool:
      return "event pool";
    case Kind::Event:
      return "event";
    case Kind::Image:
      return "image";
    case Kind::Sampler:
      return "sampler";
    case Kind::Module:
      return "module";
    case Kind::BuildLog:
      return "module build log";
    case Kind::Kernel:
      return "kernel";
    case Kind::PhysicalMemory:
      return "physical memory";
    case Kind::ExternalSemaphore:
      return "external semaphore";
    case Kind::FabricVertex:
      return "fabric vertex";
  }
  return "object";
}

HandleTable& HandleTable::instance() {
  static HandleTable& table = *std::make_unique<HandleTable>().release();
  return table;
}

uint64_t HandleTable::add(std::shared_ptr<Object> object) {
  static std::atomic<uint64_t> nextSerial{1};
  const uint64_t handle =
      nextSerial.fetch_add(1, std::memory_order_relaxed) << 8 | static_cast<uint64_t>(object->kind());
  Shard& shard = shardOf(handle);
  if (strict::on()) strict::made(handle);
  const std::unique_lock lock(shard.mutex);
  shard.objects.emplace(handle, std::move(object));
  return handle;
}

std::shared_ptr<Object> HandleTable::find(uint64_t handle, Kind kind) const {
  std::shared_ptr<Object> object;
  if ((handle & 0xff) == static_cast<uint64_t>(kind)) {
    const Shard& shard = shardOf(handle);
    const std::shared_lock lock(shard.mutex);
    const auto found = shard.objects.find(handle);
    if (found != shard.objects.end()) object = found->second;
  }
  if (strict::on()) object ? strict::given(handle) : strict::notLive(handle, kind);
  return object;
}

std::shared_ptr<Object> HandleTable::remove(uint64_t handle, Kind kind) {
  std::shared_ptr<Object> object;
  if ((handle & 0xff) == static_cast<uint64_t>(kind)) {
    Shard& shard = shardOf(handle);
    const std::unique_lock lock(shard.mutex);
    const auto found = shard.objects.find(handle);
    if (found != shard.objects.end()) {
      object = std::move(found->second);
      shard.objects.erase(found);
    }
  }
  if (strict::on()) object ? strict::gone(handle) : strict::notLive(handle, kind);
  return object;
}

}  // namespace softgpu::driver
