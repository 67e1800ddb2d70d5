// Images of a pose's driver and hardware: how imported ones are taken to be laid out, what size views of
// chroma planes have, whose the fd is, and queues that are not there. Run once for each pose (SOFTGPU_POSE).
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <string_view>
#include <vector>

#include "softgpu/tiling.h"
#include "tests/unit/softgpu/ze/driver/fixture.h"

namespace softgpu::test {
namespace {

constexpr uint32_t kWidth = 256, kHeight = 64;

bool posing(std::string_view name) {
  const char* poses = std::getenv("SOFTGPU_POSE");
  return poses != nullptr && std::string_view(poses).find(name) != std::string_view::npos;
}

class PoseOfImages : public DriverTest {
 protected:
  void SetUp() override {
    DriverTest::SetUp();
    if (posing("no-images")) GTEST_SKIP() << "the device has no images";
  }
  static ze_image_desc_t imageDesc(ze_image_format_layout_t layout, const void* pNext = nullptr) {
    auto desc = described<ze_image_desc_t>(ZE_STRUCTURE_TYPE_IMAGE_DESC, pNext);
    desc.type = ZE_IMAGE_TYPE_2D;
    desc.format = {layout,
                   ZE_IMAGE_FORMAT_TYPE_UNORM,
                   ZE_IMAGE_FORMAT_SWIZZLE_R,
                   ZE_IMAGE_FORMAT_SWIZZLE_0,
                   ZE_IMAGE_FORMAT_SWIZZLE_0,
                   ZE_IMAGE_FORMAT_SWIZZLE_1};
    desc.width = kWidth;
    desc.height = kHeight;
    desc.depth = 1;
    return desc;
  }
  ze_image_handle_t image(const ze_image_desc_t& desc) {
    ze_image_handle_t made = nullptr;
    EXPECT_EQ(zeImageCreate(context, device, &desc, &made), ZE_RESULT_SUCCESS);
    atEnd([=] { EXPECT_EQ(zeImageDestroy(made), ZE_RESULT_SUCCESS); });
    return made;
  }
  ze_image_handle_t imported(int fd) {
    auto import = described<ze_external_memory_import_fd_t>(ZE_STRUCTURE_TYPE_EXTERNAL_MEMORY_IMPORT_FD);
    import.flags = ZE_EXTERNAL_MEMORY_TYPE_FLAG_DMA_BUF;
    import.fd = fd;
    return image(imageDesc(ZE_IMAGE_FORMAT_LAYOUT_8, &import));
  }
  static int memory() {
    const int fd = memfd_create("test", MFD_CLOEXEC);
    EXPECT_EQ(ftruncate(fd, 1 << 20), 0);
    return fd;
  }
};

TEST_F(PoseOfImages, ImportedOnesAreTiledAsTheHardwareWouldHaveThem) {
  const Tiling tiling = posing("tgl") ? Tiling::Y : posing("dg2") ? Tiling::Tile4 : Tiling::Linear;
  const int fd = memory();
  const auto* bytes = static_cast<uint8_t*>(mmap(nullptr, 1 << 20, PROT_READ, MAP_SHARED, fd, 0));
  ASSERT_NE(bytes, MAP_FAILED);
  const auto target = imported(fd);
  std::vector<uint8_t> texels(kWidth * kHeight);
  for (size_t i = 0; i < texels.size(); ++i) texels[i] = static_cast<uint8_t>(i * 7 + i / 251);
  const auto list = immediate(ZE_COMMAND_QUEUE_MODE_SYNCHRONOUS);
  ASSERT_EQ(zeCommandListAppendImageCopyFromMemory(list, target, texels.data(), nullptr, nullptr, 0, nullptr),
            ZE_RESULT_SUCCESS);
  size_t wrong = 0, moved = 0;
  for (uint64_t y = 0; y < kHeight; ++y) {
    for (uint64_t x = 0; x < kWidth; ++x) {
      wrong += bytes[tiledOffset(tiling, kWidth, x, y)] != texels[y * kWidth + x] ? 1 : 0;
      moved += bytes[y * kWidth + x] != texels[y * kWidth + x] ? 1 : 0;
    }
  }
  EXPECT_EQ(wrong, 0U);
  EXPECT_EQ(moved != 0, tiling != Tiling::Linear);
  std::vector<uint8_t> back(texels.size());
  ASSERT_EQ(zeCommandListAppendImageCopyToMemory(list, back.data(), target, nullptr, nullptr, 0, nullptr),
            ZE_RESULT_SUCCESS);
  EXPECT_EQ(back, texels);
  EXPECT_EQ(munmap(const_cast<uint8_t*>(bytes), 1 << 20), 0);
}

// Of images every driver takes the fd; of memory see TakeTheFdOfImportedMemoryAsTheDriverDoes.
TEST_F(PoseOfImages, ImportsTakeTheFd) {
  const int fd = memory();
  imported(fd);
  EXPECT_EQ(fcntl(fd, F_GETFD), -1);
}

// By the function that all poses' drivers have. A copy of a region tells where the view ends.
TEST_F(PoseOfImages, ViewsOfChromaPlanesHaveTheSizeThatTheDriverGivesThem) {
  const struct {
    ze_image_format_layout_t frame, view;
    bool isFrame;
  } rows[] = {
      {ZE_IMAGE_FORMAT_LAYOUT_NV12, ZE_IMAGE_FORMAT_LAYOUT_8_8, posing("22.43")},
      {ZE_IMAGE_FORMAT_LAYOUT_P010, ZE_IMAGE_FORMAT_LAYOUT_16_16, posing("22.43") || posing("26.27")}};
  for (const auto& row : rows) {
    const auto frame = image(imageDesc(row.frame));
    for (const uint32_t plane : {0U, 1U}) {
      auto planar = described<ze_image_view_planar_exp_desc_t>(ZE_STRUCTURE_TYPE_IMAGE_VIEW_PLANAR_EXP_DESC);
      planar.planeIndex = plane;
      const auto luma =
          row.view == ZE_IMAGE_FORMAT_LAYOUT_8_8 ? ZE_IMAGE_FORMAT_LAYOUT_8 : ZE_IMAGE_FORMAT_LAYOUT_16;
      auto desc = imageDesc(plane == 0 ? luma : row.view, &planar);
      if (plane == 1) desc.format.y = ZE_IMAGE_FORMAT_SWIZZLE_G;
      ze_image_handle_t view = nullptr;
      ASSERT_EQ(zeImageViewCreateExp(context, device, &desc, frame, &view), ZE_RESULT_SUCCESS);
      const bool whole = plane == 0 || row.isFrame;
      const uint32_t width = whole ? kWidth : kWidth / 2, height = whole ? kHeight : kHeight / 2;
      const auto list = immediate(ZE_COMMAND_QUEUE_MODE_SYNCHRONOUS);
      uint32_t texel = 0;
      const auto copyAt = [&](uint32_t x, uint32_t y) {
        const ze_image_region_t region = {x, y, 0, 1, 1, 1};
        return zeCommandListAppendImageCopyFromMemory(list, view, &texel, &region, nullptr, 0, nullptr);
      };
      EXPECT_EQ(copyAt(width - 1, 0), ZE_RESULT_SUCCESS) << plane;
      EXPECT_EQ(copyAt(0, height / 2 - 1), ZE_RESULT_SUCCESS) << plane;
      EXPECT_NE(copyAt(width, 0), ZE_RESULT_SUCCESS) << plane;
      EXPECT_NE(copyAt(0, height), ZE_RESULT_SUCCESS) << plane;
      EXPECT_EQ(zeImageDestroy(view), ZE_RESULT_SUCCESS);
    }
  }
}

class PoseOfQueues : public DriverTest {};

TEST_F(PoseOfQueues, ThereAreAsManyAsTheGroupSays) {
  uint32_t count = 0;
  ASSERT_EQ(zeDeviceGetCommandQueueGroupProperties(device, &count, nullptr), ZE_RESULT_SUCCESS);
  std::vector<ze_command_queue_group_properties_t> groups(
      count,
      described<ze_command_queue_group_properties_t>(ZE_STRUCTURE_TYPE_COMMAND_QUEUE_GROUP_PROPERTIES));
  ASSERT_EQ(zeDeviceGetCommandQueueGroupProperties(device, &count, groups.data()), ZE_RESULT_SUCCESS);
  for (uint32_t group = 0; group < count; ++group) {
    for (uint32_t index = 0; index <= groups[group].numQueues; ++index) {
      auto desc = described<ze_command_queue_desc_t>(ZE_STRUCTURE_TYPE_COMMAND_QUEUE_DESC);
      desc.ordinal = group;
      desc.index = index;
      ze_command_queue_handle_t made = nullptr;
      const bool there = index < groups[group].numQueues;
      EXPECT_EQ(zeCommandQueueCreate(context, device, &desc, &made),
                there ? ZE_RESULT_SUCCESS : ZE_RESULT_ERROR_INVALID_ARGUMENT);
      if (there) {
        EXPECT_EQ(zeCommandQueueDestroy(made), ZE_RESULT_SUCCESS);
      }
    }
  }
}

}  // namespace
}  // namespace softgpu::test
