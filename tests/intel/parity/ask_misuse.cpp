// Mistakes that applications make, and the codes they get.
#include <cstdint>
#include <vector>

#include "tests/intel/parity/ask.h"

namespace clze::parity {
namespace {

constexpr char kSource[] = R"(
kernel void add(global int* out, int n, local int* scratch) { out[get_global_id(0)] += n + scratch[0]; }
kernel void copy(read_only image2d_t from, write_only image2d_t to, sampler_t sampler) {
  const int2 at = (int2)(get_global_id(0), get_global_id(1));
  write_imagef(to, at, read_imagef(from, sampler, at));
}
kernel __attribute__((reqd_work_group_size(8, 1, 1))) void fixed(global int* out) { out[get_global_id(0)] = 1; }
)";

cl_context context() { return setup().context; }
cl_command_queue queue() { return setup().queue; }
cl_device_id device() { return setup().device; }

cl_program program() {
  static cl_program made = build(kSource, "");
  return made;
}
cl_kernel kernel(const char* name) { return clCreateKernel(program(), name, nullptr); }
cl_mem buffer(size_t size, cl_mem_flags flags = CL_MEM_READ_WRITE) {
  return clCreateBuffer(context(), flags, size, nullptr, nullptr);
}
cl_image_desc desc2D(size_t width, size_t height) {
  cl_image_desc desc = {};
  desc.image_type = CL_MEM_OBJECT_IMAGE2D;
  desc.image_width = width;
  desc.image_height = height;
  return desc;
}
cl_int image(cl_image_format format, const cl_image_desc& desc, cl_mem_flags flags = CL_MEM_READ_WRITE,
             void* host = nullptr) {
  cl_int code = CL_SUCCESS;
  clCreateImage(context(), flags, &format, &desc, host, &code);
  return code;
}
cl_mem goodImage() {
  const cl_image_format format = {CL_RGBA, CL_UNORM_INT8};
  const cl_image_desc desc = desc2D(64, 64);
  return clCreateImage(context(), CL_MEM_READ_WRITE, &format, &desc, nullptr, nullptr);
}
constexpr cl_image_format kRgba8 = {CL_RGBA, CL_UNORM_INT8};

cl_kernel readyAdd() {
  cl_kernel add = kernel("add");
  cl_mem out = buffer(4096);
  const cl_int n = 1;
  clSetKernelArg(add, 0, sizeof(out), &out);
  clSetKernelArg(add, 1, sizeof(n), &n);
  clSetKernelArg(add, 2, 64, nullptr);
  return add;
}
cl_int launch(cl_kernel what, cl_uint dimensions, std::vector<size_t> global, std::vector<size_t> local) {
  return clEnqueueNDRangeKernel(queue(), what, dimensions, nullptr, global.empty() ? nullptr : global.data(),
                                local.empty() ? nullptr : local.data(), 0, nullptr, nullptr);
}
cl_int copyImage(size_t x, size_t width) {
  cl_mem from = goodImage();
  const size_t zero[3] = {};
  const size_t origin[3] = {x, 0, 0};
  const size_t region[3] = {width, 1, 1};
  return clEnqueueCopyImage(queue(), from, goodImage(), origin, zero, region, 0, nullptr, nullptr);
}
cl_int readImage(std::vector<size_t> origin, std::vector<size_t> region, size_t pitch) {
  static unsigned char bytes[1 << 16];
  return clEnqueueReadImage(queue(), goodImage(), CL_TRUE, origin.data(), region.data(), pitch, 0, bytes, 0,
                            nullptr, nullptr);
}
cl_int sampler(std::vector<cl_sampler_properties> properties) {
  cl_int code = CL_SUCCESS;
  clCreateSamplerWithProperties(context(), properties.data(), &code);
  return code;
}
cl_int newQueue(std::vector<cl_queue_properties> properties) {
  cl_int code = CL_SUCCESS;
  clCreateCommandQueueWithProperties(context(), device(), properties.data(), &code);
  return code;
}
cl_int newContext(std::vector<cl_context_properties> properties) {
  cl_int code = CL_SUCCESS;
  cl_device_id only = device();
  clCreateContext(properties.data(), 1, &only, nullptr, nullptr, &code);
  return code;
}
cl_int newBuffer(cl_mem_flags flags, size_t size, void* host = nullptr) {
  cl_int code = CL_SUCCESS;
  clCreateBuffer(context(), flags, size, host, &code);
  return code;
}
cl_int sub(cl_mem parent, cl_mem_flags flags, size_t origin, size_t size) {
  const cl_buffer_region region = {origin, size};
  cl_int code = CL_SUCCESS;
  clCreateSubBuffer(parent, flags, CL_BUFFER_CREATE_TYPE_REGION, &region, &code);
  return code;
}
cl_int source(const char* text, const char* options) {
  cl_int code = CL_SUCCESS;
  cl_program made = clCreateProgramWithSource(context(), 1, &text, nullptr, &code);
  if (code != CL_SUCCESS) return code;
  return clBuildProgram(made, 0, nullptr, options, nullptr, nullptr);
}
cl_int compile(const char* text, const char* options) {
  cl_program made = clCreateProgramWithSource(context(), 1, &text, nullptr, nullptr);
  return clCompileProgram(made, 0, nullptr, options, 0, nullptr, nullptr, nullptr, nullptr);
}
cl_int withIl(const std::vector<unsigned char>& bytes) {
  cl_int code = CL_SUCCESS;
  cl_program made = clCreateProgramWithIL(context(), bytes.data(), bytes.size(), &code);
  if (code != CL_SUCCESS) return code;
  return clBuildProgram(made, 0, nullptr, nullptr, nullptr, nullptr);
}
cl_int withBinary(const std::vector<unsigned char>& bytes) {
  cl_int code = CL_SUCCESS;
  cl_int status = CL_SUCCESS;
  const size_t size = bytes.size();
  const unsigned char* data = bytes.data();
  cl_device_id only = device();
  clCreateProgramWithBinary(context(), 1, &only, &size, &data, &status, &code);
  return code;
}
cl_int fill(size_t pattern, size_t offset, size_t size) {
  const unsigned char bytes[256] = {};
  return clEnqueueFillBuffer(queue(), buffer(4096), bytes, pattern, offset, size, 0, nullptr, nullptr);
}
cl_int mapBuffer(cl_mem what, cl_map_flags flags, size_t offset, size_t size) {
  cl_int code = CL_SUCCESS;
  clEnqueueMapBuffer(queue(), what, CL_TRUE, flags, offset, size, 0, nullptr, nullptr, &code);
  return code;
}
cl_int kernelNamed(const char* name) {
  cl_int code = CL_SUCCESS;
  clCreateKernel(program(), name, &code);
  return code;
}
cl_int set(const char* name, cl_uint index, size_t size, const void* value) {
  return clSetKernelArg(kernel(name), index, size, value);
}
template <class T>
cl_int setTo(const char* name, cl_uint index, T value) {
  return set(name, index, sizeof(value), &value);
}
cl_int profiling() {
  cl_event event = nullptr;
  clEnqueueMarkerWithWaitList(queue(), 0, nullptr, &event);
  clFinish(queue());
  cl_ulong time = 0;
  return clGetEventProfilingInfo(event, CL_PROFILING_COMMAND_START, sizeof(time), &time, nullptr);
}
cl_int waitForFailed() {
  cl_event user = clCreateUserEvent(context(), nullptr);
  clSetUserEventStatus(user, -7);
  return clWaitForEvents(1, &user);
}

}  // namespace

