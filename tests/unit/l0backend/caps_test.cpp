// Enumeration and probing on fakes of old and new drivers.
#include <cstring>

#include "fixture.h"
#include "l0backend/caps/probe.h"
#include "l0backend/caps/quirks.h"

namespace clze::l0::test {
namespace {

// One driver with two devices, the first of them no GPU.
struct Machine {
  ze_api_version_t version = ZE_API_VERSION_1_3;
  uint64_t reportedPitch = 0;
  std::vector<std::string> extensions;
  ze_result_t properties12 = ZE_RESULT_SUCCESS;
  uint32_t groupFlags =
      ZE_COMMAND_QUEUE_GROUP_PROPERTY_FLAG_COMPUTE | ZE_COMMAND_QUEUE_GROUP_PROPERTY_FLAG_COPY;
};
Machine* machine = nullptr;

template <class T>
void giveList(uint32_t* count, T* out, const std::vector<T>& items) {
  if (out != nullptr) std::copy(items.begin(), items.end(), out);
  *count = static_cast<uint32_t>(items.size());
}

class CapsTest : public testing::Test {
 protected:
  void SetUp() override {
    machine = &here;
    fake.api.zeDriverGet = [](uint32_t* count, ze_driver_handle_t* out) {
      giveList(count, out, {handleOf<ze_driver_handle_t>(1)});
      return ZE_RESULT_SUCCESS;
    };
    fake.api.zeDeviceGet = [](ze_driver_handle_t, uint32_t* count, ze_device_handle_t* out) {
      giveList(count, out, {handleOf<ze_device_handle_t>(2), handleOf<ze_device_handle_t>(3)});
      return ZE_RESULT_SUCCESS;
    };
    fake.api.zeDriverGetApiVersion = [](ze_driver_handle_t, ze_api_version_t* version) {
      *version = machine->version;
      return ZE_RESULT_SUCCESS;
    };
    fake.api.zeDriverGetExtensionProperties = [](ze_driver_handle_t, uint32_t* count,
                                                 ze_driver_extension_properties_t* out) {
      std::vector<ze_driver_extension_properties_t> all;
      for (const auto& name : machine->extensions) {
        std::strncpy(all.emplace_back().name, name.c_str(), ZE_MAX_EXTENSION_NAME - 1);
      }
      giveList(count, out, all);
      return ZE_RESULT_SUCCESS;
    };
    fake.api.zeDeviceGetProperties = [](ze_device_handle_t device, ze_device_properties_t* out) {
      if (out->stype == ZE_STRUCTURE_TYPE_DEVICE_PROPERTIES_1_2 &&
          machine->properties12 != ZE_RESULT_SUCCESS) {
        return machine->properties12;
      }
      out->type = device == handleOf<ze_device_handle_t>(3) ? ZE_DEVICE_TYPE_GPU : ZE_DEVICE_TYPE_CPU;
      out->vendorId = 0x8086;
      out->flags = ZE_DEVICE_PROPERTY_FLAG_INTEGRATED;
      return ZE_RESULT_SUCCESS;
    };
    fake.api.zeDeviceGetCommandQueueGroupProperties = [](ze_device_handle_t, uint32_t* count,
                                                         ze_command_queue_group_properties_t* out) {
      if (out == nullptr) {
        *count = 2;
        return ZE_RESULT_SUCCESS;
      }
      out[0].flags = ZE_COMMAND_QUEUE_GROUP_PROPERTY_FLAG_COPY;
      out[0].numQueues = 1;
      out[1].flags = machine->groupFlags;
      out[1].numQueues = 4;
      out[1].maxMemoryFillPatternSize = 128;
      return ZE_RESULT_SUCCESS;
    };
    fake.api.zeDeviceGetMemoryProperties = [](ze_device_handle_t, uint32_t* count,
                                              ze_device_memory_properties_t* out) {
      *count = 2;
      if (out != nullptr) out[0].totalSize = 1000, out[1].totalSize = 24;
      return ZE_RESULT_SUCCESS;
    };
    fake.api.zeDeviceGetImageProperties = [](ze_device_handle_t, ze_device_image_properties_t* out) {
      out->maxImageDims2D = 16384;
      return ZE_RESULT_SUCCESS;
    };
    fake.api.zeDeviceGetExternalMemoryProperties = [](ze_device_handle_t,
                                                      ze_device_external_memory_properties_t* out) {
      out->memoryAllocationImportTypes = ZE_EXTERNAL_MEMORY_TYPE_FLAG_DMA_BUF;
      return ZE_RESULT_SUCCESS;
    };
    fake.api.zeDevicePciGetPropertiesExt = [](ze_device_handle_t, ze_pci_ext_properties_t* out) {
      out->address = {0, 3, 2, 1};
      return ZE_RESULT_SUCCESS;
    };
    fake.api.zeImageGetMemoryPropertiesExp = [](ze_image_handle_t, ze_image_memory_properties_exp_t* out) {
      out->rowPitch = machine->reportedPitch;
      return ZE_RESULT_SUCCESS;
    };
  }
  void TearDown() override { EXPECT_EQ(fake.liveObjects(), 0u); }

