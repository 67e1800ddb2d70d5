// Importing once.
#include "ext_va_sharing/imported_object.h"

#include <fcntl.h>

#include "ext_va_sharing/counters.h"

namespace clze::va {

Result<std::shared_ptr<const l0::Allocation>> ImportedObject::memory(const SurfaceObject& object) {
  if (!memory_) {
    UniqueFd fd(::fcntl(object.fd.get(), F_DUPFD_CLOEXEC, 3));
    if (!fd) return Failure{CL_OUT_OF_HOST_MEMORY};
    CLZE_TRY_ASSIGN(l0::Allocation memory, l0::importDmaBuf(*context_, *device_, std::move(fd), object.size));
    counters().memoryImports.fetch_add(1, std::memory_order_relaxed);
    memory_ = std::make_shared<const l0::Allocation>(std::move(memory));
  }
  return memory_;
}

Result<std::shared_ptr<const l0::ImportedImage>> ImportedObject::frame(const SurfaceObject& object,
                                                                       const ze_image_format_t& format,
                                                                       uint32_t width, uint32_t height) {
  for (const Frame& known : frames_) {
    if (known.layout == format.layout && known.width == width && known.height == height) return known.image;
  }
  CLZE_TRY_ASSIGN(l0::ImportedImage made,
                  l0::importImage(*context_, *device_, format, width, height, object.fd.get(), object.size));
  counters().imageImports.fetch_add(1, std::memory_order_relaxed);
  auto image = std::make_shared<const l0::ImportedImage>(std::move(made));
  frames_.push_back({format.layout, width, height, image});
  return image;
}

}  // namespace clze::va
