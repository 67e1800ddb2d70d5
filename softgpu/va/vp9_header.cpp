// Reads bits up to refresh_frame_flags.
#include "softgpu/va/vp9_header.h"

#include <cstddef>

namespace softgpu::va {
namespace {

class BitReader {
 public:
  explicit BitReader(std::span<const std::uint8_t> data) : data_(data) {}
  // Zeros past the end; overrun() tells.
  unsigned read(unsigned count) {
    unsigned value = 0;
    for (; count > 0; --count, ++position_) {
      const std::size_t byte = position_ / 8;
      const unsigned bit = byte < data_.size() ? (data_[byte] >> (7 - position_ % 8)) & 1U : 0U;
      value = value << 1 | bit;
    }
    return value;
  }
  bool overrun() const { return position_ > data_.size() * 8; }

 private:
  std::span<const std::uint8_t> data_;
  std::size_t position_ = 0;
};

constexpr unsigned kFrameMarker = 2;
constexpr unsigned kSyncCode = 0x498342;
constexpr unsigned kSrgb = 7;

void skipColorConfig(BitReader& bits, unsigned profile) {
  if (profile >= 2) bits.read(1);  // 10 or 12 bits
  const bool subsamplingTold = profile == 1 || profile == 3;
  if (bits.read(3) != kSrgb) {
    bits.read(1);  // range
    if (subsamplingTold) bits.read(3);
  } else if (subsamplingTold) {
    bits.read(1);
  }
}

}  // namespace

std::optional<Vp9Header> parseVp9Header(std::span<const std::uint8_t> frame) {
  BitReader bits(frame);
  Vp9Header header;
  if (bits.read(2) != kFrameMarker) return std::nullopt;
  const unsigned low = bits.read(1);
  header.profile = bits.read(1) << 1 | low;
  if (header.profile == 3 && bits.read(1) != 0) return std::nullopt;
  header.showExisting = bits.read(1) != 0;
  if (header.showExisting) {
    header.showFrame = true;
    bits.read(3);
    return bits.overrun() ? std::nullopt : std::optional(header);
  }
  header.keyFrame = bits.read(1) == 0;
  header.showFrame = bits.read(1) != 0;
  const bool errorResilient = bits.read(1) != 0;
  if (header.keyFrame) {
    if (bits.read(24) != kSyncCode) return std::nullopt;
    header.refreshFlags = 0xff;
  } else {
    header.intraOnly = !header.showFrame && bits.read(1) != 0;
    if (!errorResilient) bits.read(2);  // reset_frame_context
    if (header.intraOnly) {
      if (bits.read(24) != kSyncCode) return std::nullopt;
      if (header.profile > 0) skipColorConfig(bits, header.profile);
    }
    header.refreshFlags = static_cast<std::uint8_t>(bits.read(8));
  }
  return bits.overrun() ? std::nullopt : std::optional(header);
}

}  // namespace softgpu::va
