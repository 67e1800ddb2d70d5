// Baseline JPEG through VA calls: a file taken apart as applications take it apart, and libjpeg-turbo's own
// decode of the whole file for comparison.
#include <turbojpeg.h>

#include <array>
#include <optional>
#include <span>

#include "tests/unit/softgpu/va/va_test.h"

namespace softgpu::va {
namespace {

using Bytes = std::vector<std::uint8_t>;

struct Parts {
  VAPictureParameterBufferJPEGBaseline picture{};
  VAIQMatrixBufferJPEGBaseline quantisers{};
  VAHuffmanTableBufferJPEGBaseline huffman{};
  VASliceParameterBufferJPEGBaseline slice{};
  Bytes scan;
};

unsigned read16(std::span<const std::uint8_t> data, std::size_t at) { return data[at] << 8U | data[at + 1]; }

void readDqt(std::span<const std::uint8_t> segment, Parts* parts) {
  for (; segment.size() >= 65; segment = segment.subspan(65)) {
    parts->quantisers.load_quantiser_table[segment[0] & 3U] = 1;
    std::copy_n(segment.begin() + 1, 64, parts->quantisers.quantiser_table[segment[0] & 3U]);
  }
}

void readDht(std::span<const std::uint8_t> segment, Parts* parts) {
  while (segment.size() > 17) {
    const bool ac = segment[0] >> 4 != 0;
    auto& table = parts->huffman.huffman_table[segment[0] & 1U];
    parts->huffman.load_huffman_table[segment[0] & 1U] = 1;
    std::size_t total = 0;
    for (unsigned i = 0; i < 16; ++i) total += segment[1 + i];
    std::copy_n(segment.begin() + 1, 16, ac ? table.num_ac_codes : table.num_dc_codes);
    std::copy_n(segment.begin() + 17, total, ac ? table.ac_values : table.dc_values);
    segment = segment.subspan(17 + total);
  }
}

void readSof(std::span<const std::uint8_t> segment, Parts* parts) {
  parts->picture.picture_height = static_cast<std::uint16_t>(read16(segment, 1));
  parts->picture.picture_width = static_cast<std::uint16_t>(read16(segment, 3));
  parts->picture.num_components = segment[5];
  for (unsigned i = 0; i < segment[5]; ++i) {
    const auto component = segment.subspan(6 + 3 * i, 3);
    parts->picture.components[i] = {component[0], static_cast<std::uint8_t>(component[1] >> 4),
                                    static_cast<std::uint8_t>(component[1] & 15U), component[2]};
  }
}

void readSos(std::span<const std::uint8_t> segment, Parts* parts) {
  parts->slice.num_components = segment[0];
  for (unsigned i = 0; i < segment[0]; ++i) {
    parts->slice.components[i] = {segment[1 + 2 * i], static_cast<std::uint8_t>(segment[2 + 2 * i] >> 4),
                                  static_cast<std::uint8_t>(segment[2 + 2 * i] & 15U)};
  }
}

std::optional<Parts> takeApart(const Bytes& file) {
  Parts parts;
  const std::span<const std::uint8_t> data(file);
  for (std::size_t at = 2; at + 4 < data.size();) {
    const std::uint8_t marker = data[at + 1];
    const unsigned length = read16(data, at + 2);
    const auto segment = data.subspan(at + 4, length - 2);
    at += 2 + length;
    if (marker == 0xdb) readDqt(segment, &parts);
    if (marker == 0xc4) readDht(segment, &parts);
    if (marker == 0xc0) readSof(segment, &parts);
    if (marker == 0xdd) parts.slice.restart_interval = static_cast<std::uint16_t>(read16(segment, 0));
    if (marker != 0xda) continue;
    readSos(segment, &parts);
    parts.scan.assign(data.begin() + static_cast<std::ptrdiff_t>(at), data.end());
    parts.slice.slice_data_size = static_cast<std::uint32_t>(parts.scan.size());
    return parts;
  }
  return std::nullopt;
}

Bytes compress(unsigned width, unsigned height, int sampling) {
  Bytes rgb(std::size_t{width} * height * 3);
  for (std::size_t i = 0; i < rgb.size(); ++i) {
    const std::size_t x = i / 3 % width;
    const std::size_t y = i / 3 / width;
    rgb[i] = static_cast<std::uint8_t>(x * (i % 3 + 1) + y * 2 + ((x / 8 ^ y / 8) & 1) * 60);
  }
  tjhandle handle = tjInitCompress();
  unsigned char* out = nullptr;
  unsigned long size = 0;
  const int status = tjCompress2(handle, rgb.data(), static_cast<int>(width), 0, static_cast<int>(height),
                                 TJPF_RGB, &out, &size, sampling, 90, TJFLAG_ACCURATEDCT);
  Bytes file;
  if (status == 0) file.assign(out, out + size);
  tjFree(out);
  tjDestroy(handle);
  return file;
}

struct Planes {
  std::array<Bytes, 3> data;
  std::array<unsigned, 3> width{};
};

Planes decodeWhole(const Bytes& file, unsigned width, unsigned height, int sampling) {
  Planes planes;
  std::array<unsigned char*, 3> starts{};
  std::array<int, 3> pitches{};
  for (int i = 0; i < (sampling == TJSAMP_GRAY ? 1 : 3); ++i) {
    pitches[i] = tjPlaneWidth(i, static_cast<int>(width), sampling);
    planes.width[i] = static_cast<unsigned>(pitches[i]);
    planes.data[i].resize(
        tjPlaneSizeYUV(i, static_cast<int>(width), pitches[i], static_cast<int>(height), sampling));
    starts[i] = planes.data[i].data();
  }
  tjhandle handle = tjInitDecompress();
  EXPECT_EQ(tjDecompressToYUVPlanes(handle, file.data(), file.size(), starts.data(), static_cast<int>(width),
                                    pitches.data(), static_cast<int>(height), TJFLAG_ACCURATEDCT),
            0);
  tjDestroy(handle);
  return planes;
}

// The planes as a surface of `fourcc` has them.
Bytes arrange(const Planes& p, std::uint32_t fourcc, unsigned width, unsigned height) {
  Bytes out;
  const auto at = [&](unsigned plane, unsigned x, unsigned y) {
    return p.data[plane][y * p.width[plane] + x];
  };
  const bool gray = p.data[1].empty();
  for (unsigned y = 0; y < height; ++y) {
    for (unsigned x = 0; x < width; ++x) {
      if (fourcc == VA_FOURCC_AYUV) {
        out.insert(out.end(), {at(2, x, y), at(1, x, y), at(0, x, y), 255});
      } else if (fourcc != VA_FOURCC_YUY2) {
        out.push_back(at(0, x, y));
      } else if (x % 2 == 0) {
        out.insert(out.end(), {at(0, x, y), at(1, x / 2, y), at(0, x + 1, y), at(2, x / 2, y)});
      }
    }
  }
  if (fourcc != VA_FOURCC_NV12) return out;
  for (unsigned y = 0; y < (height + 1) / 2; ++y) {
    for (unsigned x = 0; x < (width + 1) / 2; ++x) {
      out.push_back(gray ? 128 : at(1, x, y));
      out.push_back(gray ? 128 : at(2, x, y));
    }
  }
  return out;
}

class JpegTest : public VaTest {
 protected:
  void SetUp() override {
    VaTest::SetUp();
    VAConfigID config = 0;
    ASSERT_EQ(vaCreateConfig(display_, VAProfileJPEGBaseline, VAEntrypointVLD, nullptr, 0, &config),
              VA_STATUS_SUCCESS);
    ASSERT_EQ(vaCreateContext(display_, config, 640, 480, VA_PROGRESSIVE, nullptr, 0, &context_),
              VA_STATUS_SUCCESS);
  }

