// Nothing of Intel's driver may outlive what the application releases: what is alive in the kernel after so
// many rounds of making, using and releasing objects is what is alive after twice as many. Values do not
// matter here.
#include <CL/cl.h>
#include <dlfcn.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <filesystem>
#include <iterator>
#include <ostream>
#include <thread>
#include <vector>

#include "tests/intel/fake_gpu/counts/counts.h"

namespace clze::test {
namespace {

// What the kernel keeps for this process.
struct Alive {
  uint64_t objects = 0, objectBytes = 0, handles = 0, mappings = 0, mappedBytes = 0, dmaBufs = 0;
  uint64_t files = 0, nodeDescriptors = 0, contexts = 0, spaces = 0, descriptors = 0;
  bool operator==(const Alive&) const = default;
};

std::ostream& operator<<(std::ostream& out, const Alive& alive) {
  return out << "objects " << alive.objects << " (" << alive.objectBytes << " bytes), handles "
             << alive.handles << ", mappings " << alive.mappings << " (" << alive.mappedBytes
             << " bytes), dma-bufs " << alive.dmaBufs << ", files " << alive.files << ", node descriptors "
             << alive.nodeDescriptors << ", contexts " << alive.contexts << ", address spaces "
             << alive.spaces << ", descriptors " << alive.descriptors;
}

Alive alive() {
  const auto idle =
      reinterpret_cast<decltype(&fake_gpu_wait_idle)>(dlsym(RTLD_DEFAULT, "fake_gpu_wait_idle"));
  const auto ask = reinterpret_cast<decltype(&fake_gpu_counts)>(dlsym(RTLD_DEFAULT, "fake_gpu_counts"));
  FakeGpuCounts counts = {};
  counts.size = sizeof(counts);
  if (idle == nullptr || ask == nullptr || idle(10000) != 1 || ask(&counts) != 1) {
    ADD_FAILURE() << "run this through on_fake_gpu.py";
    return {};
  }
  const auto descriptors = std::distance(std::filesystem::directory_iterator("/proc/self/fd"), {});
  return {counts.objectsAlive,  counts.objectBytesAlive,           counts.handlesAlive,
          counts.mappingsAlive, counts.mappedBytesAlive,           counts.dmaBufsOpen,
          counts.filesAlive,    counts.nodeDescriptorsOpen,        counts.contextsAlive,
          counts.spacesAlive,   static_cast<uint64_t>(descriptors)};
}

void ok(cl_int code) { ASSERT_EQ(code, CL_SUCCESS); }

class Leaks : public ::testing::Test {
 protected:
  static constexpr const char* kSource = R"(
    kernel void mix(global int* data, read_only image2d_t from, sampler_t how, local int* part, int value) {
      part[get_local_id(0)] = value;
      barrier(CLK_LOCAL_MEM_FENCE);
      float4 texel = read_imagef(from, how, (float2)(0.5f, 0.5f));
      data[get_global_id(0)] = part[0] + (int)texel.x;
    })";
  static constexpr size_t kSize = 1 << 16;

  static void SetUpTestSuite() {
    cl_platform_id platform = nullptr;
    ok(clGetPlatformIDs(1, &platform, nullptr));
    ok(clGetDeviceIDs(platform, CL_DEVICE_TYPE_GPU, 1, &device, nullptr));
  }

  static cl_context newContext() {
    cl_int code = 1;
    cl_context made = clCreateContext(nullptr, 1, &device, nullptr, nullptr, &code);
    ok(code);
    return made;
  }
  static cl_command_queue newQueue(cl_context in, cl_command_queue_properties bits = 0) {
    cl_int code = 1;
    const cl_queue_properties list[] = {CL_QUEUE_PROPERTIES, bits, 0};
    cl_command_queue made = clCreateCommandQueueWithProperties(in, device, list, &code);
    ok(code);
    return made;
  }
  static cl_mem newImage(cl_context in, cl_mem_object_type type) {
    cl_int code = 1;
    const cl_image_format format = {CL_RGBA, CL_UNORM_INT8};
    cl_image_desc desc = {};
    desc.image_type = type;
    desc.image_width = 100;
    desc.image_height = 50;
    desc.image_depth = 3;
    desc.image_array_size = 3;
    cl_mem made = clCreateImage(in, CL_MEM_READ_WRITE, &format, &desc, nullptr, &code);
    ok(code);
    return made;
  }

