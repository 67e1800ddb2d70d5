// Makes the entry points of kernels.
// A kernel without barriers becomes a loop over the work-items of a group, one whose barriers all work-items
// surely reach together several such loops (fission.cpp). In other kernels with barriers each work-item is a
// coroutine that suspends at the barrier: any control flow is right, and there are no stacks to switch or to
// size. Address spaces stay as they are: the x86-64 and AArch64 code generators treat 0 to 4 as one flat
// space.
#include <fmt/format.h>
#include <llvm/IR/InstIterator.h>
#include <llvm/IR/PassManager.h>
#include <llvm/IR/Verifier.h>
#include <llvm/Transforms/IPO/AlwaysInliner.h>
#include <llvm/Transforms/IPO/GlobalDCE.h>
#include <llvm/Transforms/Utils/LowerAtomic.h>

#include <set>

#include "softgpu/ze/engine/abi.h"
#include "softgpu/ze/engine/coroutine.h"
#include "softgpu/ze/engine/fission.h"
#include "softgpu/ze/engine/item_loop.h"
#include "softgpu/ze/engine/lower.h"
#include "softgpu/ze/engine/passes.h"
#include "softgpu/ze/engine/runtime.h"

namespace softgpu::engine {

std::string startSymbol(size_t kernel) { return fmt::format("kernel{}.start", kernel); }
std::string resumeSymbol(size_t kernel) { return fmt::format("kernel{}.resume", kernel); }
std::string globalSymbol(size_t global) { return fmt::format("global{}", global); }

namespace {

using llvm::Function;
using llvm::Value;
using Builder = llvm::IRBuilder<>;

constexpr unsigned kLocalSpace = 3;

// Constant expressions of a variable cannot become work-group memory; instructions can.
void expandConstantUsers(llvm::Constant& constant) {
  std::vector<llvm::User*> users(constant.user_begin(), constant.user_end());
  for (llvm::User* user : users) {
    auto* expression = llvm::dyn_cast<llvm::ConstantExpr>(user);
    if (!expression) {
      continue;
    }
    expandConstantUsers(*expression);
    std::vector<llvm::Use*> uses;
    for (llvm::Use& use : expression->uses()) {
      if (llvm::isa<llvm::Instruction>(use.getUser())) {
        uses.push_back(&use);
      }
    }
    for (llvm::Use* use : uses) {
      auto* at = llvm::cast<llvm::Instruction>(use->getUser());
      if (auto* phi = llvm::dyn_cast<llvm::PHINode>(at)) {
        // One value for each edge of a block that comes more than once.
        llvm::BasicBlock* from = phi->getIncomingBlock(*use);
        llvm::Instruction* made = expression->getAsInstruction(from->getTerminator());
        for (unsigned i = 0; i < phi->getNumIncomingValues(); ++i) {
          if (phi->getIncomingBlock(i) == from && phi->getIncomingValue(i) == expression) {
            phi->setIncomingValue(i, made);
          }
        }
      } else if (use->get() == expression) {
        use->set(expression->getAsInstruction(at));
      }
    }
  }
  constant.removeDeadConstantUsers();
}

class KernelLowering {
 public:
  KernelLowering(llvm::Module& module, Manifest& manifest, std::string& log)
      : module_(module), context_(module.getContext()), manifest_(manifest), log_(log) {
    pointer_ = llvm::PointerType::get(context_, 0);
    i64_ = llvm::Type::getInt64Ty(context_);
  }

