// Links what a program uses of the builtin library, part by part. A function of generic pointers (U3AS4) that
// the library lacks is served by the body for global ones (U3AS1).
#include <fmt/format.h>
#include <llvm/Bitcode/BitcodeReader.h>
#include <llvm/Linker/Linker.h>

#include <algorithm>
#include <cstring>
#include <map>
#include <optional>
#include <set>

#include "softgpu/ze/builtins/builtins.h"
#include "softgpu/ze/engine/lower.h"

namespace softgpu::engine {
namespace {

using llvm::Function;
using llvm::Value;
using Builder = llvm::IRBuilder<>;

// Calls with the types of another declaration of the same function.
bool redirect(Function& from, llvm::FunctionCallee to, std::string& log) {
  while (!from.use_empty()) {
    auto* call = llvm::dyn_cast<llvm::CallInst>(from.user_back());
    llvm::FunctionType* type = to.getFunctionType();
    if (!call || call->getCalledOperand() != &from || call->arg_size() != type->getNumParams()) {
      log += fmt::format("use of {} is not supported\n", from.getName().str());
      return false;
    }
    Builder b(call);
    const auto convert = [&](Value* value, llvm::Type* wanted) -> Value* {
      if (value->getType() == wanted) {
        return value;
      }
      if (value->getType()->isPointerTy() && wanted->isPointerTy()) {
        return b.CreateAddrSpaceCast(value, wanted);
      }
      return value->getType()->isIntOrIntVectorTy() && wanted->isIntOrIntVectorTy()
                 ? b.CreateZExtOrTrunc(value, wanted)
                 : nullptr;
    };
    llvm::SmallVector<Value*, 8> arguments;
    for (unsigned i = 0; i < call->arg_size(); ++i) {
      arguments.push_back(convert(call->getArgOperand(i), type->getParamType(i)));
    }
    Value* result = nullptr;
    if (std::find(arguments.begin(), arguments.end(), nullptr) == arguments.end()) {
      auto* redirected = b.CreateCall(to, arguments);
      redirected->setCallingConv(llvm::cast<Function>(to.getCallee())->getCallingConv());
      result = call->getType()->isVoidTy() ? redirected : convert(redirected, call->getType());
    }
    if (!result) {
      log += fmt::format("{} is declared with other types than its definition\n", from.getName().str());
      return false;
    }
    if (!call->getType()->isVoidTy()) {
      call->replaceAllUsesWith(result);
    }
    call->eraseFromParent();
  }
  from.eraseFromParent();
  return true;
}

std::string replaceAll(std::string text, std::string_view from, std::string_view to) {
  for (size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
  return text;
}

std::optional<uint32_t> partWith(const std::string& name) {
  const SoftgpuBuiltinName* end = softgpu_builtins_names + softgpu_builtins_name_count;
  const SoftgpuBuiltinName* found = std::lower_bound(
      softgpu_builtins_names, end, name, [](const SoftgpuBuiltinName& entry, const std::string& key) {
        return std::strcmp(entry.name, key.c_str()) < 0;
      });
  return found != end && found->name == name ? std::optional(found->part) : std::nullopt;
}

struct Place {
  std::string name;
  uint32_t part;
};

// The library function that serves `name`: itself, else the one for global pointers.
std::optional<Place> findBuiltin(const std::string& name) {
  for (const char* space : {"", "U3AS4", "U3AS3", "U3AS0"}) {
    const std::string candidate = *space == 0 ? name : replaceAll(name, space, "U3AS1");
    if (const auto part = partWith(candidate)) {
      return Place{candidate, *part};
    }
  }
  return std::nullopt;
}

// Parts of the library, read as they are asked for; function bodies when they are linked.
class Parts {
 public:
  explicit Parts(const llvm::Module& user) : user_(user) {}

  // Null with a log line if it cannot be read.
  llvm::Module* get(uint32_t part, std::string& log) {
    std::unique_ptr<llvm::Module>& module = modules_[part];
    if (!module) {
      const SoftgpuBuiltinPart& place = softgpu_builtins_parts[part];
      const auto* data = reinterpret_cast<const char*>(softgpu_builtins_bc) + place.offset;
      auto read = llvm::getLazyBitcodeModule(
          llvm::MemoryBufferRef(llvm::StringRef(data, place.size), "builtins"), user_.getContext());
      if (!read) {
        log += "the builtin library could not be read: " + llvm::toString(read.takeError()) + '\n';
        return nullptr;
      }
      module = std::move(*read);
      module->setTargetTriple(user_.getTargetTriple());
      module->setDataLayout(user_.getDataLayout());
    }
    return module.get();
  }

  bool linkInto(llvm::Module& module, std::string& log) {
    for (auto& [part, source] : modules_) {
      if (llvm::Linker::linkModules(module, std::move(source), llvm::Linker::LinkOnlyNeeded)) {
        log += "the builtin library could not be linked\n";
        return false;
      }
    }
    modules_.clear();
    return true;
  }

 private:
  const llvm::Module& user_;
  std::map<uint32_t, std::unique_ptr<llvm::Module>> modules_;
};

std::vector<Function*> undefinedFunctions(llvm::Module& module) {
  std::vector<Function*> undefined;
  for (Function& function : module) {
    if (isUndefined(function)) {
      undefined.push_back(&function);
    }
  }
  return undefined;
}

// Makes the calls of `function` calls of the library's.
bool callBuiltin(llvm::Module& module, Function* function, const Function& builtin, std::string& log) {
  if (builtin.getName() == function->getName()) {
    if (builtin.getFunctionType() == function->getFunctionType()) {
      return true;
    }
    function->setName("declared." + function->getName());
  }
  auto callee = module.getOrInsertFunction(builtin.getName(), builtin.getFunctionType());
  llvm::cast<Function>(callee.getCallee())->setCallingConv(builtin.getCallingConv());
  return redirect(*function, callee, log);
}

}  // namespace

bool linkBuiltins(llvm::Module& module, Manifest& manifest, std::string& log) {
  Parts parts(module);
  // What the library calls itself comes in later rounds. Of that it lacks only what the engine replaces.
  std::set<std::string> lacking;
  for (bool first = true;; first = false) {
    bool found = false;
    for (Function* function : undefinedFunctions(module)) {
      const std::string name = function->getName().str();
      if (lacking.contains(name)) {
        continue;
      }
      const auto place = findBuiltin(name);
      if (!place) {
        lacking.insert(name);
        if (first) {
          manifest.linkage.imports.push_back({name, true});
        }
        continue;
      }
      const llvm::Module* part = parts.get(place->part, log);
      if (!part || !callBuiltin(module, function, *part->getFunction(place->name), log)) {
        return false;
      }
      found = true;
    }
    if (!found || (first && !lacking.empty())) {
      return true;
    }
    if (!parts.linkInto(module, log)) {
      return false;
    }
  }
}

}  // namespace softgpu::engine
