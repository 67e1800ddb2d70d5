// IR to an object file for this CPU, and an object file to code in this process.
// Generated code sees only the functions named here: the runtime's, the builtin library's and what LLVM
// itself calls.
#include <fmt/format.h>
#include <llvm/ExecutionEngine/Orc/LLJIT.h>
#include <llvm/IR/DiagnosticHandler.h>
#include <llvm/IR/DiagnosticInfo.h>
#include <llvm/IR/DiagnosticPrinter.h>
#include <llvm/IR/LLVMContext.h>
#include <llvm/IR/LegacyPassManager.h>
#include <llvm/IR/Module.h>
#include <llvm/MC/TargetRegistry.h>
#include <llvm/Support/Host.h>
#include <llvm/Support/SmallVectorMemoryBuffer.h>
#include <llvm/Support/TargetSelect.h>
#include <llvm/Target/TargetMachine.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <map>
#include <mutex>

#include "softgpu/ze/builtins/builtins.h"
#include "softgpu/ze/engine/compiler.h"
#include "softgpu/ze/engine/passes.h"
#include "softgpu/ze/engine/runtime.h"
#include "softgpu/ze/engine/widen_halves.h"

extern "C" {
// libgcc's, for 128-bit arithmetic; only their addresses matter here.
__extension__ typedef __int128 SoftgpuInt128;
SoftgpuInt128 softgpuDivideInt128(SoftgpuInt128, SoftgpuInt128) __asm__("__divti3");
SoftgpuInt128 softgpuRemainderInt128(SoftgpuInt128, SoftgpuInt128) __asm__("__modti3");
SoftgpuInt128 softgpuDivideUint128(SoftgpuInt128, SoftgpuInt128) __asm__("__udivti3");
SoftgpuInt128 softgpuRemainderUint128(SoftgpuInt128, SoftgpuInt128) __asm__("__umodti3");
}

namespace softgpu::engine {
namespace {

void initializeTarget() {
  static std::once_flag once;
  std::call_once(once, [] {
    llvm::InitializeNativeTarget();
    llvm::InitializeNativeTargetAsmPrinter();
  });
}

std::unique_ptr<llvm::TargetMachine> makeTarget(const Options& options, std::string& log) {
  initializeTarget();
  auto builder = llvm::orc::JITTargetMachineBuilder::detectHost();
  if (!builder) {
    log += "this CPU is not known: " + llvm::toString(builder.takeError()) + '\n';
    return nullptr;
  }
  builder->setRelocationModel(llvm::Reloc::PIC_);
  builder->setCodeModel(llvm::CodeModel::Small);
  builder->setCodeGenOptLevel(options.level == 0   ? llvm::CodeGenOpt::None
                              : options.level == 1 ? llvm::CodeGenOpt::Less
                                                   : llvm::CodeGenOpt::Default);
  auto target = builder->createTargetMachine();
  if (!target) {
    log += "no code generator for this CPU: " + llvm::toString(target.takeError()) + '\n';
    return nullptr;
  }
  return std::move(*target);
}

void optimize(llvm::Module& module, llvm::TargetMachine& target, const Options& options) {
  llvm::PipelineTuningOptions tuning;
  tuning.LoopVectorization = true;
  tuning.SLPVectorization = true;
  Passes passes(&target, tuning);
  const auto level = options.level == 0   ? llvm::OptimizationLevel::O0
                     : options.level == 1 ? llvm::OptimizationLevel::O1
                     : options.level == 2 ? llvm::OptimizationLevel::O2
                                          : llvm::OptimizationLevel::O3;
  auto manager = options.level == 0 ? passes.builder.buildO0DefaultPipeline(level)
                                    : passes.builder.buildPerModuleDefaultPipeline(level);
  manager.run(module, passes.modules);
  widenHalves(module);
}

// What the code generator reports of functions with the attribute "warn-stack-size".
class StackSizes final : public llvm::DiagnosticHandler {
 public:
  StackSizes(std::map<std::string, uint64_t>& sizes, std::string& log) : sizes_(sizes), log_(log) {}
  bool handleDiagnostics(const llvm::DiagnosticInfo& info) override {
    if (const auto* stack = llvm::dyn_cast<llvm::DiagnosticInfoStackSize>(&info)) {
      sizes_[stack->getFunction().getName().str()] = stack->getStackSize();
    } else if (info.getSeverity() == llvm::DS_Error) {
      llvm::raw_string_ostream stream(log_);
      llvm::DiagnosticPrinterRawOStream printer(stream);
      info.print(printer);
      stream << '\n';
    }
    return true;
  }