  bool run() {
    std::vector<Function*> kernels;
    for (const KernelInfo& info : manifest_.kernels) {
      Function* kernel = module_.getFunction(info.name);
      if (!kernel || !isKernel(*kernel)) {
        log_ += fmt::format("kernel {} got lost\n", info.name);
        return false;
      }
      kernels.push_back(kernel);
    }
    normalize();
    inlineItemFunctions();
    for (Function& function : module_) {
      if (!function.isDeclaration() && usesItem(function) &&
          std::find(kernels.begin(), kernels.end(), &function) == kernels.end()) {
        log_ += fmt::format(
            "function {} {}\n", function.getName().str(),
            function.hasAddressTaken() ? "needs its work-item, and is pointed to" : "is recursive");
        return false;
      }
    }
    for (size_t i = 0; i < kernels.size(); ++i) {
      build(*kernels[i], i);
    }
    removeLocalVariables();
    nameGlobals();
    std::string problem;
    llvm::raw_string_ostream stream(problem);
    if (llvm::verifyModule(module_, &stream)) {
      log_ += "IR of the kernels is invalid: " + problem + '\n';
      return false;
    }
    return true;
  }

 private:
  // One calling convention, no attribute of another target, nothing visible but what is looked up.
  void normalize() {
    for (Function& function : module_) {
      if (function.isIntrinsic()) {
        continue;
      }
      function.setCallingConv(llvm::CallingConv::C);
      for (const auto attribute :
           {llvm::Attribute::NoInline, llvm::Attribute::OptimizeNone, llvm::Attribute::Convergent,
            llvm::Attribute::StackProtectStrong, llvm::Attribute::StackProtect, llvm::Attribute::UWTable}) {
        function.removeFnAttr(attribute);
      }
      std::vector<std::string> strings;
      for (const llvm::Attribute& attribute : function.getAttributes().getFnAttrs()) {
        if (attribute.isStringAttribute()) {
          strings.push_back(attribute.getKindAsString().str());
        }
      }
      for (const std::string& attribute : strings) {
        function.removeFnAttr(attribute);
      }
      function.setDoesNotThrow();
      if (!function.isDeclaration() && function.getName() != kFunctionSymbol) {
        function.setLinkage(llvm::GlobalValue::InternalLinkage);
        function.setComdat(nullptr);
        function.setVisibility(llvm::GlobalValue::DefaultVisibility);
      }
      for (llvm::BasicBlock& block : function) {
        for (llvm::Instruction& instruction : block) {
          if (auto* call = llvm::dyn_cast<llvm::CallBase>(&instruction)) {
            call->setCallingConv(llvm::CallingConv::C);
            call->removeFnAttr(llvm::Attribute::NoInline);
            call->removeFnAttr(llvm::Attribute::Convergent);
          }
        }
      }
    }
    for (llvm::GlobalVariable& variable : module_.globals()) {
      if (variable.getAddressSpace() == 3) {
        expandConstantUsers(variable);
      }
    }
  }

  bool usesItem(const Function& function) const {
    for (const llvm::BasicBlock& block : function) {
      for (const llvm::Instruction& instruction : block) {
        for (const llvm::Use& operand : instruction.operands()) {
          if (const auto* callee = llvm::dyn_cast<Function>(operand);
              callee && (itemUsers_.contains(callee) || callee->getName().startswith("softgpu."))) {
            return true;
          }
          if (const auto* variable = llvm::dyn_cast<llvm::GlobalVariable>(operand);
              variable && variable->getAddressSpace() == 3) {
            return true;
          }
        }
      }
    }
    return false;
  }

  // OpenCL has no recursion, so everything that asks for the work-item can become a part of its kernel.
  void inlineItemFunctions() {
    for (bool changed = true; changed;) {
      changed = false;
      for (Function& function : module_) {
        if (!function.isDeclaration() && !itemUsers_.contains(&function) && usesItem(function)) {
          itemUsers_.insert(&function);
          changed = true;
        }
      }
    }
    for (const Function* function : itemUsers_) {
      const_cast<Function*>(function)->addFnAttr(llvm::Attribute::AlwaysInline);
    }
    itemUsers_.clear();
    for (const KernelInfo& info : manifest_.kernels) {
      module_.getFunction(info.name)->setLinkage(llvm::GlobalValue::ExternalLinkage);
    }
    Passes passes;
    llvm::ModulePassManager manager;
    manager.addPass(llvm::AlwaysInlinerPass(/*InsertLifetime=*/true));
    manager.addPass(llvm::GlobalDCEPass());
    manager.run(module_, passes.modules);
  }

