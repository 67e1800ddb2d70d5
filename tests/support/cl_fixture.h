// What tests of the API start from: platform, device, context and an in-order queue, found through the ICD
// loader, and released in reverse order at the end.
#pragma once

#include <CL/cl.h>
#include <CL/cl_ext.h>
#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

#include "tests/support/data.h"
#include "tests/support/images.h"

namespace clze::test {

class ClTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    ASSERT_EQ(clGetPlatformIDs(1, &platform, nullptr), CL_SUCCESS);
    ASSERT_EQ(clGetDeviceIDs(platform, CL_DEVICE_TYPE_GPU, 1, &device, nullptr), CL_SUCCESS);
  }
  void SetUp() override {
    context = newContext();
    queue = newQueue(0);
  }
  void TearDown() override {
    for (auto release = releases_.rbegin(); release != releases_.rend(); ++release) (*release)();
  }

  void later(std::function<void()> release) { releases_.push_back(std::move(release)); }
  cl_context newContext() {
    cl_int code = -1;
    cl_context made = clCreateContext(nullptr, 1, &device, nullptr, nullptr, &code);
    EXPECT_EQ(code, CL_SUCCESS);
    later([made] { EXPECT_EQ(clReleaseContext(made), CL_SUCCESS); });
    return made;
  }
  cl_command_queue newQueue(cl_command_queue_properties bits, cl_context in = nullptr) {
    const cl_queue_properties list[] = {CL_QUEUE_PROPERTIES, bits, 0};
    cl_int code = -1;
    cl_command_queue made =
        clCreateCommandQueueWithProperties(in != nullptr ? in : context, device, list, &code);
    EXPECT_EQ(code, CL_SUCCESS);
    later([made] { EXPECT_EQ(clReleaseCommandQueue(made), CL_SUCCESS); });
    return made;
  }
  cl_event kept(cl_event event) {
    later([event] { EXPECT_EQ(clReleaseEvent(event), CL_SUCCESS); });
    return event;
  }
  cl_event userEvent(cl_context in = nullptr) {
    cl_int code = -1;
    cl_event event = clCreateUserEvent(in != nullptr ? in : context, &code);
    EXPECT_EQ(code, CL_SUCCESS);
    return kept(event);
  }
  cl_event marker(cl_command_queue in, const std::vector<cl_event>& waits = {}) {
    cl_event event = nullptr;
    EXPECT_EQ(clEnqueueMarkerWithWaitList(in, static_cast<cl_uint>(waits.size()),
                                          waits.empty() ? nullptr : waits.data(), &event),
              CL_SUCCESS);
    return kept(event);
  }
  static cl_int status(cl_event event) {
    cl_int value = 99;
    EXPECT_EQ(clGetEventInfo(event, CL_EVENT_COMMAND_EXECUTION_STATUS, sizeof(value), &value, nullptr),
              CL_SUCCESS);
    return value;
  }
  template <class T>
  static T deviceInfo(cl_device_info name) {
    T value = {};
    size_t size = 0;
    EXPECT_EQ(clGetDeviceInfo(device, name, sizeof(T), &value, &size), CL_SUCCESS);
    EXPECT_EQ(size, sizeof(T));
    return value;
  }
  static std::string deviceText(cl_device_info name) {
    size_t size = 0;
    EXPECT_EQ(clGetDeviceInfo(device, name, 0, nullptr, &size), CL_SUCCESS);
    std::string text(size, '?');
    EXPECT_EQ(clGetDeviceInfo(device, name, size, text.data(), nullptr), CL_SUCCESS);
    EXPECT_EQ(text.back(), '\0');
    text.pop_back();
    return text;
  }

 public:
  // What every test speaks of.
  static inline cl_platform_id platform = nullptr;
  static inline cl_device_id device = nullptr;
  cl_context context = nullptr;
  cl_command_queue queue = nullptr;

 private:
  std::vector<std::function<void()>> releases_;
};

}  // namespace clze::test
