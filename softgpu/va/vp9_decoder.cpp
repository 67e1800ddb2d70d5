// VP9 by libvpx. VA hands over pictures without history, libvpx keeps it: frames go to it in decode order,
// and each frame's picture is taken out at once, the hidden ones by asking libvpx to show the slot they went
// to.
#include <vpx/vp8dx.h>
#include <vpx/vpx_decoder.h>

#include <algorithm>
#include <bit>
#include <mutex>
#include <optional>
#include <span>
#include <thread>

#include "softgpu/va/picture_decoder.h"
#include "softgpu/va/pixel_copy.h"
#include "softgpu/va/vp9_header.h"

namespace softgpu::va {

// A libvpx decoder and the slots and probabilities in it. It outlives its context in the surfaces it decoded:
// at a change of resolution applications make a new context, and go on with references to the old one's
// surfaces.
class Vp9Stream {
 public:
  static std::shared_ptr<Vp9Stream> create() {
    auto stream = std::make_shared<Vp9Stream>();
    vpx_codec_dec_cfg_t config{};
    config.threads = std::clamp(std::thread::hardware_concurrency(), 1U, 4U);
    stream->open_ = vpx_codec_dec_init(&stream->codec_, vpx_codec_vp9_dx(), &config, 0) == VPX_CODEC_OK;
    return stream->open_ ? stream : nullptr;
  }
  Vp9Stream() = default;
  Vp9Stream(const Vp9Stream&) = delete;
  Vp9Stream& operator=(const Vp9Stream&) = delete;
  ~Vp9Stream() {
    if (open_) vpx_codec_destroy(&codec_);
  }

  VAStatus decode(std::span<const std::uint8_t> frame, const Vp9Header& header, const Surface& target) {
    const std::lock_guard lock(mutex_);
    if (!feed(frame)) return VA_STATUS_ERROR_DECODING_ERROR;
    if (!header.showFrame) {
      if (header.refreshFlags == 0) return VA_STATUS_SUCCESS;  // nobody can ever refer to this picture
      // show_existing_frame of a slot just replaced. It changes nothing that later frames depend on.
      const auto slot = static_cast<unsigned>(std::countr_zero(header.refreshFlags));
      const auto packet = static_cast<std::uint8_t>(0x80U | (header.profile & 1U) << 5 |
                                                    (header.profile >> 1) << 4 | 0x08U | slot);
      if (!feed({&packet, 1})) return VA_STATUS_ERROR_DECODING_ERROR;
    }
    vpx_codec_iter_t position = nullptr;
    const vpx_image_t* image = vpx_codec_get_frame(&codec_, &position);
    return image != nullptr && store(*image, target) ? VA_STATUS_SUCCESS : VA_STATUS_ERROR_DECODING_ERROR;
  }

 private:
  bool feed(std::span<const std::uint8_t> data) {
    return vpx_codec_decode(&codec_, data.data(), static_cast<unsigned>(data.size()), nullptr, 0) ==
           VPX_CODEC_OK;
  }

  static bool store(const vpx_image_t& image, const Surface& target) {
    DecodedPicture picture;
    for (unsigned i = 0; i < 3; ++i) {
      picture.data[i] = image.planes[i];
      picture.pitch[i] = static_cast<std::size_t>(image.stride[i]);
    }
    picture.width = image.d_w;
    picture.height = image.d_h;
    picture.bytes = (image.fmt & VPX_IMG_FMT_HIGHBITDEPTH) != 0 ? 2 : 1;
    picture.bitDepth = image.bit_depth;
    picture.chromaShiftX = image.x_chroma_shift;
    picture.chromaShiftY = image.y_chroma_shift;
    return storePicture(picture, target);
  }

  std::mutex mutex_;  // an old context's last pictures against the new context's first
  vpx_codec_ctx_t codec_{};
  bool open_ = false;
};

namespace {

class Vp9Decoder : public PictureDecoder {
 public:
  VAStatus decode(const Picture& picture) override {
    const std::optional<std::span<const std::uint8_t>> frame = frameOf(picture);
    const std::optional<Vp9Header> header = frame ? parseVp9Header(*frame) : std::nullopt;
    if (!header) return VA_STATUS_ERROR_DECODING_ERROR;
    if (!stream_ && !header->keyFrame) adopt(picture);
    if (!stream_) stream_ = Vp9Stream::create();
    if (!stream_) return VA_STATUS_ERROR_ALLOCATION_FAILED;
    picture.target->setStream(stream_);
    return stream_->decode(*frame, *header, *picture.target);
  }

 private:
  static std::optional<std::span<const std::uint8_t>> frameOf(const Picture& picture) {
    const RenderedBuffer* parameters = picture.find(VASliceParameterBufferType);
    const RenderedBuffer* data = picture.find(VASliceDataBufferType);
    if (parameters == nullptr || data == nullptr) return std::nullopt;
    const auto slice = parameters->element<VASliceParameterBufferVP9>(0);
    if (slice.slice_data_offset > data->bytes.size()) return std::nullopt;
    const auto rest = std::span(data->bytes).subspan(slice.slice_data_offset);
    if (slice.slice_data_size > rest.size() || slice.slice_data_size == 0) return std::nullopt;
    return rest.first(slice.slice_data_size);
  }

  // A context that starts within a stream goes on with the decoder that made its references.
  void adopt(const Picture& picture) {
    for (const std::shared_ptr<Surface>& reference : picture.references) {
      if (reference == picture.target) continue;
      // The old context may still be at work on it.
      reference->wait();
      stream_ = reference->stream();
      if (stream_) return;
    }
  }

  std::shared_ptr<Vp9Stream> stream_;
};

}  // namespace

std::unique_ptr<PictureDecoder> makeVp9Decoder() { return std::make_unique<Vp9Decoder>(); }

}  // namespace softgpu::va
