// Encodes, splits superframes, and decodes again for the expected pictures.
#include "tests/unit/softgpu/va/vp9_clip.h"

#include <vpx/vp8cx.h>
#include <vpx/vp8dx.h>
#include <vpx/vpx_decoder.h>
#include <vpx/vpx_encoder.h>

#include <cstring>
#include <fstream>
#include <memory>
#include <optional>
#include <span>

#include "softgpu/va/vp9_header.h"

namespace softgpu::va {
namespace {

struct DestroyCodec {
  void operator()(vpx_codec_ctx_t* codec) const {
    vpx_codec_destroy(codec);
    delete codec;
  }
};
using Codec = std::unique_ptr<vpx_codec_ctx_t, DestroyCodec>;

struct FreeImage {
  void operator()(vpx_image_t* image) const { vpx_img_free(image); }
};
using Image = std::unique_ptr<vpx_image_t, FreeImage>;

// A pan over a pattern, with a bright square that moves the other way: something for motion vectors to find.
unsigned pixel(unsigned x, unsigned y, unsigned frame, unsigned plane) {
  if (plane == 0 && x - frame * 2 % 64 < 40 && y - 20 < 40) return 235 - frame % 16;
  const unsigned u = x + 3 * frame;
  return 40 + ((u * 7 + y * 5 + plane * 31) ^ (u / 8 * 13 + y / 8 * 29)) % 160;
}

Image drawFrame(const ClipOptions& o, unsigned width, unsigned height, unsigned frame) {
  Image image(
      vpx_img_alloc(nullptr, o.bitDepth > 8 ? VPX_IMG_FMT_I42016 : VPX_IMG_FMT_I420, width, height, 16));
  image->bit_depth = o.bitDepth;
  for (unsigned plane = 0; plane < 3; ++plane) {
    const unsigned w = plane == 0 ? width : (width + 1) / 2;
    const unsigned h = plane == 0 ? height : (height + 1) / 2;
    for (unsigned y = 0; y < h; ++y) {
      std::uint8_t* row = image->planes[plane] + static_cast<std::ptrdiff_t>(y) * image->stride[plane];
      for (unsigned x = 0; x < w; ++x) {
        const unsigned value = pixel(x, y, frame, plane);
        if (o.bitDepth > 8) {
          const auto wide = static_cast<std::uint16_t>(value << 2 | (x & 3U));
          std::memcpy(row + std::size_t{x} * 2, &wide, 2);
        } else {
          row[x] = static_cast<std::uint8_t>(value);
        }
      }
    }
  }
  return image;
}

class Encoder {
 public:
  explicit Encoder(const ClipOptions& options) : options_(options) {}

  bool open(vpx_enc_pass pass, Bytes* stats) {
    if (vpx_codec_enc_config_default(vpx_codec_vp9_cx(), &config_, 0) != VPX_CODEC_OK) return false;
    config_.g_w = options_.width;
    config_.g_h = options_.height;
    config_.g_profile = options_.bitDepth > 8 ? 2 : 0;
    config_.g_bit_depth = static_cast<vpx_bit_depth_t>(options_.bitDepth);
    config_.g_input_bit_depth = options_.bitDepth;
    config_.g_timebase = {1, 25};
    config_.g_pass = pass;
    config_.g_lag_in_frames = options_.altRef ? 25 : 0;
    config_.rc_target_bitrate = 300;
    if (stats != nullptr) config_.rc_twopass_stats_in = {stats->data(), stats->size()};
    codec_.reset(new vpx_codec_ctx_t{});
    const vpx_codec_flags_t flags = options_.bitDepth > 8 ? VPX_CODEC_USE_HIGHBITDEPTH : 0;
    if (vpx_codec_enc_init(codec_.get(), vpx_codec_vp9_cx(), &config_, flags) != VPX_CODEC_OK) return false;
    vpx_codec_control(codec_.get(), VP8E_SET_CPUUSED, 5);
    // Six layers of alternate references: hidden frames, some of which are shown again later.
    vpx_codec_control(codec_.get(), VP8E_SET_ENABLEAUTOALTREF, options_.altRef ? 6U : 0U);
    return true;
  }

  // Every packet of `kind`, of the whole clip.
  std::optional<std::vector<Bytes>> run(vpx_codec_cx_pkt_kind kind) {
    std::vector<Bytes> packets;
    for (unsigned i = 0; i < options_.frames; ++i) {
      if (options_.resizeAt != 0 && i == options_.resizeAt) {
        config_.g_w = options_.width * 3 / 4;
        config_.g_h = options_.height * 3 / 4;
        if (vpx_codec_enc_config_set(codec_.get(), &config_) != VPX_CODEC_OK) return std::nullopt;
      }
      const Image image = drawFrame(options_, config_.g_w, config_.g_h, i);
      if (!encode(image.get(), i, kind, &packets)) return std::nullopt;
    }
    for (bool more = true; more;) {
      const std::size_t before = packets.size();
      if (!encode(nullptr, options_.frames, kind, &packets)) return std::nullopt;
      more = packets.size() > before;
    }
    return packets;
  }

