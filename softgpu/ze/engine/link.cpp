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

std::string functionName(size_t place, llvm::StringRef name) {
  return fmt::format("module{}.{}", place, name.str());
}
std::string variableName(size_t place, llvm::StringRef name) {
  return fmt::format("softgpu.variable{}.{}", place, name.str());
}

// Members of all units that a compilation needs, each once.
class Closure {
 public:
  // `fresh`: the unit whose variables and kernels are made now.
  explicit Closure(const Unit* fresh) : fresh_(fresh) {}

  uint64_t add(const Unit& unit, size_t member) {
    for (size_t i = 0; i < found_.size(); ++i) {
      if (found_[i].unit == &unit && found_[i].member == member) {
        return i;
      }
    }
    found_.push_back({&unit, member});
    return found_.size() - 1;
  }

  std::vector<Place> places() {
    std::vector<Place> places;
    // found_ grows on the way.
    for (size_t i = 0; i < found_.size(); ++i) {
      const Unit& unit = *found_[i].unit;
      const Member& member = unit.members[found_[i].member];
      Place& place = places.emplace_back();
      place.inputs = member.container->inputs;
      place.fresh = &unit == fresh_;
      for (const auto& [name, target] : member.imports) {
        place.imports.emplace_back(name, add(target.unit ? *target.unit : unit, target.member));
      }
      for (const auto& [name, variable] : member.variables) {
        place.variables.push_back({name, variable.address, variable.size});
      }
    }
    return places;
  }

 private:
  struct Found {
    const Unit* unit;
    size_t member;
  };
  const Unit* fresh_;
  std::vector<Found> found_;
};

const uint64_t* importOf(const Place& place, const std::string& name) {
  const auto found = std::ranges::find(place.imports, name, &std::pair<std::string, uint64_t>::first);
  return found == place.imports.end() ? nullptr : &found->second;
}

// So that every symbol names its place, and imports those of their exporters.
void rename(const Place& place, size_t index, llvm::Module& module, Manifest& own, Product& product) {
  for (llvm::Function& function : module) {
    const std::string name = function.getName().str();
    if (function.isDeclaration()) {
      if (const uint64_t* from = importOf(place, name)) {
        function.setName(functionName(*from, name));
      }
    } else if (!function.hasLocalLinkage()) {
      if (!place.fresh && function.getCallingConv() == llvm::CallingConv::SPIR_KERNEL) {
        function.setCallingConv(llvm::CallingConv::SPIR_FUNC);
      }
      function.setName(functionName(index, name));
    }
  }
  for (llvm::GlobalVariable& variable : module.globals()) {
    const std::string name = variable.getName().str();
    if (variable.getAddressSpace() == kLocalSpace) {
      variable.setName(functionName(index, name));
    } else if (variable.isDeclaration()) {
      if (const uint64_t* from = importOf(place, name)) {
        variable.setName(variableName(*from, name));
      }
    } else if (variable.hasExternalLinkage()) {
      variable.setName(variableName(index, name));
      const auto made = std::ranges::find(place.variables, name, &Variable::symbol);
      if (!place.fresh && made != place.variables.end()) {
        variable.setInitializer(nullptr);
        product.variables.push_back({variable.getName().str(), made->address, made->size});
      }
    }
  }
  if (place.fresh) {
    for (KernelInfo& kernel : own.kernels) {
      kernel.name = functionName(index, kernel.name);
      product.manifest.kernels.push_back(std::move(kernel));
    }
  }
}

bool combine(const std::vector<Place>& places, Ir& ir, Product& product, std::string& log) {
  for (size_t i = 0; i < places.size(); ++i) {
    Ir part;
    part.context = ir.context;
    Manifest own;
    if (!translateInputs(places[i].inputs, part, own, log)) {
      return false;
    }
    exposeVariables(part, own);
    ir.context = part.context;
    rename(places[i], i, *part.module, own, product);
    if (!ir.module) {
      ir.module = std::move(part.module);
    } else if (!linkInto(*ir.module, std::move(part.module), log)) {
      return false;
    }
  }
  return checkCalls(*ir.module, log);
}

bool emit(Ir& ir, Manifest& manifest, const Options& options, std::vector<std::byte>& object,
          std::string& log) {
  manifest.code.resize(manifest.kernels.size());
  if (!lower(ir, manifest, log)) {
    return false;
  }
  for (const Symbol& symbol : manifest.linkage.imports) {
    log += fmt::format("unresolved {} {}\n", symbol.function ? "function" : "variable", symbol.name);
  }
  return manifest.linkage.imports.empty() && emitObject(ir, options, manifest, object, log);
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

bool compileLinked(const Job& job, Product& product, std::string& log) {
  Ir ir;
  if (!combine(job.places, ir, product, log)) {
    return false;
  }
  if (job.kind == JobKind::Function) {
    llvm::Function* function = ir.module->getFunction(functionName(0, job.function));
    if (!function || function->isDeclaration()) {
      log += fmt::format("function {} got lost\n", job.function);
      return false;
    }
    function->setName(kFunctionSymbol);
    function->setLinkage(llvm::GlobalValue::ExternalLinkage);
    product.manifest.linkage.exports.push_back({kFunctionSymbol, true});
  }
  return emit(ir, product.manifest, job.options, product.object, log);
}

bool linkUnit(Unit& unit, std::string& log) {
  Closure closure(&unit);
  Job job;
  job.kind = JobKind::Link;
  job.options.level = 3;
  for (size_t i = 0; i < unit.members.size(); ++i) {
    closure.add(unit, i);
    job.options.level = std::min(job.options.level, unit.members[i].container->options.level);
  }
  job.places = closure.places();
  Product product;
  if (!compileJob(std::move(job), product, log)) {
    return false;
  }
  Manifest& manifest = product.manifest;
  unit.code = Loaded::load(product.object, manifest, product.variables, log);
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
      const std::string prefix = variableName(m, "");
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
  closure.add(*unit, member);
  Job job;
  job.kind = JobKind::Function;
  job.options = unit->members[member].container->options;
  job.places = closure.places();
  job.function = name;
  Product product;
  if (!compileJob(std::move(job), product, log)) {
    return nullptr;
  }
  return Loaded::load(product.object, product.manifest, product.variables, log);
}

}  // namespace softgpu::engine
