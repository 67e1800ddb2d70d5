// A plane of an imported surface, ready for kernels: the surface's own memory, or a copy of it.
#pragma once

#include <level_zero/ze_api.h>

#include <memory>

#include "base/result.h"
#include "l0backend/queue/queue.h"

namespace clze::va {

// An image of our own that is filled from the surface, and written back to it. Thread-safe.
class Shadow {
 public:
  virtual ~Shadow() = default;
  // Appends the copy to a queue. The plane stays alive until the copy has ended.
  virtual Result<void> fill(l0::Queue& queue) = 0;
  virtual Result<void> writeBack(l0::Queue& queue) = 0;
  // The same at once; returns when it is done.
  virtual Result<void> fillNow() = 0;
  virtual Result<void> writeBackNow() = 0;
  // While somebody holds it for writing, it is newer than the surface and must not be filled: several OpenCL
  // images of one plane share one copy. beginWrite() says whether others hold it already.
  virtual bool beginWrite() = 0;
  virtual void endWrite() = 0;
  virtual bool heldForWriting() const = 0;
};

// Immutable but for the texels.
class PlaneImage {
 public:
  virtual ~PlaneImage() = default;
  virtual ze_image_handle_t level0() const = 0;
  // Null: level0() is the surface itself.
  virtual Shadow* shadow() const { return nullptr; }
};

}  // namespace clze::va