 private:
  bool encode(const vpx_image_t* image, unsigned time, vpx_codec_cx_pkt_kind kind,
              std::vector<Bytes>* packets) {
    if (vpx_codec_encode(codec_.get(), image, time, 1, 0, VPX_DL_GOOD_QUALITY) != VPX_CODEC_OK) return false;
    vpx_codec_iter_t position = nullptr;
    while (const vpx_codec_cx_pkt_t* packet = vpx_codec_get_cx_data(codec_.get(), &position)) {
      if (packet->kind != kind) continue;
      const vpx_fixed_buf_t& buffer = kind == VPX_CODEC_STATS_PKT
                                          ? packet->data.twopass_stats
                                          : vpx_fixed_buf_t{packet->data.frame.buf, packet->data.frame.sz};
      const auto* start = static_cast<const std::uint8_t*>(buffer.buf);
      packets->emplace_back(start, start + buffer.sz);
    }
    return true;
  }

  const ClipOptions options_;
  vpx_codec_enc_cfg_t config_{};
  Codec codec_;
};

std::optional<std::vector<Bytes>> encodeClip(const ClipOptions& options) {
  Encoder encoder(options);
  if (!options.altRef) {
    return encoder.open(VPX_RC_ONE_PASS, nullptr) ? encoder.run(VPX_CODEC_CX_FRAME_PKT) : std::nullopt;
  }
  if (!encoder.open(VPX_RC_FIRST_PASS, nullptr)) return std::nullopt;
  const auto stats = encoder.run(VPX_CODEC_STATS_PKT);
  if (!stats) return std::nullopt;
  Bytes all;
  for (const Bytes& part : *stats) all.insert(all.end(), part.begin(), part.end());
  Encoder second(options);
  return second.open(VPX_RC_LAST_PASS, &all) ? second.run(VPX_CODEC_CX_FRAME_PKT) : std::nullopt;
}

// VP9 bitstream specification, annex B.
std::vector<Bytes> splitSuperframe(const Bytes& packet) {
  const std::uint8_t marker = packet.back();
  if ((marker & 0xe0U) != 0xc0) return {packet};
  const unsigned frames = (marker & 7U) + 1;
  const unsigned magnitude = ((marker >> 3) & 3U) + 1;
  const std::size_t indexSize = 2 + std::size_t{magnitude} * frames;
  if (packet.size() < indexSize || packet[packet.size() - indexSize] != marker) return {packet};
  std::vector<Bytes> result;
  std::size_t index = packet.size() - indexSize + 1;
  std::size_t start = 0;
  for (unsigned i = 0; i < frames; ++i) {
    std::size_t size = 0;
    for (unsigned b = 0; b < magnitude; ++b) size |= std::size_t{packet[index++]} << (8 * b);
    if (size > 0) {
      result.emplace_back(packet.begin() + static_cast<std::ptrdiff_t>(start),
                          packet.begin() + static_cast<std::ptrdiff_t>(start + size));
    }
    start += size;
  }
  return result;
}

// NV12, or P010 with the 10 bits at the top.
Bytes interleave(const vpx_image_t& image) {
  const unsigned bytes = image.bit_depth > 8 ? 2 : 1;
  const unsigned width = image.d_w;
  const unsigned height = image.d_h;
  Bytes out;
  const auto put = [&](unsigned plane, unsigned x, unsigned y) {
    const std::uint8_t* at =
        image.planes[plane] + static_cast<std::ptrdiff_t>(y) * image.stride[plane] + std::size_t{x} * bytes;
    if (bytes == 1) {
      out.push_back(*at);
    } else {
      const unsigned value = (at[0] | at[1] << 8) << (16 - image.bit_depth);
      out.push_back(static_cast<std::uint8_t>(value));
      out.push_back(static_cast<std::uint8_t>(value >> 8));
    }
  };
  for (unsigned y = 0; y < height; ++y) {
    for (unsigned x = 0; x < width; ++x) put(0, x, y);
  }
  for (unsigned y = 0; y < (height + 1) / 2; ++y) {
    for (unsigned x = 0; x < (width + 1) / 2; ++x) {
      put(1, x, y);
      put(2, x, y);
    }
  }
  return out;
}

bool describe(const Bytes& data, ClipFrame* frame) {
  const auto header = parseVp9Header(data);
  if (!header) return false;
  frame->data = data;
  frame->shown = header->showFrame;
  frame->key = header->keyFrame;
  frame->showExisting = header->showExisting;
  frame->existingSlot = data[0] & 7U;
  frame->refresh = header->refreshFlags;
  return true;
}

}  // namespace

Clip makeClip(const ClipOptions& options) {
  Clip clip;
  clip.options = options;
  const auto packets = encodeClip(options);
  if (!packets) return clip;
  clip.packets = *packets;
  const Codec decoder(new vpx_codec_ctx_t{});
  if (vpx_codec_dec_init(decoder.get(), vpx_codec_vp9_dx(), nullptr, 0) != VPX_CODEC_OK) return clip;
  unsigned width = options.width;
  unsigned height = options.height;
  for (const Bytes& packet : *packets) {
    for (const Bytes& data : splitSuperframe(packet)) {
      ClipFrame frame;
      if (!describe(data, &frame)) return Clip{};
      vpx_codec_decode(decoder.get(), data.data(), static_cast<unsigned>(data.size()), nullptr, 0);
      vpx_codec_iter_t position = nullptr;
      if (const vpx_image_t* image = vpx_codec_get_frame(decoder.get(), &position)) {
        width = image->d_w;
        height = image->d_h;
        frame.picture = interleave(*image);
      }
      frame.width = width;
      frame.height = height;
      clip.frames.push_back(std::move(frame));
    }
  }
  return clip;
}

Bytes intraOnlyFromKey(const Bytes& key, std::uint8_t refresh) {
  std::size_t from = 0;
  Bytes out;
  std::size_t to = 0;
  const auto put = [&](unsigned value, unsigned count) {
    for (; count > 0; --count, ++to) {
      if (to % 8 == 0) out.push_back(0);
      out.back() = static_cast<std::uint8_t>(out.back() | ((value >> (count - 1)) & 1U) << (7 - to % 8));
    }
  };
  const auto read = [&](unsigned count) {
    unsigned value = 0;
    for (; count > 0; --count, ++from) value = value << 1 | ((key.at(from / 8) >> (7 - from % 8)) & 1U);
    return value;
  };
  const auto copy = [&](unsigned count) {
    const unsigned value = read(count);
    put(value, count);
    return value;
  };
  // VP9 bitstream specification, uncompressed_header(): what an intra-only frame has more and less than a key
  // frame.
  if (copy(5) != 0b10000) return {};
  if (read(1) != 0) return {};
  put(1, 1);  // not a key frame
  read(1);
  put(0, 1);  // hidden
  const bool errorResilient = copy(1) != 0;
  put(1, 1);                       // intra-only
  if (!errorResilient) put(3, 2);  // all probabilities start afresh, as at a key frame
  copy(24);                        // sync code
  if (read(3) == 7) return {};     // color space, which intra-only frames of profile 0 do not tell
  read(1);                         // range
  put(refresh, 8);
  copy(32);                      // size
  if (copy(1) != 0) copy(32);    // size to render
  if (!errorResilient) copy(2);  // contexts
  copy(2);                       // context index
  copy(9);                       // loop filter
  if (copy(1) != 0 && copy(1) != 0) {
    for (unsigned i = 0; i < 6; ++i) {
      if (copy(1) != 0) copy(7);
    }
  }
  copy(8);  // quantizer
  for (unsigned i = 0; i < 3; ++i) {
    if (copy(1) != 0) copy(5);
  }
  if (copy(1) != 0) return {};  // segmentation
  if (copy(1) != 0) copy(1);    // tile rows; so narrow a frame has one column
  copy(16);                     // size of the compressed header
  const std::size_t rest = (from + 7) / 8;
  out.insert(out.end(), key.begin() + static_cast<std::ptrdiff_t>(rest), key.end());
  return out;
}

bool writeIvf(const Clip& clip, const std::string& path) {
  std::ofstream file(path, std::ios::binary);
  const auto put = [&](std::uint64_t value, unsigned bytes) {
    for (unsigned i = 0; i < bytes; ++i) file.put(static_cast<char>(value >> (8 * i)));
  };
  file.write("DKIF", 4);
  put(0, 2);
  put(32, 2);
  file.write("VP90", 4);
  put(clip.options.width, 2);
  put(clip.options.height, 2);
  put(25, 4);
  put(1, 4);
  put(clip.packets.size(), 8);
  std::uint64_t time = 0;
  for (const Bytes& packet : clip.packets) {
    put(packet.size(), 4);
    put(time++, 8);
    file.write(reinterpret_cast<const char*>(packet.data()), static_cast<std::streamsize>(packet.size()));
  }
  return file.good();
}

}  // namespace softgpu::va
