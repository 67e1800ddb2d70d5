// A small OpenCL program that touches what most programs touch, and tells at which call it had to stop: an
// OpenCL error is a right answer to a fault of the driver, a crash or a wrong result is not.
// Exit code: 0 all done, 2 an OpenCL error, 3 a wrong result, 4 the context is never destroyed.
#include <CL/cl.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <future>
#include <thread>
#include <vector>

namespace {

constexpr size_t kCount = 256;
constexpr const char* kSource =
    "kernel void add(global uint* data, uint by) { data[get_global_id(0)] += by; }";

#define STOP_ON_ERROR(call)                                                  \
  if (const cl_int stopped = (call); stopped != CL_SUCCESS) {                \
    std::fprintf(stderr, "program: line %d: error %d\n", __LINE__, stopped); \
    return 2;                                                                \
  }

// Everything made is released, however far the program came.
struct Objects {
  cl_context context = nullptr;
  cl_command_queue queue = nullptr;
  cl_mem buffer = nullptr, image = nullptr;
  cl_program program = nullptr;
  cl_kernel kernel = nullptr;
  cl_event written = nullptr, ran = nullptr;
  Objects() = default;
  Objects(const Objects&) = delete;
  Objects& operator=(const Objects&) = delete;
  ~Objects() {
    if (ran != nullptr) clReleaseEvent(ran);
    if (written != nullptr) clReleaseEvent(written);
    if (kernel != nullptr) clReleaseKernel(kernel);
    if (program != nullptr) clReleaseProgram(program);
    if (image != nullptr) clReleaseMemObject(image);
    if (buffer != nullptr) clReleaseMemObject(buffer);
    if (queue != nullptr) clReleaseCommandQueue(queue);
    if (context == nullptr) return;
    // clze lets go of what unfinished commands use on a thread of its own: what is not gone by then is lost.
    std::promise<void> gone;
    auto ending = gone.get_future();
    const bool told =
        clSetContextDestructorCallback(
            context,
            [](cl_context, void* promise) { static_cast<std::promise<void>*>(promise)->set_value(); },
            &gone) == CL_SUCCESS;
    clReleaseContext(context);
    if (told && ending.wait_for(std::chrono::seconds(5)) != std::future_status::ready) std::_Exit(4);
    // The callback comes before the context's own objects are destroyed.
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
};

int useKernel(Objects& o, cl_device_id device, bool outOfOrder) {
  cl_int code = CL_SUCCESS;
  const cl_queue_properties order = outOfOrder ? CL_QUEUE_OUT_OF_ORDER_EXEC_MODE_ENABLE : 0;
  const cl_queue_properties properties[] = {CL_QUEUE_PROPERTIES, CL_QUEUE_PROFILING_ENABLE | order, 0};
  o.queue = clCreateCommandQueueWithProperties(o.context, device, properties, &code);
  STOP_ON_ERROR(code);
  std::vector<cl_uint> data(kCount, 5);
  o.buffer = clCreateBuffer(o.context, CL_MEM_READ_WRITE, kCount * sizeof(cl_uint), nullptr, &code);
  STOP_ON_ERROR(code);
  const char* source = kSource;
  o.program = clCreateProgramWithSource(o.context, 1, &source, nullptr, &code);
  STOP_ON_ERROR(code);
  STOP_ON_ERROR(clBuildProgram(o.program, 1, &device, "", nullptr, nullptr));
  o.kernel = clCreateKernel(o.program, "add", &code);
  STOP_ON_ERROR(code);
  const cl_uint by = 7;
  STOP_ON_ERROR(clSetKernelArg(o.kernel, 0, sizeof(cl_mem), &o.buffer));
  STOP_ON_ERROR(clSetKernelArg(o.kernel, 1, sizeof(by), &by));
  STOP_ON_ERROR(clEnqueueWriteBuffer(o.queue, o.buffer, CL_FALSE, 0, kCount * sizeof(cl_uint), data.data(), 0,
                                     nullptr, &o.written));
  const size_t global = kCount;
  STOP_ON_ERROR(
      clEnqueueNDRangeKernel(o.queue, o.kernel, 1, nullptr, &global, nullptr, 1, &o.written, &o.ran));
  std::vector<cl_uint> result(kCount, 0);
  STOP_ON_ERROR(clEnqueueReadBuffer(o.queue, o.buffer, CL_TRUE, 0, kCount * sizeof(cl_uint), result.data(), 1,
                                    &o.ran, nullptr));
  STOP_ON_ERROR(clWaitForEvents(1, &o.ran));
  cl_ulong end = 0;
  STOP_ON_ERROR(clGetEventProfilingInfo(o.ran, CL_PROFILING_COMMAND_END, sizeof(end), &end, nullptr));
  for (const cl_uint value : result) {
    if (value != 12) return 3;
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
  o.image = clCreateImage(o.context, CL_MEM_READ_WRITE, &format, &desc, nullptr, &code);
  STOP_ON_ERROR(code);
  const cl_uint color[4] = {1, 2, 3, 4};
  const size_t origin[3] = {0, 0, 0};
  const size_t region[3] = {8, 8, 1};
  std::vector<unsigned char> texels(8 * 8 * 4, 0);
  STOP_ON_ERROR(clEnqueueFillImage(o.queue, o.image, color, origin, region, 0, nullptr, nullptr));
  // Also orders an out-of-order queue.
  STOP_ON_ERROR(clFinish(o.queue));
  STOP_ON_ERROR(clEnqueueReadImage(o.queue, o.image, CL_TRUE, origin, region, 0, 0, texels.data(), 0, nullptr,
                                   nullptr));
  for (size_t i = 0; i < texels.size(); ++i) {
    if (texels[i] != i % 4 + 1) return 3;
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  const bool outOfOrder = argc > 1 && std::strcmp(argv[1], "out-of-order") == 0;
  cl_platform_id platform = nullptr;
  STOP_ON_ERROR(clGetPlatformIDs(1, &platform, nullptr));
  cl_device_id device = nullptr;
  STOP_ON_ERROR(clGetDeviceIDs(platform, CL_DEVICE_TYPE_GPU, 1, &device, nullptr));
  cl_int code = CL_SUCCESS;
  Objects objects;
  objects.context = clCreateContext(nullptr, 1, &device, nullptr, nullptr, &code);
  STOP_ON_ERROR(code);
  if (const int result = useKernel(objects, device, outOfOrder); result != 0) return result;
  if (const int result = useImage(objects); result != 0) return result;
  STOP_ON_ERROR(clFinish(objects.queue));
  return 0;
}
