// What an enqueue costs the host, through the entry points an application calls: heap allocations and Level
// Zero calls are counted. And what becomes of failures of the device: any call can be made to fail.
#include <gtest/gtest.h>

#include <array>
#include <cstdlib>
#include <new>
#include <string>

#include "icd/entry/lookup.h"
#include "icd/object/object.h"
#include "l0backend/loader/api.h"
#include "tests/support/data.h"

namespace {

thread_local size_t allocations = 0;
thread_local size_t calls = 0;
thread_local size_t argumentCalls = 0;  // of them, those that set an argument
thread_local size_t listCalls = 0;      // and those that make a command list
thread_local bool insideLevelZero = false;
// The next launch answers that the device is lost.
thread_local bool loseDevice = false;

// A Level Zero function that counts; what the driver allocates is not ours.
template <size_t kIndex, class Function>
struct Counted;
template <size_t kIndex, class... Args>
struct Counted<kIndex, ze_result_t(ZE_APICALL*)(Args...)> {
  static inline ze_result_t(ZE_APICALL* real)(Args...) = nullptr;
  static inline bool launches = false;
  static inline bool setsArgument = false, makesList = false;
  static ze_result_t ZE_APICALL call(Args... args) {
    ++calls;
    if (setsArgument) ++argumentCalls;
    if (makesList) ++listCalls;
    if (launches && std::exchange(loseDevice, false)) return ZE_RESULT_ERROR_DEVICE_LOST;
    insideLevelZero = true;
    const ze_result_t code = real(args...);
    insideLevelZero = false;
    return code;
  }
};

enum Index : size_t {
#define ZE_REQUIRED(function) k_##function,
#define ZE_OPTIONAL(function) k_##function,
#include "l0backend/loader/functions.def"
#undef ZE_REQUIRED
#undef ZE_OPTIONAL
};

template <size_t kIndex, class Function>
Function counted(Function real, const std::string& name) {
  if (real == nullptr) return nullptr;
  using Wrapper = Counted<kIndex, Function>;
  Wrapper::real = real;
  Wrapper::launches = name == "zeCommandListAppendLaunchKernel";
  Wrapper::setsArgument = name == "zeKernelSetArgumentValue";
  Wrapper::makesList = name == "zeCommandListCreate";
  return &Wrapper::call;
}

}  // namespace

// Counting replacements of the global allocation functions, for this test program only.
void* operator new(size_t size) {
  if (!insideLevelZero) ++allocations;
  if (void* memory = std::malloc(size != 0 ? size : 1)) return memory;
  std::abort();
}
void* operator new(size_t size, const std::nothrow_t&) noexcept {
  if (!insideLevelZero) ++allocations;
  return std::malloc(size != 0 ? size : 1);
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, size_t) noexcept { std::free(memory); }

namespace clze::icd {
namespace {

class HotPath : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    ASSERT_TRUE(l0::available()) << l0::whyUnavailable();
    static l0::Api table;
#define ZE_REQUIRED(function) table.function = counted<k_##function>(l0::ze().function, #function);
#define ZE_OPTIONAL(function) table.function = counted<k_##function>(l0::ze().function, #function);
#include "l0backend/loader/functions.def"
#undef ZE_REQUIRED
#undef ZE_OPTIONAL
    l0::installForTest(&table);
  }
  static void TearDownTestSuite() { l0::installForTest(nullptr); }

  void SetUp() override {
    cl_platform_id platform = nullptr;
    ASSERT_EQ(icdGetPlatformIDs(1, &platform, nullptr), CL_SUCCESS);
    ASSERT_EQ(cl.clGetDeviceIDs(platform, CL_DEVICE_TYPE_GPU, 1, &device, nullptr), CL_SUCCESS);
    cl_int code = -1;
    const auto note = [](const char* text, const void*, size_t, void* self) {
      static_cast<HotPath*>(self)->notes += text;
    };
    context = cl.clCreateContext(nullptr, 1, &device, note, this, &code);
    ASSERT_EQ(code, CL_SUCCESS);
    const char* source =
        "kernel void add(global uint* cell, uint n) { if (get_global_id(0) == 0) *cell += n; }";
    program = cl.clCreateProgramWithSource(context, 1, &source, nullptr, &code);
    ASSERT_EQ(code, CL_SUCCESS);
    ASSERT_EQ(cl.clBuildProgram(program, 0, nullptr, "", nullptr, nullptr), CL_SUCCESS);
    kernel = cl.clCreateKernel(program, "add", &code);
    ASSERT_EQ(code, CL_SUCCESS);
    cell = cl.clCreateBuffer(context, CL_MEM_READ_WRITE, sizeof(cl_uint), nullptr, &code);
    ASSERT_EQ(code, CL_SUCCESS);
    setStep(1);
    ASSERT_EQ(cl.clSetKernelArg(kernel, 0, sizeof(cl_mem), &cell), CL_SUCCESS);
  }
  void TearDown() override {
    EXPECT_EQ(cl.clReleaseMemObject(cell), CL_SUCCESS);
    EXPECT_EQ(cl.clReleaseKernel(kernel), CL_SUCCESS);
    EXPECT_EQ(cl.clReleaseProgram(program), CL_SUCCESS);
    EXPECT_EQ(cl.clReleaseContext(context), CL_SUCCESS);
  }

