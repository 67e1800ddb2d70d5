// Rules of images: OpenCL 3.0, 5.3.
#include "icd/entry/image.h"

#include <algorithm>

#include "icd/validate/memory_common.h"

namespace clze::icd::validate {
namespace {

bool isArray(cl_mem_object_type type) {
  return type == CL_MEM_OBJECT_IMAGE1D_ARRAY || type == CL_MEM_OBJECT_IMAGE2D_ARRAY;
}

bool isImageType(cl_mem_object_type type) {
  switch (type) {
    case CL_MEM_OBJECT_IMAGE1D:
    case CL_MEM_OBJECT_IMAGE1D_BUFFER:
    case CL_MEM_OBJECT_IMAGE1D_ARRAY:
    case CL_MEM_OBJECT_IMAGE2D:
    case CL_MEM_OBJECT_IMAGE2D_ARRAY:
    case CL_MEM_OBJECT_IMAGE3D:
      return true;
    default:
      return false;
  }
}

bool hasHeight(cl_mem_object_type type) {
  return type == CL_MEM_OBJECT_IMAGE2D || type == CL_MEM_OBJECT_IMAGE2D_ARRAY ||
         type == CL_MEM_OBJECT_IMAGE3D;
}

// The members that the type uses are not zero, and pitches describe memory that holds the rows and slices.
Result<void> descriptor(const cl_image_desc& desc, size_t texel, const void* pointer) {
  constexpr Failure kWrong{CL_INVALID_IMAGE_DESCRIPTOR};
  const auto type = desc.image_type;
  if (!isImageType(type)) return kWrong;
  if (desc.image_width == 0 || (hasHeight(type) && desc.image_height == 0) ||
      (type == CL_MEM_OBJECT_IMAGE3D && desc.image_depth == 0) ||
      (isArray(type) && desc.image_array_size == 0)) {
    return kWrong;
  }
  // Mip levels and samples are extensions that no device of ours has.
  if (desc.num_mip_levels != 0 || desc.num_samples != 0) return kWrong;

  const bool overBuffer = desc.mem_object != nullptr;
  // A 1D buffer image needs its buffer, a 2D image may have one, no other type can.
  if (type == CL_MEM_OBJECT_IMAGE1D_BUFFER && !overBuffer) return kWrong;
  if (overBuffer && type != CL_MEM_OBJECT_IMAGE1D_BUFFER && type != CL_MEM_OBJECT_IMAGE2D) return kWrong;

  // Pitches belong to host_ptr (or, for 2D, to the buffer): without it they are 0.
  const size_t rowBytes = product(desc.image_width, texel);
  const bool pitched = pointer != nullptr || (overBuffer && type == CL_MEM_OBJECT_IMAGE2D);
  if (!pitched && desc.image_row_pitch != 0) return kWrong;
  if (desc.image_row_pitch != 0 && (desc.image_row_pitch < rowBytes || desc.image_row_pitch % texel != 0)) {
    return kWrong;
  }
  const bool sliced = isArray(type) || type == CL_MEM_OBJECT_IMAGE3D;
  if (sliced && desc.image_slice_pitch != 0) {
    if (pointer == nullptr) return kWrong;
    const size_t rowPitch = desc.image_row_pitch != 0 ? desc.image_row_pitch : rowBytes;
    const size_t rows = hasHeight(type) ? desc.image_height : 1;
    if (desc.image_slice_pitch < product(rowPitch, rows) || desc.image_slice_pitch % rowPitch != 0) {
      return kWrong;
    }
  }
  return {};
}

bool withinLimits(const cl_image_desc& desc, const Device& device) {
  const auto& limits = device.level0().image;
  switch (desc.image_type) {
    case CL_MEM_OBJECT_IMAGE1D:
      return desc.image_width <= limits.maxImageDims1D;
    case CL_MEM_OBJECT_IMAGE1D_ARRAY:
      return desc.image_width <= limits.maxImageDims1D && desc.image_array_size <= limits.maxImageArraySlices;
    case CL_MEM_OBJECT_IMAGE1D_BUFFER:
      return desc.image_width <= limits.maxImageBufferSize;
    case CL_MEM_OBJECT_IMAGE2D_ARRAY:
      return desc.image_width <= limits.maxImageDims2D && desc.image_height <= limits.maxImageDims2D &&
             desc.image_array_size <= limits.maxImageArraySlices;
    case CL_MEM_OBJECT_IMAGE3D:
      return desc.image_width <= limits.maxImageDims3D && desc.image_height <= limits.maxImageDims3D &&
             desc.image_depth <= limits.maxImageDims3D;
    default:
      return desc.image_width <= limits.maxImageDims2D && desc.image_height <= limits.maxImageDims2D;
  }
}

// The buffer under a 1D buffer image or a 2D image.
Result<void> underlyingBuffer(const Context& context, const cl_image_desc& desc, size_t texel) {
  Memory* memory = Memory::from(desc.mem_object);
  // A live buffer of this context; images over images are not offered.
  if (memory == nullptr || memory->asBuffer() == nullptr || &memory->context() != &context) {
    return Failure{CL_INVALID_IMAGE_DESCRIPTOR};
  }
  const size_t rowBytes = product(desc.image_width, texel);
  const size_t rowPitch = desc.image_row_pitch != 0 ? desc.image_row_pitch : rowBytes;
  const size_t rows = desc.image_type == CL_MEM_OBJECT_IMAGE2D ? desc.image_height : 1;
  // Row pitch and base address as CL_DEVICE_IMAGE_PITCH_ALIGNMENT and ..BASE_ADDRESS_ALIGNMENT say (texels).
  if (desc.image_type == CL_MEM_OBJECT_IMAGE2D) {
    const size_t pitchUnit = kImagePitchAlignmentTexels * texel;
    if (rowPitch % pitchUnit != 0) return Failure{CL_INVALID_IMAGE_FORMAT_DESCRIPTOR};
  }
  // The buffer is large enough.
  if (product(rowPitch, rows) > memory->size()) return Failure{CL_INVALID_IMAGE_DESCRIPTOR};
  return {};
}

// Channel orders and types that go together (OpenCL 3.0, 5.3.1.1).
bool formatIsLegal(const cl_image_format& format) {
  const cl_channel_type type = format.image_channel_data_type;
  const bool packed = type == CL_UNORM_SHORT_565 || type == CL_UNORM_SHORT_555 || type == CL_UNORM_INT_101010;
  const bool normalized = type == CL_UNORM_INT8 || type == CL_UNORM_INT16 || type == CL_SNORM_INT8 ||
                          type == CL_SNORM_INT16 || type == CL_HALF_FLOAT || type == CL_FLOAT;
  switch (format.image_channel_order) {
    case CL_RGB:
    case CL_RGBx:
      return packed;
    case CL_INTENSITY:
    case CL_LUMINANCE:
      return normalized;
    case CL_DEPTH:
      return type == CL_UNORM_INT16 || type == CL_FLOAT;
    case CL_BGRA:
    case CL_ARGB:
    case CL_ABGR:
      return type == CL_UNORM_INT8 || type == CL_SNORM_INT8 || type == CL_SIGNED_INT8 ||
             type == CL_UNSIGNED_INT8;
    case CL_sRGB:
    case CL_sRGBx:
    case CL_sRGBA:
    case CL_sBGRA:
      return type == CL_UNORM_INT8;
    case CL_RGBA:
      return !packed;
    default:
      return !packed && type != CL_UNORM_INT_101010_2;
  }
}

Result<void> create(const Context& context, cl_mem_flags flags, const cl_image_format* format,
                    const cl_image_desc* desc, const void* pointer) {
  const bool overBuffer = desc != nullptr && desc->mem_object != nullptr;
  CLZE_TRY(memoryFlags(flags));
  // A format of OpenCL's.
  if (format == nullptr) return Failure{CL_INVALID_IMAGE_FORMAT_DESCRIPTOR};
  const size_t texel = l0::texelSize(*format);
  if (texel == 0 || !formatIsLegal(*format)) return Failure{CL_INVALID_IMAGE_FORMAT_DESCRIPTOR};
  if (desc == nullptr) return Failure{CL_INVALID_IMAGE_DESCRIPTOR};
  CLZE_TRY(descriptor(*desc, texel, pointer));
  if (overBuffer) CLZE_TRY(underlyingBuffer(context, *desc, texel));
  // Images at all, and images over buffers.
  const Device& device = context.device();
  if (!device.hasImages() || (overBuffer && !device.level0().caps.pitchedImages)) {
    return Failure{CL_INVALID_OPERATION};
  }
  const auto& devices = context.devices();
  // Not larger than every device allows.
  if (std::none_of(devices.begin(), devices.end(),
                   [desc](const Device* device) { return withinLimits(*desc, *device); })) {
    return Failure{CL_INVALID_IMAGE_SIZE};
  }
  if (overBuffer) {
    // The texels are the buffer's: no host pointer, no access the buffer lacks.
    if (pointer != nullptr) return Failure{CL_INVALID_HOST_PTR};
    CLZE_TRY(inheritedFlags(Memory::trusted(desc->mem_object).flags(), flags));
  } else {
    CLZE_TRY(hostPointer(flags, pointer));
  }
  // A format the device has.
  CLZE_TRY_ASSIGN(const auto known, l0::supportedFormats(device.level0()));
  if (std::none_of(known.begin(), known.end(), [format](const cl_image_format& entry) {
        return entry.image_channel_order == format->image_channel_order &&
               entry.image_channel_data_type == format->image_channel_data_type;
      })) {
    return Failure{CL_IMAGE_FORMAT_NOT_SUPPORTED};
  }
  return {};
}

// The 1.1 functions call a wrong size or pitch by another code (OpenCL 1.1, 5.3.1).
Result<void> createOld(const Context& context, cl_mem_flags flags, const cl_image_format* format,
                       const cl_image_desc& desc, const void* pointer) {
  CLZE_TRY(memoryFlags(flags));
  if (format == nullptr || l0::texelSize(*format) == 0 || !formatIsLegal(*format)) {
    return Failure{CL_INVALID_IMAGE_FORMAT_DESCRIPTOR};
  }
  const auto result = create(context, flags, format, &desc, pointer);
  if (result.code() == CL_INVALID_IMAGE_DESCRIPTOR) return Failure{CL_INVALID_IMAGE_SIZE};
  return result;
}

}  // namespace

Result<void> imageRegion(const Image& image, const size_t* origin, const size_t* region) {
  if (origin == nullptr || region == nullptr) return Failure{CL_INVALID_VALUE};
  // No empty direction, and inside the image; directions the type lacks have an extent of 1, so that their
  // origin is 0 and their region 1.
  const l0::Extent3 extent = image.extent();
  const size_t limit[3] = {extent.x, extent.y, extent.z};
  for (size_t i = 0; i < 3; ++i) {
    if (region[i] == 0 || !fits(origin[i], region[i], limit[i])) return Failure{CL_INVALID_VALUE};
  }
  return {};
}

Result<void> createImage(cl_context context, cl_mem_flags flags, const cl_image_format* format,
                         const cl_image_desc* desc, void* pointer) {
  return createImageWithProperties(context, nullptr, flags, format, desc, pointer);
}

Result<void> createImageWithProperties(cl_context handle, const cl_mem_properties* properties,
                                       cl_mem_flags flags, const cl_image_format* format,
                                       const cl_image_desc* desc, void* pointer) {
  CLZE_TRY_ASSIGN(Context * context, live<Context>(handle, CL_INVALID_CONTEXT));
  CLZE_TRY(memoryProperties(properties));
  return create(*context, flags, format, desc, pointer);
}

Result<void> createImage2D(cl_context handle, cl_mem_flags flags, const cl_image_format* format, size_t width,
                           size_t height, size_t rowPitch, void* pointer) {
  CLZE_TRY_ASSIGN(Context * context, live<Context>(handle, CL_INVALID_CONTEXT));
  cl_image_desc desc = {};
  desc.image_type = CL_MEM_OBJECT_IMAGE2D;
  desc.image_width = width;
  desc.image_height = height;
  desc.image_row_pitch = rowPitch;
  return createOld(*context, flags, format, desc, pointer);
}

Result<void> createImage3D(cl_context handle, cl_mem_flags flags, const cl_image_format* format, size_t width,
                           size_t height, size_t depth, size_t rowPitch, size_t slicePitch, void* pointer) {
  CLZE_TRY_ASSIGN(Context * context, live<Context>(handle, CL_INVALID_CONTEXT));
  cl_image_desc desc = {};
  desc.image_type = CL_MEM_OBJECT_IMAGE3D;
  desc.image_width = width;
  desc.image_height = height;
  desc.image_depth = depth;
  desc.image_row_pitch = rowPitch;
  desc.image_slice_pitch = slicePitch;
  return createOld(*context, flags, format, desc, pointer);
}

Result<void> getImageInfo(cl_mem image, cl_image_info /*name*/, size_t /*size*/, void* /*value*/,
                          size_t* /*sizeReturned*/) {
  // A live memory object that is an image.
  Memory* memory = Memory::from(image);
  if (memory == nullptr || memory->asImage() == nullptr) return Failure{CL_INVALID_MEM_OBJECT};
  return {};
}

Result<void> getSupportedImageFormats(cl_context context, cl_mem_flags flags, cl_mem_object_type type,
                                      cl_uint capacity, cl_image_format* formats, cl_uint* /*count*/) {
  if (Context::from(context) == nullptr) return Failure{CL_INVALID_CONTEXT};
  // The flags of an image, or the question for images that one kernel both reads and writes.
  CLZE_TRY(memoryFlags(flags & ~cl_mem_flags{CL_MEM_KERNEL_READ_AND_WRITE}));
  if (!isImageType(type)) return Failure{CL_INVALID_VALUE};
  // Room for at least one entry where there is an array.
  if (capacity == 0 && formats != nullptr) return Failure{CL_INVALID_VALUE};
  return {};
}

}  // namespace clze::icd::validate
