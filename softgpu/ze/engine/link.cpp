// Linking is a matter of IR: work-item functions are inlined into kernels, so a kernel needs the bodies of
// what it imports. The functions of an exporter are compiled again from its SPIR-V, its variables are not:
// they are symbols at the addresses that they have there.
#include <fmt/format.h>
#include <llvm/IR/InstrTypes.h>
#include <llvm/IR/LLVMContext.h>
#include <llvm/IR/Module.h>
#include <llvm/Linker/Linker.h>

#include <algorithm>
#include <set>

#include "softgpu/ze/engine/unit.h"

namespace softgpu::engine {
namespace {

constexpr unsigned kLocalSpace = 3;

// A call through another type than the function's would make the code after it undefined.
bool checkCalls(const llvm::Module& module, std::string& log) {
  for (const llvm::Function& function : module) {
    if (function.isDeclaration()) {
      continue;
    }
    for (const llvm::Use& use : function.uses()) {
      const auto* call = llvm::dyn_cast<llvm::CallBase>(use.getUser());
      if (call && call->isCallee(&use) && call->getFunctionType() != function.getFunctionType()) {
        log += fmt::format("function {} is imported with other types than it is exported with\n",
                           function.getName().str());
        return false;
      }
    }
  }
  return true;
}

bool linkInto(llvm::Module& whole, std::unique_ptr<llvm::Module> part, std::string& log) {
  for (const llvm::GlobalValue& value : part->global_values()) {
    const llvm::GlobalValue* other = value.hasName() ? whole.getNamedValue(value.getName()) : nullptr;
    if (other && !value.hasLocalLinkage() && !other->hasLocalLinkage() &&
        llvm::isa<llvm::Function>(value) != llvm::isa<llvm::Function>(other)) {
      log += fmt::format("{} is a function in one module and a variable in another\n", value.getName().str());
      return false;
    }
  }
  // The context's handler has told what is wrong.
  return !llvm::Linker::linkModules(whole, std::move(part));
}

// Members of all units that a compilation needs, each once.
class Closure {
 public:
  // `fresh`: the unit whose variables and kernels are made now.
  explicit Closure(const Unit* fresh) : fresh_(fresh) {}

  size_t add(const Unit& unit, size_t member) {
    for (size_t i = 0; i < places_.size(); ++i) {
      if (places_[i].unit == &unit && places_[i].member == member) {
        return i;
      }
    }
    places_.push_back({&unit, member});
    return places_.size() - 1;
  }

  bool combine(Ir& ir, Manifest& manifest, std::vector<Variable>& variables, std::string& log) {
    // places_ grows on the way.
    for (size_t i = 0; i < places_.size(); ++i) {
      const Member& member = places_[i].unit->members[places_[i].member];
      Ir part;
      part.context = ir.context;
      Manifest own;
      if (!translateInputs(member.container->inputs, part, own, log)) {
        return false;
      }
      exposeVariables(part, own);
      ir.context = part.context;
      rename(i, *part.module, own, manifest, variables);
      if (!ir.module) {
        ir.module = std::move(part.module);
      } else if (!linkInto(*ir.module, std::move(part.module), log)) {
        return false;
      }
    }
    return checkCalls(*ir.module, log);
  }

  static std::string functionName(size_t place, llvm::StringRef name) {
    return fmt::format("module{}.{}", place, name.str());
  }
  static std::string variableName(size_t place, llvm::StringRef name) {
    return fmt::format("softgpu.variable{}.{}", place, name.str());
  }

 private:
  struct Place {
    const Unit* unit;
    size_t member;
  };

  size_t targetOf(size_t place, const std::string& import) {
    const Unit* unit = places_[place].unit;
    const Target& target = unit->members[places_[place].member].imports.at(import);
    return add(target.unit ? *target.unit : *unit, target.member);
  }

  void rename(size_t place, llvm::Module& module, Manifest& own, Manifest& manifest,
              std::vector<Variable>& variables) {
    const bool fresh = places_[place].unit == fresh_;
    const Member& member = places_[place].unit->members[places_[place].member];
    for (llvm::Function& function : module) {
      const std::string name = function.getName().str();
      if (function.isDeclaration()) {
        if (member.imports.contains(name)) {
          function.setName(functionName(targetOf(place, name), name));
        }
      } else if (!function.hasLocalLinkage()) {
        if (!fresh && function.getCallingConv() == llvm::CallingConv::SPIR_KERNEL) {
          function.setCallingConv(llvm::CallingConv::SPIR_FUNC);
        }
        function.setName(functionName(place, name));
      }
    }
    for (llvm::GlobalVariable& variable : module.globals()) {
      const std::string name = variable.getName().str();
      if (variable.getAddressSpace() == kLocalSpace) {
        variable.setName(functionName(place, name));
      } else if (variable.isDeclaration()) {
        if (member.imports.contains(name)) {
          variable.setName(variableName(targetOf(place, name), name));
        }
      } else if (variable.hasExternalLinkage()) {
        variable.setName(variableName(place, name));
        const auto made = member.variables.find(name);
        if (!fresh && made != member.variables.end()) {
          variable.setInitializer(nullptr);
          variables.push_back({variable.getName().str(), made->second.address, made->second.size});
        }
      }
    }
    if (fresh) {
      for (KernelInfo& kernel : own.kernels) {
        kernel.name = functionName(place, kernel.name);
        manifest.kernels.push_back(std::move(kernel));
      }
    }
  }

