// clSetKernelArg: OpenCL 3.0, 5.9.2.
#include <array>
#include <cstring>

#include "tests/api/program_fixture.h"

namespace clze::test {
namespace {

class ClSetKernelArg : public ProgramTest {
 protected:
  static constexpr const char* kKinds = R"(
    kernel void k(global int* buffer, constant int* table, local int* scratch, int value, read_only image2d_t image,
                  sampler_t smp) {
      buffer[0] = table[0] + value + convert_int(read_imageui(image, smp, (int2)(0, 0)).x);
      scratch[get_local_id(0)] = 0;
    })";
  void SetUp() override {
    ProgramTest::SetUp();
    kinds = kernel(kKinds, "k");
  }
  cl_mem image(cl_mem_flags flags, cl_mem_object_type type = CL_MEM_OBJECT_IMAGE2D, cl_context in = nullptr) {
    const cl_image_format format = {CL_RGBA, CL_UNSIGNED_INT8};
    cl_image_desc desc = {};
    desc.image_type = type;
    desc.image_width = 4;
    desc.image_height = type == CL_MEM_OBJECT_IMAGE1D ? 0 : 4;
    desc.image_depth = type == CL_MEM_OBJECT_IMAGE3D ? 2 : 0;
    desc.image_array_size = type == CL_MEM_OBJECT_IMAGE2D_ARRAY ? 2 : 0;
    cl_int code = 1;
    cl_mem made = clCreateImage(in != nullptr ? in : context, flags, &format, &desc, nullptr, &code);
    EXPECT_EQ(code, CL_SUCCESS);
    return kept(made);
  }
  cl_sampler sampler(cl_context in = nullptr) {
    cl_int code = 1;
    cl_sampler made = clCreateSamplerWithProperties(in != nullptr ? in : context, nullptr, &code);
    EXPECT_EQ(code, CL_SUCCESS);
    later([made] { EXPECT_EQ(clReleaseSampler(made), CL_SUCCESS); });
    return made;
  }
  // Runs `text` with one value and returns what it stored.
  template <class T>
  std::vector<int32_t> stored(const char* text, const T& value, size_t count) {
    cl_kernel store = kernel(text, "store");
    cl_mem out = ints(std::vector<int32_t>(count, -1));
    EXPECT_EQ(set(store, 0, out), CL_SUCCESS);
    EXPECT_EQ(set(store, 1, value), CL_SUCCESS);
    EXPECT_EQ(launch(store, {1}), CL_SUCCESS);
    return read(out, count);
  }

