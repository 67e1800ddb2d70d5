// A surface as one image in the driver's own layout: whether the two layouts are the same, and the import.
#pragma once

#include "ext_va_sharing/imported_object.h"
#include "ext_va_sharing/plane.h"

namespace clze::va {

// Drivers take the layout from format and size and look at nothing else, so what the exporter says is
// compared with what the driver is known to do before the import, and with what it reports afterwards.

// Null: the description agrees with the driver's layout of some frame that holds the surface; else why not.
const char* frameObjection(const l0::Device& device, const Surface& surface);
// Whether that frame has exactly the surface's size. No objection was raised.
bool frameIsExact(const l0::Device& device, const Surface& surface);

class NativeFrame {
 public:
  NativeFrame(const l0::Context& context, const l0::Device& device) : context_(context), device_(device) {}

  // CL_INVALID_IMAGE_FORMAT_DESCRIPTOR when the driver's pitch or size differ from the exporter's. A frame
  // that is wider than the surface, with the exporter's pitch, may do when its views are only read at the
  // surface's texels.
  enum class Width { Exact, MayBeLarger };
  Result<std::shared_ptr<const l0::ImportedImage>> import(ImportedObject& imported, const Surface& surface,
                                                          Width width) const;
  // The plane of an imported frame; empty handle: the frame is the plane.
  Result<l0::ImageHandle> view(const l0::ImportedImage& frame, const Surface& surface,
                               const Plane& plane) const;

 private:
  const l0::Context& context_;
  const l0::Device& device_;
};

}  // namespace clze::va
