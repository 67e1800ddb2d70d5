// A kernel: its arguments as set so far, and on each device of the program the Level Zero kernel. An enqueue
// takes an immutable snapshot of the arguments, so that setting the next values never touches a command
// already enqueued.
#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/guarded.h"
#include "icd/object/arg_snapshot.h"
#include "icd/object/memory.h"
#include "icd/object/program.h"
#include "l0backend/kernel/kernel.h"

namespace clze::icd {

class Kernel final : public ApiObject<Kernel, _cl_kernel, Kind::Kernel> {
 public:
  // CL_INVALID_KERNEL_NAME, CL_INVALID_KERNEL_DEFINITION (devices differ), CL_INVALID_PROGRAM_EXECUTABLE.
  static Result<Ref<Kernel>> create(Ref<Program> program, const std::string& name);
  Result<Ref<Kernel>> clone() const;
  ~Kernel() override;

  Program& program() const { return *program_; }
  Context& context() const { return program_->context(); }
  const spirv::KernelInfo& definition() const { return info_; }
  // Null when the program was not built for the device.
  l0::Kernel* level0(const Device* device) const;

  // Already validated: size and handle kind fit the argument. `value` null: a null buffer, or local memory of
  // `size`.
  void setArg(cl_uint index, size_t size, const void* value);
  bool allArgsSet() const { return unset_.load() == 0; }
  // The first refusal of a memory argument (a VA surface that is not acquired), or CL_SUCCESS.
  cl_int argsUsable() const {
    return toBeAsked_.load(std::memory_order_relaxed) == 0 ? CL_SUCCESS : askArgs();
  }
  Ref<ArgSnapshot> snapshot() const;
  // Bytes of local memory that the arguments ask for.
  uint64_t localArgumentBytes() const { return localBytes_.load(); }

  Result<void> info(cl_kernel_info name, const InfoWriter& writer) const;
  Result<void> argInfo(cl_uint index, cl_kernel_arg_info name, const InfoWriter& writer) const;
  Result<void> workGroupInfo(const Device& device, cl_kernel_work_group_info name,
                             const InfoWriter& writer) const;
  // `input`: a local size, or a count of sub-groups; validated.
  Result<void> subGroupInfo(const Device& device, cl_kernel_sub_group_info name,
                            std::span<const size_t> input, const InfoWriter& writer) const;

 private:
  struct Argument {
    bool set = false;
    l0::ArgBlock::Arg value;
    Ref<Memory> memory;
    Ref<Object> other;
  };
  struct Arguments {
    std::vector<Argument> list;
    Ref<ArgSnapshot> snapshot;  // of list, until the next change
  };
  Kernel() = default;
  void lastApiRelease() override;
  void detach();
  cl_int askArgs() const;

  Ref<Program> program_;
  spirv::KernelInfo info_;
  bool argInfoAvailable_ = false;
  std::vector<std::pair<const Device*, std::unique_ptr<l0::Kernel>>> level0_;
  const Ref<SnapshotPool> snapshots_ = Ref<SnapshotPool>::adopt(new SnapshotPool());
  Guarded<Arguments> arguments_;
  // Changed with arguments_ locked; a launch reads them without.
  std::atomic<uint32_t> unset_ = 0;
  std::atomic<uint64_t> localBytes_ = 0;
  std::atomic<uint32_t> toBeAsked_ = 0;  // memory arguments that may be unusable
  std::atomic<bool> attached_ = false;   // counted by program_
};

}  // namespace clze::icd
