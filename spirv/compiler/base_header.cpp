// Writes the base header. Names and values are the OpenCL C specification's (6.3 types, 6.15 functions) and,
// where a macro steers clang's own builtin declarations, clang's.
#include "spirv/compiler/base_header.h"

#include <array>
#include <initializer_list>
#include <string_view>

namespace clze::clc {
namespace {

constexpr std::array<const char*, 8> kIntegers = {"char", "uchar", "short", "ushort",
                                                  "int",  "uint",  "long",  "ulong"};
constexpr std::array<int, 5> kWidths = {2, 3, 4, 8, 16};

constexpr std::string_view kScalars = R"(
#define __OPENCL_VERSION__ 300
typedef unsigned char uchar;
typedef unsigned short ushort;
typedef unsigned int uint;
typedef unsigned long ulong;
typedef __SIZE_TYPE__ size_t;
typedef __PTRDIFF_TYPE__ ptrdiff_t;
typedef __INTPTR_TYPE__ intptr_t;
typedef __UINTPTR_TYPE__ uintptr_t;
#define __half half
#define NULL ((void*)0)
#define as_size_t(x) __builtin_astype((x), size_t)
#define as_ptrdiff_t(x) __builtin_astype((x), ptrdiff_t)
#define as_intptr_t(x) __builtin_astype((x), intptr_t)
#define as_uintptr_t(x) __builtin_astype((x), uintptr_t)
)";

constexpr std::string_view kConstants = R"(
#define CHAR_BIT 8
#define SCHAR_MAX 127
#define SCHAR_MIN (-128)
#define UCHAR_MAX 255
#define CHAR_MAX SCHAR_MAX
#define CHAR_MIN SCHAR_MIN
#define SHRT_MAX 32767
#define SHRT_MIN (-32768)
#define USHRT_MAX 65535
#define INT_MAX 2147483647
#define INT_MIN (-2147483647 - 1)
#define UINT_MAX 0xffffffffU
#define LONG_MAX 0x7fffffffffffffffL
#define LONG_MIN (-0x7fffffffffffffffL - 1)
#define ULONG_MAX 0xffffffffffffffffUL
#define FLT_RADIX 2
#define FLT_DIG 6
#define FLT_MANT_DIG 24
#define FLT_MAX_10_EXP +38
#define FLT_MAX_EXP +128
#define FLT_MIN_10_EXP -37
#define FLT_MIN_EXP -125
#define FLT_MAX 0x1.fffffep127f
#define FLT_MIN 0x1.0p-126f
#define FLT_EPSILON 0x1.0p-23f
#define MAXFLOAT FLT_MAX
#define INFINITY (__builtin_inff())
#define HUGE_VALF (__builtin_huge_valf())
#define HUGE_VAL (__builtin_huge_val())
#define NAN (__builtin_nanf(""))
#define FP_ILOGB0 INT_MIN
#define FP_ILOGBNAN INT_MAX
#define M_E_F 0x1.5bf0a8b145769p+1f
#define M_LOG2E_F 0x1.71547652b82fep+0f
#define M_LOG10E_F 0x1.bcb7b1526e50ep-2f
#define M_LN2_F 0x1.62e42fefa39efp-1f
#define M_LN10_F 0x1.26bb1bbb55516p+1f
#define M_PI_F 0x1.921fb54442d18p+1f
#define M_PI_2_F 0x1.921fb54442d18p+0f
#define M_PI_4_F 0x1.921fb54442d18p-1f
#define M_1_PI_F 0x1.45f306dc9c883p-2f
#define M_2_PI_F 0x1.45f306dc9c883p-1f
#define M_2_SQRTPI_F 0x1.20dd750429b6dp+0f
#define M_SQRT2_F 0x1.6a09e667f3bcdp+0f
#define M_SQRT1_2_F 0x1.6a09e667f3bcdp-1f
)";

