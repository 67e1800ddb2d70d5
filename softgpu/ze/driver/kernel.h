// Kernels: arguments and launch state, set call by call and copied into each launch.
// Threads: as the specification has it, one thread at a time uses a kernel handle.
#pragma once

#include <level_zero/ze_api.h>

#include <array>
#include <memory>
#include <vector>

#include "softgpu/ze/driver/module.h"

namespace softgpu::driver {

// Groups of a cooperative launch: each is a thread while the launch runs.
inline constexpr uint32_t kMaxCooperativeGroups = 32;

// Each count alone is checked first: the product of three could wrap.
inline bool mayRunTogether(const ze_group_count_t& groups) {
  const auto few = [](uint32_t count) { return count <= kMaxCooperativeGroups; };
  return few(groups.groupCountX) && few(groups.groupCountY) && few(groups.groupCountZ) &&
         few(groups.groupCountX * groups.groupCountY * groups.groupCountZ);
}

// One launch as it will run: program, geometry and argument values, owned.
class Launch {
 public:
  Launch() = default;
  Launch(Launch&&) = default;  // not copied: values_ points into storage_
  Launch& operator=(Launch&&) = default;
  void run(const ze_group_count_t& groups) const;
  // Every group has a thread of its own, so that groups may wait for one another.
  void runTogether(const ze_group_count_t& groups) const;

 private:
  friend class Kernel;
  engine::Geometry geometry(const ze_group_count_t& groups) const;
  std::shared_ptr<const engine::Program> program_;
  size_t index_ = 0;
  std::array<uint32_t, 3> groupSize_{}, globalOffset_{};
  std::vector<std::byte> storage_;  // argument values; values_ points in here
  std::vector<engine::ArgValue> values_;
  std::vector<std::shared_ptr<Object>> holds_;  // images and samplers
};

class Kernel : public Object {
 public:
  using Handle = ze_kernel_handle_t;
  static constexpr Kind kKind = Kind::Kernel;
  // `moduleHandle`: for strict mode.
  Kernel(std::shared_ptr<Module> module, size_t index, uint64_t moduleHandle);

  const engine::KernelInfo& info() const { return info_; }
  // One of its own with the same state, or with none.
  std::shared_ptr<Kernel> copy() const;
  std::shared_ptr<Kernel> unset() const { return std::make_shared<Kernel>(module_, index_, moduleHandle_); }
  // The program it was made of.
  std::shared_ptr<const engine::Program> program() const { return module_->program(); }
  // The pointer that an argument is set to; null of other arguments.
  const void* pointerArgument(uint32_t index) const;
  // `value` null: a null pointer, zeros, or for local memory its rightful form.
  ze_result_t setArgument(uint32_t index, size_t size, const void* value);
  ze_result_t setGroupSize(const std::array<uint32_t, 3>& size);
  void setGlobalOffset(const std::array<uint32_t, 3>& offset) { globalOffset_ = offset; }

  ze_kernel_indirect_access_flags_t indirectAccess = 0;

  // A copy of the state for one launch; an error when an argument is not set or local memory does not
  // suffice.
  ze_result_t snapshot(Launch* launch) const;

 private:
  struct Argument {
    bool set = false;
    size_t offset = 0;  // into storage_
    size_t localSize = 0;
    std::shared_ptr<Object> holds;
    uint64_t handle = 0;  // of what it holds
  };
  // Tells strict mode what a launch will use through this argument.
  void noteUse(const Argument& argument, const engine::ArgInfo& info) const;

  std::shared_ptr<Module> module_;
  const uint64_t moduleHandle_;
  const size_t index_;
  const engine::KernelInfo& info_;
  std::array<uint32_t, 3> groupSize_ = {1, 1, 1}, globalOffset_ = {0, 0, 0};
  bool groupSizeSet_ = false;  // or required by the kernel
  std::vector<Argument> arguments_;
  std::vector<std::byte> storage_;
};

}  // namespace softgpu::driver
