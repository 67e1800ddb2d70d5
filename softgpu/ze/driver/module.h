// Modules: a compiled program of the engine; and build logs.
#pragma once

#include <level_zero/ze_api.h>

#include <memory>
#include <string>

#include "softgpu/ze/driver/device.h"
#include "softgpu/ze/engine/engine.h"

namespace softgpu::driver {

class Module : public Object {
 public:
  using Handle = ze_module_handle_t;
  static constexpr Kind kKind = Kind::Module;
  Module(std::shared_ptr<Context> context, std::shared_ptr<const engine::Program> program)
      : Object(kKind), context_(std::move(context)), program_(std::move(program)) {}
  const std::shared_ptr<const engine::Program>& program() const { return program_; }

 private:
  std::shared_ptr<Context> context_;
  std::shared_ptr<const engine::Program> program_;
};

class BuildLog : public Object {
 public:
  using Handle = ze_module_build_log_handle_t;
  static constexpr Kind kKind = Kind::BuildLog;
  explicit BuildLog(std::string text) : Object(kKind), text_(std::move(text)) {}
  const std::string& text() const { return text_; }

 private:
  const std::string text_;
};

// zeXGetString, zeKernelGetName: null buffer asks for the size with its terminator.
ze_result_t giveString(const std::string& text, size_t* size, char* out);

}  // namespace softgpu::driver