  cl_kernel kinds = nullptr;
  enum : cl_uint { kBuffer, kTable, kScratch, kValue, kImage, kSampler, kCount };
};

TEST_F(ClSetKernelArg, RefusesInvalidKernelsAndIndices) {
  const int value = 1;
  EXPECT_EQ(clSetKernelArg(nullptr, 0, sizeof(value), &value), CL_INVALID_KERNEL);
  EXPECT_EQ(clSetKernelArg(kinds, kCount, sizeof(value), &value), CL_INVALID_ARG_INDEX);
  EXPECT_EQ(clSetKernelArg(kinds, ~0U, sizeof(value), &value), CL_INVALID_ARG_INDEX);
}

TEST_F(ClSetKernelArg, RefusesOtherSizes) {
  CLZE_NEEDS_IMAGES(device);
  cl_mem buffer = ints({0});
  cl_mem picture = image(CL_MEM_READ_WRITE);
  cl_sampler smp = sampler();
  const int value = 1;
  for (const size_t size : {size_t{0}, sizeof(void*) - 1, sizeof(void*) + 1}) {
    EXPECT_EQ(clSetKernelArg(kinds, kBuffer, size, &buffer), CL_INVALID_ARG_SIZE) << size;
    EXPECT_EQ(clSetKernelArg(kinds, kTable, size, &buffer), CL_INVALID_ARG_SIZE) << size;
    EXPECT_EQ(clSetKernelArg(kinds, kImage, size, &picture), CL_INVALID_ARG_SIZE) << size;
    EXPECT_EQ(clSetKernelArg(kinds, kSampler, size, &smp), CL_INVALID_ARG_SIZE) << size;
  }
  EXPECT_EQ(clSetKernelArg(kinds, kBuffer, 0, nullptr), CL_INVALID_ARG_SIZE);
  EXPECT_EQ(clSetKernelArg(kinds, kScratch, 0, nullptr), CL_INVALID_ARG_SIZE);
  EXPECT_EQ(clSetKernelArg(kinds, kValue, 2, &value), CL_INVALID_ARG_SIZE);
  EXPECT_EQ(clSetKernelArg(kinds, kValue, 8, &value), CL_INVALID_ARG_SIZE);
  EXPECT_EQ(clSetKernelArg(kinds, kValue, 0, &value), CL_INVALID_ARG_SIZE);
}

TEST_F(ClSetKernelArg, RefusesValuesOfOtherKinds) {
  CLZE_NEEDS_IMAGES(device);
  cl_mem buffer = ints({0});
  cl_mem picture = image(CL_MEM_READ_WRITE);
  cl_sampler smp = sampler();
  const int number = 1;
  EXPECT_EQ(set(kinds, kBuffer, picture), CL_INVALID_ARG_VALUE);
  EXPECT_EQ(set(kinds, kImage, buffer), CL_INVALID_ARG_VALUE);
  EXPECT_EQ(set(kinds, kBuffer, smp), CL_INVALID_MEM_OBJECT);
  EXPECT_EQ(set(kinds, kImage, context), CL_INVALID_MEM_OBJECT);
  EXPECT_EQ(set(kinds, kSampler, buffer), CL_INVALID_SAMPLER);
  // Local memory has a size and no value; the rest have values.
  EXPECT_EQ(clSetKernelArg(kinds, kScratch, 16, &number), CL_INVALID_ARG_VALUE);
  EXPECT_EQ(clSetKernelArg(kinds, kValue, sizeof(int), nullptr), CL_INVALID_ARG_VALUE);
  EXPECT_EQ(clSetKernelArg(kinds, kImage, sizeof(cl_mem), nullptr), CL_INVALID_ARG_VALUE);
  EXPECT_EQ(clSetKernelArg(kinds, kSampler, sizeof(cl_sampler), nullptr), CL_INVALID_ARG_VALUE);
  const cl_mem none = nullptr;
  EXPECT_EQ(set(kinds, kImage, none), CL_INVALID_MEM_OBJECT);
  // A released object is not valid any more.
  cl_mem gone = clCreateBuffer(context, CL_MEM_READ_WRITE, 16, nullptr, nullptr);
  ASSERT_EQ(clReleaseMemObject(gone), CL_SUCCESS);
  EXPECT_EQ(set(kinds, kBuffer, gone), CL_INVALID_MEM_OBJECT);
}

TEST_F(ClSetKernelArg, RefusesObjectsOfOtherContexts) {
  CLZE_NEEDS_IMAGES(device);
  cl_context other = newContext();
  cl_mem buffer = kept(clCreateBuffer(other, CL_MEM_READ_WRITE, 16, nullptr, nullptr));
  EXPECT_EQ(set(kinds, kBuffer, buffer), CL_INVALID_MEM_OBJECT);
  EXPECT_EQ(set(kinds, kImage, image(CL_MEM_READ_WRITE, CL_MEM_OBJECT_IMAGE2D, other)),
            CL_INVALID_MEM_OBJECT);
  EXPECT_EQ(set(kinds, kSampler, sampler(other)), CL_INVALID_SAMPLER);
}

TEST_F(ClSetKernelArg, RefusesImagesOfOtherShapesAndAccess) {
  CLZE_NEEDS_IMAGES(device);
  for (const cl_mem_object_type type :
       {CL_MEM_OBJECT_IMAGE1D, CL_MEM_OBJECT_IMAGE3D, CL_MEM_OBJECT_IMAGE2D_ARRAY}) {
    EXPECT_EQ(set(kinds, kImage, image(CL_MEM_READ_WRITE, type)), CL_INVALID_ARG_VALUE) << type;
  }
  EXPECT_EQ(set(kinds, kImage, image(CL_MEM_WRITE_ONLY)), CL_INVALID_ARG_VALUE);
  EXPECT_EQ(set(kinds, kImage, image(CL_MEM_READ_ONLY)), CL_SUCCESS);
  cl_kernel writes =
      kernel("kernel void w(write_only image2d_t i) { write_imageui(i, (int2)(0, 0), (uint4)(1)); }", "w");
  EXPECT_EQ(set(writes, 0, image(CL_MEM_READ_ONLY)), CL_INVALID_ARG_VALUE);
  EXPECT_EQ(set(writes, 0, image(CL_MEM_WRITE_ONLY)), CL_SUCCESS);
}

TEST_F(ClSetKernelArg, ARefusedValueLeavesTheOldOne) {
  cl_kernel adds = kernel(kAddOne, "add_one");
  cl_mem data = ints({1});
  ASSERT_EQ(set(adds, 0, data), CL_SUCCESS);
  EXPECT_EQ(set(adds, 0, context), CL_INVALID_MEM_OBJECT);
  ASSERT_EQ(launch(adds, {1}), CL_SUCCESS);
  DATA_EXPECT_EQ(read(data, 1)[0], 2);
}

TEST_F(ClSetKernelArg, EveryKindArrives) {
  CLZE_NEEDS_IMAGES(device);
  cl_mem buffer = ints({0});
  cl_mem picture = image(CL_MEM_READ_WRITE);
  const uint32_t colour[4] = {100, 0, 0, 0};
  const size_t origin[3] = {0, 0, 0};
  const size_t region[3] = {4, 4, 1};
  ASSERT_EQ(clEnqueueFillImage(queue, picture, colour, origin, region, 0, nullptr, nullptr), CL_SUCCESS);
  ASSERT_EQ(set(kinds, kBuffer, buffer), CL_SUCCESS);
  ASSERT_EQ(set(kinds, kTable, ints({20}, CL_MEM_READ_ONLY)), CL_SUCCESS);
  ASSERT_EQ(clSetKernelArg(kinds, kScratch, 8 * sizeof(int), nullptr), CL_SUCCESS);
  ASSERT_EQ(set(kinds, kValue, 3), CL_SUCCESS);
  ASSERT_EQ(set(kinds, kImage, picture), CL_SUCCESS);
  EXPECT_EQ(launch(kinds, {8}), CL_INVALID_KERNEL_ARGS) << "the sampler is missing";
  const cl_sampler_properties properties[] = {CL_SAMPLER_NORMALIZED_COORDS, CL_FALSE, 0};
  cl_sampler smp = clCreateSamplerWithProperties(context, properties, nullptr);
  ASSERT_EQ(set(kinds, kSampler, smp), CL_SUCCESS);
  ASSERT_EQ(launch(kinds, {8}), CL_SUCCESS);
  EXPECT_EQ(clReleaseSampler(smp), CL_SUCCESS);
  DATA_EXPECT_EQ(read(buffer, 1)[0], 123);
}

TEST_F(ClSetKernelArg, NullBuffersAreNullPointers) {
  cl_kernel tells = kernel(
      "kernel void tells(global int* out, global int* a, constant int* b) { out[0] = (a == 0) * 2 + (b == "
      "0); }",
      "tells");
  cl_mem out = ints({-1});
  cl_mem some = ints({1});
  const cl_mem none = nullptr;
  ASSERT_EQ(set(tells, 0, out), CL_SUCCESS);
  // Both ways to say it.
  ASSERT_EQ(clSetKernelArg(tells, 1, sizeof(cl_mem), nullptr), CL_SUCCESS);
  ASSERT_EQ(set(tells, 2, none), CL_SUCCESS);
  ASSERT_EQ(launch(tells, {1}), CL_SUCCESS);
  DATA_EXPECT_EQ(read(out, 1)[0], 3);
  ASSERT_EQ(set(tells, 1, some), CL_SUCCESS);
  ASSERT_EQ(launch(tells, {1}), CL_SUCCESS);
  DATA_EXPECT_EQ(read(out, 1)[0], 1);
  ASSERT_EQ(set(tells, 1, none), CL_SUCCESS);
  ASSERT_EQ(set(tells, 2, some), CL_SUCCESS);
  ASSERT_EQ(launch(tells, {1}), CL_SUCCESS);
  DATA_EXPECT_EQ(read(out, 1)[0], 2);
}

TEST_F(ClSetKernelArg, ScalarsOfEverySize) {
  DATA_EXPECT_EQ(stored("kernel void store(global int* o, char v) { o[0] = v; }", cl_char{-5}, 1)[0], -5);
  DATA_EXPECT_EQ(stored("kernel void store(global int* o, ushort v) { o[0] = v; }", cl_ushort{65000}, 1)[0],
                 65000);
  DATA_EXPECT_EQ(
      stored("kernel void store(global int* o, float v) { o[0] = convert_int(v * 2); }", 10.5F, 1)[0], 21);
  DATA_EXPECT_EQ(stored("kernel void store(global int* o, long v) { o[0] = (int)(v >> 32); o[1] = (int)v; }",
                        cl_long{0x1234567890LL}, 2),
                 (std::vector<int32_t>{0x12, 0x34567890}));
}

TEST_F(ClSetKernelArg, VectorsOfThreeTakeTheRoomOfFour) {
  constexpr const char* kText =
      "kernel void store(global int* o, int3 v) { o[0] = v.x; o[1] = v.y; o[2] = v.z; }";
  DATA_EXPECT_EQ(stored(kText, cl_int3{{1, 2, 3, 99}}, 3), (std::vector<int32_t>{1, 2, 3}));
  cl_kernel store = kernel(kText, "store");
  const int three[3] = {1, 2, 3};
  EXPECT_EQ(clSetKernelArg(store, 1, sizeof(three), three), CL_INVALID_ARG_SIZE);
  DATA_EXPECT_EQ(stored("kernel void store(global int* o, int16 v) { vstore16(v, 0, o); }",
                        cl_int16{{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15}}, 16),
                 counting(16));
}

TEST_F(ClSetKernelArg, StructsArriveWithTheirPadding) {
  struct Inner {
    cl_char c;
    cl_long l;
  };
  struct Outer {
    Inner inner[2];
    cl_short s[3];
    cl_float f;
  };
  const Outer value = {{{1, 2}, {3, 4}}, {5, 6, 7}, 8.0F};
  DATA_EXPECT_EQ(
      stored("typedef struct { char c; long l; } Inner;\n"
             "typedef struct { Inner inner[2]; short s[3]; float f; } Outer;\n"
             "kernel void store(global int* o, Outer v) { o[0] = v.inner[0].c; o[1] = (int)v.inner[0].l;\n"
             "  o[2] = v.inner[1].c; o[3] = (int)v.inner[1].l; o[4] = v.s[0]; o[5] = v.s[1]; o[6] = v.s[2];\n"
             "  o[7] = (int)v.f; o[8] = sizeof(Outer); }",
             value, 9),
      (std::vector<int32_t>{1, 2, 3, 4, 5, 6, 7, 8, sizeof(Outer)}));
}

TEST_F(ClSetKernelArg, SubBuffersAreTheirPart) {
  cl_mem whole = ints(counting(64));
  const cl_buffer_region region = {128, 16};
  cl_int code = 1;
  cl_mem part =
      kept(clCreateSubBuffer(whole, CL_MEM_READ_WRITE, CL_BUFFER_CREATE_TYPE_REGION, &region, &code));
  ASSERT_EQ(code, CL_SUCCESS);
  cl_kernel adds = kernel(kAddOne, "add_one");
  ASSERT_EQ(set(adds, 0, part), CL_SUCCESS);
  ASSERT_EQ(launch(adds, {2}), CL_SUCCESS);
  auto expected = counting(64);
  expected[32] += 1;
  expected[33] += 1;
  DATA_EXPECT_EQ(read(whole, 64), expected);
}

// The same address may come back as another buffer, and the same buffer may be set again.
TEST_F(ClSetKernelArg, BuffersThatComeAndGo) {
  cl_kernel adds = kernel(kAddOne, "add_one");
  for (int32_t round = 0; round < 50; ++round) {
    std::vector<int32_t> values = {round};
    cl_mem data = clCreateBuffer(context, CL_MEM_COPY_HOST_PTR, sizeof(int32_t), values.data(), nullptr);
    ASSERT_EQ(set(adds, 0, data), CL_SUCCESS);
    ASSERT_EQ(launch(adds, {1}), CL_SUCCESS);
    ASSERT_EQ(set(adds, 0, data), CL_SUCCESS);
    ASSERT_EQ(launch(adds, {1}), CL_SUCCESS);
    DATA_EXPECT_EQ(read(data, 1)[0], round + 2);
    ASSERT_EQ(clReleaseMemObject(data), CL_SUCCESS);
  }
}

}  // namespace
}  // namespace clze::test
