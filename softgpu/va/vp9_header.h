// The start of a VP9 frame: what the driver must know of it and VA's picture parameters do not tell.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

namespace softgpu::va {

struct Vp9Header {
  unsigned profile = 0;
  bool showExisting = false;
  bool keyFrame = false;
  bool showFrame = false;
  bool intraOnly = false;
  std::uint8_t refreshFlags = 0;  // a bit for each of the 8 slots that this frame replaces
};

// VP9 bitstream specification, uncompressed_header(). Empty when it is not such a header.
std::optional<Vp9Header> parseVp9Header(std::span<const std::uint8_t> frame);

}  // namespace softgpu::va
