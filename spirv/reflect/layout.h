// Size and alignment of a type as the device stores it (OpenCL C 6.3.5).
#pragma once

#include <optional>
#include <unordered_map>

#include "spirv/reflect/module.h"

namespace clze::spirv {

struct Layout {
  uint64_t size = 0;
  uint64_t alignment = 1;
};

class Layouts {
 public:
  explicit Layouts(const ModuleTables& module) : module_(module) {}

  // Nothing for what has no size, is larger than memory, or contains itself.
  std::optional<Layout> of(uint32_t type) { return of(type, 0); }

  // The value of an integer constant, the default one of a specialization constant.
  std::optional<uint64_t> constant(uint32_t id) const;

 private:
  std::optional<Layout> of(uint32_t type, int depth);
  std::optional<Layout> compute(const TypeEntry& entry, uint32_t type, int depth);
  std::optional<Layout> ofStruct(const TypeEntry& entry, uint32_t type, int depth);

  const ModuleTables& module_;
  std::unordered_map<uint32_t, std::optional<Layout>> known_;
};

}  // namespace clze::spirv
