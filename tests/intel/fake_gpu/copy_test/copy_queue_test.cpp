// Intel's Level Zero driver on the fake device's copy engines: what it submits there moves real bytes,
// through buffers and through the tiled images of the part; and a copy engine ends the wait of a compute
// engine.
#include <gtest/gtest.h>
#include <level_zero/ze_api.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

namespace {

constexpr uint64_t patience = 60'000'000'000;  // ns
constexpr size_t bufferBytes = 300'000;        // no multiple of anything

template <auto destroy>
struct Destroy {
  template <class Handle>
  void operator()(Handle* handle) const {
    destroy(handle);
  }
};
using List = std::unique_ptr<_ze_command_list_handle_t, Destroy<zeCommandListDestroy>>;
using Image = std::unique_ptr<_ze_image_handle_t, Destroy<zeImageDestroy>>;
using Event = std::unique_ptr<_ze_event_handle_t, Destroy<zeEventDestroy>>;
using Pool = std::unique_ptr<_ze_event_pool_handle_t, Destroy<zeEventPoolDestroy>>;
using ZeContext = std::unique_ptr<_ze_context_handle_t, Destroy<zeContextDestroy>>;

class CopyQueue : public testing::Test {
 protected:
  struct Free {
    ze_context_handle_t context;
    void operator()(void* memory) const { zeMemFree(context, memory); }
  };
  using Memory = std::unique_ptr<void, Free>;

  void SetUp() override {
    ASSERT_EQ(zeInit(0), ZE_RESULT_SUCCESS);
    uint32_t one = 1;
    ze_driver_handle_t driver = nullptr;
    ASSERT_EQ(zeDriverGet(&one, &driver), ZE_RESULT_SUCCESS);
    const ze_context_desc_t description{ZE_STRUCTURE_TYPE_CONTEXT_DESC, nullptr, 0};
    ze_context_handle_t made = nullptr;
    ASSERT_EQ(zeContextCreate(driver, &description, &made), ZE_RESULT_SUCCESS);
    context.reset(made);
    ASSERT_EQ(zeDeviceGet(driver, &one, &device), ZE_RESULT_SUCCESS);
    uint32_t count = 0;
    ASSERT_EQ(zeDeviceGetCommandQueueGroupProperties(device, &count, nullptr), ZE_RESULT_SUCCESS);
    std::vector<ze_command_queue_group_properties_t> groups(count);
    for (auto& group : groups) group.stype = ZE_STRUCTURE_TYPE_COMMAND_QUEUE_GROUP_PROPERTIES;
    ASSERT_EQ(zeDeviceGetCommandQueueGroupProperties(device, &count, groups.data()), ZE_RESULT_SUCCESS);
    copyGroup = count;
    for (uint32_t at = 0; at < count; ++at) {
      if (!(groups[at].flags & ZE_COMMAND_QUEUE_GROUP_PROPERTY_FLAG_COMPUTE)) copyGroup = at;
    }
    ASSERT_LT(copyGroup, count) << "the part has no queue that only copies";
    ze_event_pool_desc_t pools{ZE_STRUCTURE_TYPE_EVENT_POOL_DESC, nullptr, ZE_EVENT_POOL_FLAG_HOST_VISIBLE,
                               2};
    ze_event_pool_handle_t pool = nullptr;
    ASSERT_EQ(zeEventPoolCreate(context.get(), &pools, 1, &device, &pool), ZE_RESULT_SUCCESS);
    events.reset(pool);
    done = event(0);
    list = immediate(copyGroup);
    source = host();
    result = host();
    for (size_t at = 0; at < bufferBytes; ++at) bytes(source)[at] = static_cast<uint8_t>(at * 31 + at / 777);
    std::memset(result.get(), 0, bufferBytes);
  }

  static uint8_t* bytes(const Memory& memory) { return static_cast<uint8_t*>(memory.get()); }

  Event event(uint32_t index) {
    const ze_event_desc_t description{ZE_STRUCTURE_TYPE_EVENT_DESC, nullptr, index, ZE_EVENT_SCOPE_FLAG_HOST,
                                      ZE_EVENT_SCOPE_FLAG_HOST};
    ze_event_handle_t made = nullptr;
    EXPECT_EQ(zeEventCreate(events.get(), &description, &made), ZE_RESULT_SUCCESS);
    return Event(made);
  }

