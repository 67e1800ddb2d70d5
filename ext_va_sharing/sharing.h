// VA-API sharing of one OpenCL context: its display, and the surfaces imported so far.
#pragma once

#include <va/va.h>

#include <memory>
#include <optional>
#include <vector>

#include "base/guarded.h"
#include "ext_va_sharing/import_cache.h"

namespace clze::va {

// A plane with its image; the surface's own description of it.
struct ImportedPlane {
  Plane plane;
  std::shared_ptr<const PlaneImage> image;
};

// Thread-safe. The display is the application's and outlives this.
class Sharing {
 public:
  // `display` is valid (displayIsValid).
  Sharing(VADisplay display, l0::Context& context, const l0::Device& device);

  VADisplay display() const { return display_; }
  // A new export of the surface, and the image of its plane. Errors: those of exportSurface, planeOf and
  // ImportCache::find.
  Result<ImportedPlane> importPlane(VASurfaceID surface, uint32_t plane, bool write);
  Result<void> sync(VASurfaceID surface) { return syncSurface(display_, surface); }
  // The display's image formats that have `plane` and can be shared: each was tried once with a small
  // surface.
  std::vector<VAImageFormat> formats(uint32_t plane);

 private:
  VADisplay display_;
  // How many planes of a surface of `fourcc` can be imported, from the first on.
  uint32_t tryPlanes(uint32_t fourcc) const;

  struct TriedFormat {
    VAImageFormat format;
    uint32_t planes;
  };
  l0::Context* context_;
  const l0::Device* device_;
  Guarded<ImportCache> cache_;
  Guarded<std::optional<std::vector<TriedFormat>>> formats_;
};

}  // namespace clze::va
