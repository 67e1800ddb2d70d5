// A program on one device: SPIR-V (or the driver's own binary) made into machine code.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "l0backend/context.h"

namespace clze::l0 {

struct SpecValue {
  uint32_t id;
  const void* value;
};

class Module {
 public:
  // CL_BUILD_PROGRAM_FAILURE with the driver's words in `log` (which may hold warnings on success too).
  static Result<std::shared_ptr<Module>> fromSpirv(const Context& context, const Device& device,
                                                   std::span<const uint32_t> spirv, const std::string& flags,
                                                   std::span<const SpecValue> constants, std::string& log);
  // From nativeBinary() of the same driver; CL_INVALID_BINARY when the driver refuses it.
  static Result<std::shared_ptr<Module>> fromNative(const Context& context, const Device& device,
                                                    std::span<const std::byte> binary, std::string& log);
  Result<std::vector<std::byte>> nativeBinary() const;
  ze_module_handle_t handle() const { return handle_.get(); }

 private:
  ModuleHandle handle_;
};

}  // namespace clze::l0