const std::vector<Misuse>& misuses() {
  static unsigned char host[8192];
  static const std::vector<Misuse> all = {
      {"device type 0", [] { return clGetDeviceIDs(setup().platform, 0, 0, nullptr, nullptr); }},
      {"device type CPU",
       [] {
         cl_uint count = 0;
         return clGetDeviceIDs(setup().platform, CL_DEVICE_TYPE_CPU, 0, nullptr, &count);
       }},
      {"device info, unknown name", [] { return clGetDeviceInfo(device(), 0x1fff, 0, nullptr, nullptr); }},
      {"device info, too small",
       [] {
         char byte = 0;
         return clGetDeviceInfo(device(), CL_DEVICE_NAME, 1, &byte, nullptr);
       }},
      {"context, unknown property",
       [] {
         return newContext({0x7777, 1, 0});
       }},
      {"context, property twice",
       [] {
         const auto platform = reinterpret_cast<cl_context_properties>(setup().platform);
         return newContext({CL_CONTEXT_PLATFORM, platform, CL_CONTEXT_PLATFORM, platform, 0});
       }},
      {"context, wrong platform",
       [] {
         return newContext({CL_CONTEXT_PLATFORM, 0x1000, 0});
       }},
      {"queue, unknown property",
       [] {
         return newQueue({0x7777, 1, 0});
       }},
      {"queue, unknown bit",
       [] {
         return newQueue({CL_QUEUE_PROPERTIES, 1 << 20, 0});
       }},
      {"queue, on device",
       [] {
         return newQueue(
             {CL_QUEUE_PROPERTIES, CL_QUEUE_ON_DEVICE | CL_QUEUE_OUT_OF_ORDER_EXEC_MODE_ENABLE, 0});
       }},
      {"queue, on device without out-of-order",
       [] {
         return newQueue({CL_QUEUE_PROPERTIES, CL_QUEUE_ON_DEVICE, 0});
       }},
      {"queue, size without on device",
       [] {
         return newQueue({CL_QUEUE_SIZE, 1024, 0});
       }},
      {"buffer, size 0", [] { return newBuffer(0, 0); }},
      {"buffer, too large", [] { return newBuffer(0, size_t{1} << 46); }},
      {"buffer, larger than one allocation",
       [] {
         cl_ulong most = 0;
         clGetDeviceInfo(device(), CL_DEVICE_MAX_MEM_ALLOC_SIZE, sizeof(most), &most, nullptr);
         return newBuffer(0, most + 4096);
       }},
      {"buffer, read-only and write-only",
       [] { return newBuffer(CL_MEM_READ_ONLY | CL_MEM_WRITE_ONLY, 64); }},
      {"buffer, unknown flag", [] { return newBuffer(cl_mem_flags{1} << 40, 64); }},
      {"buffer, host pointer without flag", [] { return newBuffer(0, 64, host); }},
      {"buffer, use without host pointer", [] { return newBuffer(CL_MEM_USE_HOST_PTR, 64); }},
      {"buffer, use and alloc",
       [] { return newBuffer(CL_MEM_USE_HOST_PTR | CL_MEM_ALLOC_HOST_PTR, 64, host); }},
      {"buffer, host read and write only",
       [] { return newBuffer(CL_MEM_HOST_READ_ONLY | CL_MEM_HOST_WRITE_ONLY, 64); }},
      {"sub-buffer, misaligned", [] { return sub(buffer(4096), 0, 4, 64); }},
      {"sub-buffer, 64 bytes off", [] { return sub(buffer(4096), 0, 64, 64); }},
      {"sub-buffer, too long", [] { return sub(buffer(4096), 0, 4096 - 128, 256); }},
      {"sub-buffer, size 0", [] { return sub(buffer(4096), 0, 0, 0); }},
      {"sub-buffer of sub-buffer",
       [] {
         const cl_buffer_region region = {0, 1024};
         cl_mem first = clCreateSubBuffer(buffer(4096), 0, CL_BUFFER_CREATE_TYPE_REGION, &region, nullptr);
         return sub(first, 0, 0, 64);
       }},
      {"sub-buffer, writes to read-only",
       [] { return sub(buffer(4096, CL_MEM_READ_ONLY), CL_MEM_READ_WRITE, 0, 64); }},
      {"read past the end",
       [] { return clEnqueueReadBuffer(queue(), buffer(64), CL_TRUE, 32, 64, host, 0, nullptr, nullptr); }},
      {"read 0 bytes",
       [] { return clEnqueueReadBuffer(queue(), buffer(64), CL_TRUE, 0, 0, host, 0, nullptr, nullptr); }},
      {"read to null",
       [] { return clEnqueueReadBuffer(queue(), buffer(64), CL_TRUE, 0, 64, nullptr, 0, nullptr, nullptr); }},
      {"read of buffer the host may not read",
       [] {
         return clEnqueueReadBuffer(queue(), buffer(64, CL_MEM_HOST_WRITE_ONLY), CL_TRUE, 0, 64, host, 0,
                                    nullptr, nullptr);
       }},
      {"wait list without events",
       [] { return clEnqueueReadBuffer(queue(), buffer(64), CL_TRUE, 0, 64, host, 1, nullptr, nullptr); }},
      {"wait list with null event",
       [] {
         cl_event none = nullptr;
         return clEnqueueReadBuffer(queue(), buffer(64), CL_TRUE, 0, 64, host, 1, &none, nullptr);
       }},
      {"copy overlapping",
       [] {
         cl_mem one = buffer(4096);
         return clEnqueueCopyBuffer(queue(), one, one, 0, 64, 128, 0, nullptr, nullptr);
       }},
      {"copy past the end",
       [] { return clEnqueueCopyBuffer(queue(), buffer(64), buffer(64), 32, 0, 64, 0, nullptr, nullptr); }},
      {"fill, pattern of 3", [] { return fill(3, 0, 64); }},
      {"fill, pattern of 256", [] { return fill(256, 0, 256); }},
      {"fill, misaligned offset", [] { return fill(16, 8, 64); }},
      {"fill, size not a multiple", [] { return fill(16, 0, 40); }},
      {"fill, size 0", [] { return fill(4, 0, 0); }},
      {"map past the end", [] { return mapBuffer(buffer(64), CL_MAP_READ, 32, 64); }},
      {"map, size 0", [] { return mapBuffer(buffer(64), CL_MAP_READ, 0, 0); }},
      {"map, write and invalidate",
       [] { return mapBuffer(buffer(64), CL_MAP_WRITE | CL_MAP_WRITE_INVALIDATE_REGION, 0, 64); }},
      {"map, unknown flag", [] { return mapBuffer(buffer(64), 1 << 10, 0, 64); }},
      {"map what the host may not touch",
       [] { return mapBuffer(buffer(64, CL_MEM_HOST_NO_ACCESS), CL_MAP_READ, 0, 64); }},
      {"unmap what is not mapped",
       [] { return clEnqueueUnmapMemObject(queue(), buffer(64), host, 0, nullptr, nullptr); }},
      {"image, width 0", [] { return image(kRgba8, desc2D(0, 10)); }},
      {"image, too wide", [] { return image(kRgba8, desc2D(100000, 10)); }},
      {"image, unsupported format",
       [] {
         return image({CL_RGB, CL_UNORM_INT8}, desc2D(10, 10));
       }},
      {"image, impossible format",
       [] {
         return image({CL_RGBA, CL_UNORM_SHORT_565}, desc2D(10, 10));
       }},
      {"image, pitch without host pointer",
       [] {
         cl_image_desc desc = desc2D(10, 10);
         desc.image_row_pitch = 64;
         return image(kRgba8, desc);
       }},
      {"image, pitch too small",
       [] {
         cl_image_desc desc = desc2D(10, 10);
         desc.image_row_pitch = 32;
         return image(kRgba8, desc, CL_MEM_COPY_HOST_PTR, host);
       }},
      {"image, pitch not a multiple",
       [] {
         cl_image_desc desc = desc2D(10, 10);
         desc.image_row_pitch = 42;
         return image(kRgba8, desc, CL_MEM_COPY_HOST_PTR, host);
       }},
      {"image, mip levels",
       [] {
         cl_image_desc desc = desc2D(10, 10);
         desc.num_mip_levels = 3;
         return image(kRgba8, desc);
       }},
      {"image, samples",
       [] {
         cl_image_desc desc = desc2D(10, 10);
         desc.num_samples = 4;
         return image(kRgba8, desc);
       }},
      {"image, null description",
       [] {
         cl_int code = CL_SUCCESS;
         clCreateImage(context(), 0, &kRgba8, nullptr, nullptr, &code);
         return code;
       }},
      {"image over a buffer too small",
       [] {
         cl_image_desc desc = desc2D(100, 100);
         desc.mem_object = buffer(4096);
         return image(kRgba8, desc);
       }},
      {"read image outside",
       [] {
         return readImage({60, 0, 0}, {10, 1, 1}, 0);
       }},
      {"read image, region 0",
       [] {
         return readImage({0, 0, 0}, {10, 0, 1}, 0);
       }},
      {"read image, depth 2",
       [] {
         return readImage({0, 0, 0}, {10, 1, 2}, 0);
       }},
      {"read image, pitch too small",
       [] {
         return readImage({0, 0, 0}, {10, 2, 1}, 16);
       }},
      {"copy image outside", [] { return copyImage(60, 10); }},
      {"copy image of another format",
       [] {
         const cl_image_format format = {CL_R, CL_FLOAT};
         const cl_image_desc desc = desc2D(64, 64);
         cl_mem other = clCreateImage(context(), CL_MEM_READ_WRITE, &format, &desc, nullptr, nullptr);
         const size_t zero[3] = {};
         const size_t region[3] = {1, 1, 1};
         return clEnqueueCopyImage(queue(), goodImage(), other, zero, zero, region, 0, nullptr, nullptr);
       }},
      {"image query of a buffer",
       [] {
         size_t width = 0;
         return clGetImageInfo(buffer(64), CL_IMAGE_WIDTH, sizeof(width), &width, nullptr);
       }},
      {"sampler, property twice",
       [] {
         return sampler({CL_SAMPLER_NORMALIZED_COORDS, CL_TRUE, CL_SAMPLER_NORMALIZED_COORDS, CL_FALSE, 0});
       }},
      {"sampler, bad addressing",
       [] {
         return sampler({CL_SAMPLER_ADDRESSING_MODE, 0x9999, 0});
       }},
      {"sampler, unknown property",
       [] {
         return sampler({0x9999, 1, 0});
       }},
      {"program, no strings",
       [] {
         cl_int code = CL_SUCCESS;
         clCreateProgramWithSource(context(), 0, nullptr, nullptr, &code);
         return code;
       }},
      {"build, error in source", [] { return source("kernel void f( { }", ""); }},
      {"build, empty source", [] { return source("", ""); }},
      {"build, unknown option", [] { return source("kernel void f() {}", "-no-such-option"); }},
      {"build, unknown standard", [] { return source("kernel void f() {}", "-cl-std=CL9.0"); }},
      {"build, undefined function", [] { return source("void g(); kernel void f() { g(); }", ""); }},
      {"build, missing include",
       [] { return source("#include \"no_such_file.h\"\nkernel void f() {}", ""); }},
      {"build, data without callback",
       [] { return clBuildProgram(program(), 0, nullptr, nullptr, nullptr, host); }},
      {"build, while kernels exist",
       [] {
         kernel("add");
         return clBuildProgram(program(), 0, nullptr, nullptr, nullptr, nullptr);
       }},
      {"compile, unknown option", [] { return compile("kernel void f() {}", "-no-such-option"); }},
      {"compile, error in source", [] { return compile("kernel void f( { }", ""); }},
      {"compile, undefined function", [] { return compile("void g(); kernel void f() { g(); }", ""); }},
      {"link, unknown option",
       [] {
         cl_int code = CL_SUCCESS;
         cl_program made = program();
         clLinkProgram(context(), 0, nullptr, "-no-such-option", 1, &made, nullptr, nullptr, &code);
         return code;
       }},
      {"link, no programs",
       [] {
         cl_int code = CL_SUCCESS;
         clLinkProgram(context(), 0, nullptr, "", 0, nullptr, nullptr, nullptr, &code);
         return code;
       }},
      {"IL, not SPIR-V",
       [] {
         return withIl({1, 2, 3, 4, 5, 6, 7, 8});
       }},
      {"IL, empty", [] { return withIl({}); }},
      {"binary, nonsense",
       [] {
         return withBinary({1, 2, 3, 4});
       }},
      {"binary, empty", [] { return withBinary({}); }},
      {"kernel, unknown name", [] { return kernelNamed("no_such_kernel"); }},
      {"kernel, null name", [] { return kernelNamed(nullptr); }},
      {"kernel of unbuilt program",
       [] {
         const char* text = kSource;
         cl_int code = CL_SUCCESS;
         clCreateKernel(clCreateProgramWithSource(context(), 1, &text, nullptr, nullptr), "add", &code);
         return code;
       }},
      {"argument index", [] { return setTo("add", 3, 1); }},
      {"argument size", [] { return setTo("add", 1, cl_long{1}); }},
      {"argument null value", [] { return set("add", 1, 4, nullptr); }},
      {"buffer argument size", [] { return set("add", 0, 4, host); }},
      {"buffer argument null", [] { return set("add", 0, sizeof(cl_mem), nullptr); }},
      {"buffer argument nonsense",
       [] { return setTo("add", 0, reinterpret_cast<cl_mem>(uintptr_t{0x1000})); }},
      {"buffer argument an image", [] { return setTo("add", 0, goodImage()); }},
      {"image argument a buffer", [] { return setTo("copy", 0, buffer(64)); }},
      {"image argument null", [] { return setTo("copy", 0, cl_mem{nullptr}); }},
      {"sampler argument null", [] { return setTo("copy", 2, cl_sampler{nullptr}); }},
      {"sampler argument a buffer", [] { return setTo("copy", 2, buffer(64)); }},
      {"local argument of size 0", [] { return set("add", 2, 0, nullptr); }},
      {"local argument with value", [] { return set("add", 2, 4, host); }},
      {"launch without arguments", [] { return launch(kernel("add"), 1, {64}, {}); }},
      {"launch, 0 dimensions", [] { return launch(readyAdd(), 0, {64}, {}); }},
      {"launch, 4 dimensions",
       [] {
         return launch(readyAdd(), 4, {1, 1, 1, 1}, {});
       }},
      {"launch, no global size", [] { return launch(readyAdd(), 1, {}, {}); }},
      {"launch, global size 0", [] { return launch(readyAdd(), 1, {0}, {}); }},
      {"launch, local size 0", [] { return launch(readyAdd(), 1, {64}, {0}); }},
      {"launch, not a multiple", [] { return launch(readyAdd(), 1, {65}, {64}); }},
      {"launch, group too large", [] { return launch(readyAdd(), 1, {1 << 20}, {1 << 20}); }},
      {"launch, group too large in two dimensions",
       [] {
         return launch(readyAdd(), 2, {256, 256}, {256, 256});
       }},
      {"launch, not the required size",
       [] {
         cl_kernel fixed = kernel("fixed");
         cl_mem out = buffer(4096);
         clSetKernelArg(fixed, 0, sizeof(out), &out);
         return launch(fixed, 1, {64}, {16});
       }},
      {"launch, required size, none given",
       [] {
         cl_kernel fixed = kernel("fixed");
         cl_mem out = buffer(4096);
         clSetKernelArg(fixed, 0, sizeof(out), &out);
         return launch(fixed, 1, {64}, {});
       }},
      {"launch, too much local memory",
       [] {
         cl_kernel add = readyAdd();
         clSetKernelArg(add, 2, size_t{16} << 20, nullptr);
         return launch(add, 1, {64}, {64});
       }},
      {"work-group query, unknown name",
       [] { return clGetKernelWorkGroupInfo(kernel("add"), device(), 0x9999, 0, nullptr, nullptr); }},
      {"argument query, index",
       [] { return clGetKernelArgInfo(kernel("add"), 9, CL_KERNEL_ARG_NAME, 0, nullptr, nullptr); }},
      {"argument query without -cl-kernel-arg-info",
       [] { return clGetKernelArgInfo(kernel("add"), 0, CL_KERNEL_ARG_NAME, 0, nullptr, nullptr); }},
      {"wait for no events", [] { return clWaitForEvents(0, nullptr); }},
      {"wait for a null event",
       [] {
         cl_event none = nullptr;
         return clWaitForEvents(1, &none);
       }},
      {"wait for a failed event", waitForFailed},
      {"user event, status twice",
       [] {
         cl_event user = clCreateUserEvent(context(), nullptr);
         clSetUserEventStatus(user, CL_COMPLETE);
         return clSetUserEventStatus(user, CL_COMPLETE);
       }},
      {"user event, bad status",
       [] { return clSetUserEventStatus(clCreateUserEvent(context(), nullptr), 2); }},
      {"profiling without the property", profiling},
      {"event callback, bad status",
       [] {
         return clSetEventCallback(
             clCreateUserEvent(context(), nullptr), 7, [](cl_event, cl_int, void*) {}, nullptr);
       }},
      {"event callback, null",
       [] {
         return clSetEventCallback(clCreateUserEvent(context(), nullptr), CL_COMPLETE, nullptr, nullptr);
       }},
      {"release of null buffer", [] { return clReleaseMemObject(nullptr); }},
      {"retain of null queue", [] { return clRetainCommandQueue(nullptr); }},
      {"sub-devices",
       [] {
         const cl_device_partition_property list[] = {CL_DEVICE_PARTITION_EQUALLY, 1, 0};
         cl_uint count = 0;
         return clCreateSubDevices(device(), list, 0, nullptr, &count);
       }},
      {"native kernel",
       [] {
         return clEnqueueNativeKernel(
             queue(), [](void*) {}, nullptr, 0, 0, nullptr, nullptr, 0, nullptr, nullptr);
       }},
      {"SVM allocation",
       [] {
         return clSVMAlloc(context(), CL_MEM_READ_WRITE, 64, 0) != nullptr ? CL_SUCCESS
                                                                           : CL_MEM_OBJECT_ALLOCATION_FAILURE;
       }},
      {"SVM argument", [] { return clSetKernelArgSVMPointer(kernel("add"), 0, nullptr); }},
      {"pipe",
       [] {
         cl_int code = CL_SUCCESS;
         clCreatePipe(context(), 0, 4, 16, nullptr, &code);
         return code;
       }},
      {"migrate nothing",
       [] { return clEnqueueMigrateMemObjects(queue(), 0, nullptr, 0, 0, nullptr, nullptr); }},
      {"extension function of no extension",
       [] {
         return clGetExtensionFunctionAddressForPlatform(setup().platform, "clNoSuchFunction") == nullptr
                    ? CL_SUCCESS
                    : 1;
       }},
  };
  return all;
}

}  // namespace clze::parity
