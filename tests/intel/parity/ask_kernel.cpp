// What kernels say of themselves: arguments, work-groups, sub-groups; and programs.
#include <array>
#include <cstring>
#include <vector>

#include "tests/intel/parity/ask.h"

namespace clze::parity {
namespace {

constexpr char kSource[] = R"(
typedef struct { int a; float4 b; } Pair;
kernel void plain(global int* out, const global float* restrict in, constant int* table, local short* scratch, int n, float4 v,
                  Pair pair) {
  out[get_global_id(0)] = (int)in[get_global_id(0)] + table[0] + n + (int)v.x + pair.a + scratch[0];
}
kernel void images(read_only image2d_t from, write_only image2d_t to, sampler_t sampler, read_only image3d_t volume) {
  const int2 at = (int2)(get_global_id(0), get_global_id(1));
  write_imagef(to, at, read_imagef(from, sampler, at) + read_imagef(volume, sampler, (int4)(at, 0, 0)));
}
kernel __attribute__((reqd_work_group_size(8, 4, 2))) void fixed(global int* out) { out[get_global_id(0)] = 1; }
kernel __attribute__((work_group_size_hint(16, 1, 1))) __attribute__((vec_type_hint(float4))) void hinted(global float4* out) {
  out[get_global_id(0)] = 1;
}
kernel void local_memory(global int* out) {
  local int shared[256];
  shared[get_local_id(0) & 255] = out[get_global_id(0)];
  barrier(CLK_LOCAL_MEM_FENCE);
  out[get_global_id(0)] = shared[(get_local_id(0) + 1) & 255];
}
kernel void private_memory(global int* out, int n) {
  int many[512];
  for (int i = 0; i < 512; ++i) many[i] = out[i * n];
  for (int i = 0; i < 512; ++i) out[i] = many[(many[i] + n) & 511];
}
kernel void empty() {}
)";

struct Name {
  Kind kind;
  cl_uint value;
  const char* text;
};
#define CLZE_NAME(kind, name) \
  Name { Kind::kind, name, #name }
constexpr std::array kKernel = {
    CLZE_NAME(Text, CL_KERNEL_FUNCTION_NAME), CLZE_NAME(Number, CL_KERNEL_NUM_ARGS),
    CLZE_NAME(Number, CL_KERNEL_REFERENCE_COUNT), CLZE_NAME(Text, CL_KERNEL_ATTRIBUTES)};
constexpr std::array kArgument = {
    CLZE_NAME(Bits, CL_KERNEL_ARG_ADDRESS_QUALIFIER), CLZE_NAME(Bits, CL_KERNEL_ARG_ACCESS_QUALIFIER),
    CLZE_NAME(Text, CL_KERNEL_ARG_TYPE_NAME), CLZE_NAME(Bits, CL_KERNEL_ARG_TYPE_QUALIFIER),
    CLZE_NAME(Text, CL_KERNEL_ARG_NAME)};
constexpr std::array kWorkGroup = {CLZE_NAME(Number, CL_KERNEL_WORK_GROUP_SIZE),
                                   CLZE_NAME(Sizes, CL_KERNEL_COMPILE_WORK_GROUP_SIZE),
                                   CLZE_NAME(Number, CL_KERNEL_LOCAL_MEM_SIZE),
                                   CLZE_NAME(Number, CL_KERNEL_PREFERRED_WORK_GROUP_SIZE_MULTIPLE),
                                   CLZE_NAME(Number, CL_KERNEL_PRIVATE_MEM_SIZE),
                                   CLZE_NAME(Number, CL_KERNEL_SPILL_MEM_SIZE_INTEL),
                                   CLZE_NAME(Sizes, CL_KERNEL_GLOBAL_WORK_SIZE)};
constexpr std::array kSubGroup = {CLZE_NAME(Number, CL_KERNEL_MAX_SUB_GROUP_SIZE_FOR_NDRANGE),
                                  CLZE_NAME(Number, CL_KERNEL_SUB_GROUP_COUNT_FOR_NDRANGE),
                                  CLZE_NAME(Sizes, CL_KERNEL_LOCAL_SIZE_FOR_SUB_GROUP_COUNT),
                                  CLZE_NAME(Number, CL_KERNEL_MAX_NUM_SUB_GROUPS),
                                  CLZE_NAME(Number, CL_KERNEL_COMPILE_NUM_SUB_GROUPS),
                                  CLZE_NAME(Number, CL_KERNEL_COMPILE_SUB_GROUP_SIZE_INTEL)};
constexpr std::array kProgram = {CLZE_NAME(Number, CL_PROGRAM_NUM_DEVICES),
                                 CLZE_NAME(Number, CL_PROGRAM_NUM_KERNELS),
                                 CLZE_NAME(Text, CL_PROGRAM_KERNEL_NAMES),
                                 CLZE_NAME(Text, CL_PROGRAM_IL),
                                 CLZE_NAME(Number, CL_PROGRAM_SCOPE_GLOBAL_CTORS_PRESENT),
                                 CLZE_NAME(Number, CL_PROGRAM_SCOPE_GLOBAL_DTORS_PRESENT)};
constexpr std::array kBuild = {
    CLZE_NAME(Number, CL_PROGRAM_BUILD_STATUS), CLZE_NAME(Text, CL_PROGRAM_BUILD_OPTIONS),
    CLZE_NAME(Text, CL_PROGRAM_BUILD_LOG), CLZE_NAME(Number, CL_PROGRAM_BINARY_TYPE),
    CLZE_NAME(Number, CL_PROGRAM_BUILD_GLOBAL_VARIABLE_TOTAL_SIZE)};
#undef CLZE_NAME

void askKernel(cl_kernel kernel, const std::string& key) {
  for (const Name& name : kKernel) {
    ask(key + "." + name.text, name.kind, [kernel, &name](size_t size, void* value, size_t* returned) {
      return clGetKernelInfo(kernel, name.value, size, value, returned);
    });
  }
  cl_uint count = 0;
  clGetKernelInfo(kernel, CL_KERNEL_NUM_ARGS, sizeof(count), &count, nullptr);
  for (cl_uint index = 0; index < count; ++index) {
    for (const Name& name : kArgument) {
      ask(key + ".argument " + std::to_string(index) + "." + name.text, name.kind,
          [kernel, index, &name](size_t size, void* value, size_t* returned) {
            return clGetKernelArgInfo(kernel, index, name.value, size, value, returned);
          });
    }
  }
  for (const Name& name : kWorkGroup) {
    ask(key + "." + name.text, name.kind, [kernel, &name](size_t size, void* value, size_t* returned) {
      return clGetKernelWorkGroupInfo(kernel, setup().device, name.value, size, value, returned);
    });
  }
  for (const Name& name : kSubGroup) {
    // Input: a local size, or for the one that asks for a local size, a count.
    const size_t local[3] = {64, 2, 1};
    const size_t subGroups = 4;
    const bool fromCount = name.value == CL_KERNEL_LOCAL_SIZE_FOR_SUB_GROUP_COUNT;
    std::array<unsigned char, 3 * sizeof(size_t)> bytes = {};
    size_t size = 0;
    const cl_int code = clGetKernelSubGroupInfo(
        kernel, setup().device, name.value, fromCount ? sizeof(subGroups) : sizeof(local),
        fromCount ? static_cast<const void*>(&subGroups) : local, fromCount ? bytes.size() : sizeof(size_t),
        bytes.data(), &size);
    ask(key + "." + name.text, name.kind, [code, &bytes, size](size_t, void* value, size_t* returned) {
      if (returned != nullptr) *returned = size;
      if (value != nullptr) std::memcpy(value, bytes.data(), std::min(size, bytes.size()));
      return code;
    });
  }
}

}  // namespace

void askKernels() {
  for (const char* options : {"-cl-kernel-arg-info", "", "-cl-std=CL3.0", "-cl-std=CL2.0"}) {
    const std::string where = std::string("kernels[") + options + "]";
    cl_program program = build(kSource, options);
    answer(where, program != nullptr ? "built" : "does not build");
    if (program == nullptr) continue;
    for (const Name& name : kProgram) {
      ask(where + "." + name.text, name.kind, [program, &name](size_t size, void* value, size_t* returned) {
        return clGetProgramInfo(program, name.value, size, value, returned);
      });
    }
    for (const Name& name : kBuild) {
      ask(where + "." + name.text, name.kind, [program, &name](size_t size, void* value, size_t* returned) {
        return clGetProgramBuildInfo(program, setup().device, name.value, size, value, returned);
      });
    }
    if (std::strstr(options, "CL2") != nullptr) continue;
    for (const char* name :
         {"plain", "images", "fixed", "hinted", "local_memory", "private_memory", "empty"}) {
      cl_int code = CL_SUCCESS;
      cl_kernel kernel = clCreateKernel(program, name, &code);
      const std::string key = where + "." + name;
      answer(key, errorName(code));
      if (code == CL_SUCCESS) askKernel(kernel, key);
    }
  }
}

}  // namespace clze::parity
