// Running of work-groups once a kernel's code is there.
#pragma once

#include <cstdint>
#include <span>

#include "softgpu/ze/engine/abi.h"
#include "softgpu/ze/engine/engine.h"

namespace softgpu::engine {

struct KernelEntry {
  abi::StartFunction start = nullptr;
  abi::ResumeFunction resume = nullptr;  // null: no barriers
  uint32_t subgroupSize = abi::kSubgroupSize;
  bool exchanges = false;
  uint64_t staticLocalBytes = 0;
};

// Program::run() for one kernel. A trap that was caught, without the kernel's name.
std::optional<KernelTrap> runGroups(const KernelEntry& entry, const Geometry& geometry,
                                    std::span<const ArgInfo> infos, std::span<const ArgValue> values,
                                    uint64_t first, uint64_t last);

}  // namespace softgpu::engine
