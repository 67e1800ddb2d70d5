// Images: copies of surfaces in memory the application maps, and views of the surfaces themselves.
#include <algorithm>
#include <optional>

#include "softgpu/va/driver.h"
#include "softgpu/va/pixel_copy.h"

namespace softgpu::va {
namespace {

VAStatus queryImageFormats(VADriverContextP, VAImageFormat* list, int* count) {
  if (list == nullptr || count == nullptr) return VA_STATUS_ERROR_INVALID_PARAMETER;
  *count = 0;
  for (const Format& format : formats()) list[(*count)++] = format.imageFormat();
  return VA_STATUS_SUCCESS;
}

// Enters image and buffer in the tables, and completes the description with their ids.
VAStatus publish(Driver& driver, VAImage description, const Format& format, std::shared_ptr<Buffer> buffer,
                 VAImage* result) {
  description.format = format.imageFormat();
  description.num_planes = format.planes;
  description.num_palette_entries = 0;
  description.buf = driver.buffers.add(buffer);
  if (description.buf == VA_INVALID_ID) return VA_STATUS_ERROR_ALLOCATION_FAILED;
  auto image = std::make_shared<Image>(Image{description, &format, std::move(buffer)});
  description.image_id = driver.images.add(image);
  if (description.image_id == VA_INVALID_ID) {
    driver.buffers.remove(description.buf);
    return VA_STATUS_ERROR_ALLOCATION_FAILED;
  }
  *result = description;
  return VA_STATUS_SUCCESS;
}

void clearImage(VAImage* image) {
  *image = VAImage{};
  image->image_id = VA_INVALID_ID;
  image->buf = VA_INVALID_ID;
}

VAStatus createImage(VADriverContextP context, VAImageFormat* wanted, int width, int height,
                     VAImage* result) {
  return enter(context, [&](Driver& driver) -> VAStatus {
    if (wanted == nullptr || result == nullptr) return VA_STATUS_ERROR_INVALID_PARAMETER;
    clearImage(result);
    if (width < 1 || height < 1) return VA_STATUS_ERROR_INVALID_PARAMETER;
    constexpr int kMax = kMaxDimension;
    if (width > kMax || height > kMax) return VA_STATUS_ERROR_RESOLUTION_NOT_SUPPORTED;
    const Format* format = findFormat(wanted->fourcc);
    if (format == nullptr) return VA_STATUS_ERROR_INVALID_IMAGE_FORMAT;
    const Layout layout = layoutFor(*format, static_cast<unsigned>(width), static_cast<unsigned>(height), {});
    auto buffer = std::make_shared<Buffer>();
    buffer->elementSize = layout.size;
    buffer->count = 1;
    buffer->capacity = 1;
    buffer->data.resize(layout.size);
    VAImage description{};
    description.width = static_cast<std::uint16_t>(width);
    description.height = static_cast<std::uint16_t>(height);
    description.data_size = static_cast<std::uint32_t>(layout.size);
    std::ranges::copy(layout.pitch, description.pitches);
    std::ranges::copy(layout.offset, description.offsets);
    return publish(driver, description, *format, std::move(buffer), result);
  });
}

VAStatus deriveImage(VADriverContextP context, VASurfaceID id, VAImage* result) {
  return enter(context, [&](Driver& driver) -> VAStatus {
    const std::shared_ptr<Surface> surface = driver.surfaces.find(id);
    if (!surface) return VA_STATUS_ERROR_INVALID_SURFACE;
    if (result == nullptr) return VA_STATUS_ERROR_INVALID_PARAMETER;
    clearImage(result);
    // One buffer has one address: planes in several objects cannot be seen through it.
    if (surface->objects().size() != 1) return VA_STATUS_ERROR_OPERATION_FAILED;
    auto buffer = std::make_shared<Buffer>();
    buffer->elementSize = surface->objects()[0]->size();
    buffer->count = 1;
    buffer->capacity = 1;
    buffer->surface = surface;
    VAImage description{};
    description.width = static_cast<std::uint16_t>(surface->width());
    description.height = static_cast<std::uint16_t>(surface->height());
    description.data_size = static_cast<std::uint32_t>(buffer->elementSize);
    for (unsigned i = 0; i < surface->format().planes; ++i) {
      description.pitches[i] = surface->planes()[i].pitch;
      description.offsets[i] = surface->planes()[i].offset;
    }
    return publish(driver, description, surface->format(), std::move(buffer), result);
  });
}

VAStatus destroyImage(VADriverContextP context, VAImageID id) {
  return enter(context, [&](Driver& driver) -> VAStatus {
    const std::shared_ptr<Image> image = driver.images.remove(id);
    if (!image) return VA_STATUS_ERROR_INVALID_IMAGE;
    driver.buffers.remove(image->description.buf);
    return VA_STATUS_SUCCESS;
  });
}

VAStatus setImagePalette(VADriverContextP context, VAImageID id, unsigned char*) {
  return enter(context, [&](Driver& driver) -> VAStatus {
    return driver.images.find(id) ? VA_STATUS_ERROR_INVALID_IMAGE_FORMAT : VA_STATUS_ERROR_INVALID_IMAGE;
  });
}

// Of an image that is not derived.
PictureView imageView(const Image& image) {
  PictureView view;
  for (unsigned i = 0; i < image.format->planes; ++i) {
    view[i] = {image.buffer->data.data() + image.description.offsets[i], image.description.pitches[i]};
  }
  return view;
}

bool inside(unsigned start, unsigned length, unsigned limit) {
  return start <= limit && length <= limit - start;
}

// A rectangle at `surfaceX`, `surfaceY` in the surface and at `imageX`, `imageY` in the image; from one to
// the other.
VAStatus transfer(const Surface& surface, unsigned surfaceX, unsigned surfaceY, const Image& image,
                  unsigned imageX, unsigned imageY, unsigned width, unsigned height, bool toImage) {
  if (!convertible(surface.format(), *image.format)) return VA_STATUS_ERROR_INVALID_IMAGE_FORMAT;
  if (width == 0 || height == 0 || !inside(surfaceX, width, surface.width()) ||
      !inside(surfaceY, height, surface.height()) || !inside(imageX, width, image.description.width) ||
      !inside(imageY, height, image.description.height)) {
    return VA_STATUS_ERROR_INVALID_PARAMETER;
  }
  if (!aligned(surface.format(), surfaceX, surfaceY) || !aligned(*image.format, imageX, imageY)) {
    return VA_STATUS_ERROR_INVALID_PARAMETER;
  }
  surface.wait();
  const bool intact = surface.intact() && (!image.buffer->surface || image.buffer->surface->intact());
  if (!intact) return VA_STATUS_ERROR_OPERATION_FAILED;
  std::optional<LinearPicture> derived;
  if (image.buffer->surface) derived.emplace(*image.buffer->surface);
  LinearPicture rows(surface);
  const PictureView there = derived ? derived->view() : imageView(image);
  if (toImage) {
    copyRectangle(surface.format(), rows.view(), surfaceX, surfaceY, *image.format, there, imageX, imageY,
                  width, height);
    if (derived) derived->store();
  } else {
    copyRectangle(*image.format, there, imageX, imageY, surface.format(), rows.view(), surfaceX, surfaceY,
                  width, height);
    rows.store();
  }
  return VA_STATUS_SUCCESS;
}

VAStatus getImage(VADriverContextP context, VASurfaceID surfaceId, int x, int y, unsigned width,
                  unsigned height, VAImageID imageId) {
  return enter(context, [&](Driver& driver) -> VAStatus {
    const std::shared_ptr<Surface> surface = driver.surfaces.find(surfaceId);
    if (!surface) return VA_STATUS_ERROR_INVALID_SURFACE;
    const std::shared_ptr<Image> image = driver.images.find(imageId);
    if (!image) return VA_STATUS_ERROR_INVALID_IMAGE;
    if (x < 0 || y < 0) return VA_STATUS_ERROR_INVALID_PARAMETER;
    return transfer(*surface, static_cast<unsigned>(x), static_cast<unsigned>(y), *image, 0, 0, width, height,
                    true);
  });
}

VAStatus putImage(VADriverContextP context, VASurfaceID surfaceId, VAImageID imageId, int imageX, int imageY,
                  unsigned imageWidth, unsigned imageHeight, int x, int y, unsigned width, unsigned height) {
  return enter(context, [&](Driver& driver) -> VAStatus {
    const std::shared_ptr<Surface> surface = driver.surfaces.find(surfaceId);
    if (!surface) return VA_STATUS_ERROR_INVALID_SURFACE;
    const std::shared_ptr<Image> image = driver.images.find(imageId);
    if (!image) return VA_STATUS_ERROR_INVALID_IMAGE;
    if (imageX < 0 || imageY < 0 || x < 0 || y < 0) return VA_STATUS_ERROR_INVALID_PARAMETER;
    if (imageWidth != width || imageHeight != height) return VA_STATUS_ERROR_UNIMPLEMENTED;  // no scaling
    return transfer(*surface, static_cast<unsigned>(x), static_cast<unsigned>(y), *image,
                    static_cast<unsigned>(imageX), static_cast<unsigned>(imageY), width, height, false);
  });
}

}  // namespace

void installImageEntries(VADriverVTable& table) {
  table.vaQueryImageFormats = queryImageFormats;
  table.vaCreateImage = createImage;
  table.vaDeriveImage = deriveImage;
  table.vaDestroyImage = destroyImage;
  table.vaSetImagePalette = setImagePalette;
  table.vaGetImage = getImage;
  table.vaPutImage = putImage;
}

}  // namespace softgpu::va
