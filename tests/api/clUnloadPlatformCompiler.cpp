// clUnloadPlatformCompiler and clUnloadCompiler: OpenCL 3.0, 5.8.9.
#include "tests/api/program_fixture.h"

namespace clze::test {
namespace {

class ClUnloadPlatformCompiler : public ProgramTest {};

TEST_F(ClUnloadPlatformCompiler, RefusesAnInvalidPlatform) {
  // The loader takes null for the first platform.
  EXPECT_EQ(clUnloadPlatformCompiler(reinterpret_cast<cl_platform_id>(context)), CL_INVALID_PLATFORM);
}

TEST_F(ClUnloadPlatformCompiler, BuildsGoOnAfterIt) {
  cl_program program = built(kAddOne);
  EXPECT_EQ(clUnloadPlatformCompiler(platform), CL_SUCCESS);
  EXPECT_EQ(clUnloadCompiler(), CL_SUCCESS);
  ASSERT_EQ(clBuildProgram(program, 0, nullptr, nullptr, nullptr, nullptr), CL_SUCCESS);
  expectAddsOne(program);
}

}  // namespace
}  // namespace clze::test
