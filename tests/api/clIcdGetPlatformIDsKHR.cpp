// The contract with ICD loaders (cl_khr_icd): what they look up by name, and the table behind every object.
// The library is opened directly, so no loader is between.
#include <CL/cl_icd.h>
#include <dlfcn.h>

#include <cstdlib>
#include <cstring>

#include "tests/support/cl_fixture.h"

namespace clze::test {
namespace {

using FindFunction = void*(CL_API_CALL*)(const char*);

const cl_icd_dispatch& tableOf(const void* object) {
  const cl_icd_dispatch* table = nullptr;
  std::memcpy(&table, object, sizeof(void*));
  return *table;
}

class ClIcdGetPlatformIDsKHR : public ::testing::Test {
 protected:
  void SetUp() override {
    const char* path = std::getenv("CLZE_TEST_LIBRARY");
    ASSERT_NE(path, nullptr) << "CLZE_TEST_LIBRARY is the path of libclze.so";
    library_ = ::dlopen(path, RTLD_NOW | RTLD_LOCAL);
    ASSERT_NE(library_, nullptr) << ::dlerror();
    find_ = reinterpret_cast<FindFunction>(::dlsym(library_, "clGetExtensionFunctionAddress"));
    ASSERT_NE(find_, nullptr);
    getPlatforms_ = reinterpret_cast<cl_api_clGetPlatformIDs>(find_("clIcdGetPlatformIDsKHR"));
    ASSERT_NE(getPlatforms_, nullptr);
  }
  void TearDown() override {
    if (library_ != nullptr) {
      EXPECT_EQ(::dlclose(library_), 0);
    }
  }
  void* library_ = nullptr;
  FindFunction find_ = nullptr;
  cl_api_clGetPlatformIDs getPlatforms_ = nullptr;
};

TEST_F(ClIcdGetPlatformIDsKHR, RefusesAListWithoutRoomAndNoQuestion) {
  cl_platform_id platform = nullptr;
  EXPECT_EQ(getPlatforms_(0, &platform, nullptr), CL_INVALID_VALUE);
  EXPECT_EQ(getPlatforms_(0, nullptr, nullptr), CL_INVALID_VALUE);
  EXPECT_EQ(getPlatforms_(1, nullptr, nullptr), CL_INVALID_VALUE);
  EXPECT_EQ(platform, nullptr);
}

TEST_F(ClIcdGetPlatformIDsKHR, CountsAndListsAsLoadersAsk) {
  cl_uint count = 0;
  ASSERT_EQ(getPlatforms_(0, nullptr, &count), CL_SUCCESS);
  ASSERT_EQ(count, 1U);
  cl_platform_id platform = nullptr;
  ASSERT_EQ(getPlatforms_(count, &platform, nullptr), CL_SUCCESS);
  ASSERT_NE(platform, nullptr);
  // Room that nobody uses is no mistake.
  EXPECT_EQ(getPlatforms_(5, nullptr, &count), CL_SUCCESS);
}

TEST_F(ClIcdGetPlatformIDsKHR, ExportsWhatLoadersLookUp) {
  const auto info = reinterpret_cast<cl_api_clGetPlatformInfo>(::dlsym(library_, "clGetPlatformInfo"));
  ASSERT_NE(info, nullptr);
  EXPECT_NE(find_("clGetPlatformInfo"), nullptr);
  EXPECT_NE(::dlsym(library_, "clIcdGetPlatformIDsKHR"), nullptr);
  // Nothing else: its names would shadow the loader's.
  EXPECT_EQ(::dlsym(library_, "clCreateContext"), nullptr);
  EXPECT_EQ(::dlsym(library_, "clGetPlatformIDs"), nullptr);
  cl_platform_id platform = nullptr;
  ASSERT_EQ(getPlatforms_(1, &platform, nullptr), CL_SUCCESS);
  char suffix[16] = {};
  EXPECT_EQ(info(platform, CL_PLATFORM_ICD_SUFFIX_KHR, sizeof(suffix), suffix, nullptr), CL_SUCCESS);
  EXPECT_STREQ(suffix, "CLZE");
  size_t size = 0;
  ASSERT_EQ(info(platform, CL_PLATFORM_EXTENSIONS, 0, nullptr, &size), CL_SUCCESS);
  std::string extensions(size, ' ');
  ASSERT_EQ(info(platform, CL_PLATFORM_EXTENSIONS, size, extensions.data(), nullptr), CL_SUCCESS);
  EXPECT_NE(extensions.find("cl_khr_icd"), std::string::npos);
}

TEST_F(ClIcdGetPlatformIDsKHR, EveryObjectBeginsWithTheTable) {
  cl_platform_id platform = nullptr;
  ASSERT_EQ(getPlatforms_(1, &platform, nullptr), CL_SUCCESS);
  const cl_icd_dispatch& cl = tableOf(platform);
  cl_device_id device = nullptr;
  ASSERT_EQ(cl.clGetDeviceIDs(platform, CL_DEVICE_TYPE_GPU, 1, &device, nullptr), CL_SUCCESS);
  EXPECT_EQ(&tableOf(device), &cl);
  cl_int code = -1;
  cl_context context = tableOf(device).clCreateContext(nullptr, 1, &device, nullptr, nullptr, &code);
  ASSERT_EQ(code, CL_SUCCESS);
  cl_command_queue queue =
      tableOf(context).clCreateCommandQueueWithProperties(context, device, nullptr, &code);
  ASSERT_EQ(code, CL_SUCCESS);
  cl_mem buffer = tableOf(context).clCreateBuffer(context, CL_MEM_READ_WRITE, 64, nullptr, &code);
  ASSERT_EQ(code, CL_SUCCESS);
  cl_bool images = CL_FALSE;
  ASSERT_EQ(
      tableOf(device).clGetDeviceInfo(device, CL_DEVICE_IMAGE_SUPPORT, sizeof(images), &images, nullptr),
      CL_SUCCESS);
  cl_sampler sampler =
      tableOf(context).clCreateSampler(context, CL_FALSE, CL_ADDRESS_CLAMP, CL_FILTER_NEAREST, &code);
  ASSERT_EQ(code, images == CL_TRUE ? CL_SUCCESS : CL_INVALID_OPERATION);
  const char* source = "kernel void nothing() {}";
  cl_program program = tableOf(context).clCreateProgramWithSource(context, 1, &source, nullptr, &code);
  ASSERT_EQ(code, CL_SUCCESS);
  cl_event event = tableOf(context).clCreateUserEvent(context, &code);
  ASSERT_EQ(code, CL_SUCCESS);
  for (const void* object :
       std::initializer_list<const void*>{context, queue, buffer, sampler, program, event}) {
    if (object == nullptr) continue;
    EXPECT_EQ(&tableOf(object), &cl);
  }
  EXPECT_EQ(cl.clReleaseEvent(event), CL_SUCCESS);
  EXPECT_EQ(cl.clReleaseProgram(program), CL_SUCCESS);
  EXPECT_EQ(cl.clReleaseSampler(sampler), sampler != nullptr ? CL_SUCCESS : CL_INVALID_SAMPLER);
  EXPECT_EQ(cl.clReleaseMemObject(buffer), CL_SUCCESS);
  EXPECT_EQ(cl.clReleaseCommandQueue(queue), CL_SUCCESS);
  EXPECT_EQ(cl.clReleaseContext(context), CL_SUCCESS);
}

// A program may look for platforms, close the library, and look again.
TEST_F(ClIcdGetPlatformIDsKHR, SurvivesBeingClosed) {
  cl_platform_id before = nullptr;
  ASSERT_EQ(getPlatforms_(1, &before, nullptr), CL_SUCCESS);
  ASSERT_EQ(::dlclose(library_), 0);
  library_ = nullptr;
  SetUp();
  cl_platform_id after = nullptr;
  ASSERT_EQ(getPlatforms_(1, &after, nullptr), CL_SUCCESS);
  EXPECT_EQ(after, before);
}

}  // namespace
}  // namespace clze::test
