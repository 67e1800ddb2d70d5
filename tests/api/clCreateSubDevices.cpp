// clCreateSubDevices: OpenCL 3.0, 4.3. Devices cannot be partitioned.
#include "tests/support/cl_fixture.h"

namespace clze::test {
namespace {

using ClCreateSubDevices = ClTest;

TEST_F(ClCreateSubDevices, RefusesOtherHandles) {
  const cl_device_partition_property parts[] = {CL_DEVICE_PARTITION_EQUALLY, 1, 0};
  cl_uint count = 77;
  EXPECT_EQ(clCreateSubDevices(reinterpret_cast<cl_device_id>(platform), parts, 0, nullptr, &count),
            CL_INVALID_DEVICE);
}

TEST_F(ClCreateSubDevices, RefusesEveryWayOfPartitioning) {
  const cl_device_partition_property equally[] = {CL_DEVICE_PARTITION_EQUALLY, 1, 0};
  const cl_device_partition_property counted[] = {CL_DEVICE_PARTITION_BY_COUNTS, 1, 0, 0};
  const cl_device_partition_property affine[] = {CL_DEVICE_PARTITION_BY_AFFINITY_DOMAIN,
                                                 CL_DEVICE_AFFINITY_DOMAIN_NEXT_PARTITIONABLE, 0};
  cl_uint count = 77;
  for (const auto* properties : {equally, counted, affine}) {
    EXPECT_EQ(clCreateSubDevices(device, properties, 0, nullptr, &count), CL_INVALID_VALUE);
  }
  EXPECT_EQ(clCreateSubDevices(device, nullptr, 0, nullptr, &count), CL_INVALID_VALUE);
  EXPECT_EQ(count, 77U);
}

}  // namespace
}  // namespace clze::test
