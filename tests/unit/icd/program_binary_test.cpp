// Program binaries: what is written is read back, and whatever else is read is refused without a crash.
#include "icd/object/program_binary.h"

#include <gtest/gtest.h>

#include <random>

namespace clze::icd {
namespace {

class ProgramBinary : public testing::Test {
 protected:
  ProgramBinary() {
    driver.properties.driverVersion = 17;
    device.driver = &driver;
    device.properties.uuid.id[3] = 9;
    build.type = CL_PROGRAM_BINARY_TYPE_EXECUTABLE;
    build.options = "-DA=1";
    build.kernelArgInfo = true;
    build.spirv = {0x07230203, 1, 2, 3, 4, 0xffffffff};
    build.native = {std::byte{1}, std::byte{2}, std::byte{3}};
  }
  l0::Driver driver;
  l0::Device device;
  DeviceBuild build;
};

TEST_F(ProgramBinary, ComesBackAsItWas) {
  const auto binary = writeProgramBinary(build, device);
  const auto read = readProgramBinary(binary, device);
  ASSERT_TRUE(read.ok());
  EXPECT_EQ(read->type, build.type);
  EXPECT_EQ(read->options, build.options);
  EXPECT_EQ(read->kernelArgInfo, build.kernelArgInfo);
  EXPECT_EQ(read->spirv, build.spirv);
  EXPECT_EQ(read->native, build.native);
  EXPECT_FALSE(read->executable());
  EXPECT_EQ(writeProgramBinary(*read, device), binary);
}

TEST_F(ProgramBinary, NothingBuiltIsNoBinary) { EXPECT_TRUE(writeProgramBinary({}, device).empty()); }

TEST_F(ProgramBinary, NativeCodeIsForItsDeviceAndDriverAlone) {
  const auto binary = writeProgramBinary(build, device);
  driver.properties.driverVersion = 18;
  auto read = readProgramBinary(binary, device);
  ASSERT_TRUE(read.ok());
  EXPECT_TRUE(read->native.empty());
  EXPECT_EQ(read->spirv, build.spirv);
  driver.properties.driverVersion = 17;
  device.properties.uuid.id[3] = 8;
  read = readProgramBinary(binary, device);
  ASSERT_TRUE(read.ok());
  EXPECT_TRUE(read->native.empty());
}

TEST_F(ProgramBinary, EveryTruncationIsRefused) {
  const auto binary = writeProgramBinary(build, device);
  for (size_t size = 0; size < binary.size(); ++size) {
    // A copy of that very size: reading past it is seen by the address sanitizer.
    const std::vector<std::byte> part(binary.begin(), binary.begin() + static_cast<ptrdiff_t>(size));
    EXPECT_EQ(readProgramBinary(part, device).code(), CL_INVALID_BINARY) << size;
  }
}

TEST_F(ProgramBinary, EveryBitFlipIsRefused) {
  const auto binary = writeProgramBinary(build, device);
  for (size_t bit = 0; bit < binary.size() * 8; ++bit) {
    auto damaged = binary;
    damaged[bit / 8] ^= std::byte{1} << (bit % 8);
    EXPECT_EQ(readProgramBinary(damaged, device).code(), CL_INVALID_BINARY) << bit;
  }
}

TEST_F(ProgramBinary, UnknownTypesAndEmptyProgramsAreRefused) {
  for (const cl_program_binary_type type : {0U, 3U, 8U, ~0U}) {
    build.type = type;
    EXPECT_EQ(readProgramBinary(writeProgramBinary(build, device), device).code(), CL_INVALID_BINARY);
  }
}

TEST_F(ProgramBinary, NoiseIsRefused) {
  std::mt19937 random(5);
  for (int round = 0; round < 2000; ++round) {
    std::vector<std::byte> noise(random() % 200);
    for (std::byte& byte : noise) byte = static_cast<std::byte>(random());
    // Half of them begin as ours do.
    const auto binary = writeProgramBinary(build, device);
    if (round % 2 == 0) std::copy_n(binary.begin(), std::min<size_t>(8, noise.size()), noise.begin());
    EXPECT_EQ(readProgramBinary(noise, device).code(), CL_INVALID_BINARY);
  }
}

}  // namespace
}  // namespace clze::icd
