// Images: laid out by the driver, or put over the memory of a buffer.
#include <algorithm>

#include "icd/object/memory.h"

namespace clze::icd {
namespace {

constexpr cl_mem_flags kKernelAccess = CL_MEM_READ_WRITE | CL_MEM_READ_ONLY | CL_MEM_WRITE_ONLY;
constexpr cl_mem_flags kHostAccess = CL_MEM_HOST_WRITE_ONLY | CL_MEM_HOST_READ_ONLY | CL_MEM_HOST_NO_ACCESS;
constexpr cl_mem_flags kHostPointer = CL_MEM_USE_HOST_PTR | CL_MEM_ALLOC_HOST_PTR | CL_MEM_COPY_HOST_PTR;

class OwnImage final : public ImageBacking {
 public:
  explicit OwnImage(l0::ImageHandle image) : image_(std::move(image)) {}

 private:
  l0::ImageHandle image_;
};

l0::ImageShape shapeOf(const cl_image_desc& desc, cl_mem_flags flags) {
  l0::ImageShape shape;
  shape.width = desc.image_width;
  shape.kernelWrites = (flags & CL_MEM_READ_ONLY) == 0;
  switch (desc.image_type) {
    case CL_MEM_OBJECT_IMAGE1D:
      shape.type = ZE_IMAGE_TYPE_1D;
      break;
    case CL_MEM_OBJECT_IMAGE1D_ARRAY:
      shape.type = ZE_IMAGE_TYPE_1DARRAY;
      shape.arrayLayers = static_cast<uint32_t>(desc.image_array_size);
      break;
    case CL_MEM_OBJECT_IMAGE2D_ARRAY:
      shape.type = ZE_IMAGE_TYPE_2DARRAY;
      shape.height = static_cast<uint32_t>(desc.image_height);
      shape.arrayLayers = static_cast<uint32_t>(desc.image_array_size);
      break;
    case CL_MEM_OBJECT_IMAGE3D:
      shape.type = ZE_IMAGE_TYPE_3D;
      shape.height = static_cast<uint32_t>(desc.image_height);
      shape.depth = static_cast<uint32_t>(desc.image_depth);
      break;
    case CL_MEM_OBJECT_IMAGE1D_BUFFER:  // one row over the buffer's memory
      shape.type = ZE_IMAGE_TYPE_2D;
      break;
    default:
      shape.type = ZE_IMAGE_TYPE_2D;
      shape.height = static_cast<uint32_t>(desc.image_height);
      break;
  }
  return shape;
}

// The members that do not belong to the type are 0 in queries, whatever the application wrote there.
cl_image_desc normalised(cl_image_desc desc, size_t texelSize) {
  const auto type = desc.image_type;
  const bool is1DArray = type == CL_MEM_OBJECT_IMAGE1D_ARRAY;
  const bool is2DArray = type == CL_MEM_OBJECT_IMAGE2D_ARRAY;
  const bool is3D = type == CL_MEM_OBJECT_IMAGE3D;
  if (type != CL_MEM_OBJECT_IMAGE2D && !is2DArray && !is3D) desc.image_height = 0;
  if (!is3D) desc.image_depth = 0;
  if (!is1DArray && !is2DArray) desc.image_array_size = 0;
  if (desc.image_row_pitch == 0) desc.image_row_pitch = desc.image_width * texelSize;
  if (!is1DArray && !is2DArray && !is3D) {
    desc.image_slice_pitch = 0;
  } else if (desc.image_slice_pitch == 0) {
    desc.image_slice_pitch = desc.image_row_pitch * std::max<size_t>(desc.image_height, 1);
  }
  return desc;
}

l0::Extent3 extentOf(const cl_image_desc& desc) {
  switch (desc.image_type) {
    case CL_MEM_OBJECT_IMAGE1D_ARRAY:
      return {desc.image_width, desc.image_array_size, 1};
    case CL_MEM_OBJECT_IMAGE2D:
      return {desc.image_width, desc.image_height, 1};
    case CL_MEM_OBJECT_IMAGE2D_ARRAY:
      return {desc.image_width, desc.image_height, desc.image_array_size};
    case CL_MEM_OBJECT_IMAGE3D:
      return {desc.image_width, desc.image_height, desc.image_depth};
    default:
      return {desc.image_width, 1, 1};
  }
}

size_t bytesOf(const cl_image_desc& desc) {
  const auto extent = extentOf(desc);
  if (desc.image_slice_pitch == 0) return desc.image_row_pitch * extent.y;
  return desc.image_slice_pitch * (desc.image_type == CL_MEM_OBJECT_IMAGE1D_ARRAY ? extent.y : extent.z);
}

}  // namespace

Image::Image(Ref<Context> context, cl_mem_flags flags, const cl_image_format& format,
             const cl_image_desc& desc, size_t size, ze_image_handle_t handle,
             std::unique_ptr<ImageBacking> backing)
    : Memory(std::move(context), desc.image_type, flags, size),
      format_(format),
      desc_(desc),
      texelSize_(l0::texelSize(format)),
      handle_(handle),
      backing_(std::move(backing)) {}

l0::Extent3 Image::extent() const { return extentOf(desc_); }

Result<void> Image::upload(const void* source) const {
  const auto size = extent();
  const bool layersAreRows = type() == CL_MEM_OBJECT_IMAGE1D_ARRAY;
  const ze_image_region_t region = {
      0, 0, 0, static_cast<uint32_t>(size.x), static_cast<uint32_t>(size.y), static_cast<uint32_t>(size.z)};
  const size_t rowPitch = layersAreRows ? desc_.image_slice_pitch : desc_.image_row_pitch;
  const size_t slicePitch = size.z > 1 ? desc_.image_slice_pitch : rowPitch * size.y;
  CLZE_TRY_ASSIGN(const auto queue, l0::Queue::create(context_->level0(), context_->device().level0(), {}));
  const auto copied =
      queue->memoryToImage(handle_, region, source, rowPitch, slicePitch, size.x * texelSize_, {});
  // Even after a failure: nothing may be under way when the image goes.
  CLZE_TRY(queue->finish());
  return copied;
}

Result<Ref<Image>> Image::create(Ref<Context> context, cl_mem_flags flags, const cl_image_format& format,
                                 const cl_image_desc& given, void* hostPointer,
                                 std::vector<cl_mem_properties> properties) {
  const size_t texel = l0::texelSize(format);
  auto desc = normalised(given, texel);
  const auto& device = context->device().level0();
  Buffer* parent = nullptr;
  if (given.mem_object != nullptr) {
    parent = Memory::trusted(given.mem_object).asBuffer();
    // What is not said is inherited; the host pointer flags always are (OpenCL 3.0, 5.3.1).
    if ((flags & kKernelAccess) == 0) flags |= parent->flags() & kKernelAccess;
    if ((flags & kHostAccess) == 0) flags |= parent->flags() & kHostAccess;
    flags |= parent->flags() & kHostPointer;
  }
  if ((flags & kKernelAccess) == 0) flags |= CL_MEM_READ_WRITE;
  const auto shape = shapeOf(desc, flags);
  // Drivers that over-commit would kill the process at the first touch instead.
  const auto extent = extentOf(desc);
  if (extent.x * texel * extent.y * extent.z > device.globalMemoryBytes) {
    return Failure{CL_MEM_OBJECT_ALLOCATION_FAILURE};
  }

  l0::ImageHandle handle;
  if (parent != nullptr) {
    CLZE_TRY_ASSIGN(handle, l0::createPitchedImage(context->level0(), device, format, shape, parent->data(),
                                                   desc.image_row_pitch));
  } else {
    CLZE_TRY_ASSIGN(handle, l0::createImage(context->level0(), device, format, shape));
  }
  const ze_image_handle_t raw = handle.get();
  auto image = Ref<Image>::adopt(new Image(std::move(context), flags, format, desc, bytesOf(desc), raw,
                                           std::make_unique<OwnImage>(std::move(handle))));
  image->properties_ = std::move(properties);
  if (parent != nullptr) {
    image->parent_ = Ref<Memory>(parent);
    image->hostPointer_ = parent->hostPointer();
  } else if (hostPointer != nullptr) {
    CLZE_TRY(image->upload(hostPointer));
    if ((flags & CL_MEM_USE_HOST_PTR) != 0) image->hostPointer_ = hostPointer;
  }
  return image;
}

Result<void> Image::imageInfo(cl_image_info name, const InfoWriter& writer) const {
  switch (name) {
    case CL_IMAGE_FORMAT:
      return writer(format_);
    case CL_IMAGE_ELEMENT_SIZE:
      return writer(texelSize_);
    case CL_IMAGE_ROW_PITCH:
      return writer(desc_.image_row_pitch);
    case CL_IMAGE_SLICE_PITCH:
      return writer(desc_.image_slice_pitch);
    case CL_IMAGE_WIDTH:
      return writer(desc_.image_width);
    case CL_IMAGE_HEIGHT:
      return writer(desc_.image_height);
    case CL_IMAGE_DEPTH:
      return writer(desc_.image_depth);
    case CL_IMAGE_ARRAY_SIZE:
      return writer(desc_.image_array_size);
    case CL_IMAGE_BUFFER:
      return writer(static_cast<cl_mem>(parent_.get()));
    case CL_IMAGE_NUM_MIP_LEVELS:
    case CL_IMAGE_NUM_SAMPLES:
      return writer(cl_uint{0});
    default:
      break;
  }
  Result<void> result;
  if (askFeatures(name, writer, result)) return result;
  return Failure{CL_INVALID_VALUE};
}

}  // namespace clze::icd
