// A small OpenCL program that touches what most programs touch: a buffer, a kernel, events with times, an
// image.
#include <cstring>

#include "tests/fault/objects.h"

namespace {

using clze::fault::kWrong;
using clze::fault::Objects;

constexpr size_t kCount = 256;
constexpr const char* kSource =
    "kernel void add(global uint* data, uint by) { data[get_global_id(0)] += by; }";

int makeQueue(Objects& o, cl_device_id device, bool outOfOrder) {
  cl_int code = CL_SUCCESS;
  const cl_queue_properties order = outOfOrder ? CL_QUEUE_OUT_OF_ORDER_EXEC_MODE_ENABLE : 0;
  const cl_queue_properties properties[] = {CL_QUEUE_PROPERTIES, CL_QUEUE_PROFILING_ENABLE | order, 0};
  o.queue = clCreateCommandQueueWithProperties(o.context, device, properties, &code);
  STOP_ON_ERROR(code);
  return 0;
}

// Commands nobody waits for: what they use goes when they have ended, in queues that were released before.
int leave(Objects& o) {
  constexpr size_t kSize = 4U << 20U;
  cl_int code = CL_SUCCESS;
  for (int i = 0; i < 3; ++i) {
    const cl_mem buffer = o.keep(clCreateBuffer(o.context, CL_MEM_READ_WRITE, kSize, nullptr, &code));
    STOP_ON_ERROR(code);
    STOP_ON_ERROR(clEnqueueFillBuffer(o.queue, buffer, &i, sizeof(i), 0, kSize, 0, nullptr, nullptr));
  }
  return 0;
}

int useKernel(Objects& o, cl_device_id device) {
  cl_int code = CL_SUCCESS;
  std::vector<cl_uint> data(kCount, 5);
  const cl_mem buffer =
      o.keep(clCreateBuffer(o.context, CL_MEM_READ_WRITE, kCount * sizeof(cl_uint), nullptr, &code));
  STOP_ON_ERROR(code);
  const char* source = kSource;
  o.program = clCreateProgramWithSource(o.context, 1, &source, nullptr, &code);
  STOP_ON_ERROR(code);
  STOP_ON_ERROR(clBuildProgram(o.program, 1, &device, "", nullptr, nullptr));
  o.kernel = clCreateKernel(o.program, "add", &code);
  STOP_ON_ERROR(code);
  const cl_uint by = 7;
  STOP_ON_ERROR(clSetKernelArg(o.kernel, 0, sizeof(cl_mem), &buffer));
  STOP_ON_ERROR(clSetKernelArg(o.kernel, 1, sizeof(by), &by));
  Objects::Kept written{o}, ran{o};
  STOP_ON_ERROR(clEnqueueWriteBuffer(o.queue, buffer, CL_FALSE, 0, kCount * sizeof(cl_uint), data.data(), 0,
                                     nullptr, &written.event));
  const size_t global = kCount;
  STOP_ON_ERROR(
      clEnqueueNDRangeKernel(o.queue, o.kernel, 1, nullptr, &global, nullptr, 1, &written.event, &ran.event));
  std::vector<cl_uint> result(kCount, 0);
  STOP_ON_ERROR(clEnqueueReadBuffer(o.queue, buffer, CL_TRUE, 0, kCount * sizeof(cl_uint), result.data(), 1,
                                    &ran.event, nullptr));
  STOP_ON_ERROR(clWaitForEvents(1, &ran.event));
  cl_ulong end = 0;
  STOP_ON_ERROR(clGetEventProfilingInfo(ran.event, CL_PROFILING_COMMAND_END, sizeof(end), &end, nullptr));
  for (const cl_uint value : result) {
    if (value != 12) return kWrong;
  }
  return 0;
}

int useImage(Objects& o) {
  cl_int code = CL_SUCCESS;
  const cl_image_format format{CL_RGBA, CL_UNSIGNED_INT8};
  cl_image_desc desc;
  std::memset(&desc, 0, sizeof(desc));
  desc.image_type = CL_MEM_OBJECT_IMAGE2D;
  desc.image_width = desc.image_height = 8;
  const cl_mem image = o.keep(clCreateImage(o.context, CL_MEM_READ_WRITE, &format, &desc, nullptr, &code));
  STOP_ON_ERROR(code);
  const cl_uint color[4] = {1, 2, 3, 4};
  const size_t origin[3] = {0, 0, 0};
  const size_t region[3] = {8, 8, 1};
  std::vector<unsigned char> texels(8 * 8 * 4, 0);
  STOP_ON_ERROR(clEnqueueFillImage(o.queue, image, color, origin, region, 0, nullptr, nullptr));
  // Also orders an out-of-order queue.
  STOP_ON_ERROR(clFinish(o.queue));
  STOP_ON_ERROR(
      clEnqueueReadImage(o.queue, image, CL_TRUE, origin, region, 0, 0, texels.data(), 0, nullptr, nullptr));
  for (size_t i = 0; i < texels.size(); ++i) {
    if (texels[i] != i % 4 + 1) return kWrong;
  }
  return 0;
}

}  // namespace

// Arguments: in-order or out-of-order; "leaving" for a program that waits for nothing.
int main(int argc, char** argv) {
  clze::fault::tellOpenFilesAtExit();
  const bool outOfOrder = argc > 1 && std::strcmp(argv[1], "out-of-order") == 0;
  const bool leaving = argc > 2 && std::strcmp(argv[2], "leaving") == 0;
  cl_platform_id platform = nullptr;
  STOP_ON_ERROR(clGetPlatformIDs(1, &platform, nullptr));
  cl_device_id device = nullptr;
  STOP_ON_ERROR(clGetDeviceIDs(platform, CL_DEVICE_TYPE_GPU, 1, &device, nullptr));
  cl_int code = CL_SUCCESS;
  Objects objects;
  objects.context = clCreateContext(nullptr, 1, &device, nullptr, nullptr, &code);
  STOP_ON_ERROR(code);
  if (const int result = makeQueue(objects, device, outOfOrder); result != 0) return result;
  if (leaving) return leave(objects);
  if (const int result = useKernel(objects, device); result != 0) return result;
  if (const int result = useImage(objects); result != 0) return result;
  STOP_ON_ERROR(clFinish(objects.queue));
  return 0;
}