  template <class T>
  VABufferID makeBuffer(VABufferType type, const T* data, std::size_t size = sizeof(T)) {
    VABufferID buffer = VA_INVALID_ID;
    EXPECT_EQ(vaCreateBuffer(display_, context_, type, static_cast<unsigned>(size), 1, const_cast<T*>(data),
                             &buffer),
              VA_STATUS_SUCCESS);
    return buffer;
  }

  VAStatus decode(const Parts& parts, VASurfaceID target) {
    std::array<VABufferID, 5> buffers{
        makeBuffer(VAPictureParameterBufferType, &parts.picture),
        makeBuffer(VAIQMatrixBufferType, &parts.quantisers),
        makeBuffer(VAHuffmanTableBufferType, &parts.huffman),
        makeBuffer(VASliceParameterBufferType, &parts.slice),
        makeBuffer(VASliceDataBufferType, parts.scan.data(), parts.scan.size())};
    EXPECT_EQ(vaBeginPicture(display_, context_, target), VA_STATUS_SUCCESS);
    EXPECT_EQ(vaRenderPicture(display_, context_, buffers.data(), 5), VA_STATUS_SUCCESS);
    EXPECT_EQ(vaEndPicture(display_, context_), VA_STATUS_SUCCESS);
    for (const VABufferID buffer : buffers) vaDestroyBuffer(display_, buffer);
    return vaSyncSurface(display_, target);
  }