constexpr std::string_view kDouble = R"(
#define DBL_RADIX 2
#define DBL_DIG 15
#define DBL_MANT_DIG 53
#define DBL_MAX_10_EXP +308
#define DBL_MAX_EXP +1024
#define DBL_MIN_10_EXP -307
#define DBL_MIN_EXP -1021
#define DBL_MAX 0x1.fffffffffffffp1023
#define DBL_MIN 0x1.0p-1022
#define DBL_EPSILON 0x1.0p-52
#define M_E 0x1.5bf0a8b145769p+1
#define M_LOG2E 0x1.71547652b82fep+0
#define M_LOG10E 0x1.bcb7b1526e50ep-2
#define M_LN2 0x1.62e42fefa39efp-1
#define M_LN10 0x1.26bb1bbb55516p+1
#define M_PI 0x1.921fb54442d18p+1
#define M_PI_2 0x1.921fb54442d18p+0
#define M_PI_4 0x1.921fb54442d18p-1
#define M_1_PI 0x1.45f306dc9c883p-2
#define M_2_PI 0x1.45f306dc9c883p-1
#define M_2_SQRTPI 0x1.20dd750429b6dp+0
#define M_SQRT2 0x1.6a09e667f3bcdp+0
#define M_SQRT1_2 0x1.6a09e667f3bcdp-1
)";

constexpr std::string_view kHalf = R"(
#define HALF_RADIX 2
#define HALF_DIG 3
#define HALF_MANT_DIG 11
#define HALF_MAX_10_EXP +4
#define HALF_MAX_EXP +16
#define HALF_MIN_10_EXP -4
#define HALF_MIN_EXP -13
#define HALF_MAX 0x1.ffcp15h
#define HALF_MIN 0x1.0p-14h
#define HALF_EPSILON 0x1.0p-10h
#define M_E_H 0x1.5bf0a8b145769p+1h
#define M_LOG2E_H 0x1.71547652b82fep+0h
#define M_LOG10E_H 0x1.bcb7b1526e50ep-2h
#define M_LN2_H 0x1.62e42fefa39efp-1h
#define M_LN10_H 0x1.26bb1bbb55516p+1h
#define M_PI_H 0x1.921fb54442d18p+1h
#define M_PI_2_H 0x1.921fb54442d18p+0h
#define M_PI_4_H 0x1.921fb54442d18p-1h
#define M_1_PI_H 0x1.45f306dc9c883p-2h
#define M_2_PI_H 0x1.45f306dc9c883p-1h
#define M_2_SQRTPI_H 0x1.20dd750429b6dp+0h
#define M_SQRT2_H 0x1.6a09e667f3bcdp+0h
#define M_SQRT1_2_H 0x1.6a09e667f3bcdp-1h
)";

// Values of samplers are SPIR-V's packed literal as the translator reads it; of channels, those of CL/cl.h.
constexpr std::string_view kSynchronisationAndImages = R"(
typedef uint cl_mem_fence_flags;
#define CLK_LOCAL_MEM_FENCE 0x01
#define CLK_GLOBAL_MEM_FENCE 0x02
#define CLK_ADDRESS_NONE 0
#define CLK_ADDRESS_CLAMP_TO_EDGE 2
#define CLK_ADDRESS_CLAMP 4
#define CLK_ADDRESS_REPEAT 6
#define CLK_ADDRESS_MIRRORED_REPEAT 8
#define CLK_NORMALIZED_COORDS_FALSE 0
#define CLK_NORMALIZED_COORDS_TRUE 1
#define CLK_FILTER_NEAREST 0x10
#define CLK_FILTER_LINEAR 0x20
#define CLK_R 0x10B0
#define CLK_A 0x10B1
#define CLK_RG 0x10B2
#define CLK_RA 0x10B3
#define CLK_RGB 0x10B4
#define CLK_RGBA 0x10B5
#define CLK_BGRA 0x10B6
#define CLK_ARGB 0x10B7
#define CLK_INTENSITY 0x10B8
#define CLK_LUMINANCE 0x10B9
#define CLK_Rx 0x10BA
#define CLK_RGx 0x10BB
#define CLK_RGBx 0x10BC
#define CLK_DEPTH 0x10BD
#define CLK_DEPTH_STENCIL 0x10BE
#define CLK_SNORM_INT8 0x10D0
#define CLK_SNORM_INT16 0x10D1
#define CLK_UNORM_INT8 0x10D2
#define CLK_UNORM_INT16 0x10D3
#define CLK_UNORM_SHORT_565 0x10D4
#define CLK_UNORM_SHORT_555 0x10D5
#define CLK_UNORM_INT_101010 0x10D6
#define CLK_SIGNED_INT8 0x10D7
#define CLK_SIGNED_INT16 0x10D8
#define CLK_SIGNED_INT32 0x10D9
#define CLK_UNSIGNED_INT8 0x10DA
#define CLK_UNSIGNED_INT16 0x10DB
#define CLK_UNSIGNED_INT32 0x10DC
#define CLK_HALF_FLOAT 0x10DD
#define CLK_FLOAT 0x10DE
#define CLK_UNORM_INT24 0x10DF
#define __kernel_exec(X, typen) \
  __kernel __attribute__((work_group_size_hint(X, 1, 1))) __attribute__((vec_type_hint(typen)))
