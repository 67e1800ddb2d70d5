// clCreateSampler, clCreateSamplerWithProperties and their queries: OpenCL 3.0, 5.7.
#include "memory_fixture.h"

namespace clze::test {
namespace {

class ClCreateSampler : public MemoryTest {
 protected:
  template <class T>
  static T samplerInfo(cl_sampler sampler, cl_sampler_info name) {
    T value = {};
    EXPECT_EQ(clGetSamplerInfo(sampler, name, sizeof(value), &value, nullptr), CL_SUCCESS);
    return value;
  }
  cl_int codeFor(std::initializer_list<cl_sampler_properties> list) {
    cl_int code = 1;
    EXPECT_EQ(clCreateSamplerWithProperties(context, list.begin(), &code), nullptr);
    return code;
  }
};

TEST_F(ClCreateSampler, RefusesWrongArguments) {
  cl_int code = 1;
  EXPECT_EQ(clCreateSampler(nullptr, CL_TRUE, CL_ADDRESS_CLAMP, CL_FILTER_NEAREST, &code), nullptr);
  EXPECT_EQ(code, CL_INVALID_CONTEXT);
  EXPECT_EQ(clCreateSampler(context, 2, CL_ADDRESS_CLAMP, CL_FILTER_NEAREST, &code), nullptr);
  EXPECT_EQ(code, CL_INVALID_VALUE);
  EXPECT_EQ(clCreateSampler(context, CL_TRUE, 5, CL_FILTER_NEAREST, &code), nullptr);
  EXPECT_EQ(code, CL_INVALID_VALUE);
  EXPECT_EQ(clCreateSampler(context, CL_TRUE, CL_ADDRESS_CLAMP, 5, &code), nullptr);
  EXPECT_EQ(code, CL_INVALID_VALUE);
  EXPECT_EQ(codeFor({0x1234, 1, 0}), CL_INVALID_VALUE);
  EXPECT_EQ(codeFor({CL_SAMPLER_FILTER_MODE, 1, 0}), CL_INVALID_VALUE);
  EXPECT_EQ(codeFor({CL_SAMPLER_FILTER_MODE, CL_FILTER_LINEAR, CL_SAMPLER_FILTER_MODE, CL_FILTER_LINEAR, 0}),
            CL_INVALID_VALUE);
  EXPECT_EQ(clRetainSampler(nullptr), CL_INVALID_SAMPLER);
  EXPECT_EQ(clReleaseSampler(nullptr), CL_INVALID_SAMPLER);
  EXPECT_EQ(clGetSamplerInfo(nullptr, CL_SAMPLER_CONTEXT, 0, nullptr, nullptr), CL_INVALID_SAMPLER);
}

TEST_F(ClCreateSampler, TellsWhatItIs) {
  CLZE_NEEDS_IMAGES(device);
  for (const cl_addressing_mode addressing : {CL_ADDRESS_NONE, CL_ADDRESS_CLAMP_TO_EDGE, CL_ADDRESS_CLAMP,
                                              CL_ADDRESS_REPEAT, CL_ADDRESS_MIRRORED_REPEAT}) {
    for (const cl_filter_mode filter : {CL_FILTER_NEAREST, CL_FILTER_LINEAR}) {
      cl_int code = 1;
      cl_sampler sampler = clCreateSampler(context, CL_TRUE, addressing, filter, &code);
      ASSERT_EQ(code, CL_SUCCESS);
      EXPECT_EQ(samplerInfo<cl_addressing_mode>(sampler, CL_SAMPLER_ADDRESSING_MODE), addressing);
      EXPECT_EQ(samplerInfo<cl_filter_mode>(sampler, CL_SAMPLER_FILTER_MODE), filter);
      EXPECT_EQ(samplerInfo<cl_bool>(sampler, CL_SAMPLER_NORMALIZED_COORDS), cl_bool{CL_TRUE});
      EXPECT_EQ(samplerInfo<cl_context>(sampler, CL_SAMPLER_CONTEXT), context);
      ASSERT_EQ(clRetainSampler(sampler), CL_SUCCESS);
      EXPECT_EQ(samplerInfo<cl_uint>(sampler, CL_SAMPLER_REFERENCE_COUNT), 2U);
      ASSERT_EQ(clReleaseSampler(sampler), CL_SUCCESS);
      ASSERT_EQ(clReleaseSampler(sampler), CL_SUCCESS);
      EXPECT_EQ(clReleaseSampler(sampler), CL_INVALID_SAMPLER);
    }
  }
}

TEST_F(ClCreateSampler, WithPropertiesHasDefaultsAndRemembers) {
  CLZE_NEEDS_IMAGES(device);
  cl_int code = 1;
  cl_sampler plain = clCreateSamplerWithProperties(context, nullptr, &code);
  ASSERT_EQ(code, CL_SUCCESS);
  EXPECT_EQ(samplerInfo<cl_bool>(plain, CL_SAMPLER_NORMALIZED_COORDS), cl_bool{CL_TRUE});
  EXPECT_EQ(samplerInfo<cl_addressing_mode>(plain, CL_SAMPLER_ADDRESSING_MODE),
            cl_addressing_mode{CL_ADDRESS_CLAMP});
  EXPECT_EQ(samplerInfo<cl_filter_mode>(plain, CL_SAMPLER_FILTER_MODE), cl_filter_mode{CL_FILTER_NEAREST});
  size_t size = 1;
  EXPECT_EQ(clGetSamplerInfo(plain, CL_SAMPLER_PROPERTIES, 0, nullptr, &size), CL_SUCCESS);
  EXPECT_EQ(size, 0U);
  using List = std::array<cl_sampler_properties, 5>;
  const List list = {CL_SAMPLER_NORMALIZED_COORDS, CL_FALSE, CL_SAMPLER_FILTER_MODE, CL_FILTER_LINEAR, 0};
  cl_sampler linear = clCreateSamplerWithProperties(context, list.data(), &code);
  ASSERT_EQ(code, CL_SUCCESS);
  EXPECT_EQ(samplerInfo<List>(linear, CL_SAMPLER_PROPERTIES), list);
  EXPECT_EQ(samplerInfo<cl_bool>(linear, CL_SAMPLER_NORMALIZED_COORDS), cl_bool{CL_FALSE});
  EXPECT_EQ(clReleaseSampler(plain), CL_SUCCESS);
  EXPECT_EQ(clReleaseSampler(linear), CL_SUCCESS);
}

}  // namespace
}  // namespace clze::test
