// What tests of SOFTGPU_STRICT share: the report of some calls, and objects that a test destroys itself.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <utility>

#include "fixture.h"

namespace softgpu::test {

// Without these misuse is not reported but done: tests would end by what they provoke, or not at all.
class Settings : public ::testing::Environment {
  void SetUp() override {
    bool there = true;
    for (const char* name : {"ZE_ENABLE_ALT_DRIVERS", "SOFTGPU_STRICT", "SOFTGPU_STRICT_WAIT_MS"}) {
      if (std::getenv(name) != nullptr) continue;
      std::fprintf(stderr, "%s is not set\n", name);
      there = false;
    }
    if (there) return;
    std::fprintf(
        stderr,
        "These tests run by: ctest -R unit_softgpu_ze_strict, or with "
        "ZE_ENABLE_ALT_DRIVERS=.../libze_softgpu_fake.so SOFTGPU_STRICT=1 SOFTGPU_STRICT_WAIT_MS=50\n");
    std::exit(2);
  }
};
inline ::testing::Environment* const settings =
    ::testing::AddGlobalTestEnvironment(std::make_unique<Settings>().release());

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
