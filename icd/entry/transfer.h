// Entry points of commands that move data: OpenCL 3.0, 5.2.2 to 5.2.4 and 5.3.3 to 5.3.5.
#pragma once

#include <CL/cl.h>

#include "base/result.h"

namespace clze::icd {

namespace validate {
Result<void> enqueueReadBuffer(cl_command_queue queue, cl_mem buffer, cl_bool blocking, size_t offset,
                               size_t size, void* pointer, cl_uint waitCount, const cl_event* waits,
                               cl_event* event);
Result<void> enqueueWriteBuffer(cl_command_queue queue, cl_mem buffer, cl_bool blocking, size_t offset,
                                size_t size, const void* pointer, cl_uint waitCount, const cl_event* waits,
                                cl_event* event);
Result<void> enqueueReadBufferRect(cl_command_queue queue, cl_mem buffer, cl_bool blocking,
                                   const size_t* bufferOrigin, const size_t* hostOrigin, const size_t* region,
                                   size_t bufferRowPitch, size_t bufferSlicePitch, size_t hostRowPitch,
                                   size_t hostSlicePitch, void* pointer, cl_uint waitCount,
                                   const cl_event* waits, cl_event* event);
Result<void> enqueueWriteBufferRect(cl_command_queue queue, cl_mem buffer, cl_bool blocking,
                                    const size_t* bufferOrigin, const size_t* hostOrigin,
                                    const size_t* region, size_t bufferRowPitch, size_t bufferSlicePitch,
                                    size_t hostRowPitch, size_t hostSlicePitch, const void* pointer,
                                    cl_uint waitCount, const cl_event* waits, cl_event* event);
Result<void> enqueueCopyBuffer(cl_command_queue queue, cl_mem source, cl_mem destination, size_t sourceOffset,
                               size_t destinationOffset, size_t size, cl_uint waitCount,
                               const cl_event* waits, cl_event* event);
Result<void> enqueueCopyBufferRect(cl_command_queue queue, cl_mem source, cl_mem destination,
                                   const size_t* sourceOrigin, const size_t* destinationOrigin,
                                   const size_t* region, size_t sourceRowPitch, size_t sourceSlicePitch,
                                   size_t destinationRowPitch, size_t destinationSlicePitch,
                                   cl_uint waitCount, const cl_event* waits, cl_event* event);
Result<void> enqueueFillBuffer(cl_command_queue queue, cl_mem buffer, const void* pattern, size_t patternSize,
                               size_t offset, size_t size, cl_uint waitCount, const cl_event* waits,
                               cl_event* event);
Result<void> enqueueReadImage(cl_command_queue queue, cl_mem image, cl_bool blocking, const size_t* origin,
                              const size_t* region, size_t rowPitch, size_t slicePitch, void* pointer,
                              cl_uint waitCount, const cl_event* waits, cl_event* event);
Result<void> enqueueWriteImage(cl_command_queue queue, cl_mem image, cl_bool blocking, const size_t* origin,
                               const size_t* region, size_t rowPitch, size_t slicePitch, const void* pointer,
                               cl_uint waitCount, const cl_event* waits, cl_event* event);
Result<void> enqueueCopyImage(cl_command_queue queue, cl_mem source, cl_mem destination,
                              const size_t* sourceOrigin, const size_t* destinationOrigin,
                              const size_t* region, cl_uint waitCount, const cl_event* waits,
                              cl_event* event);
Result<void> enqueueCopyImageToBuffer(cl_command_queue queue, cl_mem image, cl_mem buffer,
                                      const size_t* origin, const size_t* region, size_t offset,
                                      cl_uint waitCount, const cl_event* waits, cl_event* event);
Result<void> enqueueCopyBufferToImage(cl_command_queue queue, cl_mem buffer, cl_mem image, size_t offset,
                                      const size_t* origin, const size_t* region, cl_uint waitCount,
                                      const cl_event* waits, cl_event* event);
Result<void> enqueueFillImage(cl_command_queue queue, cl_mem image, const void* color, const size_t* origin,
                              const size_t* region, cl_uint waitCount, const cl_event* waits,
                              cl_event* event);
Result<void> enqueueMigrateMemObjects(cl_command_queue queue, cl_uint count, const cl_mem* objects,
                                      cl_mem_migration_flags flags, cl_uint waitCount, const cl_event* waits,
                                      cl_event* event);
}  // namespace validate

namespace api {
Result<void> enqueueReadBuffer(cl_command_queue queue, cl_mem buffer, cl_bool blocking, size_t offset,
                               size_t size, void* pointer, cl_uint waitCount, const cl_event* waits,
                               cl_event* event);
Result<void> enqueueWriteBuffer(cl_command_queue queue, cl_mem buffer, cl_bool blocking, size_t offset,
                                size_t size, const void* pointer, cl_uint waitCount, const cl_event* waits,
                                cl_event* event);
Result<void> enqueueReadBufferRect(cl_command_queue queue, cl_mem buffer, cl_bool blocking,
                                   const size_t* bufferOrigin, const size_t* hostOrigin, const size_t* region,
                                   size_t bufferRowPitch, size_t bufferSlicePitch, size_t hostRowPitch,
                                   size_t hostSlicePitch, void* pointer, cl_uint waitCount,
                                   const cl_event* waits, cl_event* event);
Result<void> enqueueWriteBufferRect(cl_command_queue queue, cl_mem buffer, cl_bool blocking,
                                    const size_t* bufferOrigin, const size_t* hostOrigin,
                                    const size_t* region, size_t bufferRowPitch, size_t bufferSlicePitch,
                                    size_t hostRowPitch, size_t hostSlicePitch, const void* pointer,
                                    cl_uint waitCount, const cl_event* waits, cl_event* event);
Result<void> enqueueCopyBuffer(cl_command_queue queue, cl_mem source, cl_mem destination, size_t sourceOffset,
                               size_t destinationOffset, size_t size, cl_uint waitCount,
                               const cl_event* waits, cl_event* event);
Result<void> enqueueCopyBufferRect(cl_command_queue queue, cl_mem source, cl_mem destination,
                                   const size_t* sourceOrigin, const size_t* destinationOrigin,
                                   const size_t* region, size_t sourceRowPitch, size_t sourceSlicePitch,
                                   size_t destinationRowPitch, size_t destinationSlicePitch,
                                   cl_uint waitCount, const cl_event* waits, cl_event* event);
Result<void> enqueueFillBuffer(cl_command_queue queue, cl_mem buffer, const void* pattern, size_t patternSize,
                               size_t offset, size_t size, cl_uint waitCount, const cl_event* waits,
                               cl_event* event);
Result<void> enqueueReadImage(cl_command_queue queue, cl_mem image, cl_bool blocking, const size_t* origin,
                              const size_t* region, size_t rowPitch, size_t slicePitch, void* pointer,
                              cl_uint waitCount, const cl_event* waits, cl_event* event);
Result<void> enqueueWriteImage(cl_command_queue queue, cl_mem image, cl_bool blocking, const size_t* origin,
                               const size_t* region, size_t rowPitch, size_t slicePitch, const void* pointer,
                               cl_uint waitCount, const cl_event* waits, cl_event* event);
Result<void> enqueueCopyImage(cl_command_queue queue, cl_mem source, cl_mem destination,
                              const size_t* sourceOrigin, const size_t* destinationOrigin,
                              const size_t* region, cl_uint waitCount, const cl_event* waits,
                              cl_event* event);
Result<void> enqueueCopyImageToBuffer(cl_command_queue queue, cl_mem image, cl_mem buffer,
                                      const size_t* origin, const size_t* region, size_t offset,
                                      cl_uint waitCount, const cl_event* waits, cl_event* event);
Result<void> enqueueCopyBufferToImage(cl_command_queue queue, cl_mem buffer, cl_mem image, size_t offset,
                                      const size_t* origin, const size_t* region, cl_uint waitCount,
                                      const cl_event* waits, cl_event* event);
Result<void> enqueueFillImage(cl_command_queue queue, cl_mem image, const void* color, const size_t* origin,
                              const size_t* region, cl_uint waitCount, const cl_event* waits,
                              cl_event* event);
Result<void> enqueueMigrateMemObjects(cl_command_queue queue, cl_uint count, const cl_mem* objects,
                                      cl_mem_migration_flags flags, cl_uint waitCount, const cl_event* waits,
                                      cl_event* event);
}  // namespace api

}  // namespace clze::icd
