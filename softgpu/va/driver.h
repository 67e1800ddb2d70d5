// The driver's state behind a VADisplay, and the functions that libva calls.
#pragma once

#include <va/va_backend.h>

#include <chrono>
#include <exception>
#include <memory>
#include <mutex>
#include <new>
#include <vector>

#include "softgpu/va/decode_context.h"
#include "softgpu/va/format.h"
#include "softgpu/va/handle_table.h"
#include "softgpu/va/surface.h"

namespace softgpu::va {

struct Config {
  VAProfile profile;
  VAEntrypoint entrypoint;
  std::uint32_t rtFormat;
};

struct Buffer {
  VABufferType type = VAImageBufferType;
  std::size_t elementSize = 0;
  std::size_t count = 0;     // elements in use
  std::size_t capacity = 0;  // elements allocated
  std::vector<std::uint8_t> data;
  std::shared_ptr<Surface> surface;  // of a derived image: its memory is the buffer's

  std::mutex mutex;  // of what follows
  unsigned maps = 0;
  OwnedFd handle;  // given out by vaAcquireBufferHandle
  unsigned handleUses = 0;
};

struct Image {
  VAImage description;
  const Format* format;
  std::shared_ptr<Buffer> buffer;
};

struct Driver {
  Driver();
  ~Driver();
  Driver(const Driver&) = delete;
  Driver& operator=(const Driver&) = delete;

  const LayoutOptions layoutOptions;
  const std::chrono::milliseconds decodeDelay;

  HandleTable<Config, Kind::Config> configs;
  HandleTable<Surface, Kind::Surface> surfaces;
  HandleTable<DecodeContext, Kind::Context> contexts;
  HandleTable<Buffer, Kind::Buffer> buffers;
  HandleTable<Image, Kind::Image> images;
};

// Every entry goes through here: no exception may reach libva, which is C.
template <class F>
VAStatus enter(VADriverContextP context, F&& function) noexcept {
  try {
    return function(*static_cast<Driver*>(context->pDriverData));
  } catch (const std::bad_alloc&) {
    return VA_STATUS_ERROR_ALLOCATION_FAILED;
  } catch (const std::exception&) {
    return VA_STATUS_ERROR_OPERATION_FAILED;
  }
}

// The surface formats a config's pictures can be decoded to, best first; all formats for a null config.
std::vector<const Format*> surfaceFormats(const Config* config);

// Each of these fills its part of the table.
void installConfigEntries(VADriverVTable& table);
void installSurfaceEntries(VADriverVTable& table);
void installContextEntries(VADriverVTable& table);
void installBufferEntries(VADriverVTable& table);
void installImageEntries(VADriverVTable& table);

constexpr int kMaxProfiles = 3;
constexpr int kMaxEntrypoints = 1;
constexpr int kMaxConfigAttributes = 4;

}  // namespace softgpu::va
