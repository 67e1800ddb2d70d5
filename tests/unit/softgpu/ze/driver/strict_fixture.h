// What tests of SOFTGPU_STRICT share: the report of some calls, and objects that a test destroys itself.
#pragma once

#include <string>
#include <utility>

#include "fixture.h"

namespace softgpu::test {

// What the driver writes on stderr while `body` runs.
template <class Body>
std::string reportOf(Body&& body) {
  ::testing::internal::CaptureStderr();
  body();
  return ::testing::internal::GetCapturedStderr();
}

class StrictDriverTest : public DriverTest {
 protected:
  void* device1K() {
    const auto desc = described<ze_device_mem_alloc_desc_t>(ZE_STRUCTURE_TYPE_DEVICE_MEM_ALLOC_DESC);
    void* memory = nullptr;
    EXPECT_EQ(zeMemAllocDevice(context, &desc, 1024, 0, device, &memory), ZE_RESULT_SUCCESS);
    return memory;
  }
};

}  // namespace softgpu::test
