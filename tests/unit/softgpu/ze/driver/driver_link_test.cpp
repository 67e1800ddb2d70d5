// Modules that import, through the API of the shipped driver.
#include <fstream>
#include <iterator>
#include <string>

#include "tests/unit/softgpu/ze/driver/fixture.h"

namespace softgpu::test {
namespace {

class LinkTest : public DriverTest {
 protected:
  static std::vector<uint8_t> read(const char* name) {
    std::ifstream file(std::string(SOFTGPU_ENGINE_MODULES "/") + name + ".spv", std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  ze_module_handle_t build(const std::vector<uint8_t>& bytes, const void* pNext = nullptr) {
    auto desc = described<ze_module_desc_t>(ZE_STRUCTURE_TYPE_MODULE_DESC, pNext);
    desc.format = ZE_MODULE_FORMAT_IL_SPIRV;
    desc.inputSize = bytes.size();
    desc.pInputModule = bytes.data();
    ze_module_handle_t module = nullptr;
    EXPECT_EQ(zeModuleCreate(context, device, &desc, &module, nullptr), ZE_RESULT_SUCCESS);
    atEnd([=] { EXPECT_EQ(zeModuleDestroy(module), ZE_RESULT_SUCCESS); });
    return module;
  }
  static std::string text(ze_module_build_log_handle_t log) {
    char text[1000] = {};
    size_t size = sizeof(text);
    EXPECT_EQ(zeModuleBuildLogGetString(log, &size, text), ZE_RESULT_SUCCESS);
    EXPECT_EQ(zeModuleBuildLogDestroy(log), ZE_RESULT_SUCCESS);
    return text;
  }
  ze_result_t create(ze_module_handle_t module, const char* name, ze_kernel_handle_t* kernel) {
    auto desc = described<ze_kernel_desc_t>(ZE_STRUCTURE_TYPE_KERNEL_DESC);
    desc.pKernelName = name;
    return zeKernelCreate(module, &desc, kernel);
  }
  void expectViaLeafRuns(ze_module_handle_t module) {
    ze_kernel_handle_t kernel = nullptr;
    ASSERT_EQ(create(module, "viaLeaf", &kernel), ZE_RESULT_SUCCESS);
    atEnd([=] { EXPECT_EQ(zeKernelDestroy(kernel), ZE_RESULT_SUCCESS); });
    auto* out = shared<int>(3);
    ASSERT_EQ(zeKernelSetGroupSize(kernel, 1, 1, 1), ZE_RESULT_SUCCESS);
    ASSERT_EQ(setArgument(kernel, 0, out), ZE_RESULT_SUCCESS);
    const ze_group_count_t groups{1, 1, 1};
    ASSERT_EQ(zeCommandListAppendLaunchKernel(immediate(ZE_COMMAND_QUEUE_MODE_SYNCHRONOUS), kernel, &groups,
                                              nullptr, 0, nullptr),
              ZE_RESULT_SUCCESS);
    EXPECT_THAT(std::vector<int>(out, out + 3), ::testing::ElementsAre(11, 1, 5));
  }
  ze_module_build_log_handle_t log = nullptr;
};

TEST_F(LinkTest, UnlinkedModulesAreRefused) {
  auto* branch = build(read("link_branch"));
  ze_kernel_handle_t kernel = nullptr;
  EXPECT_EQ(create(branch, "viaLeaf", &kernel), ZE_RESULT_ERROR_INVALID_MODULE_UNLINKED);
  void* pointer = nullptr;
  EXPECT_EQ(zeModuleGetGlobalPointer(branch, "leafCount", nullptr, &pointer),
            ZE_RESULT_ERROR_INVALID_MODULE_UNLINKED);
  EXPECT_EQ(zeModuleGetFunctionPointer(branch, "branch", &pointer), ZE_RESULT_ERROR_INVALID_MODULE_UNLINKED);
  EXPECT_EQ(zeModuleDynamicLink(1, &branch, &log), ZE_RESULT_ERROR_MODULE_LINK_FAILURE);
  EXPECT_THAT(text(log), ::testing::HasSubstr("unresolved function leaf\n"));
}

TEST_F(LinkTest, LinksAndRuns) {
  ze_module_handle_t modules[] = {build(read("link_branch")), build(read("link_leaf"))};
  auto properties = described<ze_module_properties_t>(ZE_STRUCTURE_TYPE_MODULE_PROPERTIES);
  ASSERT_EQ(zeModuleGetProperties(modules[0], &properties), ZE_RESULT_SUCCESS);
  EXPECT_EQ(properties.flags, static_cast<ze_module_property_flags_t>(ZE_MODULE_PROPERTY_FLAG_IMPORTS));
  ASSERT_EQ(zeModuleDynamicLink(2, modules, &log), ZE_RESULT_SUCCESS);
  EXPECT_EQ(text(log), "");
  expectViaLeafRuns(modules[0]);
  void *mine = nullptr, *theirs = nullptr;
  size_t size = 0;
  EXPECT_EQ(zeModuleGetGlobalPointer(modules[0], "leafCount", &size, &mine), ZE_RESULT_SUCCESS);
  EXPECT_EQ(zeModuleGetGlobalPointer(modules[1], "leafCount", &size, &theirs), ZE_RESULT_SUCCESS);
  EXPECT_EQ(size, 4U);
  EXPECT_EQ(mine, theirs);
  EXPECT_EQ(*static_cast<int*>(mine), 6);
  void* function = nullptr;
  EXPECT_EQ(zeModuleGetFunctionPointer(modules[0], "viaLeaf", &function),
            ZE_RESULT_ERROR_INVALID_FUNCTION_NAME);
  ASSERT_EQ(zeModuleGetFunctionPointer(modules[0], "branch", &function), ZE_RESULT_SUCCESS);
  EXPECT_EQ(reinterpret_cast<int (*)(int)>(function)(1), 10);
}

TEST_F(LinkTest, InspectionListsWhatThereIs) {
  ze_module_handle_t modules[] = {build(read("link_branch")), build(read("link_other_types"))};
  auto desc = described<ze_linkage_inspection_ext_desc_t>(ZE_STRUCTURE_TYPE_LINKAGE_INSPECTION_EXT_DESC);
  desc.flags = 8;
  EXPECT_NE(zeModuleInspectLinkageExt(&desc, 1, modules, &log), ZE_RESULT_SUCCESS);
  desc.flags = ZE_LINKAGE_INSPECTION_EXT_FLAG_IMPORTS | ZE_LINKAGE_INSPECTION_EXT_FLAG_UNRESOLVABLE_IMPORTS |
               ZE_LINKAGE_INSPECTION_EXT_FLAG_EXPORTS;
  modules[1] = build(read("link_third"));
  ASSERT_EQ(zeModuleInspectLinkageExt(&desc, 2, modules, &log), ZE_RESULT_SUCCESS);
  const std::string lists = text(log);
  const size_t unresolvable = lists.find("unresolvable imports:\n"), exports = lists.find("exports:\n");
  ASSERT_LT(unresolvable, exports);
  EXPECT_LT(lists.find("module 0: variable leafCount"), unresolvable);
  EXPECT_GT(lists.find("module 1: function callback", unresolvable), unresolvable);
  EXPECT_GT(lists.find("module 0: function branch"), exports);
  EXPECT_NE(lists.find("module 1: function third"), std::string::npos);
}

TEST_F(LinkTest, SeveralInputsMakeOneModule) {
  const auto leaf = read("link_leaf"), branch = read("link_branch");
  const size_t sizes[] = {branch.size(), leaf.size()};
  const uint8_t* inputs[] = {branch.data(), leaf.data()};
  const char* flags[] = {"-ze-opt-disable", nullptr};
  auto program = described<ze_module_program_exp_desc_t>(ZE_STRUCTURE_TYPE_MODULE_PROGRAM_EXP_DESC);
  auto desc = described<ze_module_desc_t>(ZE_STRUCTURE_TYPE_MODULE_DESC, &program);
  desc.format = ZE_MODULE_FORMAT_IL_SPIRV;
  desc.inputSize = 1;  // not looked at, but the loader's validation layer asks for them
  desc.pInputModule = leaf.data();
  ze_module_handle_t made = nullptr;
  EXPECT_EQ(zeModuleCreate(context, device, &desc, &made, nullptr), ZE_RESULT_ERROR_INVALID_SIZE);
  program.count = 2;
  EXPECT_EQ(zeModuleCreate(context, device, &desc, &made, nullptr), ZE_RESULT_ERROR_INVALID_NULL_POINTER);
  program.inputSizes = sizes;
  program.pInputModules = inputs;
  program.pBuildFlags = flags;
  ASSERT_EQ(zeModuleCreate(context, device, &desc, &made, nullptr), ZE_RESULT_SUCCESS);
  atEnd([=] { EXPECT_EQ(zeModuleDestroy(made), ZE_RESULT_SUCCESS); });
  expectViaLeafRuns(made);
}

}  // namespace
}  // namespace softgpu::test
