// clCreateCommandQueueWithProperties and the older form: OpenCL 3.0, 5.1.
#include "tests/support/cl_fixture.h"

namespace clze::test {
namespace {

class ClCreateCommandQueueWithProperties : public ClTest {
 protected:
  cl_int codeFor(std::vector<cl_queue_properties> properties) {
    cl_int code = 1;
    EXPECT_EQ(clCreateCommandQueueWithProperties(context, device, properties.data(), &code), nullptr);
    return code;
  }
};

TEST_F(ClCreateCommandQueueWithProperties, RefusesUnknownAndUnsupportedProperties) {
  constexpr cl_queue_properties kOutOfOrder = CL_QUEUE_OUT_OF_ORDER_EXEC_MODE_ENABLE;
  EXPECT_EQ(codeFor({0x7777, 1, 0}), CL_INVALID_VALUE);
  EXPECT_EQ(codeFor({CL_QUEUE_PROPERTIES, 1U << 20U, 0}), CL_INVALID_VALUE);
  EXPECT_EQ(codeFor({CL_QUEUE_PROPERTIES, CL_QUEUE_ON_DEVICE, 0}), CL_INVALID_VALUE);
  EXPECT_EQ(codeFor({CL_QUEUE_SIZE, 64, 0}), CL_INVALID_VALUE);
  EXPECT_EQ(codeFor({CL_QUEUE_PROPERTIES, kOutOfOrder | CL_QUEUE_ON_DEVICE, 0}), CL_INVALID_QUEUE_PROPERTIES);
}

TEST_F(ClCreateCommandQueueWithProperties, RefusesForeignObjects) {
  cl_int code = 1;
  EXPECT_EQ(clCreateCommandQueueWithProperties(context, nullptr, nullptr, &code), nullptr);
  EXPECT_EQ(code, CL_INVALID_DEVICE);
}

TEST_F(ClCreateCommandQueueWithProperties, TellsWhatItWasMadeWith) {
  cl_command_queue made = newQueue(CL_QUEUE_PROFILING_ENABLE);
  cl_command_queue_properties bits = 0;
  EXPECT_EQ(clGetCommandQueueInfo(made, CL_QUEUE_PROPERTIES, sizeof(bits), &bits, nullptr), CL_SUCCESS);
  EXPECT_EQ(bits, cl_command_queue_properties{CL_QUEUE_PROFILING_ENABLE});
  size_t size = 0;
  EXPECT_EQ(clGetCommandQueueInfo(made, CL_QUEUE_PROPERTIES_ARRAY, 0, nullptr, &size), CL_SUCCESS);
  EXPECT_EQ(size, 3 * sizeof(cl_queue_properties));
  EXPECT_EQ(clGetCommandQueueInfo(made, CL_QUEUE_SIZE, 0, nullptr, &size), CL_INVALID_COMMAND_QUEUE);
}

}  // namespace
}  // namespace clze::test
