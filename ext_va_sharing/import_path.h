// The ways from a surface's plane to an image, one object each. The first whose conditions hold is taken; a
// surface that none can show right is refused.
#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "ext_va_sharing/imported_object.h"
#include "ext_va_sharing/plane.h"
#include "ext_va_sharing/plane_image.h"

namespace clze::va {

// Stateless but for what is made once a device; used under the cache's lock.
class ImportPath {
 public:
  virtual ~ImportPath() = default;
  virtual std::string_view name() const = 0;  // as in CLZE_VA_IMPORT
  // Why this way cannot show the plane, for the log; null: it can, as far as the description goes.
  virtual const char* objection(const Surface& surface, const Plane& plane) const = 0;
  // No objection was raised. `object` is the one the plane lies in. CL_INVALID_IMAGE_FORMAT_DESCRIPTOR when
  // what the driver made of the import does not agree with the description.
  virtual Result<std::shared_ptr<const PlaneImage>> open(ImportedObject& imported, const Surface& surface,
                                                         const Plane& plane) = 0;
};

// P1: a linear image at the exporter's pitch over imported memory.
std::unique_ptr<ImportPath> pitchedPath(const l0::Context& context, const l0::Device& device);
// P2: a frame in the driver's own layout, where that is the exporter's, and views of its planes.
std::unique_ptr<ImportPath> nativePath(const l0::Context& context, const l0::Device& device);
// P4: a copy, filled and written back through a view of the plane, where the view's size is wrong.
std::unique_ptr<ImportPath> shadowPath(l0::Context& context, const l0::Device& device);

// In order of preference; only the one that CLZE_VA_IMPORT names, if it does.
std::vector<std::unique_ptr<ImportPath>> importPaths(l0::Context& context, const l0::Device& device);

}  // namespace clze::va