  // Work-items of a kernel are independent of each other but for private variables, which live in address
  // space 0 and are shared by the iterations of the loop. LLVM believes it only where all accesses say so:
  // those to arguments and to what describes the group, too.
  llvm::MDNode* markParallel(Function& item) {
    auto* accessGroup = llvm::MDNode::getDistinct(context_, {});
    for (llvm::Instruction& instruction : llvm::instructions(item)) {
      const Value* address = llvm::getLoadStorePointerOperand(&instruction);
      const unsigned space = address ? address->getType()->getPointerAddressSpace() : 0;
      if ((space >= 1 && space <= 3 && !instruction.isAtomic()) ||
          instruction.hasMetadata(llvm::LLVMContext::MD_invariant_load)) {
        instruction.setMetadata(llvm::LLVMContext::MD_access_group, accessGroup);
      }
    }
    return accessGroup;
  }

  void build(Function& kernel, size_t index) {
    KernelInfo& info = manifest_.kernels[index];
    KernelCode& code = manifest_.code[index];
    info.barriers = !callsOf(kernel, primitive::kStop).empty();
    code.subgroupSize = info.requiredSubgroupSize != 0 ? info.requiredSubgroupSize : abi::kSubgroupSize;
    for (llvm::CallInst* stop : callsOf(kernel, primitive::kStop)) {
      const auto* word = llvm::cast<llvm::ConstantInt>(stop->getArgOperand(0));
      code.exchanges = code.exchanges || (word->getZExtValue() != 0);
    }
    Function* item = makeItemFunction(kernel, info, code);
    llvm::MDNode* accesses = markParallel(*item);
    makeLocalAtomicsPlain(*item);
    if (!info.barriers) {
      return makeStart(*item, index, accesses);
    }
    if (reachesBarriersTogether(*item)) {
      splitAtBarriers(*item, *declareStart(index), accesses);
      return makeEmptyResume(index);
    }
    makeStart(*makeCoroutine(*item), index, nullptr);
    makeResume(*declareResume(index));
  }

  // A group runs on one thread, and nobody else sees its memory.
  static void makeLocalAtomicsPlain(Function& kernel) {
    std::vector<llvm::Instruction*> atomics;
    for (llvm::Instruction& instruction : llvm::instructions(kernel)) {
      if (instruction.isAtomic()) {
        atomics.push_back(&instruction);
      }
    }
    for (llvm::Instruction* atomic : atomics) {
      if (auto* modify = llvm::dyn_cast<llvm::AtomicRMWInst>(atomic);
          modify && modify->getPointerAddressSpace() == kLocalSpace) {
        llvm::lowerAtomicRMWInst(modify);
      } else if (auto* exchange = llvm::dyn_cast<llvm::AtomicCmpXchgInst>(atomic);
                 exchange && exchange->getPointerAddressSpace() == kLocalSpace) {
        llvm::lowerAtomicCmpXchgInst(exchange);
      }
    }
  }

