// How a device's driver lays out a video image that it is given by a dma-buf; the table is
// surface_layout.def.
#pragma once

#include <cstdint>
#include <optional>

namespace clze::l0 {

struct SurfaceLayout {
  uint64_t modifier = 0;  // DRM format modifier of what the driver assumes
  uint32_t tileRows = 1;  // a chroma plane begins at a multiple of these rows
  bool linearToldApart =
      false;  // the driver asks its kernel driver, and takes linear objects for what they are
};

// Empty for a device nobody has looked at.
std::optional<SurfaceLayout> surfaceLayout(uint32_t vendor, uint32_t device);

}  // namespace clze::l0
