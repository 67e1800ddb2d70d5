// The language a device gets: versions, features, and the names every program may use.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/spirv/build.h"

namespace clze::spirv {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

constexpr const char* kGeneric = "kernel void k(global int* a) { int* p = a; *p = 1; }";

TEST(Language, RefusesVersion200OnADeviceWithoutItsParts) {
  LanguageTarget target = fullTarget();
  std::erase(target.features, "__opencl_c_generic_address_space");
  const CompileOutcome outcome = build("kernel void k() {}", "-cl-std=CL2.0", target);
  EXPECT_FALSE(outcome.ok);
  EXPECT_THAT(outcome.log, AllOf(HasSubstr("OpenCL C 2.0"), HasSubstr("__opencl_c_generic_address_space")));
  EXPECT_FALSE(build("kernel void k() {}", "-cl-std=CL2.0", LanguageTarget()).ok);
}

TEST(Language, RefusesWhatAVersionOrDeviceHasNot) {
  EXPECT_FALSE(build(kGeneric).ok);
  EXPECT_FALSE(build(kGeneric, "-cl-std=CL1.2").ok);
  EXPECT_FALSE(build(kGeneric, "-cl-std=CL3.0", LanguageTarget()).ok);
  EXPECT_FALSE(build("kernel void k(global double* a) { a[0] = 1.0; }", "", LanguageTarget()).ok);
  EXPECT_FALSE(build("kernel void k(global half* a) { a[0] = a[1] + a[2]; }", "", LanguageTarget()).ok);
  EXPECT_FALSE(build("kernel void k(read_write image2d_t i) {}", "-cl-std=CL1.2").ok);
  EXPECT_FALSE(
      build("kernel void k(global int* a) { a[0] = get_sub_group_size(); }", "", LanguageTarget()).ok);
  EXPECT_FALSE(build("kernel void k(global int* a) { printf(\"\"); }", "-cl-std=CL1.1").ok);
}

TEST(Language, IsVersion120UnlessAskedOtherwise) {
  const auto versionIs = [](const char* number) {
    return "#if __OPENCL_C_VERSION__ != " + std::string(number) + "\n#error version\n#endif\n";
  };
  mustBuild(versionIs("120"));
  mustBuild(versionIs("120"), "-cl-std=CL1.2");
  mustBuild(versionIs("110"), "-cl-std=CL1.1");
  mustBuild(versionIs("200"), "-cl-std=CL2.0");
  mustBuild(versionIs("300"), "-cl-std=CL3.0");
  EXPECT_FALSE(build(versionIs("300")).ok);
}

TEST(Language, DefinesExactlyTheDevicesExtensionsAndFeatures) {
  mustBuild(
      "#if !defined(cl_khr_fp64) || !defined(cl_intel_subgroups) || defined(cl_khr_integer_dot_product)\n"
      "#error extensions\n#endif\n"
      "#if defined(__opencl_c_images) || defined(cl_khr_subgroups)\n#error later versions\n#endif\n"
      "#if !defined(__IMAGE_SUPPORT__) || __ENDIAN_LITTLE__ != 1 || !defined(__OPENCL_VERSION__)\n#error "
      "macros\n#endif");
  mustBuild(
      "#if !defined(__opencl_c_images) || !defined(__opencl_c_fp64) || "
      "!defined(__opencl_c_int64)\n#error\n#endif\n"
      "#if defined(__opencl_c_pipes) || defined(__opencl_c_device_enqueue)\n#error features\n#endif\n",
      "-cl-std=CL3.0");
  LanguageTarget bare;
  bare.images = false;
  mustBuild(
      "#if defined(__IMAGE_SUPPORT__) || defined(__opencl_c_images) || defined(cl_khr_fp64)\n#error\n#endif\n"
      "#if defined(__opencl_c_read_write_images) || "
      "defined(__opencl_c_work_group_collective_functions)\n#error\n"
      "#endif\n#if defined(__opencl_c_atomic_scope_all_devices) || "
      "defined(cl_ext_float_atomics)\n#error\n#endif\n",
      "-cl-std=CL3.0", bare);
}

TEST(Language, TakesThePragmaOfEveryExtensionOfTheDeviceAndNoOther) {
  LanguageTarget target = fullTarget();
  target.extensions.insert(target.extensions.end(),
                           {"cl_khr_icd", "cl_khr_subgroup_shuffle", "cl_intel_unknown_yet"});
  std::string pragmas;
  for (const std::string& name : target.extensions) {
    // clang knows this one, as of OpenCL C 2.0.
    if (name != "cl_khr_subgroups") pragmas += "#pragma OPENCL EXTENSION " + name + " : enable\n";
  }
  for (const char* standard : {"-cl-std=CL1.2", "-cl-std=CL2.0", "-cl-std=CL3.0"}) {
    const CompileOutcome outcome = build(pragmas + "kernel void k() {}", standard, target);
    EXPECT_TRUE(outcome.ok);
    EXPECT_EQ(outcome.log, "") << standard;
  }
  EXPECT_THAT(build("#pragma OPENCL EXTENSION cl_other : enable\n").log, HasSubstr("warning: "));
}

TEST(Language, KeepsPairedNamesTogether) {
  LanguageTarget target;
  target.extensions = {"cl_khr_fp64"};
  mustBuild("#ifndef __opencl_c_fp64\n#error\n#endif\n", "-cl-std=CL3.0", target);
  target = LanguageTarget();
  target.features = {"__opencl_c_fp64"};
  mustBuild("kernel void k(global double* a) { a[0] = M_PI; }", "", target);
  target.features = {"__opencl_c_device_enqueue"};
  mustBuild("#ifdef __opencl_c_device_enqueue\n#error\n#endif\n", "-cl-std=CL3.0", target);
}

TEST(Language, HasTypesConstantsAndReinterpretation) {
  mustBuild(
      "_Static_assert(sizeof(uchar16) == 16 && sizeof(float3) == 16 && sizeof(ulong8) == 64 && "
      "sizeof(size_t) == 8, \"\");\n"
      "_Static_assert(INT_MIN < 0 && UINT_MAX > 0 && LONG_MIN < LONG_MAX && CHAR_MIN == -128 && CHAR_BIT == "
      "8, \"\");\n"
      "_Static_assert(FLT_DIG == 6 && FLT_MANT_DIG == 24 && FLT_RADIX == 2 && DBL_MANT_DIG == 53 && HALF_DIG "
      "== 3, \"\");\n"
      "constant float pi[] = {M_PI_F, M_E_F, FLT_MAX, FLT_EPSILON, INFINITY, HUGE_VALF, MAXFLOAT, 0};\n"
      "constant double dpi[] = {M_PI, M_SQRT1_2, DBL_MAX, HUGE_VAL};\n"
      "const sampler_t s = CLK_NORMALIZED_COORDS_TRUE | CLK_ADDRESS_MIRRORED_REPEAT | CLK_FILTER_LINEAR;\n"
      "kernel void k(global float* f, global int4* i, read_only image2d_t im) {\n"
      "  f[0] = as_float(0x7f800000) + NAN + pi[1]; i[0] = as_int4((float4)(1, 2, 3, 4)) + "
      "as_int4((short8)(1));\n"
      "  f[1] = (get_image_channel_data_type(im) == CLK_UNORM_INT8) + (get_image_channel_order(im) == "
      "CLK_RGBA);\n"
      "  f[2] = read_imagef(im, s, (float2)(0.5f)).x; barrier(CLK_LOCAL_MEM_FENCE | CLK_GLOBAL_MEM_FENCE);\n"
      "  event_t e = async_work_group_copy((local float*)0, f, (size_t)1, 0); wait_group_events(1, &e);\n"
      "  vstore_half(f[0], 0, (global half*)f); f[3] = vload4(0, f).w; printf(\"%d %f\\n\", 1, 1.5f);\n"
      "  f[4] = fma(f[0], f[1], f[2]) + convert_float_rte(convert_uchar_sat(i[0].x)); atomic_add((global "
      "int*)i, 1);\n"
      "}");
}

TEST(Language, HasWhatVersion300Adds) {
  const std::string source =
      "global int counter = 3;\n"
      "kernel void k(read_write image2d_t i, global atomic_int* a, global int* p) {\n"
      "  int* g = p; atomic_fetch_add(a, 1); *g = work_group_reduce_add(*g) + counter;\n"
      "  write_imagef(i, (int2)(0), read_imagef(i, (int2)(1, 1)) * 2);\n"
      "  atomic_store_explicit(a, 1, memory_order_seq_cst, memory_scope_device);\n"
      "  work_group_barrier(CLK_IMAGE_MEM_FENCE, memory_scope_work_group); p[1] = "
      "sub_group_reduce_add(p[2]);\n"
      "}";
  mustBuild(source, "-cl-std=CL3.0");
  mustBuild(source, "-cl-std=CL2.0");
}

TEST(Language, DeclaresIntelsSubgroupFunctionsInVersion120) {
  const auto info = reflect(
      mustBuild("__attribute__((intel_reqd_sub_group_size(16))) kernel void k(global uint* a, global ushort* "
                "u, read_only image2d_t i,\n"
                "    write_only image2d_t o) {\n"
                "  uint8 v = intel_sub_group_block_read8(a); intel_sub_group_block_write8(a, v + "
                "get_sub_group_local_id());\n"
                "  a[0] = intel_sub_group_shuffle(a[1], 2) + intel_sub_group_shuffle_down(a[1], a[2], 1) + "
                "sub_group_any(1);\n"
                "  a[1] = intel_sub_group_shuffle_up(a[1], a[2], 1) + intel_sub_group_shuffle_xor(a[1], 1);\n"
                "  intel_sub_group_block_write(o, (int2)(0), intel_sub_group_block_read(i, (int2)(0)));\n"
                "  intel_sub_group_block_write_us2(u, intel_sub_group_block_read_us2(u));\n"
                "}"));
  ASSERT_TRUE(info.ok());
  EXPECT_THAT(info->extensions, ::testing::ElementsAre("SPV_INTEL_subgroups"));
  EXPECT_EQ(info->kernels.at(0).requiredSubgroupSize, 16U);
}

TEST(Language, KeepsFloatInPrintfOnADeviceWithoutDouble) {
  const auto info = reflect(mustBuild("kernel void k() { printf(\"%f\\n\", 1.5f); }", "", LanguageTarget()));
  ASSERT_TRUE(info.ok());
  constexpr uint32_t kFloat64 = 10;
  EXPECT_THAT(info->capabilities, ::testing::Not(::testing::Contains(kFloat64)));
}

TEST(Language, BuildsFor32BitDevices) {
  LanguageTarget target;
  target.addressBits = 32;
  const Words module = mustBuild(
      "_Static_assert(sizeof(size_t) == 4, \"\"); kernel void k(global int* a, int b) {}", "", target);
  const auto info = reflect(module);
  ASSERT_TRUE(info.ok());
  EXPECT_EQ(info->kernels.at(0).args.at(1).size, 4U);
}

}  // namespace
}  // namespace clze::spirv
