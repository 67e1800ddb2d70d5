// What CL_DEVICE_OPENCL_C_FEATURES promises, run: OpenCL C 2.0 and the optional features of 3.0.
#include "tests/api/program_fixture.h"

namespace clze::test {
namespace {

class LanguageFeatures : public ProgramTest {
 protected:
  static constexpr size_t kItems = 64, kLocal = 32;
  // Runs `source`'s kernel k(global int* out, global int* more) and returns both.
  std::vector<int32_t> run(const char* source, const char* options) {
    cl_kernel k = kernel(source, "k", options);
    cl_mem out = ints(std::vector<int32_t>(kItems, -1));
    cl_mem more = ints(std::vector<int32_t>(4, 0));
    EXPECT_EQ(set(k, 0, out), CL_SUCCESS);
    EXPECT_EQ(set(k, 1, more), CL_SUCCESS);
    EXPECT_EQ(launch(k, {kItems}, &kLocal), CL_SUCCESS);
    std::vector<int32_t> all = read(out, kItems);
    const std::vector<int32_t> rest = read(more, 4);
    all.insert(all.end(), rest.begin(), rest.end());
    return all;
  }
  static std::vector<int32_t> expected(int32_t even, int32_t odd, std::vector<int32_t> rest) {
    std::vector<int32_t> all;
    for (size_t i = 0; i < kItems; ++i) all.push_back(i % 2 == 0 ? even : odd);
    all.insert(all.end(), rest.begin(), rest.end());
    return all;
  }
};

TEST_F(LanguageFeatures, GenericPointersReachEveryAddressSpace) {
  const char* source =
      "int next(int* p) { return *p + 1; }\n"
      "kernel void k(global int* out, global int* more) {\n"
      "  local int shared; int own = 5;\n"
      "  if (get_local_id(0) == 0) shared = 7;\n"
      "  barrier(CLK_LOCAL_MEM_FENCE);\n"
      "  int* p = get_global_id(0) % 2 ? &own : (int*)&shared;\n"
      "  out[get_global_id(0)] = next(p) + next(more);\n"
      "  if (get_global_id(0) == 0) more[1] = to_global(more) == more && to_local(more) == 0;\n"
      "}";
  for (const char* options : {"-cl-std=CL2.0", "-cl-std=CL3.0"}) {
    DATA_EXPECT_EQ(run(source, options), expected(9, 7, {0, 1, 0, 0})) << options;
  }
}

TEST_F(LanguageFeatures, ProgramScopeVariablesKeepTheirValuesBetweenLaunches) {
  cl_program program = built(
      "global int counter = 3;\nglobal int* constant where = &counter;\n"
      "kernel void add(global int* out) { atomic_add(&counter, 2); }\n"
      "kernel void get(global int* out) { out[0] = counter; out[1] = *where; }",
      "-cl-std=CL3.0");
  cl_mem out = ints({0, 0});
  for (const char* name : {"add", "get"}) {
    cl_kernel k = kernelOf(program, name);
    ASSERT_EQ(set(k, 0, out), CL_SUCCESS);
    ASSERT_EQ(launch(k, {8}), CL_SUCCESS);
  }
  DATA_EXPECT_EQ(read(out, 2), (std::vector<int32_t>{19, 19}));
}

TEST_F(LanguageFeatures, AtomicsOfEveryOrderAndScopeAdd) {
  const char* source =
      "kernel void k(global int* out, global atomic_int* c) {\n"
      "  local atomic_int l;\n"
      "  if (get_local_id(0) == 0) atomic_init(&l, 0);\n"
      "  barrier(CLK_LOCAL_MEM_FENCE);\n"
      "  atomic_fetch_add(c, 1);\n"
      "  atomic_fetch_add_explicit(c + 1, 2, memory_order_seq_cst, memory_scope_all_svm_devices);\n"
      "  atomic_fetch_add_explicit(c + 2, 3, memory_order_acq_rel, memory_scope_device);\n"
      "  atomic_fetch_add_explicit(&l, 1, memory_order_relaxed, memory_scope_work_group);\n"
      "  atomic_work_item_fence(CLK_LOCAL_MEM_FENCE, memory_order_seq_cst, memory_scope_work_group);\n"
      "  barrier(CLK_LOCAL_MEM_FENCE);\n"
      "  out[get_global_id(0)] = atomic_load(&l);\n"
      "}";
  DATA_EXPECT_EQ(run(source, "-cl-std=CL2.0"), expected(kLocal, kLocal, {64, 128, 192, 0}));
  DATA_EXPECT_EQ(run(source, "-cl-std=CL3.0"), expected(kLocal, kLocal, {64, 128, 192, 0}));
}

TEST_F(LanguageFeatures, WorkGroupsComputeTogether) {
  const char* source =
      "kernel void k(global int* out, global int* more) {\n"
      "  const int i = get_local_id(0);\n"
      "  const int sum = work_group_reduce_add(i), first = work_group_broadcast(i + 1, 0);\n"
      "  const int before = work_group_scan_exclusive_add(1), all = work_group_all(i >= 0);\n"
      "  out[get_global_id(0)] = sum + first + (before == i) + all * 10000;\n"
      "}";
  DATA_EXPECT_EQ(run(source, "-cl-std=CL3.0"), expected(10498, 10498, {0, 0, 0, 0}));
}

TEST_F(LanguageFeatures, SubGroupsComputeTogether) {
  const char* source =
      "#ifdef __opencl_c_subgroups\n"
      "kernel void k(global int* out, global int* more) {\n"
      "  const uint size = get_sub_group_size();\n"
      "  const int right = sub_group_reduce_add(1) == size && get_sub_group_local_id() < size &&\n"
      "                    sub_group_broadcast(get_sub_group_id(), 0) == get_sub_group_id() &&\n"
      "                    get_num_sub_groups() * get_max_sub_group_size() >= get_local_size(0);\n"
      "  out[get_global_id(0)] = right;\n"
      "}\n#endif";
  DATA_EXPECT_EQ(run(source, "-cl-std=CL3.0"), expected(1, 1, {0, 0, 0, 0}));
}

// As Intel's compiler has it; OpenCL C 1.x asks for a pragma.
TEST_F(LanguageFeatures, HalfAndDoubleNeedNoPragma) {
  if (deviceText(CL_DEVICE_EXTENSIONS).find("cl_khr_fp16") != std::string::npos) {
    built("kernel void k(global half* a) { a[0] = a[1] + a[2]; }");
  }
  if (deviceInfo<cl_device_fp_config>(CL_DEVICE_DOUBLE_FP_CONFIG) != 0) {
    built("kernel void k(global double* a) { a[0] = a[1] * 2.0; }", "-cl-std=CL1.1");
  }
  if (deviceText(CL_DEVICE_EXTENSIONS).find("cl_khr_3d_image_writes") != std::string::npos) {
    built("kernel void k(write_only image3d_t i) { write_imagef(i, (int4)(0), (float4)(1)); }");
  }
}

TEST_F(LanguageFeatures, QueriesTellWhatTheFeaturesAre) {
  EXPECT_EQ(deviceInfo<cl_bool>(CL_DEVICE_GENERIC_ADDRESS_SPACE_SUPPORT), CL_TRUE);
  EXPECT_EQ(deviceInfo<cl_bool>(CL_DEVICE_WORK_GROUP_COLLECTIVE_FUNCTIONS_SUPPORT), CL_TRUE);
  EXPECT_GE(deviceInfo<size_t>(CL_DEVICE_MAX_GLOBAL_VARIABLE_SIZE), size_t{64} << 10);
  constexpr cl_device_atomic_capabilities kAll =
      CL_DEVICE_ATOMIC_ORDER_RELAXED | CL_DEVICE_ATOMIC_ORDER_ACQ_REL | CL_DEVICE_ATOMIC_ORDER_SEQ_CST |
      CL_DEVICE_ATOMIC_SCOPE_WORK_GROUP | CL_DEVICE_ATOMIC_SCOPE_DEVICE | CL_DEVICE_ATOMIC_SCOPE_ALL_DEVICES;
  EXPECT_EQ(deviceInfo<cl_device_atomic_capabilities>(CL_DEVICE_ATOMIC_MEMORY_CAPABILITIES), kAll);
  EXPECT_EQ(deviceInfo<cl_device_atomic_capabilities>(CL_DEVICE_ATOMIC_FENCE_CAPABILITIES),
            kAll | CL_DEVICE_ATOMIC_SCOPE_WORK_ITEM);
}

}  // namespace
}  // namespace clze::test