  static void useQueues(cl_context in) {
    for (const cl_command_queue_properties bits :
         {0, CL_QUEUE_OUT_OF_ORDER_EXEC_MODE_ENABLE, CL_QUEUE_PROFILING_ENABLE}) {
      cl_command_queue queue = newQueue(in, bits);
      cl_event event = nullptr;
      ok(clEnqueueMarkerWithWaitList(queue, 0, nullptr, &event));
      ok(clEnqueueBarrierWithWaitList(queue, 1, &event, nullptr));
      ok(clReleaseEvent(event));
      ok(clFinish(queue));
      ok(clReleaseCommandQueue(queue));
    }
  }
  static void useBuffers(cl_context in) {
    cl_command_queue queue = newQueue(in, CL_QUEUE_OUT_OF_ORDER_EXEC_MODE_ENABLE);
    std::vector<char> host(kSize, 1);
    for (const cl_mem_flags flags :
         {cl_mem_flags{0}, cl_mem_flags{CL_MEM_COPY_HOST_PTR}, cl_mem_flags{CL_MEM_USE_HOST_PTR},
          cl_mem_flags{CL_MEM_ALLOC_HOST_PTR}}) {
      cl_int code = 1;
      const bool hosted = (flags & (CL_MEM_COPY_HOST_PTR | CL_MEM_USE_HOST_PTR)) != 0;
      cl_mem buffer = clCreateBuffer(in, flags, kSize, hosted ? host.data() : nullptr, &code);
      ok(code);
      const cl_buffer_region half = {kSize / 2, kSize / 2};
      cl_mem part = clCreateSubBuffer(buffer, 0, CL_BUFFER_CREATE_TYPE_REGION, &half, &code);
      ok(code);
      const cl_int value = 5;
      ok(clEnqueueFillBuffer(queue, part, &value, sizeof(value), 0, kSize / 2, 0, nullptr, nullptr));
      ok(clEnqueueBarrierWithWaitList(queue, 0, nullptr, nullptr));
      ok(clEnqueueCopyBuffer(queue, part, buffer, 0, 0, kSize / 4, 0, nullptr, nullptr));
      ok(clEnqueueBarrierWithWaitList(queue, 0, nullptr, nullptr));
      std::vector<char> other(kSize);
      ok(clEnqueueWriteBuffer(queue, part, CL_FALSE, 0, kSize / 2, other.data(), 0, nullptr, nullptr));
      ok(clEnqueueReadBuffer(queue, buffer, CL_TRUE, 0, kSize, other.data(), 0, nullptr, nullptr));
      void* mapped =
          clEnqueueMapBuffer(queue, buffer, CL_TRUE, CL_MAP_WRITE, 0, kSize, 0, nullptr, nullptr, &code);
      ok(code);
      ok(clEnqueueUnmapMemObject(queue, buffer, mapped, 0, nullptr, nullptr));
      ok(clFinish(queue));
      ok(clReleaseMemObject(part));
      ok(clReleaseMemObject(buffer));
    }
    ok(clReleaseCommandQueue(queue));
  }
  static void useImages(cl_context in) {
    cl_command_queue queue = newQueue(in);
    for (const cl_mem_object_type type :
         {CL_MEM_OBJECT_IMAGE1D, CL_MEM_OBJECT_IMAGE1D_ARRAY, CL_MEM_OBJECT_IMAGE2D,
          CL_MEM_OBJECT_IMAGE2D_ARRAY, CL_MEM_OBJECT_IMAGE3D}) {
      cl_mem image = newImage(in, type);
      cl_mem other = newImage(in, type);
      const size_t origin[3] = {0, 0, 0};
      const size_t region[3] = {9, type == CL_MEM_OBJECT_IMAGE1D ? 1U : 2U, 1};
      const float color[4] = {};
      std::vector<char> texels(kSize);
      ok(clEnqueueFillImage(queue, image, color, origin, region, 0, nullptr, nullptr));
      ok(clEnqueueWriteImage(queue, image, CL_FALSE, origin, region, 0, 0, texels.data(), 0, nullptr,
                             nullptr));
      ok(clEnqueueCopyImage(queue, image, other, origin, origin, region, 0, nullptr, nullptr));
      ok(clEnqueueReadImage(queue, other, CL_TRUE, origin, region, 0, 0, texels.data(), 0, nullptr, nullptr));
      cl_int code = 1;
      size_t row = 0, slice = 0;
      void* mapped = clEnqueueMapImage(queue, image, CL_TRUE, CL_MAP_READ | CL_MAP_WRITE, origin, region,
                                       &row, &slice, 0, nullptr, nullptr, &code);
      ok(code);
      ok(clEnqueueUnmapMemObject(queue, image, mapped, 0, nullptr, nullptr));
      ok(clFinish(queue));
      ok(clReleaseMemObject(image));
      ok(clReleaseMemObject(other));
    }
    ok(clReleaseCommandQueue(queue));
  }
  // Commands that are held, fail, are told of, and have times.
  static void useEvents(cl_context in) {
    cl_command_queue queue = newQueue(in, CL_QUEUE_PROFILING_ENABLE | CL_QUEUE_OUT_OF_ORDER_EXEC_MODE_ENABLE);
    // Another thread calls back, and an event is lent again only after that.
    static std::atomic<size_t> calls;
    for (const cl_int end : {CL_COMPLETE, -7}) {
      calls = 0;
      cl_int code = 1;
      cl_event gate = clCreateUserEvent(in, &code);
      ok(code);
      std::array<cl_event, 80> held = {};  // more than a pool
      for (cl_event& event : held) {
        ok(clEnqueueMarkerWithWaitList(queue, 1, &gate, &event));
        ok(clSetEventCallback(
            event, CL_COMPLETE, [](cl_event, cl_int, void*) { ++calls; }, nullptr));
      }
      ok(clSetUserEventStatus(gate, end));
      ok(clFinish(queue));
      while (calls != held.size()) std::this_thread::yield();
      for (cl_event event : held) {
        cl_ulong time = 0;
        EXPECT_EQ(clGetEventProfilingInfo(event, CL_PROFILING_COMMAND_END, sizeof(time), &time, nullptr),
                  end == CL_COMPLETE ? CL_SUCCESS : CL_PROFILING_INFO_NOT_AVAILABLE);
        ok(clReleaseEvent(event));
      }
      ok(clReleaseEvent(gate));
    }
    ok(clReleaseCommandQueue(queue));
  }
  static cl_program newProgram(cl_context in) {
    cl_int code = 1;
    const char* text = kSource;
    cl_program made = clCreateProgramWithSource(in, 1, &text, nullptr, &code);
    ok(code);
    ok(clBuildProgram(made, 0, nullptr, nullptr, nullptr, nullptr));
    return made;
  }
  // Everything is released before the kernel can have run: what it uses lives until then, and no longer.
  static void useKernels(cl_context in, cl_program program) {
    cl_int code = 1;
    cl_command_queue queue = newQueue(in);
    cl_event gate = clCreateUserEvent(in, &code);
    ok(code);
    for (const bool held : {false, true}) {
      cl_kernel kernel = clCreateKernel(program, "mix", &code);
      ok(code);
      cl_mem data = clCreateBuffer(in, CL_MEM_READ_WRITE, kSize, nullptr, &code);
      ok(code);
      cl_mem image = newImage(in, CL_MEM_OBJECT_IMAGE2D);
      cl_sampler sampler = clCreateSamplerWithProperties(in, nullptr, &code);
      ok(code);
      const cl_int value = 3;
      ok(clSetKernelArg(kernel, 0, sizeof(cl_mem), &data));
      ok(clSetKernelArg(kernel, 1, sizeof(cl_mem), &image));
      ok(clSetKernelArg(kernel, 2, sizeof(cl_sampler), &sampler));
      ok(clSetKernelArg(kernel, 3, 256, nullptr));
      ok(clSetKernelArg(kernel, 4, sizeof(value), &value));
      cl_kernel twin = clCloneKernel(kernel, &code);
      ok(code);
      const size_t global = 64;
      for (cl_kernel each : {kernel, twin}) {
        ok(clEnqueueNDRangeKernel(queue, each, 1, nullptr, &global, nullptr, held ? 1 : 0,
                                  held ? &gate : nullptr, nullptr));
        ok(clReleaseKernel(each));
      }
      ok(clReleaseSampler(sampler));
      ok(clReleaseMemObject(image));
      ok(clReleaseMemObject(data));
    }
    ok(clSetUserEventStatus(gate, CL_COMPLETE));
    ok(clReleaseEvent(gate));
    ok(clFinish(queue));
    ok(clReleaseCommandQueue(queue));
  }
  static void usePrograms(cl_context in) {
    cl_program program = newProgram(in);
    useKernels(in, program);
    size_t size = 0;
    ok(clGetProgramInfo(program, CL_PROGRAM_BINARY_SIZES, sizeof(size), &size, nullptr));
    std::vector<unsigned char> binary(size);
    unsigned char* start = binary.data();
    ok(clGetProgramInfo(program, CL_PROGRAM_BINARIES, sizeof(start), &start, nullptr));
    ok(clReleaseProgram(program));
    cl_int code = 1;
    const unsigned char* from = start;
    cl_program again = clCreateProgramWithBinary(in, 1, &device, &size, &from, nullptr, &code);
    ok(code);
    ok(clBuildProgram(again, 0, nullptr, nullptr, nullptr, nullptr));
    useKernels(in, again);
    ok(clReleaseProgram(again));
  }

