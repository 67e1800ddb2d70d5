// Stands in for the kernel engine when the tree is built without it: every module fails with a reason.
#include "softgpu/ze/engine/engine.h"

namespace softgpu::engine {

std::shared_ptr<Program> Program::compile(std::span<const uint32_t>, std::span<const SpecConstant>,
                                          std::string_view, std::string& log) {
  log = "softgpu: built without the kernel engine\n";
  return nullptr;
}

std::shared_ptr<Program> Program::load(std::span<const std::byte>, std::string& log) {
  log = "softgpu: built without the kernel engine\n";
  return nullptr;
}

void setPrintfSink(void (*)(std::string_view)) {}
void setTrapSink(void (*)(const KernelTrap&)) {}
void setCompiler(const std::string&, unsigned) {}

}  // namespace softgpu::engine
