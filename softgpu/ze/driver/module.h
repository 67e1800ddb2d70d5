// Modules: a compiled program of the engine; and build logs.
#pragma once

#include <level_zero/ze_api.h>

#include <memory>
#include <mutex>
#include <string>

#include "softgpu/ze/driver/device.h"
#include "softgpu/ze/engine/engine.h"

namespace softgpu::driver {

class Module : public Object {
 public:
  using Handle = ze_module_handle_t;
  static constexpr Kind kKind = Kind::Module;
  Module(std::shared_ptr<Context> context, std::shared_ptr<const engine::Program> program)
      : Object(kKind), context_(std::move(context)), created_(std::move(program)) {}
  // The linked one as soon as there is one; both live as long as the module.
  std::shared_ptr<const engine::Program> program() const {
    const std::lock_guard lock(mutex_);
    return linked_ ? linked_ : created_;
  }
  const std::shared_ptr<Context>& context() const { return context_; }
  // As zeModuleCreate made it: its names, imports and exports never change.
  const engine::Program& created() const { return *created_; }
  // A module is linked once; a later program is dropped.
  void link(std::shared_ptr<const engine::Program> program) {
    const std::lock_guard lock(mutex_);
    if (!linked_) linked_ = std::move(program);
  }

 private:
  const std::shared_ptr<Context> context_;
  const std::shared_ptr<const engine::Program> created_;
  mutable std::mutex mutex_;
  std::shared_ptr<const engine::Program> linked_;  // guarded by mutex_
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