  // One work-item: (arguments, group, local ids, item) with the kernel's body.
  Function* makeItemFunction(Function& kernel, KernelInfo& info, const KernelCode& code) {
    auto* type = llvm::FunctionType::get(llvm::Type::getVoidTy(context_),
                                         {pointer_, pointer_, i64_, i64_, i64_, pointer_}, false);
    auto* item = Function::Create(type, llvm::GlobalValue::InternalLinkage, info.name + ".item", module_);
    item->setDoesNotThrow();
    item->getBasicBlockList().splice(item->begin(), kernel.getBasicBlockList());
    llvm::BasicBlock& entry = item->getEntryBlock();
    Builder b(&entry, entry.begin());
    const llvm::DataLayout& layout = module_.getDataLayout();
    auto* invariant = llvm::MDNode::get(context_, {});
    for (llvm::Argument& argument : kernel.args()) {
      auto* slot = b.CreateLoad(pointer_,
                                b.CreateConstInBoundsGEP1_64(pointer_, item->getArg(0), argument.getArgNo()));
      slot->setMetadata(llvm::LLVMContext::MD_invariant_load, invariant);
      Value* value = nullptr;
      if (argument.hasByValAttr()) {
        llvm::Type* pointee = argument.getParamByValType();
        auto* copy = b.CreateAlloca(pointee);
        copy->setAlignment(std::max(layout.getABITypeAlign(pointee), argument.getParamAlign().valueOrOne()));
        b.CreateMemCpy(copy, copy->getAlign(), slot, llvm::Align(1), layout.getTypeAllocSize(pointee));
        value = copy;
      } else {
        auto* load = b.CreateAlignedLoad(argument.getType(), slot, llvm::Align(1));
        load->setMetadata(llvm::LLVMContext::MD_invariant_load, invariant);
        value = load;
      }
      argument.replaceAllUsesWith(value);
    }
    replaceLocalVariables(*item, b, info);
    for (llvm::CallInst* call : callsOf(*item, primitive::kLocalId)) {
      const auto dimension = llvm::cast<llvm::ConstantInt>(call->getArgOperand(0))->getZExtValue();
      replace(call, item->getArg(2 + static_cast<unsigned>(dimension)));
    }
    for (llvm::CallInst* call : callsOf(*item, primitive::kGroup)) {
      replace(call, item->getArg(1));
    }
    for (llvm::CallInst* call : callsOf(*item, primitive::kItem)) {
      replace(call, item->getArg(5));
    }
    for (llvm::CallInst* call : callsOf(*item, primitive::kSubgroupSize)) {
      replace(call, b.getInt32(code.subgroupSize));
    }
    kernel.eraseFromParent();
    return item;
  }

  static void replace(llvm::CallInst* call, Value* value) {
    call->replaceAllUsesWith(value);
    call->eraseFromParent();
  }

  void replaceLocalVariables(Function& item, Builder& b, KernelInfo& info) {
    const llvm::DataLayout& layout = module_.getDataLayout();
    Value* memory = nullptr;
    for (llvm::GlobalVariable& variable : module_.globals()) {
      if (variable.getAddressSpace() != 3) {
        continue;
      }
      std::vector<llvm::Use*> uses;
      for (llvm::Use& use : variable.uses()) {
        auto* instruction = llvm::dyn_cast<llvm::Instruction>(use.getUser());
        if (instruction && instruction->getFunction() == &item) {
          uses.push_back(&use);
        }
      }
      if (uses.empty()) {
        continue;
      }
      const uint64_t alignment = std::max<uint64_t>({layout.getABITypeAlign(variable.getValueType()).value(),
                                                     variable.getAlign().valueOrOne().value(), 16});
      const uint64_t offset = (info.staticLocalBytes + alignment - 1) / alignment * alignment;
      info.staticLocalBytes = offset + layout.getTypeAllocSize(variable.getValueType());
      if (!memory) {
        auto* load = b.CreateLoad(pointer_, b.CreateConstInBoundsGEP1_64(b.getInt8Ty(), item.getArg(1),
                                                                         offsetof(abi::Group, localMemory)));
        load->setMetadata(llvm::LLVMContext::MD_invariant_load, llvm::MDNode::get(context_, {}));
        memory = load;
      }
      Value* address = b.CreateAddrSpaceCast(b.CreateConstInBoundsGEP1_64(b.getInt8Ty(), memory, offset),
                                             variable.getType());
      for (llvm::Use* use : uses) {
        use->set(address);
      }
    }
  }

