// What tests of memory objects start from: a context, an in-order queue, objects that are released, and data
// whose every byte is known.
#pragma once

#include <CL/cl.h>
#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <cstring>
#include <functional>
#include <numeric>
#include <string>
#include <vector>

#include "tests/support/data.h"
#include "tests/support/images.h"

namespace clze::test {

using Bytes = std::vector<uint8_t>;
using Size3 = std::array<size_t, 3>;

// Bytes that tell their place: no two rows of an image are alike.
inline Bytes sequence(size_t size, uint32_t seed = 1) {
  Bytes bytes(size);
  uint32_t state = seed * 2654435761U + 1;
  for (auto& byte : bytes) {
    state = state * 1664525U + 1013904223U;
    byte = static_cast<uint8_t>(state >> 24U);
  }
  return bytes;
}

inline size_t channelCount(cl_channel_order order) {
  switch (order) {
    case CL_RG:
    case CL_RA:
      return 2;
    case CL_RGBA:
    case CL_BGRA:
    case CL_ARGB:
    case CL_ABGR:
      return 4;
    default:
      return 1;
  }
}

class MemoryTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    ASSERT_EQ(clGetPlatformIDs(1, &platform, nullptr), CL_SUCCESS) << "run this through clze-run --software";
    ASSERT_EQ(clGetDeviceIDs(platform, CL_DEVICE_TYPE_GPU, 1, &device, nullptr), CL_SUCCESS);
  }
  void SetUp() override {
    context = newContext();
    queue = newQueue(context);
  }
  void TearDown() override {
    if (queue != nullptr) {
      EXPECT_EQ(clFinish(queue), CL_SUCCESS);
    }
    for (auto release = releases_.rbegin(); release != releases_.rend(); ++release) (*release)();
  }

  cl_context newContext() {
    cl_int code = -1;
    cl_context made = clCreateContext(nullptr, 1, &device, nullptr, nullptr, &code);
    EXPECT_EQ(code, CL_SUCCESS);
    releases_.emplace_back([made] { EXPECT_EQ(clReleaseContext(made), CL_SUCCESS); });
    return made;
  }
  cl_command_queue newQueue(cl_context of, cl_command_queue_properties properties = 0) {
    cl_int code = -1;
    const cl_queue_properties list[] = {CL_QUEUE_PROPERTIES, properties, 0};
    cl_command_queue made = clCreateCommandQueueWithProperties(of, device, list, &code);
    EXPECT_EQ(code, CL_SUCCESS);
    releases_.emplace_back([made] { EXPECT_EQ(clReleaseCommandQueue(made), CL_SUCCESS); });
    return made;
  }
  cl_mem kept(cl_mem memory) {
    if (memory != nullptr) releases_.emplace_back([memory] { clReleaseMemObject(memory); });
    return memory;
  }
  cl_event kept(cl_event event) {
    releases_.emplace_back([event] { clReleaseEvent(event); });
    return event;
  }
  cl_mem buffer(size_t size, cl_mem_flags flags = CL_MEM_READ_WRITE, void* pointer = nullptr) {
    cl_int code = -1;
    cl_mem made = clCreateBuffer(context, flags, size, pointer, &code);
    EXPECT_EQ(code, CL_SUCCESS);
    return kept(made);
  }
  cl_mem part(cl_mem parent, size_t origin, size_t size, cl_mem_flags flags = 0) {
    const cl_buffer_region region = {origin, size};
    cl_int code = -1;
    cl_mem made = clCreateSubBuffer(parent, flags, CL_BUFFER_CREATE_TYPE_REGION, &region, &code);
    EXPECT_EQ(code, CL_SUCCESS);
    return kept(made);
  }
  static cl_image_desc describe(cl_mem_object_type type, size_t width, size_t height = 0, size_t depth = 0,
                                size_t layers = 0) {
    cl_image_desc desc = {};
    desc.image_type = type;
    desc.image_width = width;
    desc.image_height = height;
    desc.image_depth = depth;
    desc.image_array_size = layers;
    return desc;
  }
  cl_mem image(const cl_image_format& format, const cl_image_desc& desc,
               cl_mem_flags flags = CL_MEM_READ_WRITE, void* pointer = nullptr) {
    cl_int code = -1;
    cl_mem made = clCreateImage(context, flags, &format, &desc, pointer, &code);
    EXPECT_EQ(code, CL_SUCCESS) << "type " << std::hex << desc.image_type;
    return kept(made);
  }
  cl_mem image2D(size_t width, size_t height, const cl_image_format& format = kRgba8,
                 cl_mem_flags flags = CL_MEM_READ_WRITE, void* pointer = nullptr) {
    return image(format, describe(CL_MEM_OBJECT_IMAGE2D, width, height), flags, pointer);
  }
  cl_event userEvent() {
    cl_int code = -1;
    cl_event event = clCreateUserEvent(context, &code);
    EXPECT_EQ(code, CL_SUCCESS);
    return kept(event);
  }
  std::vector<cl_image_format> formats(cl_mem_object_type type) {
    cl_uint count = 0;
    EXPECT_EQ(clGetSupportedImageFormats(context, CL_MEM_READ_WRITE, type, 0, nullptr, &count), CL_SUCCESS);
    std::vector<cl_image_format> all(count);
    if (count != 0) {
      EXPECT_EQ(clGetSupportedImageFormats(context, CL_MEM_READ_WRITE, type, count, all.data(), nullptr),
                CL_SUCCESS);
    }
    return all;
  }
  Bytes contents(cl_mem memory, size_t offset, size_t size) {
    Bytes bytes(size, 0xEE);
    EXPECT_EQ(clEnqueueReadBuffer(queue, memory, CL_TRUE, offset, size, bytes.data(), 0, nullptr, nullptr),
              CL_SUCCESS);
    return bytes;
  }
  void store(cl_mem memory, const Bytes& bytes, size_t offset = 0) {
    EXPECT_EQ(
        clEnqueueWriteBuffer(queue, memory, CL_TRUE, offset, bytes.size(), bytes.data(), 0, nullptr, nullptr),
        CL_SUCCESS);
  }
  Bytes texels(cl_mem memory, const Size3& origin, const Size3& region) {
    Bytes bytes(texelSize(memory) * region[0] * region[1] * region[2], 0xEE);
    EXPECT_EQ(clEnqueueReadImage(queue, memory, CL_TRUE, origin.data(), region.data(), 0, 0, bytes.data(), 0,
                                 nullptr, nullptr),
              CL_SUCCESS);
    return bytes;
  }
  void storeTexels(cl_mem memory, const Size3& origin, const Size3& region, const Bytes& bytes) {
    EXPECT_EQ(clEnqueueWriteImage(queue, memory, CL_TRUE, origin.data(), region.data(), 0, 0, bytes.data(), 0,
                                  nullptr, nullptr),
              CL_SUCCESS);
  }
  static size_t texelSize(cl_mem memory) {
    size_t size = 0;
    EXPECT_EQ(clGetImageInfo(memory, CL_IMAGE_ELEMENT_SIZE, sizeof(size), &size, nullptr), CL_SUCCESS);
    return size;
  }
  template <class T>
  static T info(cl_mem memory, cl_mem_info name) {
    T value = {};
    size_t size = 0;
    EXPECT_EQ(clGetMemObjectInfo(memory, name, sizeof(value), &value, &size), CL_SUCCESS);
    EXPECT_EQ(size, sizeof(value));
    return value;
  }
  template <class T>
  static T imageInfo(cl_mem memory, cl_image_info name) {
    T value = {};
    size_t size = 0;
    EXPECT_EQ(clGetImageInfo(memory, name, sizeof(value), &value, &size), CL_SUCCESS);
    EXPECT_EQ(size, sizeof(value));
    return value;
  }
  static cl_int statusOf(cl_event event) {
    cl_int status = -1;
    EXPECT_EQ(clGetEventInfo(event, CL_EVENT_COMMAND_EXECUTION_STATUS, sizeof(status), &status, nullptr),
              CL_SUCCESS);
    return status;
  }
  static cl_command_type typeOf(cl_event event) {
    cl_command_type type = 0;
    EXPECT_EQ(clGetEventInfo(event, CL_EVENT_COMMAND_TYPE, sizeof(type), &type, nullptr), CL_SUCCESS);
    return type;
  }

  static constexpr cl_image_format kRgba8 = {CL_RGBA, CL_UNORM_INT8};
  static inline cl_platform_id platform = nullptr;
  static inline cl_device_id device = nullptr;
  cl_context context = nullptr;
  cl_command_queue queue = nullptr;

 private:
  std::vector<std::function<void()>> releases_;
};

