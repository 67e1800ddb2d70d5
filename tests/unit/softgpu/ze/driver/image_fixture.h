// What tests of images share: descriptions of formats, images that are destroyed, whole-image copies.
#pragma once

#include <string>

#include "tests/unit/softgpu/ze/driver/fixture.h"

namespace softgpu::test {

struct FormatCase {
  const char* name;
  ze_image_format_layout_t layout;
  ze_image_format_type_t type;
  bool bgra;
  uint32_t texelSize;
};

// R, RG, RGBA, BGRA of every channel type that exists in the width.
inline std::vector<FormatCase> allFormats() {
  struct Row {
    const char* name;
    ze_image_format_layout_t layout;
    bool bgra;
    uint32_t bits, channels;
  };
  static constexpr Row kRows[] = {
      {"R8", ZE_IMAGE_FORMAT_LAYOUT_8, false, 8, 1},
      {"RG8", ZE_IMAGE_FORMAT_LAYOUT_8_8, false, 8, 2},
      {"RGBA8", ZE_IMAGE_FORMAT_LAYOUT_8_8_8_8, false, 8, 4},
      {"BGRA8", ZE_IMAGE_FORMAT_LAYOUT_8_8_8_8, true, 8, 4},
      {"R16", ZE_IMAGE_FORMAT_LAYOUT_16, false, 16, 1},
      {"RG16", ZE_IMAGE_FORMAT_LAYOUT_16_16, false, 16, 2},
      {"RGBA16", ZE_IMAGE_FORMAT_LAYOUT_16_16_16_16, false, 16, 4},
      {"BGRA16", ZE_IMAGE_FORMAT_LAYOUT_16_16_16_16, true, 16, 4},
      {"R32", ZE_IMAGE_FORMAT_LAYOUT_32, false, 32, 1},
      {"RG32", ZE_IMAGE_FORMAT_LAYOUT_32_32, false, 32, 2},
      {"RGBA32", ZE_IMAGE_FORMAT_LAYOUT_32_32_32_32, false, 32, 4},
      {"BGRA32", ZE_IMAGE_FORMAT_LAYOUT_32_32_32_32, true, 32, 4},
  };
  std::vector<FormatCase> cases;
  for (const Row& row : kRows) {
    for (const auto type : {ZE_IMAGE_FORMAT_TYPE_UINT, ZE_IMAGE_FORMAT_TYPE_SINT, ZE_IMAGE_FORMAT_TYPE_UNORM,
                            ZE_IMAGE_FORMAT_TYPE_SNORM, ZE_IMAGE_FORMAT_TYPE_FLOAT}) {
      const bool norm = type == ZE_IMAGE_FORMAT_TYPE_UNORM || type == ZE_IMAGE_FORMAT_TYPE_SNORM;
      if (norm && row.bits == 32) continue;
      if (type == ZE_IMAGE_FORMAT_TYPE_FLOAT && row.bits == 8) continue;
      cases.push_back({row.name, row.layout, type, row.bgra, row.bits / 8 * row.channels});
    }
  }
  return cases;
}

class ImageFixture : public DriverTest {
 protected:
  static ze_image_desc_t imageDesc(ze_image_format_layout_t layout, ze_image_format_type_t type,
                                   uint64_t width, uint32_t height, const void* pNext = nullptr) {
    auto desc = described<ze_image_desc_t>(ZE_STRUCTURE_TYPE_IMAGE_DESC, pNext);
    desc.type = ZE_IMAGE_TYPE_2D;
    desc.format = {layout,
                   type,
                   ZE_IMAGE_FORMAT_SWIZZLE_R,
                   ZE_IMAGE_FORMAT_SWIZZLE_G,
                   ZE_IMAGE_FORMAT_SWIZZLE_B,
                   ZE_IMAGE_FORMAT_SWIZZLE_A};
    desc.width = width;
    desc.height = height;
    desc.depth = 1;
    return desc;
  }
  static ze_image_desc_t imageDesc(const FormatCase& format, uint64_t width, uint32_t height) {
    auto desc = imageDesc(format.layout, format.type, width, height);
    if (format.bgra) std::swap(desc.format.x, desc.format.z);
    return desc;
  }
  ze_result_t create(const ze_image_desc_t& desc, ze_image_handle_t* image) {
    *image = nullptr;
    return zeImageCreate(context, device, &desc, image);
  }
  ze_image_handle_t made(const ze_image_desc_t& desc) {
    ze_image_handle_t image = nullptr;
    EXPECT_EQ(create(desc, &image), ZE_RESULT_SUCCESS);
    atEnd([=] { EXPECT_EQ(zeImageDestroy(image), ZE_RESULT_SUCCESS); });
    return image;
  }
  ze_image_memory_properties_exp_t memoryOf(ze_image_handle_t image) {
    auto result = described<ze_image_memory_properties_exp_t>(ZE_STRUCTURE_TYPE_IMAGE_MEMORY_EXP_PROPERTIES);
    EXPECT_EQ(zeImageGetMemoryPropertiesExp(image, &result), ZE_RESULT_SUCCESS);
    return result;
  }
  ze_command_list_handle_t now() {
    if (now_ == nullptr) now_ = immediate(ZE_COMMAND_QUEUE_MODE_SYNCHRONOUS);
    return now_;
  }
  ze_result_t write(ze_image_handle_t image, const void* data, const ze_image_region_t* region = nullptr) {
    return zeCommandListAppendImageCopyFromMemory(now(), image, data, region, nullptr, 0, nullptr);
  }
  ze_result_t read(void* data, ze_image_handle_t image, const ze_image_region_t* region = nullptr) {
    return zeCommandListAppendImageCopyToMemory(now(), data, image, region, nullptr, 0, nullptr);
  }
  // Bytes that repeat late, begun by `seed`.
  static std::vector<uint8_t> noise(size_t size, uint8_t seed = 1) {
    std::vector<uint8_t> bytes(size);
    uint32_t state = seed;
    for (auto& byte : bytes) {
      state = state * 1664525 + 1013904223;
      byte = static_cast<uint8_t>(state >> 24);
    }
    return bytes;
  }
  // The view-creation function of API 1.5 that loaders of 1.4 lack; null when the loader wraps handles.
  using ViewCreate = ze_result_t (*)(ze_context_handle_t, ze_device_handle_t, const ze_image_desc_t*,
                                     ze_image_handle_t, ze_image_handle_t*);

 private:
  ze_command_list_handle_t now_ = nullptr;
};

}  // namespace softgpu::test
