// The dispatch table: no slot is null, and optional features answer with their codes.
#include <gtest/gtest.h>

#include <cstring>

#include "icd/entry/lookup.h"
#include "icd/object/object.h"

namespace clze::icd {
namespace {

TEST(Dispatch, HasNoNullSlot) {
  void* slots[sizeof(cl_icd_dispatch) / sizeof(void*)];
  std::memcpy(slots, &kDispatch, sizeof(kDispatch));
  for (size_t i = 0; i < std::size(slots); ++i) EXPECT_NE(slots[i], nullptr) << "slot " << i;
}

TEST(Dispatch, RefusesWhatNoDeviceHas) {
  cl_int code = 1;
  EXPECT_EQ(kDispatch.clCreatePipe(nullptr, 0, 1, 1, nullptr, &code), nullptr);
  EXPECT_EQ(code, CL_INVALID_OPERATION);
  EXPECT_EQ(kDispatch.clSVMAlloc(nullptr, 0, 16, 0), nullptr);
  EXPECT_EQ(kDispatch.clGetPipeInfo(nullptr, 0, 0, nullptr, nullptr), CL_INVALID_MEM_OBJECT);
  EXPECT_EQ(kDispatch.clEnqueueSVMUnmap(nullptr, nullptr, 0, nullptr, nullptr), CL_INVALID_OPERATION);
}

TEST(Lookup, FindsCoreAndNothingOfMissingExtensions) {
  EXPECT_EQ(functionAddress("clCreateBuffer"), reinterpret_cast<void*>(kDispatch.clCreateBuffer));
  EXPECT_NE(functionAddress("clIcdGetPlatformIDsKHR"), nullptr);
  EXPECT_NE(functionAddress("clCreateCommandQueueWithPropertiesKHR"), nullptr);
  EXPECT_EQ(functionAddress("clCreateFromGLBuffer"), nullptr);
  EXPECT_EQ(functionAddress("clCreateEventFromEGLSyncKHR"), nullptr);
  EXPECT_EQ(functionAddress("clNothing"), nullptr);
  EXPECT_EQ(functionAddress(nullptr), nullptr);
}

TEST(Lookup, AnswersForNoOtherPlatform) {
  alignas(16) char foreign[16] = {};
  EXPECT_EQ(
      getExtensionFunctionAddressForPlatform(reinterpret_cast<cl_platform_id>(foreign), "clCreateBuffer"),
      nullptr);
  EXPECT_EQ(getExtensionFunctionAddressForPlatform(nullptr, "clCreateBuffer"), nullptr);
}

}  // namespace
}  // namespace clze::icd
