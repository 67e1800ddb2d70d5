// Program: the stages of a compilation in order, and the way from a kernel's index to its code.
#include <fmt/format.h>

#include <utility>

#include "softgpu/ze/engine/compiler.h"
#include "softgpu/ze/engine/container.h"
#include "softgpu/ze/engine/engine.h"
#include "softgpu/ze/engine/run.h"
#include "softgpu/ze/engine/spirv_check.h"

namespace softgpu::engine {
namespace {

class CompiledProgram : public Program {
 public:
  CompiledProgram(Container container, std::unique_ptr<Loaded> code)
      : container_(std::move(container)), code_(std::move(code)) {
    const Manifest& manifest = container_.manifest;
    for (size_t i = 0; i < manifest.kernels.size(); ++i) {
      KernelEntry& entry = entries_.emplace_back();
      entry.start = reinterpret_cast<abi::StartFunction>(code_->address(startSymbol(i)));
      if (manifest.kernels[i].barriers) {
        entry.resume = reinterpret_cast<abi::ResumeFunction>(code_->address(resumeSymbol(i)));
      }
      entry.subgroupSize = manifest.code[i].subgroupSize;
      entry.exchanges = manifest.code[i].exchanges;
      entry.staticLocalBytes = manifest.kernels[i].staticLocalBytes;
    }
  }

  const std::vector<KernelInfo>& kernels() const override { return container_.manifest.kernels; }

  void* globalPointer(std::string_view name, size_t* size) const override {
    const auto& globals = container_.manifest.globals;
    for (size_t i = 0; i < globals.size(); ++i) {
      if (globals[i].name == name) {
        if (size) {
          *size = globals[i].size;
        }
        return code_->address(globalSymbol(i));
      }
    }
    return nullptr;
  }

  std::vector<std::byte> native() const override { return writeContainer(container_); }

  void run(size_t kernel, const Geometry& geometry, std::span<const ArgValue> args, uint64_t first,
           uint64_t last) const override {
    if (kernel < entries_.size()) {
      runGroups(entries_[kernel], geometry, kernels()[kernel].args, args, first, last);
    }
  }

 private:
  Container container_;
  std::unique_ptr<Loaded> code_;
  std::vector<KernelEntry> entries_;
};

// Flags of OpenCL and Level Zero that change nothing here: results are as precise as without them.
Options parseFlags(std::string_view flags, std::string& log) {
  Options options;
  while (!flags.empty()) {
    const size_t end = std::min(flags.find(' '), flags.size());
    const std::string_view flag = flags.substr(0, end);
    flags.remove_prefix(std::min(end + 1, flags.size()));
    constexpr std::string_view kLevel = "-ze-opt-level=";
    if (flag == "-ze-opt-disable" || flag == "-cl-opt-disable") {
      options.level = 0;
    } else if (flag.starts_with(kLevel)) {
      // Both "2" and "O2" are in use.
      const std::string_view level =
          flag.substr(kLevel.size() + (flag.substr(kLevel.size()).starts_with('O') ? 1 : 0));
      if (level.size() == 1 && level[0] >= '0' && level[0] <= '3') {
        options.level = static_cast<unsigned>(level[0] - '0');
      } else {
        log += fmt::format("flag {} is ignored: levels are 0 to 3\n", flag);
      }
    } else if (!flag.empty() && !flag.starts_with("-cl-")) {
      log += fmt::format("flag {} is not known and ignored\n", flag);
    }
  }
  return options;
}

std::shared_ptr<Program> makeProgram(Container container, std::string& log) {
  auto code = Loaded::load(container.object, container.manifest, log);
  return code ? std::make_shared<CompiledProgram>(std::move(container), std::move(code)) : nullptr;
}

}  // namespace

std::shared_ptr<Program> Program::compile(std::span<const uint32_t> spirv,
                                          std::span<const SpecConstant> constants, std::string_view flags,
                                          std::string& log) {
  const Options options = parseFlags(flags, log);
  Container container;
  container.spirv.assign(spirv.begin(), spirv.end());
  if (!checkSpirv(container.spirv, log) ||
      !readSpecConstants(container.spirv, constants, container.constants, log)) {
    return nullptr;
  }
  Ir ir;
  if (!translate(container.spirv, container.constants, ir, container.manifest, log) ||
      !lower(ir, container.manifest, log) || !emitObject(ir, options, container.object, log)) {
    return nullptr;
  }
  container.cpu = hostCpuName();
  return makeProgram(std::move(container), log);
}

std::shared_ptr<Program> Program::load(std::span<const std::byte> binary, std::string& log) {
  Container container;
  if (!readContainer(binary, container, log)) {
    return nullptr;
  }
  if (container.cpu != hostCpuName()) {
    log += fmt::format("the native binary is for another CPU: {}\n", container.cpu);
    return nullptr;
  }
  return makeProgram(std::move(container), log);
}

}  // namespace softgpu::engine
