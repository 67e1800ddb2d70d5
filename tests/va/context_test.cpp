// Contexts made with CL_CONTEXT_VA_API_DISPLAY_INTEL.
#include <CL/cl_gl.h>

#include "va_fixture.h"

namespace clze::test {
namespace {

cl_context_properties asProperty(const void* pointer) {
  return reinterpret_cast<cl_context_properties>(pointer);
}

class VaContextTest : public VaSharing {
 protected:
  cl_int refusalOf(const std::vector<cl_context_properties>& properties) const {
    cl_int code = 1;
    EXPECT_EQ(clCreateContext(properties.data(), 1, &device, nullptr, nullptr, &code), nullptr);
    return code;
  }
};

TEST_F(VaContextTest, RefusesWhatIsNoDisplay) {
  std::vector<char> garbage(4096, 'x');
  EXPECT_EQ(refusalOf({CL_CONTEXT_VA_API_DISPLAY_INTEL, asProperty(garbage.data()), 0}),
            CL_INVALID_VA_API_MEDIA_ADAPTER_INTEL);
  EXPECT_EQ(refusalOf({CL_CONTEXT_VA_API_DISPLAY_INTEL, 0x1000, 0}), CL_INVALID_VA_API_MEDIA_ADAPTER_INTEL);
}

TEST_F(VaContextTest, RefusesDuplicatesAndBadUserSync) {
  const cl_context_properties on = asProperty(display.get());
  EXPECT_EQ(refusalOf({CL_CONTEXT_VA_API_DISPLAY_INTEL, on, CL_CONTEXT_VA_API_DISPLAY_INTEL, on, 0}),
            CL_INVALID_PROPERTY);
  EXPECT_EQ(refusalOf({CL_CONTEXT_VA_API_DISPLAY_INTEL, on, CL_CONTEXT_INTEROP_USER_SYNC, 2, 0}),
            CL_INVALID_PROPERTY);
  EXPECT_EQ(refusalOf({CL_CONTEXT_VA_API_DISPLAY_INTEL, on, 0x7777, 1, 0}), CL_INVALID_PROPERTY);
}

TEST_F(VaContextTest, RefusesAnotherGraphicsApiBesideTheDisplay) {
  const cl_context_properties on = asProperty(display.get());
  EXPECT_EQ(refusalOf({CL_CONTEXT_VA_API_DISPLAY_INTEL, on, CL_GL_CONTEXT_KHR, 0x1000, 0}),
            CL_INVALID_OPERATION);
  EXPECT_EQ(refusalOf({CL_EGL_DISPLAY_KHR, 0x1000, CL_CONTEXT_VA_API_DISPLAY_INTEL, on, 0}),
            CL_INVALID_OPERATION);
  // Without a VADisplay the property is simply unknown.
  EXPECT_EQ(refusalOf({CL_GL_CONTEXT_KHR, 0x1000, 0}), CL_INVALID_PROPERTY);
  EXPECT_EQ(refusalOf({CL_CONTEXT_VA_API_DISPLAY_INTEL, 0, CL_GL_CONTEXT_KHR, 0x1000, 0}),
            CL_INVALID_PROPERTY);
}

TEST_F(VaContextTest, NullDisplayMeansNoSharing) {
  const cl_context_properties properties[] = {CL_CONTEXT_VA_API_DISPLAY_INTEL, 0, 0};
  cl_int code = 1;
  cl_context plain = clCreateContext(properties, 1, &device, nullptr, nullptr, &code);
  ASSERT_EQ(code, CL_SUCCESS);
  VASurfaceID surface = display.surface(VA_FOURCC_NV12, 64, 64);
  EXPECT_EQ(refusal(plain, CL_MEM_READ_WRITE, &surface, 0), CL_INVALID_CONTEXT);
  display.destroy(surface);
  clReleaseContext(plain);
}

TEST_F(VaContextTest, WorksWithoutPlatformAndFromType) {
  const cl_context_properties properties[] = {CL_CONTEXT_VA_API_DISPLAY_INTEL, asProperty(display.get()),
                                              CL_CONTEXT_INTEROP_USER_SYNC, CL_FALSE, 0};
  cl_int code = 1;
  cl_context made = clCreateContext(properties, 1, &device, nullptr, nullptr, &code);
  ASSERT_EQ(code, CL_SUCCESS);
  clReleaseContext(made);
  const cl_context_properties typed[] = {CL_CONTEXT_PLATFORM, asProperty(platform),
                                         CL_CONTEXT_VA_API_DISPLAY_INTEL, asProperty(display.get()), 0};
  made = clCreateContextFromType(typed, CL_DEVICE_TYPE_GPU, nullptr, nullptr, &code);
  ASSERT_EQ(code, CL_SUCCESS);
  clReleaseContext(made);
}

TEST_F(VaContextTest, PropertiesComeBackAsGiven) {
  cl_context_properties read[16] = {};
  size_t size = 0;
  ASSERT_EQ(clGetContextInfo(context, CL_CONTEXT_PROPERTIES, sizeof(read), read, &size), CL_SUCCESS);
  ASSERT_EQ(size, 7 * sizeof(cl_context_properties));
  EXPECT_EQ(read[0], CL_CONTEXT_PLATFORM);
  EXPECT_EQ(read[1], asProperty(platform));
  EXPECT_EQ(read[2], CL_CONTEXT_VA_API_DISPLAY_INTEL);
  EXPECT_EQ(read[3], asProperty(display.get()));
  EXPECT_EQ(read[4], CL_CONTEXT_INTEROP_USER_SYNC);
  EXPECT_EQ(read[5], CL_FALSE);
  EXPECT_EQ(read[6], 0);
}

}  // namespace
}  // namespace clze::test