  VAContextID context_ = VA_INVALID_ID;
};

TEST_F(JpegTest, BrokenTablesAndScansAreDecodingErrors) {
  const std::optional<Parts> good = takeApart(compress(64, 64, TJSAMP_420));
  ASSERT_TRUE(good);
  const VASurfaceID surface = makeSurface(VA_FOURCC_NV12, VA_RT_FORMAT_YUV420, 64, 64);
  const auto broken = [&](auto change) {
    Parts parts = *good;
    change(parts);
    EXPECT_EQ(decode(parts, surface), VA_STATUS_ERROR_DECODING_ERROR);
    EXPECT_EQ(decode(*good, surface), VA_STATUS_SUCCESS) << "the next good one";
  };
  broken([](Parts& p) {
    std::fill(std::begin(p.huffman.huffman_table[0].num_dc_codes),
              std::end(p.huffman.huffman_table[0].num_dc_codes), 255);
  });
  broken([](Parts& p) { p.picture.num_components = 2; });
  broken([](Parts& p) { p.picture.num_components = 255; });
  broken([](Parts& p) { p.picture.picture_width = 0; });
  broken([](Parts& p) { p.slice.num_components = 9; });
  broken([](Parts& p) { p.slice.slice_data_offset = 0x7fffffff; });
  broken([](Parts& p) { p.slice.slice_data_size += 1; });
  broken([](Parts& p) { p.picture.components[0].h_sampling_factor = 0; });
  broken([](Parts& p) { p.picture.picture_height = 65; });
  const VASurfaceID full = makeSurface(VA_FOURCC_AYUV, VA_RT_FORMAT_YUV444, 64, 64);
  EXPECT_EQ(decode(*good, full), VA_STATUS_ERROR_DECODING_ERROR) << "another sampling";
  EXPECT_EQ(decode(*good, surface), VA_STATUS_SUCCESS);
}

TEST_F(JpegTest, EverySamplingIsExactInItsSurface) {
  struct Case {
    int sampling;
    std::uint32_t fourcc, rtFormat;
  };
  for (const Case& c : {Case{TJSAMP_420, VA_FOURCC_NV12, VA_RT_FORMAT_YUV420},
                        Case{TJSAMP_422, VA_FOURCC_YUY2, VA_RT_FORMAT_YUV422},
                        Case{TJSAMP_444, VA_FOURCC_AYUV, VA_RT_FORMAT_YUV444},
                        Case{TJSAMP_GRAY, VA_FOURCC_Y800, VA_RT_FORMAT_YUV400},
                        Case{TJSAMP_GRAY, VA_FOURCC_NV12, VA_RT_FORMAT_YUV420}}) {
    for (const auto& [width, height] : {std::array{322U, 242U}, std::array{34U, 19U}}) {
      const Bytes file = compress(width, height, c.sampling);
      const std::optional<Parts> parts = takeApart(file);
      ASSERT_TRUE(parts);
      const VASurfaceID surface = makeSurface(c.fourcc, c.rtFormat, width, height);
      ASSERT_EQ(decode(*parts, surface), VA_STATUS_SUCCESS);
      const Bytes expected = arrange(decodeWhole(file, width, height, c.sampling), c.fourcc, width, height);
      EXPECT_TRUE(readSurface(surface) == expected)
          << "sampling " << c.sampling << ", " << width << "x" << height;
    }
  }
}

TEST_F(JpegTest, TablesStayLoaded) {
  const Bytes file = compress(64, 48, TJSAMP_420);
  std::optional<Parts> parts = takeApart(file);
  ASSERT_TRUE(parts);
  const VASurfaceID first = makeSurface(VA_FOURCC_NV12, VA_RT_FORMAT_YUV420, 64, 48);
  const VASurfaceID second = makeSurface(VA_FOURCC_NV12, VA_RT_FORMAT_YUV420, 64, 48);
  ASSERT_EQ(decode(*parts, first), VA_STATUS_SUCCESS);
  parts->quantisers = {};
  parts->huffman = {};
  ASSERT_EQ(decode(*parts, second), VA_STATUS_SUCCESS);
  EXPECT_TRUE(readSurface(second) == readSurface(first));
}

}  // namespace
}  // namespace softgpu::va
