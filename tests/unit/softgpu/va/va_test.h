// A test with a VADisplay of the software driver, opened as any program opens it.
#pragma once

#include <dirent.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>
#include <va/va.h>
#include <va/va_drm.h>
#include <va/va_drmcommon.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

namespace softgpu::va {

inline unsigned openFds() {
  const auto close = [](DIR* d) { ::closedir(d); };
  const std::unique_ptr<DIR, decltype(close)> folder(::opendir("/proc/self/fd"), close);
  unsigned count = 0;
  while (::readdir(folder.get()) != nullptr) ++count;
  return count;
}

// A descriptor's memory as another driver would map it.
class Mapping {
 public:
  Mapping(int fd, std::size_t size)
      : size_(size), data_(::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0)) {}
  Mapping(const Mapping&) = delete;
  Mapping& operator=(const Mapping&) = delete;
  ~Mapping() {
    if (valid()) ::munmap(data_, size_);
  }
  bool valid() const { return data_ != MAP_FAILED; }
  std::uint8_t* data() const { return static_cast<std::uint8_t*>(data_); }

 private:
  std::size_t size_;
  void* data_;
};

class VaTest : public ::testing::Test {
 protected:
  void SetUp() override { open(); }
  void TearDown() override { close(); }

  void open() {
    node_ = ::open("/dev/dri/renderD128", O_RDWR | O_CLOEXEC);
    ASSERT_GE(node_, 0) << "run this within clze-run --software";
    display_ = vaGetDisplayDRM(node_);
    ASSERT_NE(display_, nullptr);
    vaSetInfoCallback(display_, nullptr, nullptr);
    int major = 0;
    int minor = 0;
    ASSERT_EQ(vaInitialize(display_, &major, &minor), VA_STATUS_SUCCESS);
  }
  void close() {
    if (display_ != nullptr) {
      EXPECT_EQ(vaTerminate(display_), VA_STATUS_SUCCESS);
    }
    if (node_ >= 0) ::close(node_);
    display_ = nullptr;
    node_ = -1;
  }

  static VASurfaceAttrib integer(VASurfaceAttribType type, std::uint32_t value) {
    VASurfaceAttrib attribute{};
    attribute.type = type;
    attribute.flags = VA_SURFACE_ATTRIB_SETTABLE;
    attribute.value.type = VAGenericValueTypeInteger;
    attribute.value.value.i = static_cast<std::int32_t>(value);
    return attribute;
  }
  static VASurfaceAttrib pointer(VASurfaceAttribType type, void* value) {
    VASurfaceAttrib attribute{};
    attribute.type = type;
    attribute.flags = VA_SURFACE_ATTRIB_SETTABLE;
    attribute.value.type = VAGenericValueTypePointer;
    attribute.value.value.p = value;
    return attribute;
  }

  VASurfaceID makeSurface(std::uint32_t fourcc, std::uint32_t rtFormat, unsigned width, unsigned height) {
    VASurfaceAttrib attribute = integer(VASurfaceAttribPixelFormat, fourcc);
    VASurfaceID surface = VA_INVALID_SURFACE;
    EXPECT_EQ(vaCreateSurfaces(display_, rtFormat, width, height, &surface, 1, &attribute, 1),
              VA_STATUS_SUCCESS);
    return surface;
  }

  // The picture's rows without padding, plane after plane.
  struct PlaneShape {
    unsigned rowBytes, rows;
  };
  static std::vector<PlaneShape> shapes(std::uint32_t fourcc, unsigned width, unsigned height) {
    const unsigned halfWidth = (width + 1) / 2;
    const unsigned halfHeight = (height + 1) / 2;
    switch (fourcc) {
      case VA_FOURCC_NV12:
        return {{width, height}, {2 * halfWidth, halfHeight}};
      case VA_FOURCC_P010:
        return {{2 * width, height}, {4 * halfWidth, halfHeight}};
      case VA_FOURCC_I420:
      case VA_FOURCC_YV12:
        return {{width, height}, {halfWidth, halfHeight}, {halfWidth, halfHeight}};
      case VA_FOURCC_YUY2:
        return {{4 * halfWidth, height}};
      case VA_FOURCC_Y800:
        return {{width, height}};
      default:
        return {{4 * width, height}};
    }
  }