  const Unit* fresh_;
  std::vector<Place> places_;
};

bool emit(Ir& ir, Manifest& manifest, const Options& options, std::vector<std::byte>& object,
          std::string& log) {
  manifest.code.resize(manifest.kernels.size());
  if (!lower(ir, manifest, log)) {
    return false;
  }
  for (const Symbol& symbol : manifest.linkage.imports) {
    log += fmt::format("unresolved {} {}\n", symbol.function ? "function" : "variable", symbol.name);
  }
  return manifest.linkage.imports.empty() && emitObject(ir, options, object, log);
}

}  // namespace

bool translateInputs(const std::vector<Input>& inputs, Ir& ir, Manifest& manifest, std::string& log) {
  for (const Input& input : inputs) {
    Ir part;
    part.context = ir.context;
    if (!translate(input.spirv, input.constants, part, manifest, log)) {
      return false;
    }
    ir.context = part.context;
    if (!ir.module) {
      ir.module = std::move(part.module);
    } else if (!linkInto(*ir.module, std::move(part.module), log)) {
      return false;
    }
  }
  return inputs.size() < 2 || checkCalls(*ir.module, log);
}

void exposeVariables(Ir& ir, Manifest& manifest) {
  const auto& exports = manifest.linkage.exports;
  if (std::ranges::none_of(exports, &Symbol::function)) {
    return;
  }
  size_t unnamed = 0;
  for (llvm::GlobalVariable& variable : ir.module->globals()) {
    if (variable.isDeclaration() || variable.getAddressSpace() == kLocalSpace ||
        !variable.hasLocalLinkage() || variable.isConstant()) {
      continue;
    }
    if (!variable.hasName()) {
      variable.setName(fmt::format("unnamed{}", unnamed++));
    }
    variable.setLinkage(llvm::GlobalValue::ExternalLinkage);
  }
}

bool linkUnit(Unit& unit, std::string& log) {
  Closure closure(&unit);
  Options options{3};
  for (size_t i = 0; i < unit.members.size(); ++i) {
    closure.add(unit, i);
    options.level = std::min(options.level, unit.members[i].container->options.level);
  }
  Ir ir;
  Manifest manifest;
  std::vector<Variable> variables;
  std::vector<std::byte> object;
  if (!closure.combine(ir, manifest, variables, log) || !emit(ir, manifest, options, object, log)) {
    return false;
  }
  unit.code = Loaded::load(object, manifest, variables, log);
  if (!unit.code) {
    return false;
  }
  size_t kernel = 0;
  for (size_t i = 0; i < unit.members.size(); ++i) {
    Member& member = unit.members[i];
    for (const KernelInfo& own : member.container->manifest.kernels) {
      KernelInfo info = std::move(manifest.kernels[kernel]);
      info.name = own.name;
      member.entries.push_back(kernelEntry(*unit.code, manifest.code[kernel], info, kernel));
      member.kernels.push_back(std::move(info));
      ++kernel;
    }
  }
  for (size_t i = 0; i < manifest.globals.size(); ++i) {
    const GlobalInfo& global = manifest.globals[i];
    for (size_t m = 0; m < unit.members.size(); ++m) {
      const std::string prefix = Closure::variableName(m, "");
      if (global.name.starts_with(prefix)) {
        unit.members[m].variables[global.name.substr(prefix.size())] = {
            global.name, unit.code->address(globalSymbol(i)), global.size};
      }
    }
  }
  return true;
}

std::unique_ptr<Loaded> compileFunction(const std::shared_ptr<const Unit>& unit, size_t member,
                                        const std::string& name, std::string& log) {
  Closure closure(nullptr);
  const size_t place = closure.add(*unit, member);
  Ir ir;
  Manifest manifest;
  std::vector<Variable> variables;
  std::vector<std::byte> object;
  if (!closure.combine(ir, manifest, variables, log)) {
    return nullptr;
  }
  llvm::Function* function = ir.module->getFunction(Closure::functionName(place, name));
  if (!function || function->isDeclaration()) {
    log += fmt::format("function {} got lost\n", name);
    return nullptr;
  }
  function->setName(kFunctionSymbol);
  function->setLinkage(llvm::GlobalValue::ExternalLinkage);
  manifest.linkage.exports.push_back({kFunctionSymbol, true});
  if (!emit(ir, manifest, unit->members[member].container->options, object, log)) {
    return nullptr;
  }
  return Loaded::load(object, manifest, variables, log);
}

}  // namespace softgpu::engine
