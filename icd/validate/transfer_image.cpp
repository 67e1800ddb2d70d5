// Rules of commands that move data from and to images: OpenCL 3.0, 5.3.3 to 5.3.5.
#include <algorithm>

#include "icd/entry/transfer.h"
#include "icd/validate/memory_common.h"

namespace clze::icd::validate {
namespace {

Result<void> hostTransfer(cl_command_queue handle, cl_mem memory, const size_t* origin, const size_t* region,
                          size_t rowPitch, size_t slicePitch, const void* pointer, cl_uint waitCount,
                          const cl_event* waits, bool reads) {
  CLZE_TRY_ASSIGN(CommandQueue * queue, live<CommandQueue>(handle, CL_INVALID_COMMAND_QUEUE));
  CLZE_TRY_ASSIGN(Image * image, imageOf(*queue, memory));
  CLZE_TRY(imageRegion(*image, origin, region));
  if (pointer == nullptr) return Failure{CL_INVALID_VALUE};
  // A row pitch holds a row.
  const size_t rowBytes = product(region[0], image->texelSize());
  if (rowPitch != 0 && rowPitch < rowBytes) return Failure{CL_INVALID_VALUE};
  // A slice pitch holds a slice (a layer); images without either have none.
  const auto type = image->type();
  const bool sliced = type == CL_MEM_OBJECT_IMAGE3D || type == CL_MEM_OBJECT_IMAGE2D_ARRAY ||
                      type == CL_MEM_OBJECT_IMAGE1D_ARRAY;
  if (slicePitch != 0) {
    const size_t rows = type == CL_MEM_OBJECT_IMAGE1D_ARRAY ? 1 : region[1];
    const size_t least = product(rowPitch != 0 ? rowPitch : rowBytes, rows);
    if (!sliced || slicePitch < least) return Failure{CL_INVALID_VALUE};
  }
  CLZE_TRY(waitList(queue->context(), waitCount, waits));
  // The access the host promised not to make.
  if (!(reads ? image->hostMayRead() : image->hostMayWrite())) return Failure{CL_INVALID_OPERATION};
  return usable(*image);
}

bool sameFormat(const cl_image_format& a, const cl_image_format& b) {
  return a.image_channel_order == b.image_channel_order &&
         a.image_channel_data_type == b.image_channel_data_type;
}

// Between an image and a tight block of bytes in a buffer.
Result<void> bufferTransfer(cl_command_queue handle, cl_mem imageHandle, cl_mem bufferHandle, bool imageFirst,
                            const size_t* origin, const size_t* region, size_t offset, cl_uint waitCount,
                            const cl_event* waits) {
  CLZE_TRY_ASSIGN(CommandQueue * queue, live<CommandQueue>(handle, CL_INVALID_COMMAND_QUEUE));
  // The source is looked at first.
  if (!imageFirst) CLZE_TRY(bufferOf(*queue, bufferHandle));
  CLZE_TRY_ASSIGN(Image * image, imageOf(*queue, imageHandle));
  CLZE_TRY_ASSIGN(Buffer * buffer, bufferOf(*queue, bufferHandle));
  // A 1D buffer image and its own buffer are one memory.
  if (image->type() == CL_MEM_OBJECT_IMAGE1D_BUFFER && image->buffer() == buffer) {
    return Failure{CL_INVALID_MEM_OBJECT};
  }
  CLZE_TRY(imageRegion(*image, origin, region));
  // Inside the buffer.
  const size_t bytes = product(product(product(region[0], image->texelSize()), region[1]), region[2]);
  if (!fits(offset, bytes, buffer->size())) return Failure{CL_INVALID_VALUE};
  CLZE_TRY(waitList(queue->context(), waitCount, waits));
  CLZE_TRY(usable(*image));
  return usable(*buffer);
}

}  // namespace

Result<void> enqueueReadImage(cl_command_queue queue, cl_mem image, cl_bool /*blocking*/,
                              const size_t* origin, const size_t* region, size_t rowPitch, size_t slicePitch,
                              void* pointer, cl_uint waitCount, const cl_event* waits, cl_event* /*event*/) {
  return hostTransfer(queue, image, origin, region, rowPitch, slicePitch, pointer, waitCount, waits, true);
}

Result<void> enqueueWriteImage(cl_command_queue queue, cl_mem image, cl_bool /*blocking*/,
                               const size_t* origin, const size_t* region, size_t rowPitch, size_t slicePitch,
                               const void* pointer, cl_uint waitCount, const cl_event* waits,
                               cl_event* /*event*/) {
  return hostTransfer(queue, image, origin, region, rowPitch, slicePitch, pointer, waitCount, waits, false);
}

Result<void> enqueueCopyImage(cl_command_queue handle, cl_mem from, cl_mem to, const size_t* fromOrigin,
                              const size_t* toOrigin, const size_t* region, cl_uint waitCount,
                              const cl_event* waits, cl_event* /*event*/) {
  CLZE_TRY_ASSIGN(CommandQueue * queue, live<CommandQueue>(handle, CL_INVALID_COMMAND_QUEUE));
  CLZE_TRY_ASSIGN(Image * source, imageOf(*queue, from));
  CLZE_TRY_ASSIGN(Image * destination, imageOf(*queue, to));
  // Texels are moved, not converted.
  if (!sameFormat(source->format(), destination->format())) return Failure{CL_IMAGE_FORMAT_MISMATCH};
  CLZE_TRY(imageRegion(*source, fromOrigin, region));
  CLZE_TRY(imageRegion(*destination, toOrigin, region));
  CLZE_TRY(waitList(queue->context(), waitCount, waits));
  // Boxes of one image that meet in every direction.
  if (source == destination) {
    bool apart = false;
    for (size_t i = 0; i < 3; ++i) {
      apart = apart || fromOrigin[i] + region[i] <= toOrigin[i] || toOrigin[i] + region[i] <= fromOrigin[i];
    }
    if (!apart) return Failure{CL_MEM_COPY_OVERLAP};
  }
  CLZE_TRY(usable(*source));
  return usable(*destination);
}

Result<void> enqueueCopyImageToBuffer(cl_command_queue queue, cl_mem image, cl_mem buffer,
                                      const size_t* origin, const size_t* region, size_t offset,
                                      cl_uint waitCount, const cl_event* waits, cl_event* /*event*/) {
  return bufferTransfer(queue, image, buffer, true, origin, region, offset, waitCount, waits);
}

Result<void> enqueueCopyBufferToImage(cl_command_queue queue, cl_mem buffer, cl_mem image, size_t offset,
                                      const size_t* origin, const size_t* region, cl_uint waitCount,
                                      const cl_event* waits, cl_event* /*event*/) {
  return bufferTransfer(queue, image, buffer, false, origin, region, offset, waitCount, waits);
}

Result<void> enqueueFillImage(cl_command_queue handle, cl_mem memory, const void* color, const size_t* origin,
                              const size_t* region, cl_uint waitCount, const cl_event* waits,
                              cl_event* /*event*/) {
  CLZE_TRY_ASSIGN(CommandQueue * queue, live<CommandQueue>(handle, CL_INVALID_COMMAND_QUEUE));
  CLZE_TRY_ASSIGN(Image * image, imageOf(*queue, memory));
  if (color == nullptr) return Failure{CL_INVALID_VALUE};
  CLZE_TRY(imageRegion(*image, origin, region));
  CLZE_TRY(waitList(queue->context(), waitCount, waits));
  return usable(*image);
}

}  // namespace clze::icd::validate
