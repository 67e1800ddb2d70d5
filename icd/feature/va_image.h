// An OpenCL image that is a plane of a VA surface, and the VA-API state of a context.
#pragma once

#include <CL/cl_va_api_media_sharing_intel.h>
#include <va/va.h>

#include <atomic>
#include <memory>
#include <set>
#include <utility>

#include "base/guarded.h"
#include "ext_va_sharing/sharing.h"
#include "icd/object/memory.h"

namespace clze::icd {

// libva is there, and some way to import surfaces.
bool sharesVaSurfaces(const l0::Device& device);

// What a context created with CL_CONTEXT_VA_API_DISPLAY_INTEL has.
class VaContext final : public ContextAttachment {
 public:
  VaContext(VADisplay display, bool userSync, const Context& context);

  va::Sharing sharing;
  const bool
      userSync;  // CL_CONTEXT_INTEROP_USER_SYNC: the application does vaSyncSurface and clFinish itself

  // Surface and plane pairs that have a live image; used to refuse a second one (CLZE_VA_STRICT).
  Guarded<std::multiset<std::pair<VASurfaceID, cl_uint>>> live;
};

// Acquired or not is a property of this object, not of the surface: applications make several images of one
// surface.
class VaImage final : public Image {
 public:
  static Result<Ref<VaImage>> create(Ref<Context> context, cl_mem_flags flags, VASurfaceID surface,
                                     cl_uint plane);
  ~VaImage() override;

  VASurfaceID surface() const { return surface_; }
  cl_uint plane() const { return plane_; }
  // True for who makes the change.
  bool acquire();
  bool releaseSurface();
  bool acquired() const { return acquired_.load(); }

  const std::shared_ptr<const va::PlaneImage>& planeImage() const { return image_; }
  // For images that are copies of their plane: whether acquire, or release, has to copy.
  bool needsFill() const { return image_->shadow() != nullptr && needsFill_.load(); }
  bool needsWriteBack() const { return image_->shadow() != nullptr && writable(); }

  cl_int usable() const override;
  // A copy that is used without acquire is filled before each command; what was written to it goes to the
  // surface when the image is released at last.
  bool stale() const override { return image_->shadow() != nullptr && !acquired() && !unwritten_.load(); }
  cl_int refresh() override;
  // What CL_MEM_VA_API_MEDIA_SURFACE_INTEL points at: lives as long as the image.
  VASurfaceID* surfaceAddress() const { return &surface_; }

 private:
  VaImage(Ref<Context> context, cl_mem_flags flags, const va::ImportedPlane& imported,
          const cl_image_desc& desc, VASurfaceID surface, cl_uint plane);
  bool writable() const { return (flags() & CL_MEM_READ_ONLY) == 0; }

  std::shared_ptr<const va::PlaneImage> image_;
  mutable VASurfaceID surface_;
  cl_uint plane_;
  std::atomic<bool> acquired_ = false;
  std::atomic<bool> needsFill_ = false;
  std::atomic<bool> unwritten_ = false;  // used without acquire by who may write, and not written back since
};

}  // namespace clze::icd
