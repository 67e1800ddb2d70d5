// Programs as text books have them: data in, a kernel, data out, compared with the same sums on the host.
#include <cmath>

#include "tests/api/program_fixture.h"

namespace clze::test {
namespace {

class SimplePrograms : public ProgramTest {
 protected:
  template <class T>
  cl_mem array(const std::vector<T>& values) {
    cl_int code = 1;
    std::vector<T> copy = values;
    cl_mem memory = clCreateBuffer(context, CL_MEM_READ_WRITE | CL_MEM_COPY_HOST_PTR, copy.size() * sizeof(T),
                                   copy.data(), &code);
    EXPECT_EQ(code, CL_SUCCESS);
    return kept(memory);
  }
  template <class T>
  std::vector<T> fetch(cl_mem memory, size_t count) {
    std::vector<T> values(count);
    EXPECT_EQ(
        clEnqueueReadBuffer(queue, memory, CL_TRUE, 0, count * sizeof(T), values.data(), 0, nullptr, nullptr),
        CL_SUCCESS);
    return values;
  }
};

TEST_F(SimplePrograms, VectorAddition) {
  constexpr size_t kCount = 100000;
  std::vector<float> a(kCount);
  std::vector<float> b(kCount);
  for (size_t i = 0; i < kCount; ++i) {
    a[i] = static_cast<float>(i) * 0.25F;
    b[i] = static_cast<float>(kCount - i) * 1.75F;
  }
  cl_kernel add = kernel(
      "kernel void add(global const float* a, global const float* b, global float* sum) {\n"
      "  size_t i = get_global_id(0); sum[i] = a[i] + b[i]; }",
      "add");
  cl_mem sum = array(std::vector<float>(kCount));
  ASSERT_EQ(set(add, 0, array(a)), CL_SUCCESS);
  ASSERT_EQ(set(add, 1, array(b)), CL_SUCCESS);
  ASSERT_EQ(set(add, 2, sum), CL_SUCCESS);
  ASSERT_EQ(launch(add, {kCount}), CL_SUCCESS);
  const auto result = fetch<float>(sum, kCount);
  for (size_t i = 0; i < kCount; ++i) ASSERT_EQ(result[i], a[i] + b[i]) << i;
}

// Products in vectors of four, then a tree in local memory; whole numbers, so that every order sums the same.
TEST_F(SimplePrograms, DotProduct) {
  constexpr size_t kVectors = 4096;
  constexpr size_t kGroup = 64;
  std::vector<float> a(kVectors * 4);
  std::vector<float> b(kVectors * 4);
  double expected = 0;
  for (size_t i = 0; i < a.size(); ++i) {
    a[i] = static_cast<float>(i % 17) - 8;
    b[i] = static_cast<float>(i % 5);
    expected += static_cast<double>(a[i]) * b[i];
  }
  cl_kernel product = kernel(
      "kernel void product(global const float4* a, global const float4* b, global float* sums, local float* "
      "part) {\n"
      "  size_t l = get_local_id(0);\n"
      "  part[l] = dot(a[get_global_id(0)], b[get_global_id(0)]);\n"
      "  for (size_t far = get_local_size(0) / 2; far > 0; far /= 2) {\n"
      "    barrier(CLK_LOCAL_MEM_FENCE);\n    if (l < far) part[l] += part[l + far];\n  }\n"
      "  if (l == 0) sums[get_group_id(0)] = part[0]; }",
      "product");
  cl_mem sums = array(std::vector<float>(kVectors / kGroup));
  ASSERT_EQ(set(product, 0, array(a)), CL_SUCCESS);
  ASSERT_EQ(set(product, 1, array(b)), CL_SUCCESS);
  ASSERT_EQ(set(product, 2, sums), CL_SUCCESS);
  ASSERT_EQ(clSetKernelArg(product, 3, kGroup * sizeof(float), nullptr), CL_SUCCESS);
  ASSERT_EQ(launch(product, {kVectors}, &kGroup), CL_SUCCESS);
  double total = 0;
  for (const float sum : fetch<float>(sums, kVectors / kGroup)) total += sum;
  EXPECT_EQ(total, expected);
}

// Table 1 of OpenCL C 3.0, 7.4: sin and cos within 4 ulp, tan within 5, of which 1 is the host's rounding.
TEST_F(SimplePrograms, Trigonometry) {
  constexpr size_t kCount = 2048;
  std::vector<float> x(kCount);
  for (size_t i = 0; i < kCount; ++i) x[i] = (static_cast<float>(i) - 1000.5F) * 0.013F;
  cl_kernel trig = kernel(
      "kernel void trig(global const float* x, global float4* out) { size_t i = get_global_id(0);\n"
      "  float c; float s = sincos(x[i], &c); out[i] = (float4)(s, c, tan(x[i]), atan2(s, c)); }",
      "trig");
  cl_mem out = array(std::vector<float>(kCount * 4));
  ASSERT_EQ(set(trig, 0, array(x)), CL_SUCCESS);
  ASSERT_EQ(set(trig, 1, out), CL_SUCCESS);
  ASSERT_EQ(launch(trig, {kCount}), CL_SUCCESS);
  const auto result = fetch<float>(out, kCount * 4);
  const auto ulps = [](float value, double exact) {
    const auto rounded = static_cast<float>(exact);
    const double ulp = std::nextafter(std::fabs(rounded), INFINITY) - std::fabs(rounded);
    return std::fabs(value - exact) / ulp;
  };
  for (size_t i = 0; i < kCount; ++i) {
    const double exact = x[i];
    ASSERT_LE(ulps(result[4 * i], std::sin(exact)), 4) << x[i];
    ASSERT_LE(ulps(result[4 * i + 1], std::cos(exact)), 4) << x[i];
    ASSERT_LE(ulps(result[4 * i + 2], std::tan(exact)), 5) << x[i];
    ASSERT_LE(ulps(result[4 * i + 3], std::atan2(result[4 * i], result[4 * i + 1])), 6) << x[i];
  }
}

// A wave in a box of doubles, stepped in time: three buffers in turn, one launch a step.
TEST_F(SimplePrograms, ScalarWave) {
  if (deviceText(CL_DEVICE_EXTENSIONS).find("cl_khr_fp64") == std::string::npos) {
    GTEST_SKIP() << "the device has no doubles";
  }
  constexpr int kSide = 18;
  constexpr int kSteps = 20;
  constexpr double kRate = 0.1;
  const auto at = [](int x, int y, int z) { return (static_cast<size_t>(z) * kSide + y) * kSide + x; };
  std::vector<double> host[3];
  for (auto& field : host) field.assign(size_t{kSide} * kSide * kSide, 0);
  host[0][at(9, 9, 9)] = host[1][at(9, 9, 9)] = 1;
  cl_mem fields[3] = {};
  for (int i = 0; i < 3; ++i) fields[i] = array(host[i]);
  cl_kernel step = kernel(
      "#pragma OPENCL EXTENSION cl_khr_fp64 : enable\n"
      "kernel void step(global double* next, global const double* now, global const double* before, int n, "
      "double r) {\n"
      "  int x = get_global_id(0), y = get_global_id(1), z = get_global_id(2);\n"
      "  if (x == 0 || y == 0 || z == 0 || x == n - 1 || y == n - 1 || z == n - 1) return;\n"
      "  int i = (z * n + y) * n + x;\n"
      "  next[i] = 2 * now[i] - before[i] + r * (now[i - 1] + now[i + 1] + now[i - n] + now[i + n] +\n"
      "            now[i - n * n] + now[i + n * n] - 6 * now[i]); }",
      "step");
  ASSERT_EQ(set(step, 3, kSide), CL_SUCCESS);
  ASSERT_EQ(set(step, 4, kRate), CL_SUCCESS);
  for (int t = 0; t < kSteps; ++t) {
    for (int i = 0; i < 3; ++i)
      ASSERT_EQ(set(step, static_cast<cl_uint>(i), fields[(t + 2 + 2 * i) % 3]), CL_SUCCESS);
    ASSERT_EQ(launch(step, {kSide, kSide, kSide}), CL_SUCCESS);
    auto& next = host[(t + 2) % 3];
    const auto& now = host[(t + 1) % 3];
    const auto& before = host[t % 3];
    for (int z = 1; z < kSide - 1; ++z) {
      for (int y = 1; y < kSide - 1; ++y) {
        for (int x = 1; x < kSide - 1; ++x) {
          next[at(x, y, z)] = 2 * now[at(x, y, z)] - before[at(x, y, z)] +
                              kRate * (now[at(x - 1, y, z)] + now[at(x + 1, y, z)] + now[at(x, y - 1, z)] +
                                       now[at(x, y + 1, z)] + now[at(x, y, z - 1)] + now[at(x, y, z + 1)] -
                                       6 * now[at(x, y, z)]);
        }
      }
    }
  }
  const auto result = fetch<double>(fields[(kSteps + 1) % 3], host[0].size());
  double energy = 0;
  for (size_t i = 0; i < result.size(); ++i) {
    // Fused operations round less often than the host's.
    ASSERT_NEAR(result[i], host[(kSteps + 1) % 3][i], 1e-12) << i;
    energy += result[i] * result[i];
  }
  EXPECT_GT(energy, 1e-3) << "the wave is gone";
}

}  // namespace
}  // namespace clze::test
