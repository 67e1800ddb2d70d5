// VP9 streams made at test time by libvpx' encoder, frame by frame, with what libvpx' decoder makes of each.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace softgpu::va {

using Bytes = std::vector<std::uint8_t>;

struct ClipOptions {
  unsigned width = 322;
  unsigned height = 242;
  unsigned frames = 40;
  unsigned bitDepth = 8;
  bool altRef = false;    // hidden frames, and frames shown again
  unsigned resizeAt = 0;  // from this frame on three quarters of the size, without a key frame
};

struct ClipFrame {
  Bytes data;  // one VP9 frame: superframes are split, as applications split them
  bool shown = false;
  bool key = false;
  bool showExisting = false;
  unsigned existingSlot = 0;
  std::uint8_t refresh = 0;
  unsigned width = 0;  // of the picture
  unsigned height = 0;
  Bytes picture;  // NV12 or P010 without padding; of hidden frames, what they show when shown later
};

struct Clip {
  ClipOptions options;
  std::vector<ClipFrame> frames;
  std::vector<Bytes> packets;  // as they lie in a file
};

// Empty frames when the encoder refused.
Clip makeClip(const ClipOptions& options);
// The same picture as an 8-bit key frame of at most 64 pixels' width, as a hidden intra-only frame that
// replaces the slots `refresh`. Empty when the key frame has something that is not expected of our encoder.
Bytes intraOnlyFromKey(const Bytes& key, std::uint8_t refresh);
bool writeIvf(const Clip& clip, const std::string& path);

}  // namespace softgpu::va
