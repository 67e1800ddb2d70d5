// specialize(): noise first, then each type of constant, against the module written with that value.
#include "spirv/specialize.h"

#include <gtest/gtest.h>

#include <cstring>
#include <spirv-tools/libspirv.hpp>
#include <string>

namespace clze::spirv {
namespace {

Words assembled(const std::string& type, const std::string& constant) {
  const spvtools::SpirvTools tools(SPV_ENV_OPENCL_2_2);
  Words module;
  EXPECT_TRUE(tools.Assemble(
      "OpCapability Addresses\nOpCapability Kernel\nOpCapability Linkage\nOpCapability Int8\n"
      "OpCapability Int16\nOpCapability Int64\nOpCapability Float64\nOpMemoryModel Physical64 OpenCL\n"
      "OpDecorate %1 SpecId 7\n%2 = " +
          type + "\n" + "%1 = " + constant + "\n",
      &module, SPV_TEXT_TO_BINARY_OPTION_PRESERVE_NUMERIC_IDS));
  return module;
}

template <class T>
SpecValue valueOf(uint32_t id, T value) {
  SpecValue result = {id, std::vector<std::byte>(sizeof(value))};
  std::memcpy(result.bytes.data(), &value, sizeof(value));
  return result;
}

template <class T>
Words specialized(const Words& module, T value) {
  const SpecValue one = valueOf(7, value);
  auto result = specialize(module, std::span(&one, 1));
  EXPECT_TRUE(result.ok());
  return result.ok() ? *result : Words();
}

TEST(Specialize, RefusesWhatIsNoModule) {
  const SpecValue one = valueOf(7, 1);
  EXPECT_EQ(specialize({}, std::span(&one, 1)).code(), CL_INVALID_BINARY);
  EXPECT_EQ(specialize({1, 2, 3, 4, 5, 6}, std::span(&one, 1)).code(), CL_INVALID_BINARY);
}

TEST(Specialize, LeavesTheRestAlone) {
  const Words module = assembled("OpTypeInt 32 0", "OpSpecConstant %2 5");
  const SpecValue other = valueOf(8, 1);
  const SpecValue tooLong = valueOf(7, uint64_t{1});
  EXPECT_EQ(*specialize(module, {}), module);
  EXPECT_EQ(*specialize(module, std::span(&other, 1)), module);
  EXPECT_EQ(*specialize(module, std::span(&tooLong, 1)), module);
}

TEST(Specialize, IntegersOfEverySize) {
  const auto module = [](const char* type, const char* value) {
    return assembled(type, std::string("OpSpecConstant %2 ") + value);
  };
  EXPECT_EQ(specialized(module("OpTypeInt 32 0", "5"), uint32_t{4000000000}),
            module("OpTypeInt 32 0", "4000000000"));
  EXPECT_EQ(specialized(module("OpTypeInt 64 0", "5"), uint64_t{10000000000}),
            module("OpTypeInt 64 0", "10000000000"));
  EXPECT_EQ(specialized(module("OpTypeInt 16 1", "-5"), int16_t{-2}), module("OpTypeInt 16 1", "-2"));
  EXPECT_EQ(specialized(module("OpTypeInt 16 1", "-5"), int16_t{3}), module("OpTypeInt 16 1", "3"));
  EXPECT_EQ(specialized(module("OpTypeInt 8 0", "5"), uint8_t{200}), module("OpTypeInt 8 0", "200"));
}

TEST(Specialize, FloatsAndTruths) {
  EXPECT_EQ(specialized(assembled("OpTypeFloat 32", "OpSpecConstant %2 1.5"), -2.25F),
            assembled("OpTypeFloat 32", "OpSpecConstant %2 -2.25"));
  EXPECT_EQ(specialized(assembled("OpTypeFloat 64", "OpSpecConstant %2 1.5"), 1e300),
            assembled("OpTypeFloat 64", "OpSpecConstant %2 1e300"));
  const Words yes = assembled("OpTypeBool", "OpSpecConstantTrue %2");
  const Words no = assembled("OpTypeBool", "OpSpecConstantFalse %2");
  EXPECT_EQ(specialized(yes, uint8_t{0}), no);
  EXPECT_EQ(specialized(no, uint8_t{1}), yes);
  EXPECT_EQ(specialized(yes, uint8_t{2}), yes);
}

}  // namespace
}  // namespace clze::spirv
