// The entry points that make, keep and describe memory objects.
#include <algorithm>

#include "icd/entry/image.h"
#include "icd/entry/memory.h"
#include "icd/object/memory.h"

namespace clze::icd {
namespace {

// The list as given, with its closing zero; nothing for a null pointer (CL_MEM_PROPERTIES).
std::vector<cl_mem_properties> listOf(const cl_mem_properties* properties) {
  std::vector<cl_mem_properties> list;
  if (properties == nullptr) return list;
  for (; *properties != 0; properties += 2) list.insert(list.end(), properties, properties + 2);
  list.push_back(0);
  return list;
}

cl_image_desc describe2D(size_t width, size_t height, size_t rowPitch) {
  cl_image_desc desc = {};
  desc.image_type = CL_MEM_OBJECT_IMAGE2D;
  desc.image_width = width;
  desc.image_height = height;
  desc.image_row_pitch = rowPitch;
  return desc;
}

}  // namespace

namespace api {

Result<cl_mem> createBuffer(cl_context context, cl_mem_flags flags, size_t size, void* hostPointer) {
  return createBufferWithProperties(context, nullptr, flags, size, hostPointer);
}

Result<cl_mem> createBufferWithProperties(cl_context context, const cl_mem_properties* properties,
                                          cl_mem_flags flags, size_t size, void* hostPointer) {
  CLZE_TRY_ASSIGN(auto buffer, Buffer::create(Ref<Context>(&Context::trusted(context)), flags, size,
                                              hostPointer, listOf(properties)));
  return Memory::publish(Ref<Memory>(buffer));
}

Result<cl_mem> createSubBuffer(cl_mem parent, cl_mem_flags flags, cl_buffer_create_type /*type*/,
                               const void* info) {
  const auto& region = *static_cast<const cl_buffer_region*>(info);
  CLZE_TRY_ASSIGN(auto buffer, Buffer::createSub(Ref<Buffer>(Memory::trusted(parent).asBuffer()), flags,
                                                 region.origin, region.size));
  return Memory::publish(Ref<Memory>(buffer));
}

Result<void> retainMemObject(cl_mem memory) {
  Memory::trusted(memory).retainApi();
  return {};
}

Result<void> releaseMemObject(cl_mem memory) {
  Memory::trusted(memory).releaseApi();
  return {};
}

Result<void> getMemObjectInfo(cl_mem memory, cl_mem_info name, size_t size, void* value,
                              size_t* sizeReturned) {
  return Memory::trusted(memory).info(name, InfoWriter(size, value, sizeReturned));
}

Result<void> setMemObjectDestructorCallback(cl_mem memory, void(CL_CALLBACK* notify)(cl_mem, void*),
                                            void* userData) {
  Memory::trusted(memory).addDestructorCallback(
      [notify, userData](cl_mem object) { notify(object, userData); });
  return {};
}

Result<cl_mem> createImage(cl_context context, cl_mem_flags flags, const cl_image_format* format,
                           const cl_image_desc* desc, void* hostPointer) {
  return createImageWithProperties(context, nullptr, flags, format, desc, hostPointer);
}

Result<cl_mem> createImageWithProperties(cl_context context, const cl_mem_properties* properties,
                                         cl_mem_flags flags, const cl_image_format* format,
                                         const cl_image_desc* desc, void* hostPointer) {
  CLZE_TRY_ASSIGN(auto image, Image::create(Ref<Context>(&Context::trusted(context)), flags, *format, *desc,
                                            hostPointer, listOf(properties)));
  return Memory::publish(Ref<Memory>(image));
}

Result<cl_mem> createImage2D(cl_context context, cl_mem_flags flags, const cl_image_format* format,
                             size_t width, size_t height, size_t rowPitch, void* hostPointer) {
  const auto desc = describe2D(width, height, rowPitch);
  return createImage(context, flags, format, &desc, hostPointer);
}

Result<cl_mem> createImage3D(cl_context context, cl_mem_flags flags, const cl_image_format* format,
                             size_t width, size_t height, size_t depth, size_t rowPitch, size_t slicePitch,
                             void* hostPointer) {
  auto desc = describe2D(width, height, rowPitch);
  desc.image_type = CL_MEM_OBJECT_IMAGE3D;
  desc.image_depth = depth;
  desc.image_slice_pitch = slicePitch;
  return createImage(context, flags, format, &desc, hostPointer);
}

Result<void> getImageInfo(cl_mem image, cl_image_info name, size_t size, void* value, size_t* sizeReturned) {
  return Memory::trusted(image).asImage()->imageInfo(name, InfoWriter(size, value, sizeReturned));
}

Result<void> getSupportedImageFormats(cl_context context, cl_mem_flags /*flags*/, cl_mem_object_type type,
                                      cl_uint capacity, cl_image_format* formats, cl_uint* count) {
  const Device& device = Context::trusted(context).device();
  std::span<const cl_image_format> known;
  // Images over buffers need memory that the driver takes as an image.
  if (device.hasImages() && (type != CL_MEM_OBJECT_IMAGE1D_BUFFER || device.level0().caps.pitchedImages)) {
    CLZE_TRY_ASSIGN(known, l0::supportedFormats(device.level0()));
  }
  if (count != nullptr) *count = static_cast<cl_uint>(known.size());
  if (formats != nullptr) std::copy_n(known.begin(), std::min<size_t>(capacity, known.size()), formats);
  return {};
}

}  // namespace api
}  // namespace clze::icd
