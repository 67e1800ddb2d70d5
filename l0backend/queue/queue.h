// Where commands go: one interface, one class a strategy (in-order, batched in-order, out-of-order), chosen
// at creation. Nothing here waits except finish(). Thread-safe: one lock a call.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <vector>

#include "base/guarded.h"
#include "l0backend/context.h"
#include "l0backend/image/image.h"
#include "l0backend/kernel/kernel.h"

namespace clze::l0 {

// What a command waits for and what it signals. Events stay alive and unreset until the command has
// completed.
struct Sync {
  std::span<const ze_event_handle_t> waits = {};
  ze_event_handle_t signal = nullptr;
};

struct Extent3 {
  size_t x = 0, y = 0, z = 0;
};

// Part of memory seen as rows: origin x in bytes, y in rows, z in slices.
struct MemoryRect {
  void* base = nullptr;
  Extent3 origin;
  size_t rowPitch = 0, slicePitch = 0;  // bytes, never 0
};

struct QueueSettings {
  bool outOfOrder = false;
  bool batched = false;     // in-order only: gather commands while the device is busy
  bool timestamps = false;  // the events it signals are asked for times, which only the device can say
  bool lowPriority = false, highPriority = false;
};

class Queue {
 public:
  static Result<std::unique_ptr<Queue>> create(Context& context, const Device& device,
                                               const QueueSettings& settings);
  virtual ~Queue() = default;

  Result<void> launch(const Launch& launch, const Sync& sync);
  Result<void> copy(void* destination, const void* source, size_t size, const Sync& sync);
  // region.x in bytes.
  Result<void> copyRect(const MemoryRect& destination, const MemoryRect& source, const Extent3& region,
                        const Sync& sync);
  // size is a multiple of patternSize (1..128, power of two); the pattern is taken at the call.
  Result<void> fill(void* destination, const void* pattern, size_t patternSize, size_t size,
                    const Sync& sync);
  Result<void> copyImage(ze_image_handle_t destination, const ze_image_region_t& to, ze_image_handle_t source,
                         const ze_image_region_t& from, const Sync& sync);
  // Memory side: rows of rowPitch bytes, slices (or layers) of slicePitch bytes; rowBytes are the bytes of a
  // row's texels.
  Result<void> imageToMemory(void* destination, size_t rowPitch, size_t slicePitch, ze_image_handle_t source,
                             const ze_image_region_t& from, size_t rowBytes, const Sync& sync);
  Result<void> memoryToImage(ze_image_handle_t destination, const ze_image_region_t& to, const void* source,
                             size_t rowPitch, size_t slicePitch, size_t rowBytes, const Sync& sync);
  // Signals when all earlier commands of the queue (and the waits) have completed; holds later ones back
  // (barrier) or not (marker).
  virtual Result<void> barrier(const Sync& sync) = 0;
  virtual Result<void> marker(const Sync& sync) = 0;
  // Signals as soon as the waits have completed, whatever else the queue does; in an in-order queue as
  // marker().
  virtual Result<void> forward(const Sync& sync) = 0;

  // A batched queue may keep commands back until this, finish(), or enough of them. An event of a command
  // must not be waited for before. When the commands cannot be handed over the events they would have
  // signalled are abandoned (event/abandoned.h).
  virtual Result<void> flush() = 0;
  // Blocks until every command appended before has completed.
  virtual Result<void> finish() = 0;

 protected:
  // ordered: the driver itself orders the commands of a list, so that parts of one need no barriers between.
  Queue(Context& context, const Device& device, bool ordered)
      : context_(context), device_(device), ordered_(ordered) {}

  // Appends to the list given. Arguments of append(), below.
  struct Body {
    void* self;
    Result<void> (*call)(void* self, ze_command_list_handle_t, const Sync&);
    const Launch* launch;  // what the body does, if that is one launch; else null
  };
  // Picks a list, orders the command in it, and calls back with the lock held.
  virtual Result<void> append(const Sync& sync, const Body& body) = 0;
  // Does append() give its callback immediate lists?
  virtual bool immediate() const { return true; }
  // Frees the staging memory of fills that are done; for strategies, when they have waited.
  void reclaimStaging();

  Context& context_;
  const Device& device_;
  const bool ordered_;

 private:
  // Memory that a command uses until `done` is signalled.
  struct Staging {
    Allocation memory;
    Event done;
  };

  // append() with a callable in place of a function and its argument; no allocation.
  template <class Callable>
  Result<void> run(const Sync& sync, Callable& callable, const Launch* launch = nullptr) {
    return append(sync, {&callable,
                         [](void* self, ze_command_list_handle_t list, const Sync& given) {
                           return (*static_cast<Callable*>(self))(list, given);
                         },
                         launch});
  }
  // An image copy must not name an address inside an allocation: the driver's quirk
  // ImageCopiesAtOffsetsAbort.
  bool copiesAtOffsetsAbort(const ze_image_region_t& region, size_t rowBytes) const;
  struct Pitched {
    std::byte* data;
    size_t rowPitch, slicePitch, rowBytes;
  };
  // Between an image and memory, over staging memory whose rows follow each other.
  Result<void> copyOverStaging(ze_image_handle_t image, const ze_image_region_t& region,
                               const Pitched& memory, bool toImage, const Sync& sync);
  Result<void> fillByCopies(void* destination, const void* pattern, size_t patternSize, size_t size,
                            const Sync& sync);

  Guarded<std::vector<Staging>> staging_;
};

}  // namespace clze::l0