#define kernel_exec(X, typen) __kernel_exec(X, typen)
)";

constexpr std::string_view kVersion120 = R"(
int printf(__constant const char* format, ...) __attribute__((format(printf, 1, 2)));
)";

// Since OpenCL C 2.0. The enumerators are what clang puts into its atomic instructions.
constexpr std::string_view kVersion200 = R"(
#define CLK_IMAGE_MEM_FENCE 0x04
#define CLK_sRGB 0x10BF
#define CLK_sRGBx 0x10C0
#define CLK_sRGBA 0x10C1
#define CLK_sBGRA 0x10C2
#define CLK_ABGR 0x10C3
#define ATOMIC_VAR_INIT(x) (x)
#define ATOMIC_FLAG_INIT 0
typedef enum memory_scope {
  memory_scope_work_item = __OPENCL_MEMORY_SCOPE_WORK_ITEM,
  memory_scope_work_group = __OPENCL_MEMORY_SCOPE_WORK_GROUP,
  memory_scope_device = __OPENCL_MEMORY_SCOPE_DEVICE,
#ifdef __opencl_c_atomic_scope_all_devices
  memory_scope_all_svm_devices = __OPENCL_MEMORY_SCOPE_ALL_SVM_DEVICES,
#if __OPENCL_C_VERSION__ >= 300
  memory_scope_all_devices = memory_scope_all_svm_devices,
#endif
#endif
#ifdef __opencl_subgroup_builtins
  memory_scope_sub_group = __OPENCL_MEMORY_SCOPE_SUB_GROUP,
#endif
} memory_scope;
typedef enum memory_order {
  memory_order_relaxed = __ATOMIC_RELAXED,
  memory_order_acquire = __ATOMIC_ACQUIRE,
  memory_order_release = __ATOMIC_RELEASE,
  memory_order_acq_rel = __ATOMIC_ACQ_REL,
#ifdef __opencl_c_atomic_order_seq_cst
  memory_order_seq_cst = __ATOMIC_SEQ_CST,
#endif
} memory_order;
#ifdef __opencl_c_pipes
#define CLK_NULL_RESERVE_ID (__builtin_astype(((void*)(__SIZE_MAX__)), reserve_id_t))
#endif
)";