 private:
  std::map<std::string, uint64_t>& sizes_;
  std::string& log_;
};

template <typename Function>
void* address(Function* function) {
  return reinterpret_cast<void*>(function);
}

using Unary = double (*)(double);
using UnaryFloat = float (*)(float);
using Binary = double (*)(double, double);
using BinaryFloat = float (*)(float, float);

// Functions that the code generator calls for instructions and intrinsics.
std::vector<HostSymbol> codegenSymbols() {
  return {
      {"memcpy", address(std::memcpy)},
      {"memmove", address(std::memmove)},
      {"memset", address(std::memset)},
      {"__divti3", address(softgpuDivideInt128)},
      {"__modti3", address(softgpuRemainderInt128)},
      {"__udivti3", address(softgpuDivideUint128)},
      {"__umodti3", address(softgpuRemainderUint128)},
      {"fmod", address(static_cast<Binary>(std::fmod))},
      {"fmodf", address(static_cast<BinaryFloat>(std::fmod))},
      {"pow", address(static_cast<Binary>(std::pow))},
      {"powf", address(static_cast<BinaryFloat>(std::pow))},
      {"fmin", address(static_cast<Binary>(std::fmin))},
      {"fminf", address(static_cast<BinaryFloat>(std::fmin))},
      {"fmax", address(static_cast<Binary>(std::fmax))},
      {"fmaxf", address(static_cast<BinaryFloat>(std::fmax))},
      {"fma", address(static_cast<double (*)(double, double, double)>(std::fma))},
      {"fmaf", address(static_cast<float (*)(float, float, float)>(std::fma))},
      {"ldexp", address(static_cast<double (*)(double, int)>(std::ldexp))},
      {"ldexpf", address(static_cast<float (*)(float, int)>(std::ldexp))},
#define SOFTGPU_UNARY(name) \
  {#name, address(static_cast<Unary>(std::name))}, {#name "f", address(static_cast<UnaryFloat>(std::name))}
      SOFTGPU_UNARY(sin),
      SOFTGPU_UNARY(cos),
      SOFTGPU_UNARY(exp),
      SOFTGPU_UNARY(exp2),
      SOFTGPU_UNARY(log),
      SOFTGPU_UNARY(log2),
      SOFTGPU_UNARY(log10),
      SOFTGPU_UNARY(sqrt),
      SOFTGPU_UNARY(floor),
      SOFTGPU_UNARY(ceil),
      SOFTGPU_UNARY(trunc),
      SOFTGPU_UNARY(rint),
      SOFTGPU_UNARY(round),
      SOFTGPU_UNARY(nearbyint),
#undef SOFTGPU_UNARY
  };
}

class JitLoaded : public Loaded {
 public:
  explicit JitLoaded(std::unique_ptr<llvm::orc::LLJIT> jit) : jit_(std::move(jit)) {}

  bool resolve(const std::string& symbol, std::string& log) {
    auto found = jit_->lookup(symbol);
    if (!found) {
      log += "code could not be linked: " + llvm::toString(found.takeError()) + '\n';
      return false;
    }
    addresses_[symbol] = reinterpret_cast<void*>(found->getValue());
    return true;
  }

  void* address(const std::string& symbol) const override {
    const auto found = addresses_.find(symbol);
    return found == addresses_.end() ? nullptr : found->second;
  }

 private:
  std::unique_ptr<llvm::orc::LLJIT> jit_;
  std::map<std::string, void*> addresses_;
};

bool defineHostSymbols(llvm::orc::LLJIT& jit, std::span<const Variable> variables, std::string& log) {
  llvm::orc::SymbolMap symbols;
  const auto add = [&](const char* name, void* address) {
    symbols[jit.mangleAndIntern(name)] = llvm::JITEvaluatedSymbol::fromPointer(address);
  };
  for (const HostSymbol& symbol : codegenSymbols()) {
    add(symbol.name, symbol.address);
  }
  for (const HostSymbol& symbol : hostSymbols()) {
    add(symbol.name, symbol.address);
  }
  for (const SoftgpuBuiltinHost* host = softgpu_builtins_hosts; host->name; ++host) {
    add(host->name, host->address);
  }
  for (const Variable& variable : variables) {
    add(variable.symbol.c_str(), variable.address);
  }
  if (auto error = jit.getMainJITDylib().define(llvm::orc::absoluteSymbols(std::move(symbols)))) {
    log += "host functions could not be defined: " + llvm::toString(std::move(error)) + '\n';
    return false;
  }
  return true;
}

}  // namespace

const std::string& hostCpuName() {
  static const std::string name = [] {
    llvm::StringMap<bool> features;
    llvm::sys::getHostCPUFeatures(features);
    // Sorted, since a name alone does not tell what a hypervisor hides.
    std::map<std::string, bool> sorted;
    for (const auto& feature : features) {
      sorted[feature.getKey().str()] = feature.getValue();
    }
    std::string text = llvm::sys::getHostCPUName().str();
    for (const auto& [feature, present] : sorted) {
      text += present ? "+" + feature : "";
    }
    return text;
  }();
  return name;
}

bool emitObject(Ir& ir, const Options& options, Manifest& manifest, std::vector<std::byte>& object,
                std::string& log) {
  auto target = makeTarget(options, log);
  if (!target) {
    return false;
  }
  llvm::Module& module = *ir.module;
  module.setTargetTriple(target->getTargetTriple().str());
  module.setDataLayout(target->createDataLayout());
  optimize(module, *target, options);
  llvm::SmallVector<char, 0> buffer;
  llvm::raw_svector_ostream stream(buffer);
  llvm::legacy::PassManager passes;
  llvm::MCContext* context = nullptr;
  if (target->addPassesToEmitMC(passes, context, stream)) {
    log += "the code generator makes no object files\n";
    return false;
  }
  for (llvm::Function& function : module) function.addFnAttr("warn-stack-size", "0");
  std::map<std::string, uint64_t> stacks;
  auto handler = module.getContext().getDiagnosticHandler();
  module.getContext().setDiagnosticHandler(std::make_unique<StackSizes>(stacks, log));
  passes.run(module);
  module.getContext().setDiagnosticHandler(std::move(handler));
  for (size_t i = 0; i < manifest.kernels.size(); ++i) {
    const uint64_t stack = std::max(stacks[startSymbol(i)], stacks[resumeSymbol(i)]);
    KernelInfo& kernel = manifest.kernels[i];
    kernel.spillBytes = stack - std::min(stack, kernel.privateBytes);
  }
  const auto* data = reinterpret_cast<const std::byte*>(buffer.data());
  object.assign(data, data + buffer.size());
  return true;
}

std::unique_ptr<Loaded> Loaded::load(std::span<const std::byte> object, const Manifest& manifest,
                                     std::span<const Variable> variables, std::string& log) {
  initializeTarget();
  auto jit = llvm::orc::LLJITBuilder().create();
  if (!jit) {
    log += "no JIT for this CPU: " + llvm::toString(jit.takeError()) + '\n';
    return nullptr;
  }
  if (!defineHostSymbols(**jit, variables, log)) {
    return nullptr;
  }
  auto buffer = llvm::MemoryBuffer::getMemBufferCopy(
      llvm::StringRef(reinterpret_cast<const char*>(object.data()), object.size()), "softgpu");
  if (auto error = (*jit)->addObjectFile(std::move(buffer))) {
    log += "code could not be loaded: " + llvm::toString(std::move(error)) + '\n';
    return nullptr;
  }
  auto loaded = std::make_unique<JitLoaded>(std::move(*jit));
  for (size_t i = 0; i < manifest.kernels.size(); ++i) {
    if (!loaded->resolve(startSymbol(i), log) ||
        (manifest.kernels[i].barriers && !loaded->resolve(resumeSymbol(i), log))) {
      return nullptr;
    }
  }
  for (size_t i = 0; i < manifest.globals.size(); ++i) {
    if (!loaded->resolve(globalSymbol(i), log)) {
      return nullptr;
    }
  }
  // Of a unit made for a function pointer.
  for (const Symbol& symbol : manifest.linkage.exports) {
    if (symbol.name == kFunctionSymbol && !loaded->resolve(symbol.name, log)) {
      return nullptr;
    }
  }
  return loaded;
}

}  // namespace softgpu::engine
