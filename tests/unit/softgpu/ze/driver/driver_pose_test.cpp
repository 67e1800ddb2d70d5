// The devices of a pose, through the real loader: what they say, and that they do as they say. Run once for
// each pose (SOFTGPU_POSE); a test asks only what the pose is about.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <level_zero/ze_api.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace {

bool posing(std::string_view name) {
  const char* poses = std::getenv("SOFTGPU_POSE");
  return poses != nullptr && std::string_view(poses).find(name) != std::string_view::npos;
}

class PoseOfDevices : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_EQ(zeInit(0), ZE_RESULT_SUCCESS);
    uint32_t count = 1;
    ASSERT_EQ(zeDriverGet(&count, &driver), ZE_RESULT_SUCCESS);
    count = 0;
    ASSERT_EQ(zeDeviceGet(driver, &count, nullptr), ZE_RESULT_SUCCESS);
    devices.resize(count);
    ASSERT_EQ(zeDeviceGet(driver, &count, devices.data()), ZE_RESULT_SUCCESS);
    const ze_context_desc_t desc = {ZE_STRUCTURE_TYPE_CONTEXT_DESC, nullptr, 0};
    ASSERT_EQ(zeContextCreate(driver, &desc, &context), ZE_RESULT_SUCCESS);
  }
  void TearDown() override { EXPECT_EQ(zeContextDestroy(context), ZE_RESULT_SUCCESS); }
  static ze_device_properties_t properties(ze_device_handle_t device) {
    ze_device_properties_t found = {};
    found.stype = ZE_STRUCTURE_TYPE_DEVICE_PROPERTIES;
    EXPECT_EQ(zeDeviceGetProperties(device, &found), ZE_RESULT_SUCCESS);
    return found;
  }
  std::vector<ze_device_handle_t> subDevices(ze_device_handle_t device) const {
    uint32_t count = 0;
    EXPECT_EQ(zeDeviceGetSubDevices(device, &count, nullptr), ZE_RESULT_SUCCESS);
    std::vector<ze_device_handle_t> found(count);
    EXPECT_EQ(zeDeviceGetSubDevices(device, &count, found.data()), ZE_RESULT_SUCCESS);
    return found;
  }
  ze_command_list_handle_t list(ze_device_handle_t device, uint32_t ordinal, ze_result_t expected) const {
    ze_command_queue_desc_t desc = {};
    desc.stype = ZE_STRUCTURE_TYPE_COMMAND_QUEUE_DESC;
    desc.ordinal = ordinal;
    desc.mode = ZE_COMMAND_QUEUE_MODE_SYNCHRONOUS;
    ze_command_list_handle_t made = nullptr;
    EXPECT_EQ(zeCommandListCreateImmediate(context, device, &desc, &made), expected);
    return made;
  }
  // Memory of a device is filled by its queue, and says whose it is.
  void expectUsable(ze_device_handle_t device, uint32_t ordinal) const {
    ze_device_mem_alloc_desc_t desc = {ZE_STRUCTURE_TYPE_DEVICE_MEM_ALLOC_DESC, nullptr, 0, 0};
    ze_host_mem_alloc_desc_t hostDesc = {ZE_STRUCTURE_TYPE_HOST_MEM_ALLOC_DESC, nullptr, 0};
    void* memory = nullptr;
    void* host = nullptr;
    ASSERT_EQ(zeMemAllocDevice(context, &desc, 64, 0, device, &memory), ZE_RESULT_SUCCESS);
    ASSERT_EQ(zeMemAllocHost(context, &hostDesc, 64, 0, &host), ZE_RESULT_SUCCESS);
    ze_memory_allocation_properties_t found = {};
    found.stype = ZE_STRUCTURE_TYPE_MEMORY_ALLOCATION_PROPERTIES;
    ze_device_handle_t owner = nullptr;
    EXPECT_EQ(zeMemGetAllocProperties(context, memory, &found, &owner), ZE_RESULT_SUCCESS);
    EXPECT_EQ(owner, device);
    const auto commands = list(device, ordinal, ZE_RESULT_SUCCESS);
    ASSERT_NE(commands, nullptr);
    const uint32_t pattern = 0xa5c3f00d;
    EXPECT_EQ(zeCommandListAppendMemoryFill(commands, memory, &pattern, 4, 64, nullptr, 0, nullptr),
              ZE_RESULT_SUCCESS);
    EXPECT_EQ(zeCommandListAppendMemoryCopy(commands, host, memory, 64, nullptr, 0, nullptr),
              ZE_RESULT_SUCCESS);
    EXPECT_EQ(std::memcmp(static_cast<char*>(host) + 60, &pattern, 4), 0);
    EXPECT_EQ(zeCommandListDestroy(commands), ZE_RESULT_SUCCESS);
    EXPECT_EQ(zeMemFree(context, host), ZE_RESULT_SUCCESS);
    EXPECT_EQ(zeMemFree(context, memory), ZE_RESULT_SUCCESS);
  }

  ze_driver_handle_t driver = nullptr;
  ze_context_handle_t context = nullptr;
  std::vector<ze_device_handle_t> devices;
};