  List immediate(uint32_t group) {
    ze_command_queue_desc_t description{};
    description.stype = ZE_STRUCTURE_TYPE_COMMAND_QUEUE_DESC;
    description.ordinal = group;
    description.mode = ZE_COMMAND_QUEUE_MODE_ASYNCHRONOUS;
    ze_command_list_handle_t made = nullptr;
    EXPECT_EQ(zeCommandListCreateImmediate(context.get(), device, &description, &made), ZE_RESULT_SUCCESS);
    return List(made);
  }

  Memory host() {
    const ze_host_mem_alloc_desc_t description{ZE_STRUCTURE_TYPE_HOST_MEM_ALLOC_DESC, nullptr, 0};
    void* made = nullptr;
    EXPECT_EQ(zeMemAllocHost(context.get(), &description, bufferBytes, 64, &made), ZE_RESULT_SUCCESS);
    return Memory(made, Free{context.get()});
  }

  Memory onDevice() {
    const ze_device_mem_alloc_desc_t description{ZE_STRUCTURE_TYPE_DEVICE_MEM_ALLOC_DESC, nullptr, 0, 0};
    void* made = nullptr;
    EXPECT_EQ(zeMemAllocDevice(context.get(), &description, bufferBytes, 64, device, &made),
              ZE_RESULT_SUCCESS);
    return Memory(made, Free{context.get()});
  }

  void barrier() {
    EXPECT_EQ(zeCommandListAppendBarrier(list.get(), nullptr, 0, nullptr), ZE_RESULT_SUCCESS);
  }

  void finish() {
    ASSERT_EQ(zeCommandListAppendSignalEvent(list.get(), done.get()), ZE_RESULT_SUCCESS);
    ASSERT_EQ(zeEventHostSynchronize(done.get(), patience), ZE_RESULT_SUCCESS);
    ASSERT_EQ(zeEventHostReset(done.get()), ZE_RESULT_SUCCESS);
  }

