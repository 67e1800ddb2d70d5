// Images of VA surfaces.
#include "icd/feature/va_image.h"

#include "base/config.h"
#include "base/log.h"
#include "ext_va_sharing/va_library.h"

namespace clze::icd {
namespace {

// Keeps the imported plane as long as the image.
class PlaneBacking final : public ImageBacking {
 public:
  explicit PlaneBacking(std::shared_ptr<const va::PlaneImage> plane) : plane_(std::move(plane)) {}

 private:
  std::shared_ptr<const va::PlaneImage> plane_;
};

}  // namespace

bool sharesVaSurfaces(const l0::Device& device) {
  return va::library() != nullptr && device.caps.importDmaBuf &&
         (device.caps.pitchedImages || device.caps.surfaceLayout.has_value());
}

VaContext::VaContext(VADisplay display, bool synchronisedByUser, const Context& context)
    : sharing(display, context.level0(), context.device().level0()), userSync(synchronisedByUser) {}

VaImage::VaImage(Ref<Context> context, cl_mem_flags flags, const va::ImportedPlane& imported,
                 const cl_image_desc& desc, VASurfaceID surface, cl_uint plane)
    : Image(std::move(context), flags, imported.plane.format, desc, desc.image_row_pitch * desc.image_height,
            imported.image->level0(), std::make_unique<PlaneBacking>(imported.image)),
      image_(imported.image),
      surface_(surface),
      plane_(plane) {}

Result<Ref<VaImage>> VaImage::create(Ref<Context> context, cl_mem_flags flags, VASurfaceID surface,
                                     cl_uint plane) {
  VaContext& va = *context->attachment<VaContext>();
  if (config().strictVa && va.live.lock()->contains({surface, plane})) {
    CLZE_LOG_WARNING("va", "surface {} plane {} already has an image", surface, plane);
    return Failure{CL_INVALID_VA_API_MEDIA_SURFACE_INTEL};
  }
  CLZE_TRY_ASSIGN(const va::ImportedPlane imported,
                  va.sharing.importPlane(surface, plane, (flags & CL_MEM_READ_ONLY) == 0));
  cl_image_desc desc = {};
  desc.image_type = CL_MEM_OBJECT_IMAGE2D;
  desc.image_width = imported.plane.width;
  desc.image_height = imported.plane.height;
  desc.image_row_pitch = imported.plane.pitch;
  va.live.lock()->insert({surface, plane});
  return Ref<VaImage>::adopt(new VaImage(std::move(context), flags, imported, desc, surface, plane));
}

VaImage::~VaImage() {
  if (va::Shadow* shadow = image_->shadow(); shadow != nullptr && unwritten_.load()) {
    // The commands that wrote to it have ended: they kept it alive.
    if (!shadow->writeBackNow()) CLZE_LOG_ERROR("va", "surface {}: what was written is lost", surface_);
  }
  auto live = context().attachment<VaContext>()->live.lock();
  live->erase(live->find({surface_, plane_}));
}

bool VaImage::acquire() {
  if (acquired_.exchange(true)) return false;
  if (va::Shadow* shadow = image_->shadow()) {
    const bool newer = writable() ? shadow->beginWrite() : shadow->heldForWriting();
    needsFill_ = !newer && !unwritten_.load();
  }
  return true;
}

bool VaImage::releaseSurface() {
  if (!acquired_.exchange(false)) return false;
  if (va::Shadow* shadow = image_->shadow(); shadow != nullptr && writable()) {
    shadow->endWrite();
    unwritten_ = false;
  }
  return true;
}

cl_int VaImage::refresh() {
  va::Shadow& shadow = *image_->shadow();
  VaContext& va = *context().attachment<VaContext>();
  if (!va.userSync) {
    if (const auto done = va.sharing.sync(surface_); !done.ok()) return done.code();
  }
  if (!shadow.heldForWriting()) {
    if (const auto done = shadow.fillNow(); !done.ok()) return done.code();
  }
  if (writable()) unwritten_ = true;
  return CL_SUCCESS;
}

cl_int VaImage::usable() const {
  if (acquired()) return CL_SUCCESS;
  if (config().strictVa) return CL_VA_API_MEDIA_SURFACE_NOT_ACQUIRED_INTEL;
  // Programs in the field (OpenVINO before 2025.4) never acquire; the text's -1101 would break them.
  static std::atomic<bool> told = false;
  if (!told.exchange(true)) {
    CLZE_LOG_WARNING("va",
                     "a VA surface is used without clEnqueueAcquireVA_APIMediaSurfacesINTEL (said once)");
  }
  return CL_SUCCESS;
}

}  // namespace clze::icd