  // One block of rounds first: the driver keeps what it made for the first use (its own kernels, scratch
  // space, free lists). Its lists also grow when its GPU once lags more than before, so that a block may
  // leave one more; what is lost, every block loses.
  template <class Round>
  static void expectSteady(Round round, int rounds) {
    constexpr int kBlocks = 6;
    Alive before, after;
    for (int block = 0; block < kBlocks; ++block) {
      for (int i = 0; i < rounds; ++i) round();
      before = after;
      after = alive();
      if (block > 0 && after == before) return;
    }
    EXPECT_EQ(after, before) << "grew in each of " << kBlocks << " blocks of " << rounds << " rounds";
  }
  template <class Use>
  static void expectSteadyInOneContext(Use use, int rounds) {
    cl_context context = newContext();
    expectSteady([&] { use(context); }, rounds);
    ok(clReleaseContext(context));
  }

  static inline cl_device_id device = nullptr;
};

TEST_F(Leaks, OfQueues) { expectSteadyInOneContext(useQueues, 20); }
TEST_F(Leaks, OfBuffers) { expectSteadyInOneContext(useBuffers, 10); }
TEST_F(Leaks, OfImages) { expectSteadyInOneContext(useImages, 10); }
TEST_F(Leaks, OfEvents) { expectSteadyInOneContext(useEvents, 10); }
TEST_F(Leaks, OfPrograms) { expectSteadyInOneContext(usePrograms, 3); }
TEST_F(Leaks, OfKernels) {
  cl_context context = newContext();
  cl_program program = newProgram(context);
  expectSteady([&] { useKernels(context, program); }, 10);
  ok(clReleaseProgram(program));
  ok(clReleaseContext(context));
}

// And with the context everything goes that came with it, but for the driver's free lists.
TEST_F(Leaks, OfContextsWithAllThatIsInThem) {
  const auto round = [] {
    cl_context context = newContext();
    useQueues(context);
    useBuffers(context);
    useImages(context);
    useEvents(context);
    usePrograms(context);
    ok(clReleaseContext(context));
  };
  round();
  const Alive before = alive();
  expectSteady(round, 2);
  EXPECT_EQ(alive(), before);
}

// In whatever order the application lets go: the context first, the memory last.
TEST_F(Leaks, OfWhatIsReleasedUpsideDown) {
  expectSteady(
      [] {
        cl_int code = 1;
        cl_context context = newContext();
        cl_command_queue queue = newQueue(context);
        cl_program program = newProgram(context);
        cl_mem image = newImage(context, CL_MEM_OBJECT_IMAGE2D);
        cl_mem buffer = clCreateBuffer(context, CL_MEM_READ_WRITE, kSize, nullptr, &code);
        ok(code);
        const cl_int value = 1;
        cl_event event = nullptr;
        ok(clReleaseContext(context));
        ok(clEnqueueFillBuffer(queue, buffer, &value, sizeof(value), 0, kSize, 0, nullptr, &event));
        ok(clReleaseCommandQueue(queue));
        ok(clReleaseProgram(program));
        ok(clWaitForEvents(1, &event));
        ok(clReleaseEvent(event));
        ok(clReleaseMemObject(image));
        ok(clReleaseMemObject(buffer));
      },
      4);
}

}  // namespace
}  // namespace clze::test
