// The table of codes, and the replaceable function table.
#include "fixture.h"

namespace clze::l0::test {
namespace {

TEST(LoaderTest, EveryFunctionOfTheFakeTableIsFilled) {
  Fake fake;
#define ZE_REQUIRED(function) EXPECT_NE(ze().function, nullptr);
#define ZE_OPTIONAL(function) EXPECT_NE(ze().function, nullptr);
#include "l0backend/loader/functions.def"
#undef ZE_REQUIRED
#undef ZE_OPTIONAL
}

TEST(LoaderTest, ATestTableMakesLevelZeroAvailable) {
  Fake fake;
  EXPECT_TRUE(available());
  EXPECT_EQ(whyUnavailable(), "");
}

TEST(LoaderTest, CodesBecomeOpenClCodes) {
  EXPECT_EQ(toCl(ZE_RESULT_SUCCESS, "f"), CL_SUCCESS);
  EXPECT_EQ(toCl(ZE_RESULT_ERROR_DEVICE_LOST, "f"), CL_OUT_OF_RESOURCES);
  EXPECT_EQ(toCl(ZE_RESULT_ERROR_OUT_OF_HOST_MEMORY, "f"), CL_OUT_OF_HOST_MEMORY);
  EXPECT_EQ(toCl(ZE_RESULT_ERROR_MODULE_BUILD_FAILURE, "f"), CL_BUILD_PROGRAM_FAILURE);
  EXPECT_EQ(toCl(ZE_RESULT_ERROR_MODULE_LINK_FAILURE, "f"), CL_LINK_PROGRAM_FAILURE);
  EXPECT_EQ(toCl(ZE_RESULT_ERROR_UNSUPPORTED_IMAGE_FORMAT, "f"), CL_IMAGE_FORMAT_NOT_SUPPORTED);
  EXPECT_EQ(toCl(ZE_RESULT_ERROR_INVALID_KERNEL_NAME, "f"), CL_INVALID_KERNEL_NAME);
  EXPECT_EQ(toCl(ZE_RESULT_ERROR_INVALID_KERNEL_ARGUMENT_SIZE, "f"), CL_INVALID_ARG_SIZE);
  EXPECT_EQ(toCl(ZE_RESULT_ERROR_OVERLAPPING_REGIONS, "f"), CL_MEM_COPY_OVERLAP);
}

TEST(LoaderTest, NoFailureBecomesSuccess) {
  // Every documented code of every group, and some that no header names.
  for (const uint32_t group :
       {0x70000000u, 0x70010000u, 0x70020000u, 0x78000000u, 0x7ff00000u, 0x12340000u}) {
    for (uint32_t code = 1; code < 0x40; ++code) {
      EXPECT_LT(toCl(static_cast<ze_result_t>(group + code), "f"), 0);
    }
  }
  EXPECT_LT(toCl(ZE_RESULT_NOT_READY, "f"), 0);
  EXPECT_LT(toCl(ZE_RESULT_ERROR_UNKNOWN, "f"), 0);
}

}  // namespace
}  // namespace clze::l0::test
