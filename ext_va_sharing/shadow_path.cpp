// Copies of planes, for drivers whose view of a plane shows the right texels in an image of the wrong size.
#include <atomic>

#include "base/log.h"
#include "ext_va_sharing/counters.h"
#include "ext_va_sharing/import_path.h"
#include "ext_va_sharing/native_frame.h"
#include "ext_va_sharing/plane_copier.h"

namespace clze::va {
namespace {

class ShadowImage final : public PlaneImage, private Shadow {
 public:
  ShadowImage(std::shared_ptr<PlaneCopier> copier, std::shared_ptr<const l0::ImportedImage> frame,
              l0::ImageHandle view, l0::ImageHandle own, uint32_t width, uint32_t height)
      : copier_(std::move(copier)),
        frame_(std::move(frame)),
        view_(std::move(view)),
        own_(std::move(own)),
        width_(width),
        height_(height) {
    const ze_image_handle_t surface = view_ ? view_.get() : frame_->handle.get();
    fill_ = PlaneCopier::arguments(surface, own_.get());
    writeBack_ = PlaneCopier::arguments(own_.get(), surface);
  }
  ze_image_handle_t level0() const override { return own_.get(); }
  Shadow* shadow() const override { return const_cast<ShadowImage*>(this); }

 private:
  Result<void> fill(l0::Queue& queue) override {
    counters().shadowFills.fetch_add(1, std::memory_order_relaxed);
    return copier_->append(queue, fill_, width_, height_);
  }
  Result<void> writeBack(l0::Queue& queue) override {
    counters().shadowWrites.fetch_add(1, std::memory_order_relaxed);
    return copier_->append(queue, writeBack_, width_, height_);
  }
  Result<void> fillNow() override {
    counters().shadowFills.fetch_add(1, std::memory_order_relaxed);
    return copier_->run(fill_, width_, height_);
  }
  Result<void> writeBackNow() override {
    counters().shadowWrites.fetch_add(1, std::memory_order_relaxed);
    return copier_->run(writeBack_, width_, height_);
  }
  bool beginWrite() override { return writers_.fetch_add(1) > 0; }
  void endWrite() override { writers_.fetch_sub(1); }
  bool heldForWriting() const override { return writers_.load() > 0; }

  std::shared_ptr<PlaneCopier> copier_;
  std::shared_ptr<const l0::ImportedImage> frame_;  // outlives the view: destroyed after it
  l0::ImageHandle view_, own_;
  uint32_t width_, height_;
  l0::ArgBlock fill_, writeBack_;
  std::atomic<uint32_t> writers_ = 0;
};

class ShadowPath final : public ImportPath {
 public:
  ShadowPath(l0::Context& context, const l0::Device& device)
      : frame_(context, device), context_(context), device_(device) {}
  std::string_view name() const override { return "shadow"; }

  const char* objection(const Surface& surface, const Plane&) const override {
    return frameObjection(device_, surface);
  }

  Result<std::shared_ptr<const PlaneImage>> open(ImportedObject& imported, const Surface& surface,
                                                 const Plane& plane) override {
    CLZE_TRY_ASSIGN(auto frame, frame_.import(imported, surface, NativeFrame::Width::MayBeLarger));
    CLZE_TRY_ASSIGN(l0::ImageHandle view, frame_.view(*frame, surface, plane));
    l0::ImageShape shape;
    shape.width = plane.width;
    shape.height = plane.height;
    CLZE_TRY_ASSIGN(l0::ImageHandle own, l0::createImage(context_, device_, plane.format, shape));
    if (!copier_) {
      CLZE_TRY_ASSIGN(copier_, PlaneCopier::create(context_, device_));
    }
    return std::shared_ptr<const PlaneImage>(std::make_shared<ShadowImage>(
        copier_, std::move(frame), std::move(view), std::move(own), plane.width, plane.height));
  }

 private:
  NativeFrame frame_;
  l0::Context& context_;
  const l0::Device& device_;
  std::shared_ptr<PlaneCopier> copier_;  // made at first need
};

}  // namespace

std::unique_ptr<ImportPath> shadowPath(l0::Context& context, const l0::Device& device) {
  return std::make_unique<ShadowPath>(context, device);
}

}  // namespace clze::va
