// The list of ways, and the first of them: linear surfaces as pitched images over imported memory.
#include "ext_va_sharing/import_path.h"

#include <drm_fourcc.h>

#include "base/config.h"
#include "base/log.h"

namespace clze::va {
namespace {

class PitchedImage final : public PlaneImage {
 public:
  PitchedImage(std::shared_ptr<const l0::Allocation> memory, l0::ImageHandle image)
      : memory_(std::move(memory)), image_(std::move(image)) {}
  ze_image_handle_t level0() const override { return image_.get(); }

 private:
  std::shared_ptr<const l0::Allocation> memory_;  // outlives the image: destroyed after it
  l0::ImageHandle image_;
};

class PitchedPath final : public ImportPath {
 public:
  PitchedPath(const l0::Context& context, const l0::Device& device) : context_(context), device_(device) {}
  std::string_view name() const override { return "pitched"; }

  const char* objection(const Surface&, const Plane& plane) const override {
    if (plane.modifier != DRM_FORMAT_MOD_LINEAR) return "the surface is not linear";
    if (!device_.caps.pitchedImages) return "the driver makes no image at a given pitch";
    if (plane.width > device_.image.maxImageDims2D || plane.height > device_.image.maxImageDims2D) {
      return "the device has no images of that size";
    }
    if (plane.offset % plane.texelBytes != 0 || plane.pitch % plane.texelBytes != 0) {
      return "offset or pitch are not whole texels";
    }
    return nullptr;
  }

  Result<std::shared_ptr<const PlaneImage>> open(ImportedObject& imported, const Surface& surface,
                                                 const Plane& plane) override {
    CLZE_TRY_ASSIGN(auto memory, imported.memory(surface.objects[plane.object]));
    l0::ImageShape shape;
    shape.width = plane.width;
    shape.height = plane.height;
    CLZE_TRY_ASSIGN(l0::ImageHandle handle,
                    l0::createPitchedImage(context_, device_, plane.format, shape,
                                           memory->data() + plane.offset, plane.pitch));
    return std::shared_ptr<const PlaneImage>(
        std::make_shared<PitchedImage>(std::move(memory), std::move(handle)));
  }

 private:
  const l0::Context& context_;
  const l0::Device& device_;
};

}  // namespace

std::unique_ptr<ImportPath> pitchedPath(const l0::Context& context, const l0::Device& device) {
  return std::make_unique<PitchedPath>(context, device);
}

std::vector<std::unique_ptr<ImportPath>> importPaths(l0::Context& context, const l0::Device& device) {
  std::vector<std::unique_ptr<ImportPath>> paths;
  paths.push_back(pitchedPath(context, device));
  paths.push_back(nativePath(context, device));
  paths.push_back(shadowPath(context, device));
  const std::string& forced = config().vaImport;
  if (!forced.empty()) {
    std::erase_if(paths, [&forced](const auto& path) { return path->name() != forced; });
    if (paths.empty())
      CLZE_LOG_ERROR("va", "CLZE_VA_IMPORT={} names no way: no surface can be shared", forced);
  }
  return paths;
}

}  // namespace clze::va
