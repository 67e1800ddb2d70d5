// Baseline JPEG by libjpeg-turbo. VA takes a JPEG apart into tables and scans; here the file is put together
// again.
#include <turbojpeg.h>

#include <algorithm>
#include <array>
#include <memory>
#include <numeric>
#include <optional>
#include <span>

#include "softgpu/va/picture_decoder.h"
#include "softgpu/va/pixel_copy.h"

namespace softgpu::va {
namespace {

using Bytes = std::vector<std::uint8_t>;

// ITU-T T.81, table B.1.
enum Marker : std::uint8_t {
  kSof0 = 0xc0,
  kDht = 0xc4,
  kSoi = 0xd8,
  kEoi = 0xd9,
  kSos = 0xda,
  kDqt = 0xdb,
  kDri = 0xdd,
  kApp0 = 0xe0
};

constexpr std::size_t kLargestSegment = 256;  // of those written here: a Huffman table

Bytes startPayload(unsigned first) {
  Bytes payload;
  payload.reserve(kLargestSegment);
  payload.push_back(static_cast<std::uint8_t>(first));
  return payload;
}

void put16(Bytes& out, std::size_t value) {
  out.push_back(static_cast<std::uint8_t>(value >> 8));
  out.push_back(static_cast<std::uint8_t>(value));
}

void putMarker(Bytes& out, Marker marker) {
  out.push_back(0xff);
  out.push_back(marker);
}

void putSegment(Bytes& out, Marker marker, std::span<const std::uint8_t> payload) {
  putMarker(out, marker);
  put16(out, payload.size() + 2);
  out.insert(out.end(), payload.begin(), payload.end());
}

class JpegDecoder : public PictureDecoder {
 public:
  VAStatus decode(const Picture& picture) override {
    takeTables(picture);
    const std::optional<Bytes> file = rebuild(picture);
    if (!file) return VA_STATUS_ERROR_DECODING_ERROR;
    if (decompress(*file, *picture.target)) return VA_STATUS_SUCCESS;
    // After an error libjpeg-turbo's handle may refuse good files too.
    handle_.reset();
    return VA_STATUS_ERROR_DECODING_ERROR;
  }

 private:
  struct Destroy {
    void operator()(void* handle) const { tjDestroy(handle); }
  };

  // Tables stay in force until they are loaded anew.
  void takeTables(const Picture& picture) {
    if (const RenderedBuffer* buffer = picture.find(VAIQMatrixBufferType)) {
      const auto loaded = buffer->element<VAIQMatrixBufferJPEGBaseline>(0);
      for (unsigned i = 0; i < 4; ++i) {
        if (loaded.load_quantiser_table[i] == 0) continue;
        std::copy_n(loaded.quantiser_table[i], 64, quantisers_.quantiser_table[i]);
        quantisers_.load_quantiser_table[i] = 1;
      }
    }
    if (const RenderedBuffer* buffer = picture.find(VAHuffmanTableBufferType)) {
      const auto loaded = buffer->element<VAHuffmanTableBufferJPEGBaseline>(0);
      for (unsigned i = 0; i < 2; ++i) {
        if (loaded.load_huffman_table[i] == 0) continue;
        huffman_.huffman_table[i] = loaded.huffman_table[i];
        huffman_.load_huffman_table[i] = 1;
      }
    }
  }

  static bool putHuffman(Bytes& out, unsigned tableClass, unsigned id,
                         std::span<const std::uint8_t, 16> counts, std::span<const std::uint8_t> values) {
    const auto total = std::accumulate(counts.begin(), counts.end(), std::size_t{0});
    if (total > values.size()) return false;
    Bytes payload = startPayload(tableClass << 4 | id);
    payload.insert(payload.end(), counts.begin(), counts.end());
    payload.insert(payload.end(), values.begin(), values.begin() + static_cast<std::ptrdiff_t>(total));
    putSegment(out, kDht, payload);
    return true;
  }

  bool putTables(Bytes& out) const {
    for (unsigned i = 0; i < 4; ++i) {
      if (quantisers_.load_quantiser_table[i] == 0) continue;
      Bytes payload = startPayload(i);
      payload.insert(payload.end(), std::begin(quantisers_.quantiser_table[i]),
                     std::end(quantisers_.quantiser_table[i]));
      putSegment(out, kDqt, payload);
    }
    for (unsigned i = 0; i < 2; ++i) {
      if (huffman_.load_huffman_table[i] == 0) continue;
      const auto& table = huffman_.huffman_table[i];
      if (!putHuffman(out, 0, i, table.num_dc_codes, table.dc_values)) return false;
      if (!putHuffman(out, 1, i, table.num_ac_codes, table.ac_values)) return false;
    }
    return true;
  }

  static bool putFrame(Bytes& out, const VAPictureParameterBufferJPEGBaseline& frame) {
    if (frame.num_components != 1 && frame.num_components != 3) return false;
    Bytes payload = startPayload(8);
    put16(payload, frame.picture_height);
    put16(payload, frame.picture_width);
    payload.push_back(frame.num_components);
    for (unsigned i = 0; i < frame.num_components; ++i) {
      const auto& component = frame.components[i];
      payload.push_back(component.component_id);
      payload.push_back(
          static_cast<std::uint8_t>(component.h_sampling_factor << 4 | component.v_sampling_factor));
      payload.push_back(component.quantiser_table_selector);
    }
    putSegment(out, kSof0, payload);
    return true;
  }