TEST_F(PoseOfDevices, SayThatTheyAreSoftgpu) {
  for (const auto device : devices) {
    const auto found = properties(device);
    EXPECT_EQ(std::string(found.name).find("softgpu"), 0u);
    EXPECT_EQ(found.vendorId, posing("tgl") || posing("dg2") ? 0x8086u : 0x1c12eu);
    EXPECT_EQ((found.flags & ZE_DEVICE_PROPERTY_FLAG_INTEGRATED) == 0, posing("discrete") || posing("dg2"));
  }
}

// Memory comes in pages of the device; only strict mode finds what runs past its end within one.
TEST_F(PoseOfDevices, HaveMemoryInPages) {
  if (std::getenv("SOFTGPU_STRICT") != nullptr) GTEST_SKIP() << "guards are where the memory ends";
  const ze_device_mem_alloc_desc_t desc = {ZE_STRUCTURE_TYPE_DEVICE_MEM_ALLOC_DESC, nullptr, 0, 0};
  void* memory = nullptr;
  ASSERT_EQ(zeMemAllocDevice(context, &desc, 100, 0, devices[0], &memory), ZE_RESULT_SUCCESS);
  static_cast<volatile char*>(memory)[65535] = 1;
  EXPECT_EQ(zeMemFree(context, memory), ZE_RESULT_SUCCESS);
}

TEST_F(PoseOfDevices, AreAsManyAsThePoseHas) {
  EXPECT_EQ(devices.size(), posing("two-devices") ? 2u : posing("eight-devices") ? 8u : 1u);
  std::set<std::string> uuids;
  const size_t parts = posing("two-subdevices") ? 2 : posing("four-subdevices") ? 4 : 0;
  for (const auto device : devices) {
    const auto root = properties(device);
    EXPECT_EQ(root.flags & ZE_DEVICE_PROPERTY_FLAG_SUBDEVICE, 0u);
    uuids.insert(std::string(reinterpret_cast<const char*>(root.uuid.id), sizeof(root.uuid.id)));
    const auto subs = subDevices(device);
    ASSERT_EQ(subs.size(), parts);
    for (uint32_t i = 0; i < subs.size(); ++i) {
      const auto part = properties(subs[i]);
      EXPECT_NE(part.flags & ZE_DEVICE_PROPERTY_FLAG_SUBDEVICE, 0u);
      EXPECT_EQ(part.subdeviceId, i);
      EXPECT_TRUE(subDevices(subs[i]).empty());
      uuids.insert(std::string(reinterpret_cast<const char*>(part.uuid.id), sizeof(part.uuid.id)));
      expectUsable(subs[i], 0);
    }
    expectUsable(device, 0);
    for (const auto peer : devices) {
      ze_bool_t access = 0;
      EXPECT_EQ(zeDeviceCanAccessPeer(device, peer, &access), ZE_RESULT_SUCCESS);
      EXPECT_TRUE(access);
    }
  }
  EXPECT_EQ(uuids.size(), devices.size() * (1 + parts));
}

TEST_F(PoseOfDevices, QueueGroupsAreCheckedAndTheLastMayOnlyCopy) {
  const bool copies = posing("copy-queue") || posing("dg2");
  uint32_t count = 0;
  ASSERT_EQ(zeDeviceGetCommandQueueGroupProperties(devices[0], &count, nullptr), ZE_RESULT_SUCCESS);
  ASSERT_EQ(count, copies ? 2u : 1u);
  ze_command_queue_group_properties_t plain = {};
  plain.stype = ZE_STRUCTURE_TYPE_COMMAND_QUEUE_GROUP_PROPERTIES;
  std::vector<ze_command_queue_group_properties_t> groups(count, plain);
  ASSERT_EQ(zeDeviceGetCommandQueueGroupProperties(devices[0], &count, groups.data()), ZE_RESULT_SUCCESS);
  EXPECT_EQ(groups[0].numQueues, posing("one-queue") ? 1u : 4u);
  list(devices[0], count, ZE_RESULT_ERROR_INVALID_ARGUMENT);
  if (!copies) return;
  EXPECT_EQ(groups[1].flags,
            ze_command_queue_group_property_flags_t{ZE_COMMAND_QUEUE_GROUP_PROPERTY_FLAG_COPY});
  const auto commands = list(devices[0], 1, ZE_RESULT_SUCCESS);
  const ze_group_count_t groupsOfLaunch = {1, 1, 1};
  EXPECT_EQ(zeCommandListAppendLaunchKernel(commands, nullptr, &groupsOfLaunch, nullptr, 0, nullptr),
            ZE_RESULT_ERROR_INVALID_COMMAND_LIST_TYPE);
  EXPECT_EQ(zeCommandListDestroy(commands), ZE_RESULT_SUCCESS);
  expectUsable(devices[0], 1);
}

