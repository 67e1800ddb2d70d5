// clGetDeviceInfo: every query of OpenCL 3.0, table 5 of 4.2, its size and, where there is one, its minimum
// for a full profile device.
#include <algorithm>
#include <cstring>

#include "tests/support/cl_fixture.h"

namespace clze::test {
namespace {

class ClGetDeviceInfo : public ClTest {
 protected:
  static std::vector<cl_name_version> names(cl_device_info name) {
    size_t size = 0;
    EXPECT_EQ(clGetDeviceInfo(device, name, 0, nullptr, &size), CL_SUCCESS);
    EXPECT_EQ(size % sizeof(cl_name_version), 0U);
    std::vector<cl_name_version> entries(size / sizeof(cl_name_version));
    EXPECT_EQ(clGetDeviceInfo(device, name, size, entries.data(), nullptr), CL_SUCCESS);
    return entries;
  }
  static bool has(const std::vector<cl_name_version>& entries, const char* name) {
    return std::any_of(entries.begin(), entries.end(),
                       [name](const cl_name_version& entry) { return std::strcmp(entry.name, name) == 0; });
  }
};

struct Query {
  cl_device_info name;
  size_t size;  // bytes; 0: a string
};

constexpr Query kQueries[] = {
    {CL_DEVICE_TYPE, sizeof(cl_device_type)},
    {CL_DEVICE_VENDOR_ID, sizeof(cl_uint)},
    {CL_DEVICE_MAX_COMPUTE_UNITS, sizeof(cl_uint)},
    {CL_DEVICE_MAX_WORK_ITEM_DIMENSIONS, sizeof(cl_uint)},
    {CL_DEVICE_MAX_WORK_ITEM_SIZES, 3 * sizeof(size_t)},
    {CL_DEVICE_MAX_WORK_GROUP_SIZE, sizeof(size_t)},
    {CL_DEVICE_PREFERRED_VECTOR_WIDTH_CHAR, sizeof(cl_uint)},
    {CL_DEVICE_PREFERRED_VECTOR_WIDTH_SHORT, sizeof(cl_uint)},
    {CL_DEVICE_PREFERRED_VECTOR_WIDTH_INT, sizeof(cl_uint)},
    {CL_DEVICE_PREFERRED_VECTOR_WIDTH_LONG, sizeof(cl_uint)},
    {CL_DEVICE_PREFERRED_VECTOR_WIDTH_FLOAT, sizeof(cl_uint)},
    {CL_DEVICE_PREFERRED_VECTOR_WIDTH_DOUBLE, sizeof(cl_uint)},
    {CL_DEVICE_PREFERRED_VECTOR_WIDTH_HALF, sizeof(cl_uint)},
    {CL_DEVICE_NATIVE_VECTOR_WIDTH_CHAR, sizeof(cl_uint)},
    {CL_DEVICE_NATIVE_VECTOR_WIDTH_SHORT, sizeof(cl_uint)},
    {CL_DEVICE_NATIVE_VECTOR_WIDTH_INT, sizeof(cl_uint)},
    {CL_DEVICE_NATIVE_VECTOR_WIDTH_LONG, sizeof(cl_uint)},
    {CL_DEVICE_NATIVE_VECTOR_WIDTH_FLOAT, sizeof(cl_uint)},
    {CL_DEVICE_NATIVE_VECTOR_WIDTH_DOUBLE, sizeof(cl_uint)},
    {CL_DEVICE_NATIVE_VECTOR_WIDTH_HALF, sizeof(cl_uint)},
    {CL_DEVICE_MAX_CLOCK_FREQUENCY, sizeof(cl_uint)},
    {CL_DEVICE_ADDRESS_BITS, sizeof(cl_uint)},
    {CL_DEVICE_MAX_MEM_ALLOC_SIZE, sizeof(cl_ulong)},
    {CL_DEVICE_IMAGE_SUPPORT, sizeof(cl_bool)},
    {CL_DEVICE_MAX_READ_IMAGE_ARGS, sizeof(cl_uint)},
    {CL_DEVICE_MAX_WRITE_IMAGE_ARGS, sizeof(cl_uint)},
    {CL_DEVICE_MAX_READ_WRITE_IMAGE_ARGS, sizeof(cl_uint)},
    {CL_DEVICE_IL_VERSION, 0},
    {CL_DEVICE_IMAGE2D_MAX_WIDTH, sizeof(size_t)},
    {CL_DEVICE_IMAGE2D_MAX_HEIGHT, sizeof(size_t)},
    {CL_DEVICE_IMAGE3D_MAX_WIDTH, sizeof(size_t)},
    {CL_DEVICE_IMAGE3D_MAX_HEIGHT, sizeof(size_t)},
    {CL_DEVICE_IMAGE3D_MAX_DEPTH, sizeof(size_t)},
    {CL_DEVICE_IMAGE_MAX_BUFFER_SIZE, sizeof(size_t)},
    {CL_DEVICE_IMAGE_MAX_ARRAY_SIZE, sizeof(size_t)},
    {CL_DEVICE_MAX_SAMPLERS, sizeof(cl_uint)},
    {CL_DEVICE_IMAGE_PITCH_ALIGNMENT, sizeof(cl_uint)},
    {CL_DEVICE_IMAGE_BASE_ADDRESS_ALIGNMENT, sizeof(cl_uint)},
    {CL_DEVICE_MAX_PIPE_ARGS, sizeof(cl_uint)},
    {CL_DEVICE_PIPE_MAX_ACTIVE_RESERVATIONS, sizeof(cl_uint)},
    {CL_DEVICE_PIPE_MAX_PACKET_SIZE, sizeof(cl_uint)},
    {CL_DEVICE_MAX_PARAMETER_SIZE, sizeof(size_t)},
    {CL_DEVICE_MEM_BASE_ADDR_ALIGN, sizeof(cl_uint)},
    {CL_DEVICE_MIN_DATA_TYPE_ALIGN_SIZE, sizeof(cl_uint)},
    {CL_DEVICE_SINGLE_FP_CONFIG, sizeof(cl_device_fp_config)},
    {CL_DEVICE_DOUBLE_FP_CONFIG, sizeof(cl_device_fp_config)},
    {CL_DEVICE_GLOBAL_MEM_CACHE_TYPE, sizeof(cl_device_mem_cache_type)},
    {CL_DEVICE_GLOBAL_MEM_CACHELINE_SIZE, sizeof(cl_uint)},
    {CL_DEVICE_GLOBAL_MEM_CACHE_SIZE, sizeof(cl_ulong)},
    {CL_DEVICE_GLOBAL_MEM_SIZE, sizeof(cl_ulong)},
    {CL_DEVICE_MAX_CONSTANT_BUFFER_SIZE, sizeof(cl_ulong)},
    {CL_DEVICE_MAX_CONSTANT_ARGS, sizeof(cl_uint)},
    {CL_DEVICE_MAX_GLOBAL_VARIABLE_SIZE, sizeof(size_t)},
    {CL_DEVICE_GLOBAL_VARIABLE_PREFERRED_TOTAL_SIZE, sizeof(size_t)},
    {CL_DEVICE_LOCAL_MEM_TYPE, sizeof(cl_device_local_mem_type)},
    {CL_DEVICE_LOCAL_MEM_SIZE, sizeof(cl_ulong)},
    {CL_DEVICE_ERROR_CORRECTION_SUPPORT, sizeof(cl_bool)},
    {CL_DEVICE_HOST_UNIFIED_MEMORY, sizeof(cl_bool)},
    {CL_DEVICE_PROFILING_TIMER_RESOLUTION, sizeof(size_t)},
    {CL_DEVICE_ENDIAN_LITTLE, sizeof(cl_bool)},
    {CL_DEVICE_AVAILABLE, sizeof(cl_bool)},
    {CL_DEVICE_COMPILER_AVAILABLE, sizeof(cl_bool)},
    {CL_DEVICE_LINKER_AVAILABLE, sizeof(cl_bool)},
    {CL_DEVICE_EXECUTION_CAPABILITIES, sizeof(cl_device_exec_capabilities)},
    {CL_DEVICE_QUEUE_ON_HOST_PROPERTIES, sizeof(cl_command_queue_properties)},
    {CL_DEVICE_QUEUE_ON_DEVICE_PROPERTIES, sizeof(cl_command_queue_properties)},
    {CL_DEVICE_QUEUE_ON_DEVICE_PREFERRED_SIZE, sizeof(cl_uint)},
    {CL_DEVICE_QUEUE_ON_DEVICE_MAX_SIZE, sizeof(cl_uint)},
    {CL_DEVICE_MAX_ON_DEVICE_QUEUES, sizeof(cl_uint)},
    {CL_DEVICE_MAX_ON_DEVICE_EVENTS, sizeof(cl_uint)},
    {CL_DEVICE_BUILT_IN_KERNELS, 0},
    {CL_DEVICE_PLATFORM, sizeof(cl_platform_id)},
    {CL_DEVICE_NAME, 0},
    {CL_DEVICE_VENDOR, 0},
    {CL_DRIVER_VERSION, 0},
    {CL_DEVICE_PROFILE, 0},
    {CL_DEVICE_VERSION, 0},
    {CL_DEVICE_NUMERIC_VERSION, sizeof(cl_version)},
    {CL_DEVICE_OPENCL_C_VERSION, 0},
    {CL_DEVICE_EXTENSIONS, 0},
    {CL_DEVICE_PRINTF_BUFFER_SIZE, sizeof(size_t)},
    {CL_DEVICE_PREFERRED_INTEROP_USER_SYNC, sizeof(cl_bool)},
    {CL_DEVICE_PARENT_DEVICE, sizeof(cl_device_id)},
    {CL_DEVICE_PARTITION_MAX_SUB_DEVICES, sizeof(cl_uint)},
    {CL_DEVICE_PARTITION_PROPERTIES, sizeof(cl_device_partition_property)},
    {CL_DEVICE_PARTITION_AFFINITY_DOMAIN, sizeof(cl_device_affinity_domain)},
    {CL_DEVICE_REFERENCE_COUNT, sizeof(cl_uint)},
    {CL_DEVICE_SVM_CAPABILITIES, sizeof(cl_device_svm_capabilities)},
    {CL_DEVICE_PREFERRED_PLATFORM_ATOMIC_ALIGNMENT, sizeof(cl_uint)},
    {CL_DEVICE_PREFERRED_GLOBAL_ATOMIC_ALIGNMENT, sizeof(cl_uint)},
    {CL_DEVICE_PREFERRED_LOCAL_ATOMIC_ALIGNMENT, sizeof(cl_uint)},
    {CL_DEVICE_MAX_NUM_SUB_GROUPS, sizeof(cl_uint)},
    {CL_DEVICE_SUB_GROUP_INDEPENDENT_FORWARD_PROGRESS, sizeof(cl_bool)},
    {CL_DEVICE_ATOMIC_MEMORY_CAPABILITIES, sizeof(cl_device_atomic_capabilities)},
    {CL_DEVICE_ATOMIC_FENCE_CAPABILITIES, sizeof(cl_device_atomic_capabilities)},
    {CL_DEVICE_NON_UNIFORM_WORK_GROUP_SUPPORT, sizeof(cl_bool)},
    {CL_DEVICE_WORK_GROUP_COLLECTIVE_FUNCTIONS_SUPPORT, sizeof(cl_bool)},
    {CL_DEVICE_GENERIC_ADDRESS_SPACE_SUPPORT, sizeof(cl_bool)},
    {CL_DEVICE_DEVICE_ENQUEUE_CAPABILITIES, sizeof(cl_device_device_enqueue_capabilities)},
    {CL_DEVICE_PIPE_SUPPORT, sizeof(cl_bool)},
    {CL_DEVICE_PREFERRED_WORK_GROUP_SIZE_MULTIPLE, sizeof(size_t)},
    {CL_DEVICE_LATEST_CONFORMANCE_VERSION_PASSED, 0},
};

TEST_F(ClGetDeviceInfo, RefusesOtherHandlesAndUnknownNames) {
  cl_uint value = 7;
  EXPECT_EQ(clGetDeviceInfo(reinterpret_cast<cl_device_id>(platform), CL_DEVICE_VENDOR_ID, sizeof(value),
                            &value, nullptr),
            CL_INVALID_DEVICE);
  EXPECT_EQ(clGetDeviceInfo(device, CL_PLATFORM_NAME, sizeof(value), &value, nullptr), CL_INVALID_VALUE);
  EXPECT_EQ(value, 7U);
}

TEST_F(ClGetDeviceInfo, RefusesTooLittleRoomForEveryQuery) {
  std::vector<char> room(4096);
  for (const Query& query : kQueries) {
    size_t size = query.size;
    if (size == 0) {
      EXPECT_EQ(clGetDeviceInfo(device, query.name, 0, nullptr, &size), CL_SUCCESS);
    }
    EXPECT_EQ(clGetDeviceInfo(device, query.name, size - 1, room.data(), nullptr), CL_INVALID_VALUE)
        << std::hex << query.name;
  }
}

TEST_F(ClGetDeviceInfo, AnswersEveryQueryInItsSize) {
  std::vector<char> room(4096);
  for (const Query& query : kQueries) {
    size_t size = 0, written = 0;
    ASSERT_EQ(clGetDeviceInfo(device, query.name, 0, nullptr, &size), CL_SUCCESS) << std::hex << query.name;
    EXPECT_EQ(clGetDeviceInfo(device, query.name, room.size(), room.data(), &written), CL_SUCCESS);
    EXPECT_EQ(written, size) << std::hex << query.name;
    if (query.size != 0) {
      EXPECT_EQ(size, query.size) << std::hex << query.name;
    } else {
      EXPECT_EQ(std::strlen(room.data()) + 1, size) << std::hex << query.name;
    }
  }
}

TEST_F(ClGetDeviceInfo, IsAGpuOfThisPlatform) {
  EXPECT_EQ(deviceInfo<cl_device_type>(CL_DEVICE_TYPE), cl_device_type{CL_DEVICE_TYPE_GPU});
  EXPECT_EQ(deviceInfo<cl_platform_id>(CL_DEVICE_PLATFORM), platform);
  EXPECT_EQ(deviceInfo<cl_device_id>(CL_DEVICE_PARENT_DEVICE), nullptr);
  EXPECT_EQ(deviceInfo<cl_uint>(CL_DEVICE_REFERENCE_COUNT), 1U);
  EXPECT_EQ(deviceInfo<cl_bool>(CL_DEVICE_AVAILABLE), cl_bool{CL_TRUE});
  EXPECT_EQ(deviceInfo<cl_bool>(CL_DEVICE_COMPILER_AVAILABLE), cl_bool{CL_TRUE});
  EXPECT_EQ(deviceInfo<cl_bool>(CL_DEVICE_LINKER_AVAILABLE), cl_bool{CL_TRUE});
  EXPECT_EQ(deviceInfo<cl_device_exec_capabilities>(CL_DEVICE_EXECUTION_CAPABILITIES),
            cl_device_exec_capabilities{CL_EXEC_KERNEL});
  EXPECT_EQ(deviceText(CL_DEVICE_PROFILE), "FULL_PROFILE");
}

TEST_F(ClGetDeviceInfo, MeetsTheMinimaOfAFullProfile) {
  EXPECT_GE(deviceInfo<cl_uint>(CL_DEVICE_MAX_COMPUTE_UNITS), 1U);
  EXPECT_GE(deviceInfo<cl_uint>(CL_DEVICE_MAX_WORK_ITEM_DIMENSIONS), 3U);
  for (const size_t items : deviceInfo<std::array<size_t, 3>>(CL_DEVICE_MAX_WORK_ITEM_SIZES)) {
    EXPECT_GE(items, 1U);
  }
  EXPECT_GE(deviceInfo<size_t>(CL_DEVICE_MAX_WORK_GROUP_SIZE), 1U);
  EXPECT_EQ(deviceInfo<cl_uint>(CL_DEVICE_ADDRESS_BITS), 64U);
  const auto global = deviceInfo<cl_ulong>(CL_DEVICE_GLOBAL_MEM_SIZE);
  const auto allocation = deviceInfo<cl_ulong>(CL_DEVICE_MAX_MEM_ALLOC_SIZE);
  EXPECT_GE(allocation, std::max<cl_ulong>(32U << 20U, std::min<cl_ulong>(1U << 30U, global / 4)));
  EXPECT_LE(allocation, global);
  EXPECT_GE(deviceInfo<size_t>(CL_DEVICE_MAX_PARAMETER_SIZE), 1024U);
  EXPECT_GE(deviceInfo<cl_ulong>(CL_DEVICE_MAX_CONSTANT_BUFFER_SIZE), 64U << 10U);
  EXPECT_GE(deviceInfo<cl_uint>(CL_DEVICE_MAX_CONSTANT_ARGS), 8U);
  EXPECT_GE(deviceInfo<cl_ulong>(CL_DEVICE_LOCAL_MEM_SIZE), 32U << 10U);
  EXPECT_GE(deviceInfo<size_t>(CL_DEVICE_PRINTF_BUFFER_SIZE), 1U << 20U);
  EXPECT_GE(deviceInfo<size_t>(CL_DEVICE_PROFILING_TIMER_RESOLUTION), 1U);
  // Bits, of the widest type: long16.
  EXPECT_GE(deviceInfo<cl_uint>(CL_DEVICE_MEM_BASE_ADDR_ALIGN), 1024U);
}

TEST_F(ClGetDeviceInfo, HasNoLimitsOfImagesWithoutThem) {
  if (hasImages(device)) GTEST_SKIP() << "the device has images";
  EXPECT_EQ(deviceInfo<cl_uint>(CL_DEVICE_MAX_READ_IMAGE_ARGS), 0U);
  EXPECT_EQ(deviceInfo<cl_uint>(CL_DEVICE_MAX_SAMPLERS), 0U);
  EXPECT_EQ(deviceInfo<size_t>(CL_DEVICE_IMAGE2D_MAX_WIDTH), 0U);
  EXPECT_EQ(deviceInfo<size_t>(CL_DEVICE_IMAGE_MAX_ARRAY_SIZE), 0U);
  EXPECT_EQ(deviceText(CL_DEVICE_EXTENSIONS).find("cl_intel_va_api_media_sharing"), std::string::npos);
}

TEST_F(ClGetDeviceInfo, MeetsTheMinimaForImages) {
  CLZE_NEEDS_IMAGES(device);
  ASSERT_EQ(deviceInfo<cl_bool>(CL_DEVICE_IMAGE_SUPPORT), cl_bool{CL_TRUE});
  EXPECT_GE(deviceInfo<cl_uint>(CL_DEVICE_MAX_READ_IMAGE_ARGS), 128U);
  EXPECT_GE(deviceInfo<cl_uint>(CL_DEVICE_MAX_WRITE_IMAGE_ARGS), 64U);
  EXPECT_GE(deviceInfo<cl_uint>(CL_DEVICE_MAX_READ_WRITE_IMAGE_ARGS), 64U);
  EXPECT_GE(deviceInfo<cl_uint>(CL_DEVICE_MAX_SAMPLERS), 16U);
  EXPECT_GE(deviceInfo<size_t>(CL_DEVICE_IMAGE2D_MAX_WIDTH), 16384U);
  EXPECT_GE(deviceInfo<size_t>(CL_DEVICE_IMAGE2D_MAX_HEIGHT), 16384U);
  EXPECT_GE(deviceInfo<size_t>(CL_DEVICE_IMAGE3D_MAX_WIDTH), 2048U);
  EXPECT_GE(deviceInfo<size_t>(CL_DEVICE_IMAGE3D_MAX_HEIGHT), 2048U);
  EXPECT_GE(deviceInfo<size_t>(CL_DEVICE_IMAGE3D_MAX_DEPTH), 2048U);
  EXPECT_GE(deviceInfo<size_t>(CL_DEVICE_IMAGE_MAX_BUFFER_SIZE), 65536U);
  EXPECT_GE(deviceInfo<size_t>(CL_DEVICE_IMAGE_MAX_ARRAY_SIZE), 2048U);
}

TEST_F(ClGetDeviceInfo, FloatingPointIsWhatOpenClAsksFor) {
  constexpr cl_device_fp_config kSingle = CL_FP_ROUND_TO_NEAREST | CL_FP_INF_NAN;
  EXPECT_EQ(deviceInfo<cl_device_fp_config>(CL_DEVICE_SINGLE_FP_CONFIG) & kSingle, kSingle);
  const auto wide = deviceInfo<cl_device_fp_config>(CL_DEVICE_DOUBLE_FP_CONFIG);
  constexpr cl_device_fp_config kDouble = CL_FP_FMA | CL_FP_ROUND_TO_NEAREST | CL_FP_INF_NAN | CL_FP_DENORM;
  if (wide != 0) {
    EXPECT_EQ(wide & kDouble, kDouble);
  }
  EXPECT_EQ(deviceInfo<cl_uint>(CL_DEVICE_NATIVE_VECTOR_WIDTH_DOUBLE) != 0, wide != 0);
  EXPECT_EQ(has(names(CL_DEVICE_EXTENSIONS_WITH_VERSION), "cl_khr_fp64"), wide != 0);
  EXPECT_EQ(has(names(CL_DEVICE_OPENCL_C_FEATURES), "__opencl_c_fp64"), wide != 0);
  const bool half = has(names(CL_DEVICE_EXTENSIONS_WITH_VERSION), "cl_khr_fp16");
  EXPECT_EQ(deviceInfo<cl_uint>(CL_DEVICE_NATIVE_VECTOR_WIDTH_HALF) != 0, half);
}

TEST_F(ClGetDeviceInfo, VersionsAgreeInBothForms) {
  EXPECT_EQ(deviceText(CL_DEVICE_VERSION).rfind("OpenCL 3.0 clze ", 0), 0U);
  EXPECT_EQ(deviceInfo<cl_version>(CL_DEVICE_NUMERIC_VERSION), cl_version{CL_MAKE_VERSION(3, 0, 0)});
  // 3.0 devices tell the last version that contains all earlier ones.
  EXPECT_EQ(deviceText(CL_DEVICE_OPENCL_C_VERSION).rfind("OpenCL C 1.2 ", 0), 0U);
  cl_version newest = 0;
  for (const cl_name_version& entry : names(CL_DEVICE_OPENCL_C_ALL_VERSIONS)) {
    EXPECT_STREQ(entry.name, "OpenCL C");
    newest = std::max(newest, entry.version);
  }
  EXPECT_EQ(newest, cl_version{CL_MAKE_VERSION(3, 0, 0)});
}

TEST_F(ClGetDeviceInfo, ExtensionsAndLanguagesAgreeInBothForms) {
  std::string joined;
  for (const cl_name_version& entry : names(CL_DEVICE_EXTENSIONS_WITH_VERSION)) {
    joined += (joined.empty() ? "" : " ") + std::string(entry.name);
    EXPECT_NE(entry.version, 0U) << entry.name;
  }
  EXPECT_EQ(deviceText(CL_DEVICE_EXTENSIONS), joined);
  // OpenCL 1.2 made these part of the core; programs still look for them.
  for (const char* name : {"cl_khr_byte_addressable_store", "cl_khr_global_int32_base_atomics",
                           "cl_khr_global_int32_extended_atomics", "cl_khr_local_int32_base_atomics",
                           "cl_khr_local_int32_extended_atomics", "cl_khr_icd"}) {
    EXPECT_NE((" " + joined + " ").find(" " + std::string(name) + " "), std::string::npos) << name;
  }
  std::string languages;
  for (const cl_name_version& entry : names(CL_DEVICE_ILS_WITH_VERSION)) {
    languages += (languages.empty() ? "" : " ") + std::string(entry.name) + "_" +
                 std::to_string(CL_VERSION_MAJOR(entry.version)) + "." +
                 std::to_string(CL_VERSION_MINOR(entry.version));
  }
  EXPECT_EQ(deviceText(CL_DEVICE_IL_VERSION), languages);
  EXPECT_EQ(deviceText(CL_DEVICE_BUILT_IN_KERNELS), "");
  EXPECT_TRUE(names(CL_DEVICE_BUILT_IN_KERNELS_WITH_VERSION).empty());
}

TEST_F(ClGetDeviceInfo, TellsZeroForWhatItDoesNotHave) {
  EXPECT_EQ(deviceInfo<cl_device_svm_capabilities>(CL_DEVICE_SVM_CAPABILITIES), 0U);
  EXPECT_EQ(deviceInfo<cl_bool>(CL_DEVICE_PIPE_SUPPORT), cl_bool{CL_FALSE});
  EXPECT_EQ(deviceInfo<cl_uint>(CL_DEVICE_MAX_PIPE_ARGS), 0U);
  EXPECT_EQ(deviceInfo<cl_uint>(CL_DEVICE_PARTITION_MAX_SUB_DEVICES), 0U);
  EXPECT_EQ(deviceInfo<cl_device_partition_property>(CL_DEVICE_PARTITION_PROPERTIES), 0);
  EXPECT_EQ(deviceInfo<cl_uint>(CL_DEVICE_MAX_ON_DEVICE_QUEUES), 0U);
  EXPECT_EQ(deviceInfo<cl_device_device_enqueue_capabilities>(CL_DEVICE_DEVICE_ENQUEUE_CAPABILITIES), 0U);
  EXPECT_EQ(deviceInfo<cl_command_queue_properties>(CL_DEVICE_QUEUE_ON_DEVICE_PROPERTIES), 0U);
}

TEST_F(ClGetDeviceInfo, HasTheAtomicsAndQueuesEveryDeviceHas) {
  constexpr cl_device_atomic_capabilities kMemory =
      CL_DEVICE_ATOMIC_ORDER_RELAXED | CL_DEVICE_ATOMIC_SCOPE_WORK_GROUP;
  constexpr cl_device_atomic_capabilities kFence = kMemory | CL_DEVICE_ATOMIC_ORDER_ACQ_REL;
  EXPECT_EQ(deviceInfo<cl_device_atomic_capabilities>(CL_DEVICE_ATOMIC_MEMORY_CAPABILITIES) & kMemory,
            kMemory);
  EXPECT_EQ(deviceInfo<cl_device_atomic_capabilities>(CL_DEVICE_ATOMIC_FENCE_CAPABILITIES) & kFence, kFence);
  constexpr cl_command_queue_properties kQueue =
      CL_QUEUE_PROFILING_ENABLE | CL_QUEUE_OUT_OF_ORDER_EXEC_MODE_ENABLE;
  EXPECT_EQ(deviceInfo<cl_command_queue_properties>(CL_DEVICE_QUEUE_ON_HOST_PROPERTIES), kQueue);
}

TEST_F(ClGetDeviceInfo, TheDriversUuidDoesNotChangeFromProcessToProcess) {
  const auto id = deviceInfo<std::array<cl_uchar, CL_UUID_SIZE_KHR>>(CL_DRIVER_UUID_KHR);
  // Name and version: nothing that depends on when or where the driver was loaded.
  EXPECT_EQ(std::string(id.begin(), id.begin() + 4), "clze");
  EXPECT_TRUE(std::all_of(id.begin() + 8, id.end(), [](cl_uchar byte) { return byte == 0; }));
}

}  // namespace
}  // namespace clze::test
