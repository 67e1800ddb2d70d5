// A program: source, IL or binary, and for each device what became of it. SPIR-V is the form everything
// passes through; a device's module is made when the program is built or linked.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/guarded.h"
#include "icd/object/context.h"
#include "l0backend/module/module.h"
#include "spirv/spirv.h"

namespace clze::icd {

// What clBuildProgram, clCompileProgram or clLinkProgram made for one device.
struct DeviceBuild {
  cl_build_status status = CL_BUILD_NONE;
  cl_program_binary_type type = CL_PROGRAM_BINARY_TYPE_NONE;
  std::string options, log;
  bool kernelArgInfo = false;  // names and types may be told (-cl-kernel-arg-info)
  spirv::Words spirv;
  spirv::ModuleInfo info;              // executables
  std::shared_ptr<l0::Module> module;  // executables
  std::vector<std::byte> native;       // of a binary not built yet
};

using NamedSource = std::pair<std::string, std::string>;  // name as included, text

class Program final : public ApiObject<Program, _cl_program, Kind::Program> {
 public:
  static Ref<Program> fromSource(Ref<Context> context, std::string source);
  static Ref<Program> fromIl(Ref<Context> context, spirv::Words il);
  // One binary a device, as CL_PROGRAM_BINARIES gave them; `statuses` gets a code for each when not null.
  static Result<Ref<Program>> fromBinaries(
      Ref<Context> context, const std::vector<Device*>& devices,
      const std::vector<std::pair<const unsigned char*, size_t>>& binaries, cl_int* statuses);
  // Links compiled objects and libraries; on CL_LINK_PROGRAM_FAILURE the log says why (CLZE_LOG, pfn_notify's
  // program).
  static Result<Ref<Program>> link(Ref<Context> context, const std::vector<Device*>& devices,
                                   const std::string& options, const std::vector<Program*>& inputs);

  // Both block; the result is the call's code, and each device's status and log are kept.
  Result<void> build(const std::vector<Device*>& devices, const std::string& options);
  Result<void> compile(const std::vector<Device*>& devices, const std::string& options,
                       const std::vector<NamedSource>& headers);
  Result<void> setSpecialization(cl_uint id, size_t size, const void* value);

  Context& context() const { return *context_; }
  const std::vector<Device*>& devices() const { return devices_; }
  bool has(const Device* device) const;
  const std::string& source() const { return source_; }
  bool fromIl() const { return !il_.empty(); }
  // A copy of what stands for `device`; all empty when nothing was built.
  DeviceBuild deviceBuild(const Device* device) const;
  // Kernels attached forbid another build.
  void kernelAttached() { kernels_.fetch_add(1, std::memory_order_relaxed); }
  void kernelDetached() { kernels_.fetch_sub(1, std::memory_order_relaxed); }
  bool hasKernels() const { return kernels_.load(std::memory_order_relaxed) != 0; }

  Result<void> info(cl_program_info name, const InfoWriter& writer) const;
  Result<void> buildInfo(const Device* device, cl_program_build_info name, const InfoWriter& writer) const;

 private:
  struct SpecValue {
    uint32_t id;
    std::vector<std::byte> bytes;
  };
  struct State {
    std::vector<DeviceBuild> builds;  // in the order of devices_
    std::vector<SpecValue> constants;
  };
  explicit Program(Ref<Context> context, std::vector<Device*> devices);

  size_t indexOf(const Device* device) const;
  DeviceBuild compileOne(const Device& device, const std::string& options, const spirv::BuildOptions& parsed,
                         const std::vector<NamedSource>& headers) const;
  // Turns SPIR-V (or a binary's native code) into a module; fails the build with the driver's log.
  void makeExecutable(const Device& device, const std::string& flags, DeviceBuild& build) const;
  Result<void> store(const std::vector<Device*>& devices, std::vector<DeviceBuild> builds, cl_int failure);
  std::vector<std::byte> binary(size_t index) const;

  Ref<Context> context_;
  std::vector<Device*> devices_;
  std::string source_;
  spirv::Words il_;
  bool binary_ = false;
  std::atomic<uint32_t> kernels_ = 0;
  Guarded<State> state_;
};

}  // namespace clze::icd