TEST_F(PoseOfDevices, LackWhatThePoseLacks) {
  ze_device_module_properties_t module = {};
  module.stype = ZE_STRUCTURE_TYPE_DEVICE_MODULE_PROPERTIES;
  ASSERT_EQ(zeDeviceGetModuleProperties(devices[0], &module), ZE_RESULT_SUCCESS);
  EXPECT_EQ((module.flags & ZE_DEVICE_MODULE_FLAG_FP64) == 0,
            posing("no-fp64") || posing("tgl") || posing("dg2"));
  EXPECT_EQ((module.flags & ZE_DEVICE_MODULE_FLAG_FP16) == 0, posing("no-fp16"));
  ze_device_image_properties_t images = {};
  images.stype = ZE_STRUCTURE_TYPE_DEVICE_IMAGE_PROPERTIES;
  ASSERT_EQ(zeDeviceGetImageProperties(devices[0], &images), ZE_RESULT_SUCCESS);
  EXPECT_EQ(images.maxImageDims2D == 0, posing("no-images"));
  ze_sampler_desc_t sampler = {};
  sampler.stype = ZE_STRUCTURE_TYPE_SAMPLER_DESC;
  ze_sampler_handle_t made = nullptr;
  EXPECT_EQ(zeSamplerCreate(context, devices[0], &sampler, &made),
            posing("no-images") ? ZE_RESULT_ERROR_UNSUPPORTED_FEATURE : ZE_RESULT_SUCCESS);
  if (made != nullptr) {
    EXPECT_EQ(zeSamplerDestroy(made), ZE_RESULT_SUCCESS);
  }
}

TEST_F(PoseOfDevices, RefuseModulesThatNeedWhatThePoseLacks) {
  const bool noDouble = posing("no-fp64") || posing("tgl") || posing("dg2");
  const struct {
    uint32_t capability;
    const char* name;
    bool lacking;
  } rows[] = {{9, "half", posing("no-fp16")}, {10, "double", noDouble}, {6, "", false}};
  for (const auto& row : rows) {
    // The header, OpCapability Addressable, and that of the row.
    const uint32_t words[] = {0x07230203,    0x00010000,    0, 1, 0, 2U << 16 | 17, 4,
                              2U << 16 | 17, row.capability};
    ze_module_desc_t desc = {};
    desc.stype = ZE_STRUCTURE_TYPE_MODULE_DESC;
    desc.format = ZE_MODULE_FORMAT_IL_SPIRV;
    desc.inputSize = sizeof(words);
    desc.pInputModule = reinterpret_cast<const uint8_t*>(words);
    ze_module_handle_t module = nullptr;
    ze_module_build_log_handle_t log = nullptr;
    EXPECT_EQ(zeModuleCreate(context, devices[0], &desc, &module, &log),
              row.lacking ? ZE_RESULT_ERROR_MODULE_BUILD_FAILURE : ZE_RESULT_SUCCESS)
        << row.capability;
    std::string text(256, '\0');
    size_t size = text.size();
    EXPECT_EQ(zeModuleBuildLogGetString(log, &size, text.data()), ZE_RESULT_SUCCESS);
    EXPECT_EQ(text.find(std::string("the device has no ") + row.name) != std::string::npos, row.lacking)
        << text;
    EXPECT_EQ(zeModuleBuildLogDestroy(log), ZE_RESULT_SUCCESS);
    if (module != nullptr) {
      EXPECT_EQ(zeModuleDestroy(module), ZE_RESULT_SUCCESS);
    }
  }
}