// A region of an image with texels of `texel` bytes, cut out of tight whole-image bytes.
inline Bytes cut(const Bytes& whole, const Size3& extent, size_t texel, const Size3& origin,
                 const Size3& region) {
  Bytes result;
  for (size_t z = 0; z < region[2]; ++z) {
    for (size_t y = 0; y < region[1]; ++y) {
      const size_t start = (((origin[2] + z) * extent[1] + origin[1] + y) * extent[0] + origin[0]) * texel;
      result.insert(result.end(), whole.begin() + static_cast<ptrdiff_t>(start),
                    whole.begin() + static_cast<ptrdiff_t>(start + region[0] * texel));
    }
  }
  return result;
}

// The same, put into the whole.
inline void paste(Bytes& whole, const Size3& extent, size_t texel, const Size3& origin, const Size3& region,
                  const Bytes& box) {
  for (size_t z = 0; z < region[2]; ++z) {
    for (size_t y = 0; y < region[1]; ++y) {
      const size_t start = (((origin[2] + z) * extent[1] + origin[1] + y) * extent[0] + origin[0]) * texel;
      std::memcpy(&whole[start], &box[(z * region[1] + y) * region[0] * texel], region[0] * texel);
    }
  }
}

class ImageTest : public MemoryTest {
 protected:
  void SetUp() override {
    CLZE_NEEDS_IMAGES(device);
    MemoryTest::SetUp();
  }
};

}  // namespace clze::test