  void setStep(cl_uint step) { ASSERT_EQ(cl.clSetKernelArg(kernel, 1, sizeof(step), &step), CL_SUCCESS); }
  cl_command_queue newQueue(cl_command_queue_properties bits) {
    const cl_queue_properties list[] = {CL_QUEUE_PROPERTIES, bits, 0};
    cl_int code = -1;
    cl_command_queue made = cl.clCreateCommandQueueWithProperties(context, device, list, &code);
    EXPECT_EQ(code, CL_SUCCESS);
    return made;
  }
  cl_int launch(cl_command_queue queue, const size_t* localSize) {
    const size_t globalSize = 64;
    return cl.clEnqueueNDRangeKernel(queue, kernel, 1, nullptr, &globalSize, localSize, 0, nullptr, nullptr);
  }
  cl_uint read(cl_command_queue queue) {
    cl_uint value = 0;
    EXPECT_EQ(cl.clEnqueueReadBuffer(queue, cell, CL_TRUE, 0, sizeof(value), &value, 0, nullptr, nullptr),
              CL_SUCCESS);
    return value;
  }
  void write(cl_command_queue queue, cl_uint value) {
    EXPECT_EQ(cl.clEnqueueWriteBuffer(queue, cell, CL_TRUE, 0, sizeof(value), &value, 0, nullptr, nullptr),
              CL_SUCCESS);
  }

 public:
  const cl_icd_dispatch& cl = kDispatch;
  cl_device_id device = nullptr;
  cl_context context = nullptr;
  cl_program program = nullptr;
  cl_kernel kernel = nullptr;
  cl_mem cell = nullptr;
  std::string notes;
};

TEST_F(HotPath, TheCountersCount) {
  const size_t allocationsBefore = allocations, callsBefore = calls;
  cl_command_queue queue = newQueue(0);
  EXPECT_GT(allocations, allocationsBefore);
  EXPECT_GT(calls, callsBefore);
  EXPECT_EQ(cl.clReleaseCommandQueue(queue), CL_SUCCESS);
}

TEST_F(HotPath, AnUnchangedKernelAllocatesNothingAndTakesFewCalls) {
  constexpr size_t kLocal = 16;
  constexpr cl_uint kLaunches = 1000;
  for (const cl_command_queue_properties bits : {0, CL_QUEUE_OUT_OF_ORDER_EXEC_MODE_ENABLE}) {
    for (const size_t* localSize : {&kLocal, static_cast<const size_t*>(nullptr)}) {
      cl_command_queue queue = newQueue(bits);
      write(queue, 0);
      // Lists grow, lanes are made and arguments bound once.
      for (int i = 0; i < 64; ++i) ASSERT_EQ(launch(queue, localSize), CL_SUCCESS);
      ASSERT_EQ(cl.clFinish(queue), CL_SUCCESS);
      for (int i = 0; i < 64; ++i) ASSERT_EQ(launch(queue, localSize), CL_SUCCESS);
      const size_t allocationsBefore = allocations, callsBefore = calls, listsBefore = listCalls;
      cl_int code = CL_SUCCESS;
      for (cl_uint i = 0; i < kLaunches; ++i) code |= launch(queue, localSize);
      // A batched queue whose device falls behind makes another list now and then.
      EXPECT_EQ(allocations - allocationsBefore, listCalls - listsBefore)
          << "bits " << bits << " local " << (localSize != nullptr);
      EXPECT_LE(calls - callsBefore, 3U * kLaunches) << "bits " << bits;
      RecordProperty("calls_" + std::to_string(bits) + (localSize != nullptr ? "_local" : "_free"),
                     std::to_string(calls - callsBefore));
      EXPECT_EQ(code, CL_SUCCESS);
      ASSERT_EQ(cl.clFinish(queue), CL_SUCCESS);
      // In order they really follow each other: every step was added.
      if (bits == 0) {
        DATA_EXPECT_EQ(read(queue), kLaunches + 128);
      }
      EXPECT_EQ(cl.clReleaseCommandQueue(queue), CL_SUCCESS);
    }
  }
}