TEST_F(PoseOfDevices, TakeTheFdOfImportedMemoryAsTheDriverDoes) {
  constexpr size_t kSize = 4096;
  const int fd = memfd_create("test", MFD_CLOEXEC);
  ASSERT_EQ(ftruncate(fd, kSize), 0);
  ze_external_memory_import_fd_t import = {};
  import.stype = ZE_STRUCTURE_TYPE_EXTERNAL_MEMORY_IMPORT_FD;
  import.flags = ZE_EXTERNAL_MEMORY_TYPE_FLAG_DMA_BUF;
  import.fd = fd;
  const ze_device_mem_alloc_desc_t desc = {ZE_STRUCTURE_TYPE_DEVICE_MEM_ALLOC_DESC, &import, 0, 0};
  void* memory = nullptr;
  EXPECT_EQ(zeMemAllocDevice(context, &desc, 2 * kSize, 0, devices[0], &memory),
            ZE_RESULT_ERROR_INVALID_ARGUMENT);
  EXPECT_GE(fcntl(fd, F_GETFD), 0) << "what is not imported stays the application's";
  ASSERT_EQ(zeMemAllocDevice(context, &desc, kSize, 0, devices[0], &memory), ZE_RESULT_SUCCESS);
  const bool open = fcntl(fd, F_GETFD) >= 0;
  EXPECT_EQ(open, posing("22.43"));
  EXPECT_EQ(zeMemFree(context, memory), ZE_RESULT_SUCCESS);
  if (open) {
    EXPECT_EQ(close(fd), 0);
  }
}

TEST_F(PoseOfDevices, SayWhichVersionTheDriverImplements) {
  ze_api_version_t version{};
  ASSERT_EQ(zeDriverGetApiVersion(driver, &version), ZE_RESULT_SUCCESS);
  EXPECT_EQ(ZE_MAJOR_VERSION(version), 1u);
  EXPECT_EQ(ZE_MINOR_VERSION(version), posing("22.43") ? 3u : posing("26.27") ? 15u : 17u);
  // The loader answers for a table that is empty.
  uint32_t count = 0;
  EXPECT_EQ(zeFabricVertexGetExp(driver, &count, nullptr),
            posing("22.43") ? ZE_RESULT_ERROR_UNSUPPORTED_FEATURE : ZE_RESULT_SUCCESS);
  EXPECT_EQ(count, posing("22.43") ? 0 : devices.size());
}

TEST_F(PoseOfDevices, SubDevicesAreSubVertices) {
  if (posing("22.43")) GTEST_SKIP() << "has no fabrics";
  for (const auto device : devices) {
    ze_fabric_vertex_handle_t vertex = nullptr;
    ASSERT_EQ(zeDeviceGetFabricVertexExp(device, &vertex), ZE_RESULT_SUCCESS);
    const auto parts = subDevices(device);
    uint32_t count = 0;
    ASSERT_EQ(zeFabricVertexGetSubVerticesExp(vertex, &count, nullptr), ZE_RESULT_SUCCESS);
    ASSERT_EQ(count, parts.size());
    std::vector<ze_fabric_vertex_handle_t> vertices(count);
    ASSERT_EQ(zeFabricVertexGetSubVerticesExp(vertex, &count, vertices.data()), ZE_RESULT_SUCCESS);
    for (size_t i = 0; i < parts.size(); ++i) {
      ze_device_handle_t owner = nullptr;
      ASSERT_EQ(zeFabricVertexGetDeviceExp(vertices[i], &owner), ZE_RESULT_SUCCESS);
      EXPECT_EQ(owner, parts[i]);
      ze_fabric_vertex_exp_properties_t found = {};
      found.stype = ZE_STRUCTURE_TYPE_FABRIC_VERTEX_EXP_PROPERTIES;
      ASSERT_EQ(zeFabricVertexGetPropertiesExp(vertices[i], &found), ZE_RESULT_SUCCESS);
      EXPECT_EQ(found.type, ZE_FABRIC_VERTEX_EXP_TYPE_SUBEVICE);
    }
  }
}

TEST_F(PoseOfDevices, OldDriversHaveNoNewerFunctions) {
  void* function = nullptr;
  const bool old = posing("22.43");
  EXPECT_EQ(zeDriverGetExtensionFunctionAddress(driver, "zeImageViewCreateExt", &function),
            old ? ZE_RESULT_ERROR_INVALID_ARGUMENT : ZE_RESULT_SUCCESS);
  EXPECT_EQ(zeDriverGetExtensionFunctionAddress(driver, "zeImageViewCreateExp", &function),
            ZE_RESULT_SUCCESS);
  uint32_t count = 0;
  ASSERT_EQ(zeDriverGetExtensionProperties(driver, &count, nullptr), ZE_RESULT_SUCCESS);
  std::vector<ze_driver_extension_properties_t> extensions(count);
  ASSERT_EQ(zeDriverGetExtensionProperties(driver, &count, extensions.data()), ZE_RESULT_SUCCESS);
  bool newer = false;
  for (const auto& extension : extensions)
    newer |= std::string_view(extension.name) == "ZE_extension_image_view";
  EXPECT_EQ(newer, !old);
}

}  // namespace