constexpr std::string_view kDeviceEnqueue = R"(
#define CL_COMPLETE 0x0
#define CL_RUNNING 0x1
#define CL_SUBMITTED 0x2
#define CL_QUEUED 0x3
#define CLK_SUCCESS 0
#define CLK_ENQUEUE_FAILURE -101
#define CLK_INVALID_QUEUE -102
#define CLK_INVALID_NDRANGE -160
#define CLK_INVALID_EVENT_WAIT_LIST -57
#define CLK_DEVICE_QUEUE_FULL -161
#define CLK_INVALID_ARG_SIZE -51
#define CLK_EVENT_ALLOCATION_FAILURE -100
#define CLK_OUT_OF_RESOURCES -5
#define CLK_NULL_QUEUE 0
#define CLK_NULL_EVENT (__builtin_astype(((__SIZE_MAX__)), clk_event_t))
#define CLK_ENQUEUE_FLAGS_NO_WAIT 0x0
#define CLK_ENQUEUE_FLAGS_WAIT_KERNEL 0x1
#define CLK_ENQUEUE_FLAGS_WAIT_WORK_GROUP 0x2
#define CLK_PROFILING_COMMAND_EXEC_TIME 0x1
typedef int kernel_enqueue_flags_t;
typedef int clk_profiling_info;
typedef struct {
  unsigned int workDimension;
  size_t globalWorkOffset[3];
  size_t globalWorkSize[3];
  size_t localWorkSize[3];
} ndrange_t;
)";

void put(std::string& text, std::initializer_list<std::string_view> parts) {
  for (const std::string_view part : parts) text += part;
}

void define(std::string& text, std::string_view name) {
  put(text, {"#ifndef ", name, "\n#define ", name, " 1\n#endif\n"});
}

// Vector types and as_ reinterpretation (6.4.4) of one scalar type.
void vectors(std::string& text, const std::string& scalar) {
  put(text, {"#define as_", scalar, "(x) __builtin_astype((x), ", scalar, ")\n"});
  for (const int width : kWidths) {
    const std::string count = std::to_string(width);
    const std::string vector = scalar + count;
    put(text, {"typedef ", scalar, " ", vector, " __attribute__((ext_vector_type(", count, ")));\n"});
    put(text, {"#define as_", vector, "(x) __builtin_astype((x), ", vector, ")\n"});
  }
}

// Macros of what the device has. clang defines those it knows itself, where the language version has them.
void features(std::string& text, const Language& language) {
  for (const std::string& name : language.extensions) {
    // Makes clang take the name in a program's own pragma without a warning.
    put(text, {"#pragma OPENCL EXTENSION ", name, " : begin\n#pragma OPENCL EXTENSION ", name, " : end\n"});
    const bool later = name == "cl_khr_subgroups" || name == "cl_khr_mipmap_image" ||
                       name == "cl_khr_mipmap_image_writes" || name == "cl_khr_srgb_image_writes";
    if (later && language.version < 200) continue;
    define(text, name);
  }
  if (language.version == 300) {
    for (const std::string& name : language.features) define(text, name);
  }
  if (language.version == 200) {
    // What OpenCL C 2.0 has without asking, as the later version's names.
    for (const char* name : {"__opencl_c_generic_address_space", "__opencl_c_work_group_collective_functions",
                             "__opencl_c_atomic_order_acq_rel", "__opencl_c_atomic_order_seq_cst",
                             "__opencl_c_atomic_scope_device", "__opencl_c_atomic_scope_all_devices",
                             "__opencl_c_program_scope_global_variables", "__opencl_c_read_write_images"}) {
      define(text, name);
    }
    for (const char* name : {"__opencl_c_images", "__opencl_c_pipes", "__opencl_c_device_enqueue"}) {
      if (language.has(name)) define(text, name);
    }
  }
  text +=
      "#ifndef __opencl_c_generic_address_space\n#define __opencl_c_named_address_space_builtins 1\n#endif\n";
  if (language.has("cl_intel_subgroups") ||
      (language.version >= 200 &&
       (language.has("cl_khr_subgroups") || language.has("__opencl_c_subgroups")))) {
    text += "#define __opencl_subgroup_builtins 1\n";
  }
}

void declare(std::string& text, std::string_view result, std::string_view name,
             std::initializer_list<std::string_view> parameters) {
  put(text, {result, " __attribute__((overloadable, convergent)) ", name, "("});
  put(text, parameters);
  text += ");\n";
}

