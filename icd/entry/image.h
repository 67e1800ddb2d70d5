// Entry points of images: OpenCL 3.0, 5.3.
#pragma once

#include <CL/cl.h>

#include "base/result.h"

namespace clze::icd {

namespace validate {
Result<void> createImage(cl_context context, cl_mem_flags flags, const cl_image_format* format,
                         const cl_image_desc* desc, void* hostPointer);
Result<void> createImageWithProperties(cl_context context, const cl_mem_properties* properties,
                                       cl_mem_flags flags, const cl_image_format* format,
                                       const cl_image_desc* desc, void* hostPointer);
Result<void> createImage2D(cl_context context, cl_mem_flags flags, const cl_image_format* format,
                           size_t width, size_t height, size_t rowPitch, void* hostPointer);
Result<void> createImage3D(cl_context context, cl_mem_flags flags, const cl_image_format* format,
                           size_t width, size_t height, size_t depth, size_t rowPitch, size_t slicePitch,
                           void* hostPointer);
Result<void> getImageInfo(cl_mem image, cl_image_info name, size_t size, void* value, size_t* sizeReturned);
Result<void> getSupportedImageFormats(cl_context context, cl_mem_flags flags, cl_mem_object_type type,
                                      cl_uint capacity, cl_image_format* formats, cl_uint* count);
}  // namespace validate

namespace api {
Result<cl_mem> createImage(cl_context context, cl_mem_flags flags, const cl_image_format* format,
                           const cl_image_desc* desc, void* hostPointer);
Result<cl_mem> createImageWithProperties(cl_context context, const cl_mem_properties* properties,
                                         cl_mem_flags flags, const cl_image_format* format,
                                         const cl_image_desc* desc, void* hostPointer);
Result<cl_mem> createImage2D(cl_context context, cl_mem_flags flags, const cl_image_format* format,
                             size_t width, size_t height, size_t rowPitch, void* hostPointer);
Result<cl_mem> createImage3D(cl_context context, cl_mem_flags flags, const cl_image_format* format,
                             size_t width, size_t height, size_t depth, size_t rowPitch, size_t slicePitch,
                             void* hostPointer);
Result<void> getImageInfo(cl_mem image, cl_image_info name, size_t size, void* value, size_t* sizeReturned);
Result<void> getSupportedImageFormats(cl_context context, cl_mem_flags flags, cl_mem_object_type type,
                                      cl_uint capacity, cl_image_format* formats, cl_uint* count);
}  // namespace api

}  // namespace clze::icd
