// reflect(): kernels and arguments of compiled programs, and of modules written by hand where the compiler
// makes none.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <spirv-tools/libspirv.hpp>
#include <spirv/unified1/spirv.hpp>

#include "tests/unit/spirv/build.h"

namespace clze::spirv {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

// A module that outlives what is said of it.
ModuleInfo infoOf(const Words& module) {
  auto info = reflect(module);
  EXPECT_TRUE(info.ok());
  return info.ok() ? *std::move(info) : ModuleInfo();
}

KernelInfo kernelOf(std::string source, std::string_view options = "") {
  const ModuleInfo info = infoOf(mustBuild(std::move(source), options));
  EXPECT_EQ(info.kernels.size(), 1U);
  return info.kernels.empty() ? KernelInfo() : info.kernels[0];
}

Words assemble(const std::string& text) {
  const spvtools::SpirvTools tools(SPV_ENV_OPENCL_2_2);
  Words module;
  EXPECT_TRUE(tools.Assemble(text, &module, SPV_TEXT_TO_BINARY_OPTION_PRESERVE_NUMERIC_IDS));
  return module;
}

constexpr const char* kHead =
    "OpCapability Addresses\nOpCapability Kernel\nOpCapability Int64\n%1 = OpExtInstImport \"OpenCL.std\"\n"
    "OpMemoryModel Physical64 OpenCL\n";

TEST(Reflect, RefusesWhatIsNoModule) {
  EXPECT_EQ(reflect({}).code(), CL_INVALID_BINARY);
  EXPECT_EQ(reflect(Words{spv::MagicNumber, 0x10000, 0, 10}).code(), CL_INVALID_BINARY);
  EXPECT_EQ(reflect(Words{0x03022307, 0x10000, 0, 10, 0}).code(), CL_INVALID_BINARY);
  const Words empty = {spv::MagicNumber, 0x10000, 0, 10, 0};
  EXPECT_TRUE(reflect(empty).ok());
  Words words = empty;
  words.push_back(0);  // an instruction of no words
  EXPECT_EQ(reflect(words).code(), CL_INVALID_BINARY);
  words.back() = (7U << 16) | spv::OpEntryPoint;  // one that leaves the module
  EXPECT_EQ(reflect(words).code(), CL_INVALID_BINARY);
  words.back() = (1U << 16) | spv::OpCapability;  // one without its operand
  EXPECT_EQ(reflect(words).code(), CL_INVALID_BINARY);
}

TEST(Reflect, RefusesAKernelWithoutFunctionOrParameterType) {
  const std::string head = kHead;
  EXPECT_EQ(reflect(assemble(head + "OpEntryPoint Kernel %9 \"k\"\n")).code(), CL_INVALID_BINARY);
  // A parameter of the type of functions, a private pointer, and a structure that contains itself.
  EXPECT_EQ(
      reflect(assemble(head + "OpEntryPoint Kernel %9 \"k\"\n%2 = OpTypeVoid\n%3 = OpTypeFunction %2\n"
                              "%9 = OpFunction %2 None %3\n%4 = OpFunctionParameter %3\nOpFunctionEnd\n"))
          .code(),
      CL_INVALID_BINARY);
  EXPECT_EQ(
      reflect(assemble(head + "OpEntryPoint Kernel %9 \"k\"\n%2 = OpTypeVoid\n%5 = OpTypeInt 32 0\n"
                              "%6 = OpTypePointer Function %5\n%3 = OpTypeFunction %2 %6\n"
                              "%9 = OpFunction %2 None %3\n%4 = OpFunctionParameter %6\nOpFunctionEnd\n"))
          .code(),
      CL_INVALID_BINARY);
  EXPECT_EQ(
      reflect(assemble(head + "OpEntryPoint Kernel %9 \"k\"\n%2 = OpTypeVoid\n%6 = OpTypeStruct %6\n"
                              "%3 = OpTypeFunction %2 %6\n"
                              "%9 = OpFunction %2 None %3\n%4 = OpFunctionParameter %6\nOpFunctionEnd\n"))
          .code(),
      CL_INVALID_BINARY);
}

TEST(Reflect, RefusesArraysLargerThanMemoryWithoutOverflow) {
  std::string text = std::string(kHead) +
                     "OpEntryPoint Kernel %9 \"k\"\n%2 = OpTypeVoid\n%5 = OpTypeInt 64 0\n"
                     "%20 = OpConstant %5 4294967296\n%30 = OpTypeArray %5 %20\n";
  for (int i = 31; i < 60; ++i) {
    text += "%" + std::to_string(i) + " = OpTypeArray %" + std::to_string(i - 1) + " %20\n";
  }
  text +=
      "%3 = OpTypeFunction %2 %59\n%9 = OpFunction %2 None %3\n%4 = OpFunctionParameter %59\nOpFunctionEnd\n";
  EXPECT_EQ(reflect(assemble(text)).code(), CL_INVALID_BINARY);
}

TEST(Reflect, TellsAddressSpacesTypesNamesAndQualifiers) {
  const KernelInfo kernel = kernelOf(
      "kernel void k(global const float4* restrict in, constant int* c, local volatile float* l, global "
      "void* v,\n"
      "              global int* const cp) {}",
      "-cl-kernel-arg-info");
  ASSERT_EQ(kernel.args.size(), 5U);
  for (const KernelArg& arg : kernel.args) {
    EXPECT_EQ(arg.kind, ArgKind::Pointer);
    EXPECT_EQ(arg.size, 8U);
    EXPECT_EQ(arg.access, ArgAccess::None);
  }
  EXPECT_EQ(kernel.args[0].name, "in");
  EXPECT_EQ(kernel.args[0].typeName, "float4*");
  EXPECT_EQ(kernel.args[0].address, ArgAddress::Global);
  EXPECT_EQ(kernel.args[0].typeQualifier, uint64_t{CL_KERNEL_ARG_TYPE_CONST | CL_KERNEL_ARG_TYPE_RESTRICT});
  EXPECT_EQ(kernel.args[1].address, ArgAddress::Constant);
  EXPECT_EQ(kernel.args[1].typeQualifier, uint64_t{CL_KERNEL_ARG_TYPE_CONST});
  EXPECT_EQ(kernel.args[2].address, ArgAddress::Local);
  EXPECT_EQ(kernel.args[2].typeQualifier, uint64_t{CL_KERNEL_ARG_TYPE_VOLATILE});
  EXPECT_EQ(kernel.args[3].typeName, "void*");
  EXPECT_EQ(kernel.args[4].name, "cp");
}

TEST(Reflect, TellsImagesAndSamplers) {
  const KernelInfo kernel = kernelOf(
      "kernel void k(read_only image2d_t a, write_only image3d_t b, read_write image1d_buffer_t c,\n"
      "              read_only image2d_array_t d, sampler_t s, image2d_t e) {}",
      "-cl-std=CL3.0");
  ASSERT_EQ(kernel.args.size(), 6U);
  EXPECT_EQ(kernel.args[0].kind, ArgKind::Image);
  EXPECT_EQ(kernel.args[0].access, ArgAccess::ReadOnly);
  EXPECT_EQ(kernel.args[0].imageDim, uint32_t{spv::Dim2D});
  EXPECT_EQ(kernel.args[0].typeName, "image2d_t");
  EXPECT_FALSE(kernel.args[0].imageArrayed);
  EXPECT_EQ(kernel.args[1].access, ArgAccess::WriteOnly);
  EXPECT_EQ(kernel.args[1].imageDim, uint32_t{spv::Dim3D});
  EXPECT_EQ(kernel.args[2].access, ArgAccess::ReadWrite);
  EXPECT_EQ(kernel.args[2].imageDim, uint32_t{spv::DimBuffer});
  EXPECT_TRUE(kernel.args[3].imageArrayed);
  EXPECT_EQ(kernel.args[4].kind, ArgKind::Sampler);
  EXPECT_EQ(kernel.args[4].typeName, "sampler_t");
  EXPECT_EQ(kernel.args[5].access, ArgAccess::ReadOnly);
}

struct Sized {
  const char* type;
  size_t size;
};

class ValueSize : public ::testing::TestWithParam<Sized> {};

TEST_P(ValueSize, IsWhatTheHostStores) {
  const KernelInfo kernel = kernelOf(
      "typedef struct { char a; float3 b; int c[3]; } Mixed;\n"
      "typedef struct __attribute__((packed)) { char a; int b; short c; } Packed;\n"
      "typedef struct { Mixed m[2]; Packed p; } Nested;\n"
      "typedef struct { double d; char c; } Tail;\n"
      "typedef union { int i; double d; char c[12]; } Either;\n"
      "typedef struct __attribute__((aligned(64))) { int a; } Aligned;\n"
      "enum Colour { Red };\n"
      "kernel void k(" +
      std::string(GetParam().type) + " x, global int* o) { o[0] = sizeof(x); }");
  ASSERT_EQ(kernel.args.size(), 2U);
  EXPECT_EQ(kernel.args[0].kind, ArgKind::Value);
  EXPECT_EQ(kernel.args[0].address, ArgAddress::Private);
  EXPECT_EQ(kernel.args[0].size, GetParam().size) << GetParam().type;
  EXPECT_EQ(kernel.args[0].typeName, GetParam().type);
}

INSTANTIATE_TEST_SUITE_P(Reflect, ValueSize,
                         ::testing::Values(Sized{"char", 1}, Sized{"uchar", 1}, Sized{"short", 2},
                                           Sized{"int", 4}, Sized{"uint", 4}, Sized{"long", 8},
                                           Sized{"ulong", 8}, Sized{"float", 4}, Sized{"double", 8},
                                           Sized{"half2", 4}, Sized{"char2", 2}, Sized{"char3", 4},
                                           Sized{"uint3", 16}, Sized{"float4", 16}, Sized{"double3", 32},
                                           Sized{"int8", 32}, Sized{"float16", 64}, Sized{"long16", 128},
                                           Sized{"enum Colour", 4}, Sized{"Mixed", 48}, Sized{"Packed", 7},
                                           Sized{"Nested", 112}, Sized{"Tail", 16}, Sized{"Either", 16},
                                           Sized{"Aligned", 64}));

TEST(Reflect, TellsAttributes) {
  const KernelInfo required =
      kernelOf("kernel __attribute__((reqd_work_group_size(8, 4, 2))) void k(global int* a) {}");
  EXPECT_THAT(required.requiredGroupSize, ElementsAre(8, 4, 2));
  EXPECT_EQ(required.attributes, "reqd_work_group_size(8,4,2)");
  const KernelInfo hinted = kernelOf(
      "kernel __attribute__((work_group_size_hint(64, 1, 1))) __attribute__((vec_type_hint(float4))) void "
      "k() {}");
  EXPECT_THAT(hinted.requiredGroupSize, ElementsAre(0, 0, 0));
  EXPECT_EQ(hinted.attributes, "work_group_size_hint(64,1,1) vec_type_hint(float4)");
  const ModuleInfo hints =
      infoOf(mustBuild("kernel __attribute__((vec_type_hint(uint4))) void a() {}\n"
                       "kernel __attribute__((vec_type_hint(uchar))) void b() {}\n"
                       "kernel __attribute__((vec_type_hint(long2))) void c() {}\n"
                       "kernel __attribute__((vec_type_hint(double8))) void d() {}"));
  ASSERT_EQ(hints.kernels.size(), 4U);
  EXPECT_EQ(hints.kernels[0].attributes, "vec_type_hint(uint4)");
  EXPECT_EQ(hints.kernels[1].attributes, "vec_type_hint(uchar)");
  EXPECT_EQ(hints.kernels[2].attributes, "vec_type_hint(long2)");
  EXPECT_EQ(hints.kernels[3].attributes, "vec_type_hint(double8)");
  const KernelInfo subgroup = kernelOf("kernel __attribute__((intel_reqd_sub_group_size(8))) void k() {}");
  EXPECT_EQ(subgroup.requiredSubgroupSize, 8U);
  EXPECT_EQ(kernelOf("kernel void k() {}").attributes, "");
}

TEST(Reflect, KeepsSeveralKernelsApartAndInOrder) {
  const ModuleInfo info =
      infoOf(mustBuild("void helper(global int* p) { p[0] = 1; }\n"
                       "kernel void first(global int* a) { helper(a); }\n"
                       "kernel void first_b(float x, global int* a) { first(a); }\n"
                       "kernel void c() {}"));
  ASSERT_EQ(info.kernels.size(), 3U);
  EXPECT_EQ(info.kernels[0].name, "first");
  EXPECT_EQ(info.kernels[1].name, "first_b");
  ASSERT_EQ(info.kernels[1].args.size(), 2U);
  EXPECT_EQ(info.kernels[1].args[0].typeName, "float");
  EXPECT_EQ(info.kernels[1].args[1].typeName, "int*");
  EXPECT_THAT(info.kernels[2].args, IsEmpty());
}

TEST(Reflect, ListsSpecializationConstantsWithTheirSizes) {
  const ModuleInfo info =
      infoOf(assemble(std::string(kHead) +
                      "OpDecorate %10 SpecId 3\nOpDecorate %11 SpecId 7\nOpDecorate %12 SpecId 9\n"
                      "%2 = OpTypeInt 32 0\n%3 = OpTypeInt 64 0\n%4 = OpTypeBool\n"
                      "%10 = OpSpecConstant %2 5\n%11 = OpSpecConstant %3 6\n"
                      "%12 = OpSpecConstantTrue %4\n"));
  ASSERT_EQ(info.specConstants.size(), 3U);
  EXPECT_EQ(info.specConstants[0].id, 3U);
  EXPECT_EQ(info.specConstants[0].size, 4U);
  EXPECT_EQ(info.specConstants[1].id, 7U);
  EXPECT_EQ(info.specConstants[1].size, 8U);
  EXPECT_EQ(info.specConstants[2].id, 9U);
  EXPECT_EQ(info.specConstants[2].size, 1U);
}

TEST(Reflect, KnowsArgumentsOfAModuleWithoutStrings) {
  const ModuleInfo info =
      infoOf(assemble(std::string(kHead) +
                      "OpEntryPoint Kernel %9 \"k\"\nOpExecutionMode %9 LocalSize 16 1 1\n"
                      "OpDecorate %4 FuncParamAttr NoWrite\nOpDecorate %4 Volatile\n"
                      "%2 = OpTypeVoid\n%5 = OpTypeInt 32 0\n%6 = OpTypePointer CrossWorkgroup %5\n%7 = "
                      "OpTypeFunction %2 %6 %5\n"
                      "%9 = OpFunction %2 None %7\n%4 = OpFunctionParameter %6\n%8 = OpFunctionParameter %5\n"
                      "%12 = OpLabel\nOpReturn\nOpFunctionEnd\n"));
  ASSERT_EQ(info.kernels.size(), 1U);
  const KernelInfo& kernel = info.kernels[0];
  EXPECT_THAT(kernel.requiredGroupSize, ElementsAre(16, 1, 1));
  ASSERT_EQ(kernel.args.size(), 2U);
  EXPECT_EQ(kernel.args[0].name, "");
  EXPECT_EQ(kernel.args[0].typeName, "");
  EXPECT_EQ(kernel.args[0].typeQualifier, uint64_t{CL_KERNEL_ARG_TYPE_CONST | CL_KERNEL_ARG_TYPE_VOLATILE});
  EXPECT_EQ(kernel.args[1].size, 4U);
  EXPECT_THAT(info.capabilities, Contains(uint32_t{spv::CapabilityKernel}));
}

}  // namespace
}  // namespace clze::spirv
