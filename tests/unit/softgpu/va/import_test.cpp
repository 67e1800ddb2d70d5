// Surfaces over another driver's memory: its pitch and offsets are used as told, and checked.
#include <drm_fourcc.h>
#include <sys/stat.h>

#include <array>

#include "tests/unit/softgpu/va/va_test.h"

namespace softgpu::va {
namespace {

constexpr unsigned kWidth = 66;
constexpr unsigned kHeight = 34;
constexpr std::uint32_t kPitch = 200;
constexpr std::uint32_t kLuma = 300;
constexpr std::uint32_t kChroma = kLuma + kPitch * 40 + 12;
constexpr std::size_t kSize = 65536;

class ImportTest : public VaTest {
 protected:
  void SetUp() override {
    VaTest::SetUp();
    fd_ = ::memfd_create("foreign", MFD_CLOEXEC);
    ASSERT_EQ(::ftruncate(fd_, kSize), 0);
  }
  void TearDown() override {
    VaTest::TearDown();
    ::close(fd_);
  }

  VADRMPRIMESurfaceDescriptor nv12() const {
    VADRMPRIMESurfaceDescriptor d{};
    d.fourcc = VA_FOURCC_NV12;
    d.width = kWidth;
    d.height = kHeight;
    d.num_objects = 1;
    d.objects[0] = {fd_, kSize, DRM_FORMAT_MOD_LINEAR};
    d.num_layers = 2;
    d.layers[0].drm_format = DRM_FORMAT_R8;
    d.layers[0].num_planes = 1;
    d.layers[0].offset[0] = kLuma;
    d.layers[0].pitch[0] = kPitch;
    d.layers[1].drm_format = DRM_FORMAT_GR88;
    d.layers[1].num_planes = 1;
    d.layers[1].offset[0] = kChroma;
    d.layers[1].pitch[0] = kPitch;
    return d;
  }

  VAStatus import(VADRMPRIMESurfaceDescriptor* d, VASurfaceID* surface, unsigned width = kWidth,
                  unsigned height = kHeight) {
    std::array<VASurfaceAttrib, 2> attributes{
        integer(VASurfaceAttribMemoryType, VA_SURFACE_ATTRIB_MEM_TYPE_DRM_PRIME_2),
        pointer(VASurfaceAttribExternalBufferDescriptor, d)};
    return vaCreateSurfaces(display_, VA_RT_FORMAT_YUV420, width, height, surface, 1, attributes.data(), 2);
  }

  // Sees `bytes` at the places the descriptor tells, and nothing in between.
  void expectForeign(const std::vector<std::uint8_t>& bytes, std::uint8_t background) {
    const Mapping mapping(fd_, kSize);
    ASSERT_TRUE(mapping.valid());
    std::vector<std::uint8_t> expected(kSize, background);
    for (unsigned y = 0; y < kHeight; ++y) {
      std::copy_n(bytes.begin() + y * kWidth, kWidth, expected.begin() + kLuma + y * kPitch);
    }
    for (unsigned y = 0; y < kHeight / 2; ++y) {
      std::copy_n(bytes.begin() + kWidth * kHeight + y * kWidth, kWidth,
                  expected.begin() + kChroma + y * kPitch);
    }
    EXPECT_TRUE(std::equal(expected.begin(), expected.end(), mapping.data()));
  }
  void fill(std::uint8_t value) {
    const Mapping mapping(fd_, kSize);
    ASSERT_TRUE(mapping.valid());
    std::fill_n(mapping.data(), kSize, value);
  }

