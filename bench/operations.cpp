// The operations, and the objects they work on.
#include "bench/operations.h"

#include <cstring>

namespace clze::bench {
namespace {

constexpr size_t kBytes = 65536, kSmall = 4096, kItems = 1024, kGroup = 64;
constexpr unsigned kMany = 32;

constexpr const char* kSource = R"(
kernel void scale(global float* to, global const float* from, float factor) {
  to[get_global_id(0)] = from[get_global_id(0)] * factor;
}
kernel void localSum(global float* to, local float* scratch) {
  scratch[get_local_id(0)] = to[get_global_id(0)];
  barrier(CLK_LOCAL_MEM_FENCE);
  to[get_global_id(0)] = scratch[0] + scratch[get_local_id(0)];
}
)";

void finish(cl_command_queue queue) { require(clFinish(queue), "clFinish"); }
void flush(cl_command_queue queue) { require(clFlush(queue), "clFlush"); }
void release(cl_event event) { require(clReleaseEvent(event), "clReleaseEvent"); }
void release(cl_mem memory) { require(clReleaseMemObject(memory), "clReleaseMemObject"); }

void enqueueFlush(Bench& bench, cl_command_queue queue, bool localSize = true) {
  {
    const Counted counted;
    bench.launch(queue, nullptr, nullptr, localSize);
    flush(queue);
  }
  finish(queue);
}

void enqueueEvent(Bench& bench, cl_command_queue queue) {
  cl_event event = nullptr;
  {
    const Counted counted;
    bench.launch(queue, &event);
    flush(queue);
  }
  finish(queue);
  const Counted counted;
  release(event);
}

void enqueueManyFinish(Bench& bench, cl_command_queue queue, bool setArgument = false) {
  const Counted counted;
  for (unsigned i = 0; i < kMany; ++i) {
    if (setArgument) bench.setFactor(static_cast<float>(i));
    bench.launch(queue);
  }
  finish(queue);
}

void enqueueManyEvents(Bench& bench) {
  std::array<cl_event, kMany> events = {};
  const Counted counted;
  for (cl_event& event : events) bench.launch(bench.inOrder, &event);
  require(clWaitForEvents(kMany, events.data()), "clWaitForEvents");
  for (cl_event event : events) release(event);
}

void setArgument(cl_kernel kernel, cl_uint index, size_t size, const void* value) {
  require(clSetKernelArg(kernel, index, size, value), "clSetKernelArg");
}

void setBuffer(Bench& bench) {
  const Counted counted;
  setArgument(bench.scale, 1, sizeof(cl_mem), &bench.to);
  setArgument(bench.scale, 1, sizeof(cl_mem), &bench.from);
}

void setInt(Bench& bench) {
  const Counted counted;
  bench.setFactor(3.0F);
  bench.setFactor(4.0F);
}

void setLocal(Bench& bench) {
  const Counted counted;
  setArgument(bench.localSum, 1, 1024, nullptr);
  setArgument(bench.localSum, 1, 2048, nullptr);
}

void bufferLife(Bench& bench) {
  const Counted counted;
  release(bench.buffer(kBytes));
}

void subBufferLife(Bench& bench) {
  const cl_buffer_region region = {4096, 8192};
  cl_int code = CL_SUCCESS;
  const Counted counted;
  cl_mem sub = clCreateSubBuffer(bench.to, CL_MEM_READ_WRITE, CL_BUFFER_CREATE_TYPE_REGION, &region, &code);
  require(code, "clCreateSubBuffer");
  release(sub);
}

void mapUnmap(Bench& bench) {
  cl_int code = CL_SUCCESS;
  const Counted counted;
  void* mapped = clEnqueueMapBuffer(bench.inOrder, bench.to, CL_TRUE, CL_MAP_READ | CL_MAP_WRITE, 0, kSmall,
                                    0, nullptr, nullptr, &code);
  require(code, "clEnqueueMapBuffer");
  require(clEnqueueUnmapMemObject(bench.inOrder, bench.to, mapped, 0, nullptr, nullptr),
          "clEnqueueUnmapMemObject");
  finish(bench.inOrder);
}

void readBlocking(Bench& bench) {
  const Counted counted;
  require(clEnqueueReadBuffer(bench.inOrder, bench.to, CL_TRUE, 0, kSmall, bench.host.data(), 0, nullptr,
                              nullptr),
          "clEnqueueReadBuffer");
}

void write(Bench& bench, cl_bool blocking) {
  require(clEnqueueWriteBuffer(bench.inOrder, bench.to, blocking, 0, kSmall, bench.host.data(), 0, nullptr,
                               nullptr),
          "clEnqueueWriteBuffer");
}

void writeBlocking(Bench& bench) {
  const Counted counted;
  write(bench, CL_TRUE);
}

void writeFinish(Bench& bench) {
  const Counted counted;
  write(bench, CL_FALSE);
  finish(bench.inOrder);
}

void copyFinish(Bench& bench) {
  const Counted counted;
  require(clEnqueueCopyBuffer(bench.inOrder, bench.from, bench.to, 0, 0, kBytes, 0, nullptr, nullptr),
          "clEnqueueCopyBuffer");
  finish(bench.inOrder);
}

void fillFinish(Bench& bench) {
  const cl_uint pattern = 0x01020304;
  const Counted counted;
  require(
      clEnqueueFillBuffer(bench.inOrder, bench.to, &pattern, sizeof(pattern), 0, kBytes, 0, nullptr, nullptr),
      "clEnqueueFillBuffer");
  finish(bench.inOrder);
}

cl_mem newImage(const Bench& bench) {
  const cl_image_format format = {CL_RGBA, CL_UNORM_INT8};
  cl_image_desc desc = {};
  desc.image_type = CL_MEM_OBJECT_IMAGE2D;
  desc.image_width = 256;
  desc.image_height = 256;
  cl_int code = CL_SUCCESS;
  cl_mem image = clCreateImage(bench.context, CL_MEM_READ_WRITE, &format, &desc, nullptr, &code);
  require(code, "clCreateImage");
  return image;
}

void imageLife(Bench& bench) {
  const Counted counted;
  release(newImage(bench));
}

void imageWrite(Bench& bench) {
  static cl_mem const image = newImage(bench);
  const size_t origin[3] = {0, 0, 0};
  const size_t region[3] = {256, 64, 1};
  const Counted counted;
  require(clEnqueueWriteImage(bench.inOrder, image, CL_FALSE, origin, region, 0, 0, bench.host.data(), 0,
                              nullptr, nullptr),
          "clEnqueueWriteImage");
  finish(bench.inOrder);
}

void markerFlush(Bench& bench) {
  {
    const Counted counted;
    require(clEnqueueMarkerWithWaitList(bench.inOrder, 0, nullptr, nullptr), "clEnqueueMarkerWithWaitList");
    flush(bench.inOrder);
  }
  finish(bench.inOrder);
}

void barrierFlush(Bench& bench) {
  {
    const Counted counted;
    require(clEnqueueBarrierWithWaitList(bench.outOfOrder, 0, nullptr, nullptr),
            "clEnqueueBarrierWithWaitList");
    flush(bench.outOfOrder);
  }
  finish(bench.outOfOrder);
}

cl_event newUserEvent(const Bench& bench) {
  cl_int code = CL_SUCCESS;
  cl_event event = clCreateUserEvent(bench.context, &code);
  require(code, "clCreateUserEvent");
  return event;
}

void userEvent(Bench& bench) {
  const Counted counted;
  cl_event event = newUserEvent(bench);
  require(clSetUserEventStatus(event, CL_COMPLETE), "clSetUserEventStatus");
  release(event);
}

void enqueueOnUserEvent(Bench& bench) {
  const Counted counted;
  cl_event event = newUserEvent(bench);
  bench.launch(bench.inOrder, nullptr, event);
  require(clSetUserEventStatus(event, CL_COMPLETE), "clSetUserEventStatus");
  finish(bench.inOrder);
  release(event);
}

void waitForEvent(Bench& bench) {
  cl_event event = nullptr;
  bench.launch(bench.inOrder, &event);
  flush(bench.inOrder);
  {
    const Counted counted;
    require(clWaitForEvents(1, &event), "clWaitForEvents");
  }
  release(event);
}

void eventInfo(Bench& bench) {
  cl_event event = nullptr;
  bench.launch(bench.inOrder, &event);
  finish(bench.inOrder);
  cl_int status = 0;
  {
    const Counted counted;
    require(clGetEventInfo(event, CL_EVENT_COMMAND_EXECUTION_STATUS, sizeof(status), &status, nullptr),
            "clGetEventInfo");
  }
  release(event);
}

void profilingEnqueue(Bench& bench) {
  cl_event event = nullptr;
  cl_ulong begin = 0, end = 0;
  const Counted counted;
  bench.launch(bench.profiling, &event);
  require(clWaitForEvents(1, &event), "clWaitForEvents");
  require(clGetEventProfilingInfo(event, CL_PROFILING_COMMAND_START, sizeof(begin), &begin, nullptr),
          "clGetEventProfilingInfo");
  require(clGetEventProfilingInfo(event, CL_PROFILING_COMMAND_END, sizeof(end), &end, nullptr),
          "clGetEventProfilingInfo");
  release(event);
}

void kernelLife(Bench& bench) {
  const Counted counted;
  require(clReleaseKernel(bench.kernelNamed("scale")), "clReleaseKernel");
}

void kernelClone(Bench& bench) {
  cl_int code = CL_SUCCESS;
  const Counted counted;
  cl_kernel copy = clCloneKernel(bench.scale, &code);
  require(code, "clCloneKernel");
  require(clReleaseKernel(copy), "clReleaseKernel");
}

void programFromBinary(Bench& bench) {
  static std::vector<unsigned char> binary;
  if (binary.empty()) {
    size_t size = 0;
    require(clGetProgramInfo(bench.program, CL_PROGRAM_BINARY_SIZES, sizeof(size), &size, nullptr),
            "clGetProgramInfo");
    binary.resize(size);
    unsigned char* bytes = binary.data();
    require(clGetProgramInfo(bench.program, CL_PROGRAM_BINARIES, sizeof(bytes), &bytes, nullptr),
            "clGetProgramInfo");
  }
  const size_t size = binary.size();
  const unsigned char* bytes = binary.data();
  cl_int code = CL_SUCCESS;
  const Counted counted;
  cl_program program =
      clCreateProgramWithBinary(bench.context, 1, &bench.device, &size, &bytes, nullptr, &code);
  require(code, "clCreateProgramWithBinary");
  require(clBuildProgram(program, 1, &bench.device, "", nullptr, nullptr), "clBuildProgram");
  require(clReleaseProgram(program), "clReleaseProgram");
}

void finishIdle(Bench& bench) {
  const Counted counted;
  finish(bench.inOrder);
}

void flushIdle(Bench& bench) {
  const Counted counted;
  flush(bench.inOrder);
}

constexpr Operation kOperations[] = {
    {"enqueue_flush", "enqueue + flush, no event", 1, [](Bench& b) { enqueueFlush(b, b.inOrder); }},
    {"enqueue_event_flush", "enqueue with event + flush, release the event", 1,
     [](Bench& b) { enqueueEvent(b, b.inOrder); }},
    {"enqueue_finish", "enqueue + finish", 1,
     [](Bench& b) {
       const Counted counted;
       b.launch(b.inOrder);
       finish(b.inOrder);
     }},
    {"enqueue_32_finish", "32 enqueues + finish, each", kMany,
     [](Bench& b) { enqueueManyFinish(b, b.inOrder); }},
    {"enqueue_32_set_finish", "32 enqueues with one argument set + finish, each", kMany,
     [](Bench& b) { enqueueManyFinish(b, b.inOrder, true); }},
    {"enqueue_32_events", "32 enqueues with event, wait for all, release, each", kMany, enqueueManyEvents},
    {"out_of_order_flush", "enqueue + flush, out of order", 1,
     [](Bench& b) { enqueueFlush(b, b.outOfOrder); }},
    {"out_of_order_32_finish", "32 enqueues + finish, out of order, each", kMany,
     [](Bench& b) { enqueueManyFinish(b, b.outOfOrder); }},
    {"enqueue_null_local_flush", "enqueue without local size + flush", 1,
     [](Bench& b) { enqueueFlush(b, b.inOrder, false); }},
    {"profiling_enqueue", "enqueue with profiling, wait, two times asked", 1, profilingEnqueue},
    {"enqueue_on_user_event", "enqueue behind a user event, complete it, finish", 1, enqueueOnUserEvent},
    {"set_arg_buffer", "set a buffer argument", 2, setBuffer},
    {"set_arg_value", "set a float argument", 2, setInt},
    {"set_arg_local", "set a local memory argument", 2, setLocal},
    {"buffer_life", "create + release a buffer of 64 KiB", 1, bufferLife},
    {"sub_buffer_life", "create + release a sub-buffer", 1, subBufferLife},
    {"map_unmap", "map 4 KiB (blocking) + unmap + finish", 1, mapUnmap},
    {"read_blocking", "blocking read of 4 KiB", 1, readBlocking},
    {"write_blocking", "blocking write of 4 KiB", 1, writeBlocking},
    {"write_finish", "write of 4 KiB + finish", 1, writeFinish},
    {"copy_finish", "copy of 64 KiB + finish", 1, copyFinish},
    {"fill_finish", "fill of 64 KiB + finish", 1, fillFinish},
    {"image_life", "create + release a 256x256 image", 1, imageLife},
    {"image_write", "write 256x64 texels + finish", 1, imageWrite},
    {"marker_flush", "marker + flush", 1, markerFlush},
    {"barrier_flush", "barrier + flush, out of order", 1, barrierFlush},
    {"user_event", "create + complete + release a user event", 1, userEvent},
    {"wait_for_event", "wait for an event", 1, waitForEvent},
    {"event_info", "ask an event's status", 1, eventInfo},
    {"kernel_life", "create + release a kernel", 1, kernelLife},
    {"kernel_clone", "clone + release a kernel", 1, kernelClone},
    {"program_from_binary", "program from binary: create, build, release", 1, programFromBinary},
    {"finish_idle", "finish, nothing to do", 1, finishIdle},
    {"flush_idle", "flush, nothing to do", 1, flushIdle},
    {"va_frame", "share one NV12 1920x1080 frame as FFmpeg does", 1, shareFrame},
};

}  // namespace