  static bool putScan(Bytes& out, const VASliceParameterBufferJPEGBaseline& scan,
                      std::span<const std::uint8_t> data) {
    if (scan.num_components < 1 || scan.num_components > 4) return false;
    if (scan.slice_data_offset > data.size() || scan.slice_data_size > data.size() - scan.slice_data_offset) {
      return false;
    }
    Bytes interval;
    put16(interval, scan.restart_interval);
    putSegment(out, kDri, interval);
    Bytes payload = startPayload(scan.num_components);
    for (unsigned i = 0; i < scan.num_components; ++i) {
      const auto& component = scan.components[i];
      payload.push_back(component.component_selector);
      payload.push_back(
          static_cast<std::uint8_t>(component.dc_table_selector << 4 | component.ac_table_selector));
    }
    payload.insert(payload.end(), {0, 63, 0});  // the whole spectrum, no approximation: baseline
    putSegment(out, kSos, payload);
    const auto entropyCoded = data.subspan(scan.slice_data_offset, scan.slice_data_size);
    out.insert(out.end(), entropyCoded.begin(), entropyCoded.end());
    return true;
  }

  // The n-th slice parameter buffer goes with the n-th slice data buffer; it may describe several scans of
  // it.
  static bool putScans(Bytes& out, const Picture& picture) {
    auto data = picture.buffers.begin();
    const auto isData = [](const RenderedBuffer& b) { return b.type == VASliceDataBufferType; };
    bool any = false;
    for (const RenderedBuffer& parameters : picture.buffers) {
      if (parameters.type != VASliceParameterBufferType) continue;
      data = std::find_if(data, picture.buffers.end(), isData);
      if (data == picture.buffers.end()) return false;
      for (std::size_t i = 0; i < parameters.count; ++i) {
        if (!putScan(out, parameters.element<VASliceParameterBufferJPEGBaseline>(i), data->bytes))
          return false;
        any = true;
      }
      ++data;
    }
    return any;
  }

  std::optional<Bytes> rebuild(const Picture& picture) const {
    const RenderedBuffer* frame = picture.find(VAPictureParameterBufferType);
    if (frame == nullptr) return std::nullopt;
    Bytes out;
    putMarker(out, kSoi);
    // JFIF 1.1 says that the components are Y, Cb, Cr: else libjpeg guesses by their ids.
    constexpr std::array<std::uint8_t, 14> kJfif{'J', 'F', 'I', 'F', 0, 1, 1, 0, 0, 1, 0, 1, 0, 0};
    putSegment(out, kApp0, kJfif);
    if (!putTables(out)) return std::nullopt;
    if (!putFrame(out, frame->element<VAPictureParameterBufferJPEGBaseline>(0))) return std::nullopt;
    if (!putScans(out, picture)) return std::nullopt;
    putMarker(out, kEoi);
    return out;
  }

  bool decompress(const Bytes& file, const Surface& target) {
    if (!handle_) handle_.reset(tjInitDecompress());
    if (!handle_) return false;
    int width = 0;
    int height = 0;
    int sampling = 0;
    int colors = 0;
    if (tjDecompressHeader3(handle_.get(), file.data(), file.size(), &width, &height, &sampling, &colors) !=
        0) {
      return false;
    }
    if (width < 1 || height < 1 || sampling < 0) return false;
    DecodedPicture picture;
    picture.width = static_cast<unsigned>(width);
    picture.height = static_cast<unsigned>(height);
    picture.monochrome = sampling == TJSAMP_GRAY;
    picture.chromaShiftX = tjMCUWidth[sampling] / 16;
    picture.chromaShiftY = tjMCUHeight[sampling] / 16;
    if (sampling == TJSAMP_411) return false;  // four to one, which no surface here has
    std::array<std::uint8_t*, 3> planes{};
    std::array<int, 3> pitches{};
    for (int i = 0; i < (picture.monochrome ? 1 : 3); ++i) {
      pitches[i] = tjPlaneWidth(i, width, sampling);
      planes_[i].resize(tjPlaneSizeYUV(i, width, pitches[i], height, sampling));
      planes[i] = planes_[i].data();
      picture.data[i] = planes[i];
      picture.pitch[i] = static_cast<std::size_t>(pitches[i]);
    }
    // A warning is a damaged file whose picture is there as far as it goes: shown, as hardware does.
    if (tjDecompressToYUVPlanes(handle_.get(), file.data(), file.size(), planes.data(), width, pitches.data(),
                                height, TJFLAG_ACCURATEDCT) != 0 &&
        tjGetErrorCode(handle_.get()) != TJERR_WARNING) {
      return false;
    }
    return storePicture(picture, target);
  }

  VAIQMatrixBufferJPEGBaseline quantisers_{};
  VAHuffmanTableBufferJPEGBaseline huffman_{};
  std::unique_ptr<void, Destroy> handle_;
  std::array<Bytes, 3> planes_;
};

}  // namespace

std::unique_ptr<PictureDecoder> makeJpegDecoder() { return std::make_unique<JpegDecoder>(); }

}  // namespace softgpu::va
