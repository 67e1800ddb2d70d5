// The module of whole.cl in the shipped driver, and launches of its kernels.
#pragma once

#include <fstream>
#include <iterator>
#include <vector>

#include "tests/unit/softgpu/ze/driver/image_fixture.h"

namespace softgpu::test {

class WholeFixture : public ImageFixture {
 protected:
  void SetUp() override {
    ImageFixture::SetUp();
    std::ifstream file(SOFTGPU_WHOLE_MODULE, std::ios::binary);
    const std::vector<char> spirv((std::istreambuf_iterator<char>(file)), {});
    auto desc = described<ze_module_desc_t>(ZE_STRUCTURE_TYPE_MODULE_DESC);
    desc.format = ZE_MODULE_FORMAT_IL_SPIRV;
    desc.inputSize = spirv.size();
    desc.pInputModule = reinterpret_cast<const uint8_t*>(spirv.data());
    ze_module_build_log_handle_t log = nullptr;
    const ze_result_t built = zeModuleCreate(context, device, &desc, &module, &log);
    char text[1000] = {};
    size_t size = sizeof(text);
    ASSERT_EQ(zeModuleBuildLogGetString(log, &size, text), ZE_RESULT_SUCCESS);
    ASSERT_EQ(zeModuleBuildLogDestroy(log), ZE_RESULT_SUCCESS);
    ASSERT_EQ(built, ZE_RESULT_SUCCESS) << text;
    atEnd([this] { EXPECT_EQ(zeModuleDestroy(module), ZE_RESULT_SUCCESS); });
  }
  ze_kernel_handle_t kernel(const char* name) {
    auto desc = described<ze_kernel_desc_t>(ZE_STRUCTURE_TYPE_KERNEL_DESC);
    desc.pKernelName = name;
    ze_kernel_handle_t result = nullptr;
    EXPECT_EQ(zeKernelCreate(module, &desc, &result), ZE_RESULT_SUCCESS);
    atEnd([=] { EXPECT_EQ(zeKernelDestroy(result), ZE_RESULT_SUCCESS); });
    auto properties = described<ze_kernel_properties_t>(ZE_STRUCTURE_TYPE_KERNEL_PROPERTIES);
    EXPECT_EQ(zeKernelGetProperties(result, &properties), ZE_RESULT_SUCCESS);
    if (properties.requiredGroupSizeX == 0) {
      EXPECT_EQ(zeKernelSetGroupSize(result, 1, 1, 1), ZE_RESULT_SUCCESS);
    }
    return result;
  }
  ze_result_t launch(ze_kernel_handle_t k, uint32_t x, uint32_t y = 1, ze_event_handle_t done = nullptr) {
    const ze_group_count_t groups{x, y, 1};
    return zeCommandListAppendLaunchKernel(now(), k, &groups, done, 0, nullptr);
  }
  ze_sampler_handle_t sampler() {
    auto desc = described<ze_sampler_desc_t>(ZE_STRUCTURE_TYPE_SAMPLER_DESC);
    desc.addressMode = ZE_SAMPLER_ADDRESS_MODE_CLAMP;
    ze_sampler_handle_t result = nullptr;
    EXPECT_EQ(zeSamplerCreate(context, device, &desc, &result), ZE_RESULT_SUCCESS);
    atEnd([=] { EXPECT_EQ(zeSamplerDestroy(result), ZE_RESULT_SUCCESS); });
    return result;
  }
  ze_module_handle_t module = nullptr;
};

}  // namespace softgpu::test