  int fd_ = -1;
};

TEST_F(ImportTest, RefusesDescriptorsThatDoNotFit) {
  const unsigned before = openFds();
  const auto refused = [&](auto change, VAStatus status = VA_STATUS_ERROR_INVALID_PARAMETER) {
    VADRMPRIMESurfaceDescriptor d = nv12();
    change(d);
    VASurfaceID surface = 0;
    EXPECT_EQ(import(&d, &surface), status);
    EXPECT_EQ(surface, VA_INVALID_SURFACE);
  };
  refused([](auto& d) { d.layers[1].offset[0] = kSize - kPitch * 16; });
  refused([](auto& d) { d.layers[0].pitch[0] = kWidth - 1; });
  refused([](auto& d) { d.layers[0].pitch[0] = 0xfffffff0; });
  refused([](auto& d) { d.objects[0].size = kSize + 1; });
  refused([](auto& d) { d.objects[0].fd = -1; });
  refused([](auto& d) { d.objects[0].fd = 9999; });
  refused([](auto& d) { d.objects[0].drm_format_modifier = 1; });
  refused([](auto& d) { d.num_objects = 0; });
  refused([](auto& d) { d.num_objects = 5; });
  refused([](auto& d) { d.num_layers = 1; });
  refused([](auto& d) { d.num_layers = 0xffffffff; });
  refused([](auto& d) { d.layers[1].object_index[0] = 1; });
  refused([](auto& d) { d.layers[1].drm_format = DRM_FORMAT_R8; });
  refused([](auto& d) { d.width = kWidth - 2; });
  refused([](auto& d) { d.fourcc = VA_FOURCC_NV11; }, VA_STATUS_ERROR_UNSUPPORTED_RT_FORMAT);
  EXPECT_EQ(openFds(), before);
}

TEST_F(ImportTest, Prime2HonoursPitchAndOffsets) {
  fill(3);
  VADRMPRIMESurfaceDescriptor d = nv12();
  VASurfaceID surface = 0;
  ASSERT_EQ(import(&d, &surface), VA_STATUS_SUCCESS);
  EXPECT_NE(::fcntl(fd_, F_GETFD), -1) << "the caller's fd stays his";
  const std::vector<std::uint8_t> bytes = pattern(VA_FOURCC_NV12, kWidth, kHeight, 1);
  const VAImage image = makeImage(VA_FOURCC_NV12, kWidth, kHeight);
  writeImage(image, bytes);
  ASSERT_EQ(vaPutImage(display_, surface, image.image_id, 0, 0, kWidth, kHeight, 0, 0, kWidth, kHeight),
            VA_STATUS_SUCCESS);
  expectForeign(bytes, 3);
  EXPECT_EQ(readSurface(surface), bytes);
}

TEST_F(ImportTest, ComposedLayersAndUnknownSizeAndModifierAreTaken) {
  fill(4);
  VADRMPRIMESurfaceDescriptor d = nv12();
  d.objects[0].size = 0;
  d.objects[0].drm_format_modifier = DRM_FORMAT_MOD_INVALID;
  d.num_layers = 1;
  d.layers[0].drm_format = DRM_FORMAT_NV12;
  d.layers[0].num_planes = 2;
  d.layers[0].offset[1] = kChroma;
  d.layers[0].pitch[1] = kPitch;
  VASurfaceID surface = 0;
  ASSERT_EQ(import(&d, &surface), VA_STATUS_SUCCESS);
  const std::vector<std::uint8_t> bytes = pattern(VA_FOURCC_NV12, kWidth, kHeight, 2);
  writeSurface(surface, bytes);
  expectForeign(bytes, 4);
}

TEST_F(ImportTest, PlanesInTwoObjectsCanBeCopiedAndExportedButNotDerived) {
  const int second = ::memfd_create("chroma", MFD_CLOEXEC);
  ASSERT_EQ(::ftruncate(second, kSize), 0);
  VADRMPRIMESurfaceDescriptor d = nv12();
  d.num_objects = 2;
  d.objects[1] = {second, kSize, DRM_FORMAT_MOD_LINEAR};
  d.layers[1].object_index[0] = 1;
  d.layers[1].offset[0] = 16;
  VASurfaceID surface = 0;
  ASSERT_EQ(import(&d, &surface), VA_STATUS_SUCCESS);
  const std::vector<std::uint8_t> bytes = pattern(VA_FOURCC_NV12, kWidth, kHeight, 8);
  const VAImage image = makeImage(VA_FOURCC_NV12, kWidth, kHeight);
  writeImage(image, bytes);
  ASSERT_EQ(vaPutImage(display_, surface, image.image_id, 0, 0, kWidth, kHeight, 0, 0, kWidth, kHeight),
            VA_STATUS_SUCCESS);
  const Mapping chroma(second, kSize);
  EXPECT_TRUE(std::equal(chroma.data() + 16, chroma.data() + 16 + kWidth, bytes.begin() + kWidth * kHeight));
  VAImage derived{};
  EXPECT_EQ(vaDeriveImage(display_, surface, &derived), VA_STATUS_ERROR_OPERATION_FAILED);
  VADRMPRIMESurfaceDescriptor out{};
  ASSERT_EQ(vaExportSurfaceHandle(display_, surface, VA_SURFACE_ATTRIB_MEM_TYPE_DRM_PRIME_2,
                                  VA_EXPORT_SURFACE_READ_ONLY | VA_EXPORT_SURFACE_SEPARATE_LAYERS, &out),
            VA_STATUS_SUCCESS);
  ASSERT_EQ(out.num_objects, 2U);
  EXPECT_EQ(out.layers[1].object_index[0], 1U);
  EXPECT_EQ(out.layers[1].offset[0], 16U);
  struct stat a {};
  struct stat b {};
  ASSERT_EQ(::fstat(out.objects[1].fd, &a), 0);
  ASSERT_EQ(::fstat(second, &b), 0);
  EXPECT_EQ(a.st_ino, b.st_ino) << "the same object goes out that came in";
  ::close(out.objects[0].fd);
  ::close(out.objects[1].fd);
  ::close(second);
}

TEST_F(ImportTest, OldPrimeHonoursPitchAndOffsets) {
  fill(5);
  std::uintptr_t handle = static_cast<std::uintptr_t>(fd_);
  VASurfaceAttribExternalBuffers buffers{};
  buffers.pixel_format = VA_FOURCC_NV12;
  buffers.width = kWidth;
  buffers.height = kHeight;
  buffers.data_size = kSize;
  buffers.num_planes = 2;
  buffers.pitches[0] = buffers.pitches[1] = kPitch;
  buffers.offsets[0] = kLuma;
  buffers.offsets[1] = kChroma;
  buffers.buffers = &handle;
  std::array<VASurfaceAttrib, 2> attributes{
      integer(VASurfaceAttribMemoryType, VA_SURFACE_ATTRIB_MEM_TYPE_DRM_PRIME),
      pointer(VASurfaceAttribExternalBufferDescriptor, &buffers)};
  VASurfaceID surface = 0;
  const auto create = [&] {
    return vaCreateSurfaces(display_, VA_RT_FORMAT_YUV420, kWidth, kHeight, &surface, 1, attributes.data(),
                            2);
  };
  buffers.num_buffers = 0;
  EXPECT_EQ(create(), VA_STATUS_ERROR_INVALID_PARAMETER);
  buffers.num_buffers = 1;
  buffers.num_planes = 1;
  EXPECT_EQ(create(), VA_STATUS_ERROR_INVALID_PARAMETER);
  buffers.num_planes = 2;
  ASSERT_EQ(create(), VA_STATUS_SUCCESS);
  const std::vector<std::uint8_t> bytes = pattern(VA_FOURCC_NV12, kWidth, kHeight, 3);
  writeSurface(surface, bytes);
  expectForeign(bytes, 5);
}

TEST_F(ImportTest, MemoryCutShortByItsOwnerIsAnErrorNotACrash) {
  VADRMPRIMESurfaceDescriptor d = nv12();
  VASurfaceID surface = 0;
  ASSERT_EQ(import(&d, &surface), VA_STATUS_SUCCESS);
  const VAImage image = makeImage(VA_FOURCC_NV12, kWidth, kHeight);
  VAImage derived{};
  ASSERT_EQ(vaDeriveImage(display_, surface, &derived), VA_STATUS_SUCCESS);
  ASSERT_EQ(::ftruncate(fd_, 0), 0);
  EXPECT_EQ(vaGetImage(display_, surface, 0, 0, kWidth, kHeight, image.image_id),
            VA_STATUS_ERROR_OPERATION_FAILED);
  void* data = nullptr;
  EXPECT_EQ(vaMapBuffer(display_, derived.buf, &data), VA_STATUS_ERROR_OPERATION_FAILED);
}

TEST_F(ImportTest, ImportsLeaveNoFdBehind) {
  const unsigned before = openFds();
  for (unsigned i = 0; i < 200; ++i) {
    VADRMPRIMESurfaceDescriptor d = nv12();
    VASurfaceID surface = 0;
    ASSERT_EQ(import(&d, &surface), VA_STATUS_SUCCESS);
    ASSERT_EQ(vaDestroySurfaces(display_, &surface, 1), VA_STATUS_SUCCESS);
  }
  EXPECT_EQ(openFds(), before);
}

}  // namespace
}  // namespace softgpu::va
