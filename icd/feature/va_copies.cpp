// Copies between two barriers, so that they have a place in out-of-order queues too.
#include "icd/feature/va_copies.h"

namespace clze::icd {
namespace {

using Planes = std::vector<std::shared_ptr<const va::PlaneImage>>;

Result<void> run(l0::Queue& queue, const l0::Sync& sync, const Planes& planes, SurfaceCopy copy) {
  CLZE_TRY(queue.barrier({.waits = sync.waits}));
  for (const auto& plane : planes) {
    va::Shadow& shadow = *plane->shadow();
    CLZE_TRY(copy == SurfaceCopy::Fill ? shadow.fill(queue) : shadow.writeBack(queue));
  }
  return queue.barrier({.signal = sync.signal});
}

class Copies final : public Submission {
 public:
  Copies(Planes planes, SurfaceCopy copy) : planes_(std::move(planes)), copy_(copy) {}
  Result<void> submit(l0::Queue& queue, const l0::Sync& sync) override {
    return run(queue, sync, planes_, copy_);
  }
  std::unique_ptr<HeldCommand> hold() override { return std::make_unique<Held>(std::move(planes_), copy_); }

 private:
  struct Held final : HeldCommand {
    Held(Planes list, SurfaceCopy which) : planes(std::move(list)), copy(which) {}
    Result<void> submit(l0::Queue& queue, const l0::Sync& sync) override {
      return run(queue, sync, planes, copy);
    }
    Planes planes;
    SurfaceCopy copy;
  };
  Planes planes_;
  SurfaceCopy copy_;
};

}  // namespace

Result<void> enqueueSurfaceCopies(const Enqueue& command, std::span<VaImage* const> images,
                                  SurfaceCopy copy) {
  Planes planes;
  std::vector<Object*> keeps;  // with them the planes stay until the device is done
  for (VaImage* image : images) {
    if (copy == SurfaceCopy::Fill ? !image->needsFill() : !image->needsWriteBack()) continue;
    planes.push_back(image->planeImage());
    keeps.push_back(image);
  }
  if (planes.empty()) return enqueuePlace(command);
  Copies copies(std::move(planes), copy);
  return enqueue(command, keeps, copies);
}

}  // namespace clze::icd