  Function* declareStart(size_t index) {
    auto* type = llvm::FunctionType::get(llvm::Type::getVoidTy(context_), {pointer_, pointer_}, false);
    auto* start = Function::Create(type, llvm::GlobalValue::ExternalLinkage, startSymbol(index), module_);
    start->setDoesNotThrow();
    start->addParamAttr(0, llvm::Attribute::NoAlias);
    start->addParamAttr(1, llvm::Attribute::NoAlias);
    return start;
  }

  Function* declareResume(size_t index) {
    auto* type = llvm::FunctionType::get(i64_, {pointer_, i64_, i64_}, false);
    auto* resume = Function::Create(type, llvm::GlobalValue::ExternalLinkage, resumeSymbol(index), module_);
    resume->setDoesNotThrow();
    return resume;
  }

  // `accesses`: null for coroutines.
  void makeStart(Function& item, size_t index, llvm::MDNode* accesses) {
    Function* start = declareStart(index);
    Builder b(llvm::BasicBlock::Create(context_, "entry", start));
    Value* group = start->getArg(1);
    const GroupSize size(b, group);
    Value* items = llvm::ConstantPointerNull::get(pointer_);
    if (accesses) {
      item.addFnAttr(llvm::Attribute::AlwaysInline);
    } else {
      items = b.CreateLoad(pointer_,
                           b.CreateConstInBoundsGEP1_64(b.getInt8Ty(), group, offsetof(abi::Group, items)));
    }
    emitItemLoops(b, size, accesses, [&](const ItemIds& ids) {
      Value* own = items;
      if (!accesses) {
        own =
            b.CreateInBoundsGEP(b.getInt8Ty(), items, b.CreateMul(ids.linear, b.getInt64(sizeof(abi::Item))));
      }
      b.CreateCall(&item, {start->getArg(0), group, ids.local[0], ids.local[1], ids.local[2], own});
    });
    b.CreateRetVoid();
  }

  // The regions of a split kernel are all run by its start function: nothing is left to resume.
  void makeEmptyResume(size_t index) {
    Function* resume = declareResume(index);
    Builder(llvm::BasicBlock::Create(context_, "entry", resume)).CreateRet(llvm::ConstantInt::get(i64_, 0));
  }

  void removeLocalVariables() {
    std::vector<llvm::GlobalVariable*> variables;
    for (llvm::GlobalVariable& variable : module_.globals()) {
      variable.removeDeadConstantUsers();
      if (variable.getAddressSpace() == 3 && variable.use_empty()) {
        variables.push_back(&variable);
      }
    }
    for (llvm::GlobalVariable* variable : variables) {
      variable->eraseFromParent();
    }
  }

  // Program-scope variables get symbols of the engine's own naming; everything else disappears from sight.
  void nameGlobals() {
    for (const char* keeper : {"llvm.used", "llvm.compiler.used"}) {
      if (llvm::GlobalVariable* variable = module_.getNamedGlobal(keeper)) {
        variable->eraseFromParent();
      }
    }
    for (llvm::GlobalVariable& variable : module_.globals()) {
      if (variable.isDeclaration()) {
        continue;
      }
      const bool shown =
          variable.hasExternalLinkage() && variable.getAddressSpace() != 3 && variable.hasName();
      if (shown) {
        manifest_.globals.push_back(
            {variable.getName().str(), module_.getDataLayout().getTypeAllocSize(variable.getValueType())});
        variable.setName(globalSymbol(manifest_.globals.size() - 1));
      } else {
        variable.setLinkage(llvm::GlobalValue::InternalLinkage);
      }
      variable.setComdat(nullptr);
      variable.setVisibility(llvm::GlobalValue::DefaultVisibility);
    }
  }

  llvm::Module& module_;
  llvm::LLVMContext& context_;
  Manifest& manifest_;
  std::string& log_;
  llvm::PointerType* pointer_;
  llvm::Type* i64_;
  std::set<const Function*> itemUsers_;
};

}  // namespace

bool lowerKernels(llvm::Module& module, Manifest& manifest, std::string& log) {
  return KernelLowering(module, manifest, log).run();
}

}  // namespace softgpu::engine
