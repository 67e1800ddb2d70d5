// Frames in the driver's own layout: no copy, whatever the tiling.
#include "ext_va_sharing/import_path.h"
#include "ext_va_sharing/native_frame.h"

namespace clze::va {
namespace {

class NativeImage final : public PlaneImage {
 public:
  NativeImage(std::shared_ptr<const l0::ImportedImage> frame, l0::ImageHandle view)
      : frame_(std::move(frame)), view_(std::move(view)) {}
  ze_image_handle_t level0() const override { return view_ ? view_.get() : frame_->handle.get(); }

 private:
  std::shared_ptr<const l0::ImportedImage> frame_;  // outlives the view: destroyed after it
  l0::ImageHandle view_;
};

class NativePath final : public ImportPath {
 public:
  NativePath(const l0::Context& context, const l0::Device& device)
      : frame_(context, device), device_(device) {}
  std::string_view name() const override { return "native"; }

  const char* objection(const Surface& surface, const Plane& plane) const override {
    if (const char* found = frameObjection(device_, surface)) return found;
    if (!frameIsExact(device_, surface)) return "the driver's frame would be larger than the surface";
    if (plane.index == 0) return nullptr;
    const bool sized = plane.texelBytes == 2 ? device_.caps.chromaViews8 : device_.caps.chromaViews16;
    return sized ? nullptr : "the driver gives views of the chroma plane a wrong size";
  }

  Result<std::shared_ptr<const PlaneImage>> open(ImportedObject& imported, const Surface& surface,
                                                 const Plane& plane) override {
    CLZE_TRY_ASSIGN(auto frame, frame_.import(imported, surface, NativeFrame::Width::Exact));
    CLZE_TRY_ASSIGN(l0::ImageHandle view, frame_.view(*frame, surface, plane));
    return std::shared_ptr<const PlaneImage>(
        std::make_shared<NativeImage>(std::move(frame), std::move(view)));
  }

 private:
  NativeFrame frame_;
  const l0::Device& device_;
};

}  // namespace

std::unique_ptr<ImportPath> nativePath(const l0::Context& context, const l0::Device& device) {
  return std::make_unique<NativePath>(context, device);
}

}  // namespace clze::va