TEST_F(HotPath, OnlyArgumentsThatDifferArePassedOn) {
  constexpr size_t kLocal = 16;
  cl_command_queue queue = newQueue(0);
  write(queue, 0);
  const auto setBy = [&](cl_mem buffer, cl_uint step) {
    EXPECT_EQ(cl.clSetKernelArg(kernel, 0, sizeof(cl_mem), &buffer), CL_SUCCESS);
    setStep(step);
    const size_t before = argumentCalls;
    EXPECT_EQ(launch(queue, &kLocal), CL_SUCCESS);
    return argumentCalls - before;
  };
  EXPECT_EQ(setBy(cell, 1), 2U);
  EXPECT_EQ(setBy(cell, 1), 0U);
  EXPECT_EQ(setBy(cell, 2), 1U) << "the step, and not the buffer again";
  EXPECT_EQ(setBy(cell, 2), 0U);
  cl_int code = -1;
  cl_mem other = cl.clCreateBuffer(context, CL_MEM_READ_WRITE, sizeof(cl_uint), nullptr, &code);
  EXPECT_EQ(setBy(other, 2), 1U);
  EXPECT_EQ(setBy(cell, 3), 2U);
  DATA_EXPECT_EQ(read(queue), 1U + 1 + 2 + 2 + 3);
  EXPECT_EQ(cl.clReleaseMemObject(other), CL_SUCCESS);
  EXPECT_EQ(cl.clReleaseCommandQueue(queue), CL_SUCCESS);
}

TEST_F(HotPath, ChangedArgumentsAllocateNothingOnceTheyGoRound) {
  constexpr cl_uint kLaunches = 32;
  cl_command_queue queue = newQueue(0);
  write(queue, 0);
  const auto burst = [&] {
    cl_int code = CL_SUCCESS;
    for (cl_uint step = 1; step <= kLaunches; ++step) {
      code |= cl.clSetKernelArg(kernel, 1, sizeof(step), &step);
      code |= launch(queue, nullptr);
    }
    EXPECT_EQ(code, CL_SUCCESS);
    EXPECT_EQ(cl.clFinish(queue), CL_SUCCESS);
  };
  for (int i = 0; i < 4; ++i) burst();
  const size_t before = allocations;
  burst();
  EXPECT_EQ(allocations - before, 0U);
  DATA_EXPECT_EQ(read(queue), 5U * kLaunches * (kLaunches + 1) / 2);
  EXPECT_EQ(cl.clReleaseCommandQueue(queue), CL_SUCCESS);
}

TEST_F(HotPath, ChangedArgumentsTakeEffectForLaterLaunchesOnly) {
  cl_command_queue queue = newQueue(0);
  write(queue, 0);
  for (cl_uint step = 1; step <= 100; ++step) {
    setStep(step);
    ASSERT_EQ(launch(queue, nullptr), CL_SUCCESS);
  }
  setStep(1000000);
  DATA_EXPECT_EQ(read(queue), 5050U);
  EXPECT_EQ(cl.clReleaseCommandQueue(queue), CL_SUCCESS);
}

TEST_F(HotPath, AFailureOfTheDeviceIsTheCallsAndTheContextsToTell) {
  cl_command_queue queue = newQueue(0);
  write(queue, 0);
  loseDevice = true;
  EXPECT_EQ(launch(queue, nullptr), CL_OUT_OF_RESOURCES);
  EXPECT_NE(notes.find("failed"), std::string::npos) << notes;
  notes.clear();
  // Nothing of the failed command is left behind.
  EXPECT_EQ(launch(queue, nullptr), CL_SUCCESS);
  DATA_EXPECT_EQ(read(queue), 1U);
  EXPECT_EQ(notes, "");
  EXPECT_EQ(cl.clReleaseCommandQueue(queue), CL_SUCCESS);
}

TEST_F(HotPath, AHeldCommandThatFailsEndsItsEvent) {
  cl_command_queue queue = newQueue(0);
  write(queue, 0);
  cl_int code = -1;
  cl_event gate = cl.clCreateUserEvent(context, &code);
  const size_t globalSize = 64;
  cl_event held = nullptr;
  ASSERT_EQ(cl.clEnqueueNDRangeKernel(queue, kernel, 1, nullptr, &globalSize, nullptr, 1, &gate, &held),
            CL_SUCCESS);
  loseDevice = true;
  EXPECT_EQ(cl.clSetUserEventStatus(gate, CL_COMPLETE), CL_SUCCESS);
  cl_int status = 1;
  EXPECT_EQ(cl.clGetEventInfo(held, CL_EVENT_COMMAND_EXECUTION_STATUS, sizeof(status), &status, nullptr),
            CL_SUCCESS);
  EXPECT_EQ(status, CL_OUT_OF_RESOURCES);
  EXPECT_NE(notes, "");
  DATA_EXPECT_EQ(read(queue), 0U);
  EXPECT_EQ(cl.clReleaseEvent(held), CL_SUCCESS);
  EXPECT_EQ(cl.clReleaseEvent(gate), CL_SUCCESS);
  EXPECT_EQ(cl.clReleaseCommandQueue(queue), CL_SUCCESS);
}

}  // namespace
}  // namespace clze::icd