// Block reads and writes of one element type; `suffix` as the cl_intel_subgroups family appends it.
void intelBlocks(std::string& text, const std::string& scalar, const std::string& suffix, bool images) {
  for (const char* count : {"", "2", "4", "8"}) {
    const std::string type = scalar + count;
    const std::string read = "intel_sub_group_block_read" + suffix + count;
    const std::string write = "intel_sub_group_block_write" + suffix + count;
    declare(text, type, read, {"const __global ", scalar, "*"});
    declare(text, "void", write, {"__global ", scalar, "*, ", type});
    if (!images) continue;
    declare(text, type, read, {"read_only image2d_t, int2"});
    declare(text, "void", write, {"write_only image2d_t, int2, ", type});
  }
}

// clang 15 declares none of these.
void intelSubgroups(std::string& text, const Language& language) {
  std::vector<std::string> types = {"int", "uint", "float", "long", "ulong"};
  for (const char* scalar : {"int", "uint", "float"}) {
    for (const char* count : {"2", "3", "4", "8", "16"}) types.push_back(scalar + std::string(count));
  }
  if (language.has("cl_khr_fp16")) types.emplace_back("half");
  if (language.has("cl_khr_fp64")) types.emplace_back("double");
  if (language.has("cl_intel_subgroups_short")) {
    types.insert(types.end(),
                 {"short", "ushort", "short2", "ushort2", "short4", "ushort4", "short8", "ushort8"});
  }
  if (language.has("cl_intel_subgroups_char")) types.insert(types.end(), {"char", "uchar"});
  for (const std::string& type : types) {
    declare(text, type, "intel_sub_group_shuffle", {type, ", uint"});
    declare(text, type, "intel_sub_group_shuffle_xor", {type, ", uint"});
    declare(text, type, "intel_sub_group_shuffle_up", {type, ", ", type, ", uint"});
    declare(text, type, "intel_sub_group_shuffle_down", {type, ", ", type, ", uint"});
  }
  intelBlocks(text, "uint", "", language.images);
  if (language.has("cl_intel_subgroups_short")) {
    intelBlocks(text, "uint", "_ui", language.images);
    intelBlocks(text, "ushort", "_us", language.images);
  }
  if (language.has("cl_intel_subgroups_char")) intelBlocks(text, "uchar", "_uc", language.images);
  if (language.has("cl_intel_subgroups_long")) intelBlocks(text, "ulong", "_ul", language.images);
}

}  // namespace

std::string baseHeader(const Language& language) {
  std::string text = "#pragma clang system_header\n";
  features(text, language);
  text += kScalars;
  for (const char* type : kIntegers) vectors(text, type);
  vectors(text, "float");
  text += kConstants;
  if (language.has("cl_khr_fp16")) {
    text += "#pragma OPENCL EXTENSION cl_khr_fp16 : enable\n";
    vectors(text, "half");
    text += kHalf;
  }
  if (language.has("cl_khr_fp64")) {
    if (language.version < 120) text += "#pragma OPENCL EXTENSION cl_khr_fp64 : enable\n";
    vectors(text, "double");
    text += kDouble;
  }
  text += kSynchronisationAndImages;
  if (language.version >= 120) text += kVersion120;
  if (language.version >= 200) {
    text += kVersion200;
    if (language.has("__opencl_c_device_enqueue")) text += kDeviceEnqueue;
  }
  if (language.has("cl_intel_subgroups")) intelSubgroups(text, language);
  text += "#pragma OPENCL EXTENSION all : disable\n";
  // OpenCL C 1.x asks for a pragma before half and double and writes to 3D images. Intel's compiler does not,
  // and programs that only ever met that one have none.
  for (const char* name : {"cl_khr_fp16", "cl_khr_fp64", "cl_khr_3d_image_writes"}) {
    if (language.has(name)) put(text, {"#pragma OPENCL EXTENSION ", name, " : enable\n"});
  }
  return text;
}

}  // namespace clze::clc