void require(cl_int code, const char* what) {
  if (code != CL_SUCCESS) throw Refused{std::string(what) + ": " + std::to_string(code)};
}

std::span<const Operation> operations() { return kOperations; }

Bench::Bench() {
  cl_int code = CL_SUCCESS;
  require(clGetPlatformIDs(1, &platform, nullptr), "clGetPlatformIDs");
  require(clGetDeviceIDs(platform, CL_DEVICE_TYPE_GPU, 1, &device, nullptr), "clGetDeviceIDs");
  context = clCreateContext(nullptr, 1, &device, nullptr, nullptr, &code);
  require(code, "clCreateContext");
  inOrder = queueWith(0);
  outOfOrder = queueWith(CL_QUEUE_OUT_OF_ORDER_EXEC_MODE_ENABLE);
  profiling = queueWith(CL_QUEUE_PROFILING_ENABLE);
  const char* text = kSource;
  program = clCreateProgramWithSource(context, 1, &text, nullptr, &code);
  require(code, "clCreateProgramWithSource");
  require(clBuildProgram(program, 1, &device, "", nullptr, nullptr), "clBuildProgram");
  scale = kernelNamed("scale");
  localSum = kernelNamed("localSum");
  to = buffer(kBytes);
  from = buffer(kBytes);
  host.resize(kBytes);
  setArgument(scale, 0, sizeof(cl_mem), &to);
  setArgument(scale, 1, sizeof(cl_mem), &from);
  setFactor(2.0F);
  setArgument(localSum, 0, sizeof(cl_mem), &to);
  setArgument(localSum, 1, kGroup * sizeof(float), nullptr);
}

