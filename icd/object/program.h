// A program: source, IL or binary, and for each device what became of it. SPIR-V is the form everything
// passes through; a device's module is made when the program is built or linked.
#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/guarded.h"
#include "icd/object/context.h"
#include "l0backend/module/module.h"
#include "spirv/specialize.h"
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
  std::shared_ptr<l0::Module> module;  // executables that have kernels
  std::vector<std::byte> native;       // of a binary not built yet

  // A binary is one only once it has been built.
  bool executable() const { return type == CL_PROGRAM_BINARY_TYPE_EXECUTABLE && status == CL_BUILD_SUCCESS; }
};
// Never changed once it stands for a device: readers share it, and a later build puts another in its place.
using SharedBuild = std::shared_ptr<const DeviceBuild>;

using NamedSource = std::pair<std::string, std::string>;  // name as included, text

class Program final : public ApiObject<Program, _cl_program, Kind::Program> {
 public:
  enum class Origin { Source, Il, Binary, Linked };
  static Ref<Program> fromSource(Ref<Context> context, std::string source);
  // CL_INVALID_VALUE when `il` is not a SPIR-V module.
  static Result<Ref<Program>> fromIl(Ref<Context> context, spirv::Words il);
  // One binary a device, as CL_PROGRAM_BINARIES gave them; `statuses` gets a code for each when not null.
  static Result<Ref<Program>> fromBinaries(
      Ref<Context> context, const std::vector<Device*>& devices,
      const std::vector<std::pair<const unsigned char*, size_t>>& binaries, cl_int* statuses);
  // Links compiled objects and libraries. Once linking can begin there is a program, also when it fails: its
  // build logs say why.
  struct Linked {
    Ref<Program> program;
    cl_int code = CL_SUCCESS;
  };
  static Result<Linked> link(Ref<Context> context, const std::vector<Device*>& devices,
                             const std::string& options, const std::vector<Program*>& inputs);

  // Both block; the result is the call's code, and each device's status and log are kept.
  // CL_INVALID_OPERATION while another thread is at it.
  Result<void> build(const std::vector<Device*>& devices, const std::string& options);
  Result<void> compile(const std::vector<Device*>& devices, const std::string& options,
                       const std::vector<NamedSource>& headers);
  Result<void> setSpecialization(cl_uint id, size_t size, const void* value);

  Context& context() const { return *context_; }
  const std::vector<Device*>& devices() const { return devices_; }
  bool has(const Device* device) const;
  Origin origin() const { return origin_; }
  const std::string& source() const { return source_; }
  // What stands for `device`: never null, all empty when nothing was built.
  SharedBuild deviceBuild(const Device* device) const;
  // Built or linked for at least one device.
  bool executable() const;
  // Of all devices, each once, in the order of the modules.
  std::vector<std::string> kernelNames() const;
  // Kernels attached forbid another build.
  void kernelAttached() { kernels_.fetch_add(1, std::memory_order_relaxed); }
  void kernelDetached() { kernels_.fetch_sub(1, std::memory_order_relaxed); }
  bool hasKernels() const { return kernels_.load(std::memory_order_relaxed) != 0; }

  Result<void> info(cl_program_info name, const InfoWriter& writer) const;
  Result<void> buildInfo(const Device* device, cl_program_build_info name, const InfoWriter& writer) const;

 private:
  using Binary = std::shared_ptr<const std::vector<std::byte>>;
  struct State {
    std::vector<SharedBuild> builds;  // in the order of devices_
    std::vector<spirv::SpecValue> constants;
    std::vector<std::pair<SharedBuild, Binary>> binaries;  // of builds, null until asked for
  };
  Program(Ref<Context> context, std::vector<Device*> devices, Origin origin);

  size_t indexOf(const Device* device) const;
  DeviceBuild compileOne(const Device& device, const std::string& options, const spirv::BuildOptions& parsed,
                         const std::vector<NamedSource>& headers) const;
  DeviceBuild load(const Device& device, const std::string& options) const;
  // Links what is whole by itself and makes its module.
  cl_int finish(const Device& device, const std::string& flags, DeviceBuild& build) const;
  // Turns SPIR-V (or a binary's native code) into a module; fails the build with the driver's log. The code
  // is CL_BUILD_PROGRAM_FAILURE, or tells that the device or memory is to blame.
  cl_int makeExecutable(const Device& device, const std::string& flags, DeviceBuild& build) const;
  // The code for the call: `failure` when a device's build has failed.
  cl_int store(const std::vector<Device*>& devices, std::vector<DeviceBuild> builds, cl_int failure);
  // The same one each time, whatever the driver says meanwhile: an application asks for its size first.
  Binary binary(size_t index) const;

  Ref<Context> context_;
  std::vector<Device*> devices_;
  const Origin origin_;
  std::string source_;
  spirv::Words il_;
  std::vector<spirv::SpecConstant> specConstants_;  // that il_ declares
  std::vector<SharedBuild> loaded_;                 // Origin::Binary: what every build starts from
  std::atomic<uint32_t> kernels_ = 0;
  std::atomic<bool> building_ = false;
  Guarded<State> state_;
};

}  // namespace clze::icd
