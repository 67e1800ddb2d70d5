// Modules: logs and codes.
#include "fixture.h"

namespace clze::l0::test {
namespace {

using ModuleTest = BackendTest;
constexpr uint32_t kWords[] = {0x07230203, 0};

TEST_F(ModuleTest, AFailedBuildBringsTheDriversWords) {
  fake.failAlways(Fn::zeModuleCreate, ZE_RESULT_ERROR_MODULE_BUILD_FAILURE);
  std::string log;
  EXPECT_EQ(Module::fromSpirv(*context, fake.device, kWords, "", {}, log).code(), CL_BUILD_PROGRAM_FAILURE);
  EXPECT_EQ(log, "line 1: no");
}

TEST_F(ModuleTest, ADriverThatCallsSpirvInvalidIsABuildFailureToo) {
  fake.failAlways(Fn::zeModuleCreate, ZE_RESULT_ERROR_INVALID_ARGUMENT);
  std::string log;
  EXPECT_EQ(Module::fromSpirv(*context, fake.device, kWords, "", {}, log).code(), CL_BUILD_PROGRAM_FAILURE);
}

TEST_F(ModuleTest, ShortMemoryIsNotTheProgramsFault) {
  fake.failAlways(Fn::zeModuleCreate, ZE_RESULT_ERROR_OUT_OF_HOST_MEMORY);
  std::string log;
  EXPECT_EQ(Module::fromSpirv(*context, fake.device, kWords, "", {}, log).code(), CL_OUT_OF_HOST_MEMORY);
  EXPECT_EQ(Module::fromNative(*context, fake.device, {}, log).code(), CL_OUT_OF_HOST_MEMORY);
}

TEST_F(ModuleTest, ARefusedBinaryIsInvalid) {
  fake.failAlways(Fn::zeModuleCreate, ZE_RESULT_ERROR_UNKNOWN);
  std::string log;
  EXPECT_EQ(Module::fromNative(*context, fake.device, {}, log).code(), CL_INVALID_BINARY);
}

TEST_F(ModuleTest, SpecialisationConstantsArePassed) {
  const uint32_t value = 3;
  const SpecValue constants[] = {{7, &value}, {8, &value}};
  std::string log;
  ASSERT_TRUE(Module::fromSpirv(*context, fake.device, kWords, "-g", constants, log).ok());
  const auto call = std::find_if(fake.calls.begin(), fake.calls.end(),
                                 [](const Call& c) { return c.fn == Fn::zeModuleCreate; });
  ASSERT_NE(call, fake.calls.end());
  EXPECT_EQ(call->numbers[0], static_cast<uint64_t>(ZE_MODULE_FORMAT_IL_SPIRV));
  EXPECT_EQ(call->numbers[1], sizeof(kWords));
  EXPECT_EQ(call->numbers[2], 2u);
}

}  // namespace
}  // namespace clze::l0::test