cl_command_queue Bench::queueWith(cl_command_queue_properties properties) const {
  const cl_queue_properties list[] = {CL_QUEUE_PROPERTIES, properties, 0};
  cl_int code = CL_SUCCESS;
  cl_command_queue queue = clCreateCommandQueueWithProperties(context, device, list, &code);
  require(code, "clCreateCommandQueueWithProperties");
  return queue;
}

cl_kernel Bench::kernelNamed(const char* name) const {
  cl_int code = CL_SUCCESS;
  cl_kernel kernel = clCreateKernel(program, name, &code);
  require(code, "clCreateKernel");
  return kernel;
}

cl_mem Bench::buffer(size_t bytes) const {
  cl_int code = CL_SUCCESS;
  cl_mem memory = clCreateBuffer(context, CL_MEM_READ_WRITE, bytes, nullptr, &code);
  require(code, "clCreateBuffer");
  return memory;
}

void Bench::launch(cl_command_queue queue, cl_event* event, cl_event wait, bool localSize) const {
  require(clEnqueueNDRangeKernel(queue, scale, 1, nullptr, &kItems, localSize ? &kGroup : nullptr,
                                 wait != nullptr ? 1 : 0, wait != nullptr ? &wait : nullptr, event),
          "clEnqueueNDRangeKernel");
}

void Bench::setFactor(float value) const { setArgument(scale, 2, sizeof(value), &value); }

}  // namespace clze::bench