  std::vector<std::uint8_t> readImage(const VAImage& image) {
    std::vector<std::uint8_t> result;
    void* data = nullptr;
    EXPECT_EQ(vaMapBuffer(display_, image.buf, &data), VA_STATUS_SUCCESS);
    if (data == nullptr) return result;
    unsigned plane = 0;
    for (const PlaneShape& shape : shapes(image.format.fourcc, image.width, image.height)) {
      const auto* start = static_cast<const std::uint8_t*>(data) + image.offsets[plane];
      for (unsigned y = 0; y < shape.rows; ++y) {
        const std::uint8_t* row = start + std::size_t{y} * image.pitches[plane];
        result.insert(result.end(), row, row + shape.rowBytes);
      }
      ++plane;
    }
    EXPECT_EQ(vaUnmapBuffer(display_, image.buf), VA_STATUS_SUCCESS);
    return result;
  }

  void writeImage(const VAImage& image, const std::vector<std::uint8_t>& bytes) {
    void* data = nullptr;
    ASSERT_EQ(vaMapBuffer(display_, image.buf, &data), VA_STATUS_SUCCESS);
    std::size_t next = 0;
    unsigned plane = 0;
    for (const PlaneShape& shape : shapes(image.format.fourcc, image.width, image.height)) {
      auto* start = static_cast<std::uint8_t*>(data) + image.offsets[plane];
      for (unsigned y = 0; y < shape.rows; ++y, next += shape.rowBytes) {
        std::copy_n(bytes.begin() + static_cast<std::ptrdiff_t>(next), shape.rowBytes,
                    start + std::size_t{y} * image.pitches[plane]);
      }
      ++plane;
    }
    EXPECT_EQ(next, bytes.size());
    EXPECT_EQ(vaUnmapBuffer(display_, image.buf), VA_STATUS_SUCCESS);
  }

  static std::vector<std::uint8_t> pattern(std::uint32_t fourcc, unsigned width, unsigned height,
                                           unsigned seed) {
    std::size_t size = 0;
    for (const PlaneShape& shape : shapes(fourcc, width, height))
      size += std::size_t{shape.rowBytes} * shape.rows;
    std::vector<std::uint8_t> bytes(size);
    std::uint32_t state = seed * 2654435761U + 1;
    for (std::uint8_t& byte : bytes) {
      state = state * 1664525U + 1013904223U;
      byte = static_cast<std::uint8_t>(state >> 24);
    }
    return bytes;
  }

  VAImage makeImage(std::uint32_t fourcc, unsigned width, unsigned height) {
    VAImageFormat format{};
    format.fourcc = fourcc;
    VAImage image{};
    EXPECT_EQ(vaCreateImage(display_, &format, static_cast<int>(width), static_cast<int>(height), &image),
              VA_STATUS_SUCCESS);
    return image;
  }

  // What the surface shows, by way of vaDeriveImage.
  std::vector<std::uint8_t> readSurface(VASurfaceID surface) {
    VAImage image{};
    EXPECT_EQ(vaDeriveImage(display_, surface, &image), VA_STATUS_SUCCESS);
    std::vector<std::uint8_t> bytes = readImage(image);
    EXPECT_EQ(vaDestroyImage(display_, image.image_id), VA_STATUS_SUCCESS);
    return bytes;
  }
  void writeSurface(VASurfaceID surface, const std::vector<std::uint8_t>& bytes) {
    VAImage image{};
    ASSERT_EQ(vaDeriveImage(display_, surface, &image), VA_STATUS_SUCCESS);
    writeImage(image, bytes);
    EXPECT_EQ(vaDestroyImage(display_, image.image_id), VA_STATUS_SUCCESS);
  }

  int node_ = -1;
  VADisplay display_ = nullptr;
};

}  // namespace softgpu::va
