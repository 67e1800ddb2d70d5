// Modules, build logs, and what is asked of kernels.
#include "softgpu/ze/driver/newer_kernel.h"
#include "tests/unit/softgpu/ze/driver/fixture.h"

namespace softgpu::test {
namespace {

class ModuleTest : public DriverTest {
 protected:
  ze_result_t build(const void* input, size_t size, ze_module_handle_t* module,
                    ze_module_build_log_handle_t* log = nullptr,
                    ze_module_format_t format = ZE_MODULE_FORMAT_IL_SPIRV) {
    desc.format = format;
    desc.inputSize = size;
    desc.pInputModule = static_cast<const uint8_t*>(input);
    return zeModuleCreate(context, device, &desc, module, log);
  }
  static std::string text(ze_module_build_log_handle_t log) {
    size_t size = 0;
    EXPECT_EQ(zeModuleBuildLogGetString(log, &size, nullptr), ZE_RESULT_SUCCESS);
    std::string result(size, '?');
    EXPECT_EQ(zeModuleBuildLogGetString(log, &size, result.data()), ZE_RESULT_SUCCESS);
    EXPECT_EQ(zeModuleBuildLogDestroy(log), ZE_RESULT_SUCCESS);
    EXPECT_EQ(result.back(), '\0');
    return result.c_str();
  }
  ze_module_desc_t desc = described<ze_module_desc_t>(ZE_STRUCTURE_TYPE_MODULE_DESC);
  ze_module_handle_t made = nullptr;
  ze_module_build_log_handle_t log = nullptr;
};

TEST_F(ModuleTest, BadHandlesRefused) {
  EXPECT_EQ(zeModuleDestroy(nullptr), ZE_RESULT_ERROR_INVALID_NULL_HANDLE);
  EXPECT_EQ(zeModuleDestroy(foreign<ze_module_handle_t>()), ZE_RESULT_ERROR_INVALID_ARGUMENT);
  EXPECT_EQ(zeKernelDestroy(foreign<ze_kernel_handle_t>()), ZE_RESULT_ERROR_INVALID_ARGUMENT);
  EXPECT_EQ(zeModuleBuildLogDestroy(foreign<ze_module_build_log_handle_t>()),
            ZE_RESULT_ERROR_INVALID_ARGUMENT);
  auto other = foreign<ze_module_handle_t>();
  EXPECT_EQ(zeModuleDynamicLink(1, &other, nullptr), ZE_RESULT_ERROR_INVALID_ARGUMENT);
}

TEST_F(ModuleTest, BadDescriptionsAreErrors) {
  const auto spirv = words();
  EXPECT_EQ(build(nullptr, 24, &made), ZE_RESULT_ERROR_INVALID_NULL_POINTER);
  EXPECT_EQ(build(spirv.data(), 0, &made), ZE_RESULT_ERROR_INVALID_SIZE);
  EXPECT_EQ(build(spirv.data(), 24, &made, nullptr, static_cast<ze_module_format_t>(7)),
            ZE_RESULT_ERROR_INVALID_ENUMERATION);
  const auto unknown = described<ze_base_desc_t>(ZE_STRUCTURE_TYPE_FENCE_DESC);
  desc.pNext = &unknown;
  EXPECT_EQ(build(spirv.data(), 24, &made), ZE_RESULT_ERROR_UNSUPPORTED_ENUMERATION);
}

TEST_F(ModuleTest, WhatIsNotSpirvIsRefused) {
  const char noSpirv[] = "kernel void f() {} kernel void f() {}";
  ASSERT_EQ(build(noSpirv, sizeof(noSpirv), &made, &log), ZE_RESULT_ERROR_MODULE_BUILD_FAILURE);
  EXPECT_THAT(text(log), ::testing::HasSubstr("not SPIR-V"));
  const auto spirv = words();
  EXPECT_EQ(build(spirv.data(), 23, &made), ZE_RESULT_ERROR_MODULE_BUILD_FAILURE) << "half a word";
  EXPECT_EQ(build(spirv.data(), 8, &made), ZE_RESULT_ERROR_MODULE_BUILD_FAILURE) << "no header";
}

TEST_F(ModuleTest, WhatTheEngineRefused) {
  const auto refused = words(1);
  ASSERT_EQ(build(refused.data(), 24, &made, &log), ZE_RESULT_ERROR_MODULE_BUILD_FAILURE);
  EXPECT_THAT(text(log), ::testing::HasSubstr("refused"));
  EXPECT_EQ(made, nullptr);
}

TEST_F(ModuleTest, LogAndFlagsOfASuccess) {
  const auto spirv = words();
  desc.pBuildFlags = "-ze-opt-disable";
  ASSERT_EQ(build(spirv.data(), 24, &made, &log), ZE_RESULT_SUCCESS);
  EXPECT_EQ(text(log), "flags: -ze-opt-disable\n");
  EXPECT_EQ(zeModuleDestroy(made), ZE_RESULT_SUCCESS);
}

TEST_F(ModuleTest, UnalignedInputIsFine) {
  const auto spirv = words();
  std::vector<uint8_t> bytes(25);
  std::memcpy(&bytes[1], spirv.data(), 24);
  ASSERT_EQ(build(&bytes[1], 24, &made), ZE_RESULT_SUCCESS);
  EXPECT_EQ(zeModuleDestroy(made), ZE_RESULT_SUCCESS);
}

TEST_F(ModuleTest, SpecConstantsReachTheEngine) {
  const auto spirv = words();
  const uint32_t ids[] = {3, 7}, other = 1, counter = 1234;
  const void* values[] = {&other, &counter};
  ze_module_constants_t constants{2, ids, values};
  desc.pConstants = &constants;
  ASSERT_EQ(build(spirv.data(), 24, &made), ZE_RESULT_SUCCESS);
  size_t size = 0;
  void* pointer = nullptr;
  EXPECT_EQ(zeModuleGetGlobalPointer(made, "nothing", &size, &pointer), ZE_RESULT_ERROR_INVALID_GLOBAL_NAME);
  ASSERT_EQ(zeModuleGetGlobalPointer(made, "counter", &size, &pointer), ZE_RESULT_SUCCESS);
  EXPECT_EQ(size, 4U);
  EXPECT_EQ(*static_cast<uint32_t*>(pointer), 1234U);
  EXPECT_EQ(zeModuleDestroy(made), ZE_RESULT_SUCCESS);
  constants.pConstantValues = nullptr;
  EXPECT_EQ(build(spirv.data(), 24, &made), ZE_RESULT_ERROR_INVALID_NULL_POINTER);
}

TEST_F(ModuleTest, NativeBinaryComesBack) {
  auto* first = module();
  size_t size = 0;
  ASSERT_EQ(zeModuleGetNativeBinary(first, &size, nullptr), ZE_RESULT_SUCCESS);
  std::vector<uint8_t> binary(size);
  ASSERT_EQ(zeModuleGetNativeBinary(first, &size, binary.data()), ZE_RESULT_SUCCESS);
  size_t tooSmall = size - 1;
  EXPECT_EQ(zeModuleGetNativeBinary(first, &tooSmall, binary.data()), ZE_RESULT_ERROR_INVALID_SIZE);
  ASSERT_EQ(build(binary.data(), size, &made, nullptr, ZE_MODULE_FORMAT_NATIVE), ZE_RESULT_SUCCESS);
  EXPECT_EQ(zeModuleDestroy(made), ZE_RESULT_SUCCESS);
}

TEST_F(ModuleTest, ForeignNativeBinaryIsRefused) {
  const uint8_t binary[] = {'f', 'a', 'k', 'e'};
  EXPECT_EQ(build(binary, 4, &made, &log, ZE_MODULE_FORMAT_NATIVE), ZE_RESULT_ERROR_INVALID_NATIVE_BINARY);
  EXPECT_FALSE(text(log).empty());
}

TEST_F(ModuleTest, NamesAndProperties) {
  auto* one = module();
  uint32_t count = 0;
  ASSERT_EQ(zeModuleGetKernelNames(one, &count, nullptr), ZE_RESULT_SUCCESS);
  std::vector<const char*> names(count);
  ASSERT_EQ(zeModuleGetKernelNames(one, &count, names.data()), ZE_RESULT_SUCCESS);
  EXPECT_THAT(std::vector<std::string>(names.begin(), names.end()), ::testing::Contains("geometry"));
  auto properties = described<ze_module_properties_t>(ZE_STRUCTURE_TYPE_MODULE_PROPERTIES);
  properties.flags = ZE_MODULE_PROPERTY_FLAG_IMPORTS;
  ASSERT_EQ(zeModuleGetProperties(one, &properties), ZE_RESULT_SUCCESS);
  EXPECT_EQ(properties.flags, 0U);
  void* function = nullptr;
  EXPECT_EQ(zeModuleGetFunctionPointer(one, "f", &function), ZE_RESULT_ERROR_INVALID_FUNCTION_NAME);
}

TEST_F(ModuleTest, ThereIsNothingToLink) {
  if (handlesAreWrapped()) GTEST_SKIP() << "loader 1.8 crashes by itself";
  auto* one = module();
  ASSERT_EQ(zeModuleDynamicLink(1, &one, &log), ZE_RESULT_SUCCESS);
  EXPECT_EQ(text(log), "");
}

TEST_F(ModuleTest, KernelsOutliveTheirModule) {
  const auto spirv = words();
  ASSERT_EQ(build(spirv.data(), 24, &made), ZE_RESULT_SUCCESS);
  auto kernelDesc = described<ze_kernel_desc_t>(ZE_STRUCTURE_TYPE_KERNEL_DESC);
  ze_kernel_handle_t k = nullptr;
  kernelDesc.pKernelName = "no such";
  EXPECT_EQ(zeKernelCreate(made, &kernelDesc, &k), ZE_RESULT_ERROR_INVALID_KERNEL_NAME);
  kernelDesc.pKernelName = nullptr;
  EXPECT_EQ(zeKernelCreate(made, &kernelDesc, &k), ZE_RESULT_ERROR_INVALID_NULL_POINTER);
  kernelDesc.pKernelName = "required";
  ASSERT_EQ(zeKernelCreate(made, &kernelDesc, &k), ZE_RESULT_SUCCESS);
  ASSERT_EQ(zeModuleDestroy(made), ZE_RESULT_SUCCESS);
  const ze_group_count_t groups{1, 1, 1};
  EXPECT_EQ(zeCommandListAppendLaunchKernel(immediate(ZE_COMMAND_QUEUE_MODE_SYNCHRONOUS), k, &groups, nullptr,
                                            0, nullptr),
            ZE_RESULT_SUCCESS);
  EXPECT_EQ(zeKernelDestroy(k), ZE_RESULT_SUCCESS);
}

TEST_F(ModuleTest, KernelProperties) {
  auto* k = kernel("required");
  auto preferred = described<ze_kernel_preferred_group_size_properties_t>(
      ZE_STRUCTURE_TYPE_KERNEL_PREFERRED_GROUP_SIZE_PROPERTIES);
  auto properties = described<ze_kernel_properties_t>(ZE_STRUCTURE_TYPE_KERNEL_PROPERTIES, &preferred);
  ASSERT_EQ(zeKernelGetProperties(k, &properties), ZE_RESULT_SUCCESS);
  EXPECT_EQ(properties.numKernelArgs, 0U);
  EXPECT_EQ(properties.requiredGroupSizeX, 8U);
  EXPECT_EQ(properties.requiredGroupSizeY, 4U);
  EXPECT_EQ(properties.requiredGroupSizeZ, 1U);
  EXPECT_EQ(properties.requiredSubgroupSize, 32U);
  EXPECT_EQ(preferred.preferredMultiple, 32U);
  ASSERT_EQ(zeKernelGetProperties(kernel("geometry"), &properties), ZE_RESULT_SUCCESS);
  EXPECT_EQ(properties.numKernelArgs, 2U);
  EXPECT_EQ(properties.localMemSize, 1024U);
  EXPECT_EQ(properties.requiredGroupSizeX, 0U);
  size_t size = 0;
  uint32_t length = 0;
  EXPECT_EQ(zeKernelGetSourceAttributes(k, nullptr, nullptr), ZE_RESULT_ERROR_INVALID_NULL_POINTER);
  char* nowhere = nullptr;
  EXPECT_EQ(zeKernelGetSourceAttributes(k, &length, &nowhere), ZE_RESULT_ERROR_INVALID_NULL_POINTER);
  ASSERT_EQ(zeKernelGetName(k, &size, nullptr), ZE_RESULT_SUCCESS);
  EXPECT_EQ(size, 9U);
  char name[9];
  ASSERT_EQ(zeKernelGetName(k, &size, name), ZE_RESULT_SUCCESS);
  EXPECT_STREQ(name, "required");
}

TEST_F(ModuleTest, KernelsTellTheLargestGroup) {
  if (layerValidates())
    GTEST_SKIP() << "which layer this is cannot be told, and older ones do not know the structure";
  newer::MaxGroupSizeProperties most;
  auto properties = described<ze_kernel_properties_t>(ZE_STRUCTURE_TYPE_KERNEL_PROPERTIES, &most);
  ASSERT_EQ(zeKernelGetProperties(kernel("required"), &properties), ZE_RESULT_SUCCESS);
  auto compute = described<ze_device_compute_properties_t>(ZE_STRUCTURE_TYPE_DEVICE_COMPUTE_PROPERTIES);
  ASSERT_EQ(zeDeviceGetComputeProperties(device, &compute), ZE_RESULT_SUCCESS);
  EXPECT_EQ(most.maxGroupSize, compute.maxTotalGroupSize);
}

}  // namespace
}  // namespace softgpu::test
