// Looking up surface_layout.def.
#include "l0backend/caps/surface_layout.h"

namespace clze::l0 {

namespace {

struct Row {
  uint32_t vendor, firstDevice, lastDevice;
  SurfaceLayout layout;
};

constexpr Row kRows[] = {
#define CLZE_SURFACE_LAYOUT(vendor, first, last, modifier, tileRows, linear) \
  {vendor, first, last, {modifier, tileRows, (linear) != 0}},
#include "l0backend/caps/surface_layout.def"
#undef CLZE_SURFACE_LAYOUT
};

}  // namespace

std::optional<SurfaceLayout> surfaceLayout(uint32_t vendor, uint32_t device) {
  for (const Row& row : kRows) {
    if (row.vendor == vendor && device >= row.firstDevice && device <= row.lastDevice) return row.layout;
  }
  return std::nullopt;
}

}  // namespace clze::l0