  ZeContext context;
  ze_device_handle_t device = nullptr;
  uint32_t copyGroup = 0;
  Pool events;
  Event done;
  List list;
  Memory source, result;
};

TEST_F(CopyQueue, BufferThroughTheDevice) {
  const Memory buffer = onDevice();
  ASSERT_EQ(
      zeCommandListAppendMemoryCopy(list.get(), buffer.get(), source.get(), bufferBytes, nullptr, 0, nullptr),
      ZE_RESULT_SUCCESS);
  barrier();
  ASSERT_EQ(
      zeCommandListAppendMemoryCopy(list.get(), result.get(), buffer.get(), bufferBytes, nullptr, 0, nullptr),
      ZE_RESULT_SUCCESS);
  finish();
  EXPECT_EQ(std::memcmp(result.get(), source.get(), bufferBytes), 0);
}

TEST_F(CopyQueue, Fill) {
  const uint8_t value = 0x78;
  ASSERT_EQ(zeCommandListAppendMemoryFill(list.get(), result.get(), &value, 1, bufferBytes - 5, nullptr, 0,
                                          nullptr),
            ZE_RESULT_SUCCESS);
  finish();
  EXPECT_EQ(std::count(bytes(result), bytes(result) + bufferBytes, value),
            static_cast<long>(bufferBytes - 5));
  EXPECT_EQ(bytes(result)[bufferBytes - 5], 0);
}

TEST_F(CopyQueue, RegionOfThreeDimensions) {
  const ze_copy_region_t from{1, 5, 0, 50, 40, 3}, to{3, 2, 1, 50, 40, 3};
  ASSERT_EQ(zeCommandListAppendMemoryCopyRegion(list.get(), result.get(), &to, 100, 100 * 60, source.get(),
                                                &from, 128, 128 * 70, nullptr, 0, nullptr),
            ZE_RESULT_SUCCESS);
  finish();
  for (size_t z = 0; z < 3; ++z) {
    for (size_t y = 0; y < 40; ++y) {
      ASSERT_EQ(std::memcmp(bytes(result) + (z + 1) * 6000 + (y + 2) * 100 + 3,
                            bytes(source) + z * 128 * 70 + (y + 5) * 128 + 1, 50),
                0)
          << y << " " << z;
    }
  }
}

struct ImageCase {
  const char* name;
  ze_image_type_t type;
  ze_image_format_layout_t layout;
  uint32_t elementBytes;
};

class CopyQueueImage : public CopyQueue, public testing::WithParamInterface<ImageCase> {};

TEST_P(CopyQueueImage, ThroughTheDevice) {
  constexpr uint32_t width = 100, depth = 3;
  const ImageCase& given = GetParam();
  const uint32_t height = given.type == ZE_IMAGE_TYPE_1D ? 1 : 37;
  const bool isArray = given.type == ZE_IMAGE_TYPE_2DARRAY, isVolume = given.type == ZE_IMAGE_TYPE_3D;
  ze_image_desc_t description{};
  description.stype = ZE_STRUCTURE_TYPE_IMAGE_DESC;
  description.type = given.type;
  description.format.layout = given.layout;
  description.format.type = ZE_IMAGE_FORMAT_TYPE_UINT;
  description.width = width;
  description.height = height;
  description.depth = isVolume ? depth : 1;
  description.arraylevels = isArray ? depth : 0;
  ze_image_handle_t made = nullptr;
  ASSERT_EQ(zeImageCreate(context.get(), device, &description, &made), ZE_RESULT_SUCCESS);
  const Image image(made);
  const ze_image_region_t whole{0, 0, 0, width, height, isArray || isVolume ? depth : 1};
  const size_t size = size_t{width} * height * whole.depth * given.elementBytes;
  ASSERT_LE(size, bufferBytes);
  ASSERT_EQ(
      zeCommandListAppendImageCopyFromMemory(list.get(), made, source.get(), &whole, nullptr, 0, nullptr),
      ZE_RESULT_SUCCESS);
  barrier();
  ASSERT_EQ(zeCommandListAppendImageCopyToMemory(list.get(), result.get(), made, &whole, nullptr, 0, nullptr),
            ZE_RESULT_SUCCESS);
  finish();
  EXPECT_EQ(std::memcmp(result.get(), source.get(), size), 0);
}

INSTANTIATE_TEST_SUITE_P(
    Kinds, CopyQueueImage,
    testing::Values(ImageCase{"R8Line", ZE_IMAGE_TYPE_1D, ZE_IMAGE_FORMAT_LAYOUT_8, 1},
                    ImageCase{"R8", ZE_IMAGE_TYPE_2D, ZE_IMAGE_FORMAT_LAYOUT_8, 1},
                    ImageCase{"Rg16", ZE_IMAGE_TYPE_2D, ZE_IMAGE_FORMAT_LAYOUT_16_16, 4},
                    ImageCase{"Rgba8", ZE_IMAGE_TYPE_2D, ZE_IMAGE_FORMAT_LAYOUT_8_8_8_8, 4},
                    ImageCase{"Rgba32", ZE_IMAGE_TYPE_2D, ZE_IMAGE_FORMAT_LAYOUT_32_32_32_32, 16},
                    ImageCase{"R8Array", ZE_IMAGE_TYPE_2DARRAY, ZE_IMAGE_FORMAT_LAYOUT_8, 1},
                    ImageCase{"Rgba8Array", ZE_IMAGE_TYPE_2DARRAY, ZE_IMAGE_FORMAT_LAYOUT_8_8_8_8, 4},
                    ImageCase{"R8Volume", ZE_IMAGE_TYPE_3D, ZE_IMAGE_FORMAT_LAYOUT_8, 1},
                    ImageCase{"Rgba8Volume", ZE_IMAGE_TYPE_3D, ZE_IMAGE_FORMAT_LAYOUT_8_8_8_8, 4},
                    ImageCase{"Rgba32Volume", ZE_IMAGE_TYPE_3D, ZE_IMAGE_FORMAT_LAYOUT_32_32_32_32, 16}),
    [](const testing::TestParamInfo<ImageCase>& info) { return std::string(info.param.name); });

// The compute engine waits in a semaphore; the copy engine's job ends it.
TEST_F(CopyQueue, EndsAWaitOfTheOtherEngine) {
  const Event first = event(1);
  const List compute = immediate(0);
  ze_event_handle_t waitFor = first.get();
  ASSERT_EQ(zeCommandListAppendWaitOnEvents(compute.get(), 1, &waitFor), ZE_RESULT_SUCCESS);
  ASSERT_EQ(zeCommandListAppendSignalEvent(compute.get(), done.get()), ZE_RESULT_SUCCESS);
  EXPECT_EQ(zeEventQueryStatus(done.get()), ZE_RESULT_NOT_READY);
  ASSERT_EQ(zeCommandListAppendSignalEvent(list.get(), first.get()), ZE_RESULT_SUCCESS);
  EXPECT_EQ(zeEventHostSynchronize(done.get(), patience), ZE_RESULT_SUCCESS);
}

}  // namespace
