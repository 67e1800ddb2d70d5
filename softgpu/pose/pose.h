// What softgpu is, and what else it poses as when SOFTGPU_POSE asks for it: for its Level Zero and its VA
// driver. Read once a process. Threads: any.
#pragma once

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>

#include "softgpu/tiling.h"

namespace softgpu {

struct Pose {
  // Not a PCI vendor: those have 16 bits. Not one of Khronos' (0x10001 and up, handed out one by one) either.
  uint32_t vendorId = 0x0001C12E;
  uint32_t deviceId = 1;
  uint32_t driverVersion = 1;  // of the Level Zero driver
  const char* name = nullptr;  // of the hardware; null: itself
  bool fp16 = true, fp64 = true, images = true;
  bool discrete = false;
  uint32_t apiMinor = 17;   // API 1.N is implemented; tables have no functions of later versions
  bool newerThan14 = true;  // extensions and structures from after API 1.4
  bool copyGroup = false;   // queue group 1 copies and does nothing else
  uint32_t queues = 4;      // of each group
  uint32_t devices = 1, subDevices = 0;
  bool memoryImportTakesFd = true;  // zeMemAllocDevice; zeImageCreate always does
  Tiling tiling = Tiling::Linear;   // of surfaces
  bool linearToldApart = true;      // an importer learns that an object is linear after all
  bool chromaViewIsFrame8 = false,
       chromaViewIsFrame16 = false;  // views of NV12's, P010's chroma have the frame's size
};

// Empty when a name is no pose's; `unknown` is then the first such.
inline std::optional<Pose> poseFor(std::string_view names, std::string_view* unknown) {
  Pose pose;
  while (!names.empty()) {
    const size_t comma = names.find(',');
    const std::string_view name = names.substr(0, comma);
    names = comma == std::string_view::npos ? std::string_view() : names.substr(comma + 1);
    bool known = name.empty();
#define SOFTGPU_POSE_ROW(text, what, ...) \
  if (name == (text)) {                   \
    __VA_ARGS__;                          \
    known = true;                         \
  }
#include "softgpu/pose/poses.def"
#undef SOFTGPU_POSE_ROW
    if (!known) {
      *unknown = name;
      return std::nullopt;
    }
  }
  return pose;
}

// The process's; null, with a line on stderr, when SOFTGPU_POSE names one that does not exist: then there is
// no device.
inline const Pose* poseOrNull() {
  static const std::optional<Pose> pose = [] {
    const char* names = std::getenv("SOFTGPU_POSE");
    std::string_view unknown;
    auto found = poseFor(names != nullptr ? names : "", &unknown);
    if (!found) {
      std::fprintf(stderr, "softgpu: no pose \"%.*s\" (SOFTGPU_POSE)\n", static_cast<int>(unknown.size()),
                   unknown.data());
    }
    return found;
  }();
  return pose ? &*pose : nullptr;
}
inline const Pose& pose() {
  static const Pose plain;
  const Pose* found = poseOrNull();
  return found != nullptr ? *found : plain;
}

}  // namespace softgpu