  // The GPU of the machine, or null.
  const Device* gpu() {
    found = enumerateDrivers();
    return found.empty() ? nullptr : found[0]->devices[0].get();
  }

  Fake fake;
  Machine here;
  std::vector<std::unique_ptr<Driver>> found;
};

TEST_F(CapsTest, OnlyGpusAreFound) {
  const Device* device = gpu();
  ASSERT_NE(device, nullptr);
  EXPECT_EQ(found[0]->devices.size(), 1u);
  EXPECT_EQ(device->handle, handleOf<ze_device_handle_t>(3));
  EXPECT_EQ(device->driver, found[0].get());
  EXPECT_EQ(device->globalMemoryBytes, 1024u);
  EXPECT_TRUE(device->integrated());
  EXPECT_EQ(device->queueGroups.size(), 2u);
  EXPECT_EQ(device->computeGroup.ordinal, 1u);
  EXPECT_EQ(device->computeGroup.maxFillPattern, 128u);
  EXPECT_EQ(device->pci, (PciAddress{0, 3, 2, 1}));
  EXPECT_EQ(device->properties.stype, ZE_STRUCTURE_TYPE_DEVICE_PROPERTIES_1_2);
}

TEST_F(CapsTest, ADriverOfApi14HasTheFallbacksOnly) {
  const Device* device = gpu();
  ASSERT_NE(device, nullptr);
  EXPECT_FALSE(device->caps.inOrderLists);
  EXPECT_FALSE(device->caps.pitchedImages);
  EXPECT_FALSE(device->caps.imageCopyPitches);
  EXPECT_FALSE(device->caps.surfaceLayout.has_value());
  EXPECT_TRUE(device->caps.importDmaBuf);
}

TEST_F(CapsTest, ANewDriverHasAll) {
  here.version = static_cast<ze_api_version_t>(ZE_MAKE_VERSION(1, 12));
  here.reportedPitch = 768;
  here.extensions = {"ZE_extension_image_copy", "ZE_experimental_image_view_planar"};
  const Device* device = gpu();
  ASSERT_NE(device, nullptr);
  EXPECT_TRUE(device->caps.inOrderLists);
  EXPECT_TRUE(device->caps.pitchedImages);
  EXPECT_TRUE(device->caps.imageCopyPitches);
}

TEST_F(CapsTest, PitchedImagesNeedTheDriverToRepeatThePitch) {
  here.reportedPitch = 640;  // it skipped the structure
  const Device* device = gpu();
  ASSERT_NE(device, nullptr);
  EXPECT_FALSE(device->caps.pitchedImages);
  fake.api.zeImageGetMemoryPropertiesExp = nullptr;
  here.reportedPitch = 768;
  EXPECT_FALSE(gpu()->caps.pitchedImages);
}

TEST_F(CapsTest, ARefusedPitchedImageIsNoError) {
  here.reportedPitch = 768;
  fake.failAlways(Fn::zeImageCreate, ZE_RESULT_ERROR_UNSUPPORTED_ENUMERATION);
  const Device* device = gpu();
  ASSERT_NE(device, nullptr);
  EXPECT_FALSE(device->caps.pitchedImages);
}

TEST_F(CapsTest, OldPropertyStructuresWillDo) {
  here.properties12 = ZE_RESULT_ERROR_INVALID_ENUMERATION;
  const Device* device = gpu();
  ASSERT_NE(device, nullptr);
  EXPECT_EQ(device->properties.stype, ZE_STRUCTURE_TYPE_DEVICE_PROPERTIES);
}

TEST_F(CapsTest, ADeviceThatCannotComputeIsLeftOut) {
  here.groupFlags = ZE_COMMAND_QUEUE_GROUP_PROPERTY_FLAG_COPY;
  EXPECT_EQ(gpu(), nullptr);
}

// A device that cannot say is not one without images.
TEST_F(CapsTest, ADeviceThatFailsToTellOfImagesIsLeftOut) {
  fake.api.zeDeviceGetImageProperties = [](ze_device_handle_t, ze_device_image_properties_t*) {
    return ZE_RESULT_ERROR_OUT_OF_HOST_MEMORY;
  };
  EXPECT_EQ(gpu(), nullptr);
  fake.api.zeDeviceGetImageProperties = [](ze_device_handle_t, ze_device_image_properties_t*) {
    return ZE_RESULT_ERROR_UNSUPPORTED_FEATURE;
  };
  const Device* device = gpu();
  ASSERT_NE(device, nullptr);
  EXPECT_EQ(device->image.maxImageDims2D, 0U);
}

TEST_F(CapsTest, ADriverThatFailsIsLeftOut) {
  fake.failAlways(Fn::zeDriverGetProperties, ZE_RESULT_ERROR_UNINITIALIZED);
  EXPECT_EQ(gpu(), nullptr);
}

TEST_F(CapsTest, NoContextMeansNoProbes) {
  here.version = static_cast<ze_api_version_t>(ZE_MAKE_VERSION(1, 12));
  here.reportedPitch = 768;
  fake.failAlways(Fn::zeContextCreate, ZE_RESULT_ERROR_OUT_OF_HOST_MEMORY);
  const Device* device = gpu();
  ASSERT_NE(device, nullptr);
  EXPECT_FALSE(device->caps.inOrderLists);
  EXPECT_FALSE(device->caps.pitchedImages);
}

TEST(QuirksTest, ConditionsAreCompared) {
  Driver driver;
  Device device;
  driver.apiVersion = ZE_API_VERSION_1_3;
  EXPECT_TRUE(hasQuirk(driver, device, Quirk::InOrderFlagUnknown));
  driver.apiVersion = static_cast<ze_api_version_t>(ZE_MAKE_VERSION(1, 9));
  EXPECT_FALSE(hasQuirk(driver, device, Quirk::InOrderFlagUnknown));

  driver.properties.driverVersion = 0x01030000u | 24595;
  EXPECT_FALSE(hasQuirk(driver, device, Quirk::ChromaViewTooLarge8));
  device.properties.vendorId = 0x8086;
  EXPECT_TRUE(hasQuirk(driver, device, Quirk::ChromaViewTooLarge8));
  EXPECT_TRUE(hasQuirk(driver, device, Quirk::ChromaViewTooLarge16));
  driver.properties.driverVersion = 0x01030000u | 26918;
  EXPECT_FALSE(hasQuirk(driver, device, Quirk::ChromaViewTooLarge8));
  EXPECT_TRUE(hasQuirk(driver, device, Quirk::ChromaViewTooLarge16));
  driver.properties.driverVersion = 0x01030000u | 40000;
  EXPECT_FALSE(hasQuirk(driver, device, Quirk::ChromaViewTooLarge16));
}

TEST(SurfaceLayoutTest, IsKnownForTheListedDevicesOnly) {
  const auto tigerLake = surfaceLayout(0x8086, 0x9a49);
  ASSERT_TRUE(tigerLake.has_value());
  EXPECT_EQ(tigerLake->modifier, 0x0100000000000002u);
  EXPECT_TRUE(tigerLake->linearToldApart);
  const auto discrete = surfaceLayout(0x8086, 0x56a0);
  ASSERT_TRUE(discrete.has_value());
  EXPECT_EQ(discrete->modifier, 0x0100000000000009u);
  EXPECT_FALSE(discrete->linearToldApart);
  EXPECT_FALSE(surfaceLayout(0x8086, 0x1916).has_value());
  EXPECT_FALSE(surfaceLayout(0x10de, 0x9a49).has_value());
}

}  // namespace
}  // namespace clze::l0::test
