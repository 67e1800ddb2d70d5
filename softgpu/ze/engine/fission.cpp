// A kernel whose control flow around barriers does not depend on the work-item is split there: what lies
// between two barriers (a region) becomes a function, the group runs it for one work-item after the other,
// and the region tells which barrier was reached. Values that live across a barrier and differ between
// work-items are kept in arrays, element by element next to each other so that loops over work-items
// vectorise; those that are equal for all are kept once; cheap ones are computed again.
#include "softgpu/ze/engine/fission.h"

#include <llvm/Analysis/ValueTracking.h>
#include <llvm/IR/Dominators.h>
#include <llvm/IR/InstIterator.h>
#include <llvm/IR/IntrinsicInst.h>
#include <llvm/Transforms/Utils/Cloning.h>
#include <llvm/Transforms/Utils/Local.h>
#include <llvm/Transforms/Utils/ValueMapper.h>

#include <map>
#include <set>

#include "softgpu/ze/engine/abi.h"
#include "softgpu/ze/engine/item_loop.h"
#include "softgpu/ze/engine/lower.h"
#include "softgpu/ze/engine/uniformity.h"

namespace softgpu::engine {
namespace {

using llvm::BasicBlock;
using llvm::Function;
using llvm::Instruction;
using llvm::Value;
using Builder = llvm::IRBuilder<>;

// Arguments of a region in their place, behind the local ids.
constexpr unsigned kLinear = 5, kItems = 6, kMemory = 7, kFirstInput = 8;
// Instructions that are rather computed again behind a barrier than kept.
constexpr unsigned kCheap = 24;

// A value that lives across barriers.
struct Slot {
  llvm::AllocaInst* variable;
  bool kept = false;     // memory of its own that all regions work on: private arrays
  bool uniform = false;  // equal for all work-items
  uint64_t offset = 0;   // bytes for each work-item in front of it
  uint64_t stride = 0;   // bytes of it for each work-item
};

class Fission {
 public:
  Fission(Function& item, Function& start, llvm::MDNode* accesses)
      : item_(item),
        start_(start),
        accesses_(accesses),
        context_(item.getContext()),
        layout_(item.getParent()->getDataLayout()),
        i32_(llvm::Type::getInt32Ty(context_)),
        i64_(llvm::Type::getInt64Ty(context_)),
        pointer_(llvm::PointerType::get(context_, 0)) {}

  void run() {
    cutAtBarriers();
    {
      const Analyses analyses(item_);
      findRegions();
      keepValues(analyses);
    }
    findRegions();
    place();
    for (size_t i = 0; i < heads_.size(); ++i) {
      makeRegion(i);
    }
    makeStart();
    item_.eraseFromParent();
  }

 private:
  struct Region {
    Blocks blocks;
    Function* function = nullptr;
    std::set<unsigned> exits;    // barriers (heads) reached; 0 is the end of the kernel
    std::vector<size_t> inputs;  // uniform slots: values in, addresses out
  };

  // Behind every barrier begins a block of its own, which only that barrier leads to.
  void cutAtBarriers() {
    heads_.push_back(&item_.getEntryBlock());
    for (llvm::CallInst* stop : callsOf(item_, primitive::kStop)) {
      BasicBlock* block = stop->getParent();
      heads_.push_back(block->splitBasicBlock(stop->getIterator(), "behind"));
      stop->eraseFromParent();
    }
    for (const BasicBlock* head : heads_) {
      walls_.insert(head);
    }
  }

  void findRegions() {
    regions_.assign(heads_.size(), {});
    for (size_t i = 0; i < heads_.size(); ++i) {
      regions_[i].blocks = reachable(heads_[i], walls_);
      regions_[i].blocks.insert(heads_[i]);
    }
  }

  static BasicBlock* blockOf(const llvm::Use& use) {
    auto* user = llvm::cast<Instruction>(use.getUser());
    auto* phi = llvm::dyn_cast<llvm::PHINode>(user);
    return phi ? phi->getIncomingBlock(use) : user->getParent();
  }

  // Blocks where a value of `block` may be used with a barrier since.
  const Blocks& behindBarrier(BasicBlock* block, const llvm::DominatorTree& dominators) {
    const auto found = behind_.find(block);
    if (found != behind_.end()) {
      return found->second;
    }
    Blocks& all = behind_[block];
    const Blocks self{block};
    for (BasicBlock* head : heads_) {
      if (head != block && head != heads_[0] && dominators.dominates(block, head)) {
        const Blocks reached = reachable(head, self);
        all.insert(reached.begin(), reached.end());
        all.insert(head);
      }
    }
    return all;
  }

  // Adds what has to be computed for `value`, operands first. False: it cannot be computed again.
  bool recipe(Value* value, std::vector<Instruction*>& steps) const {
    auto* instruction = llvm::dyn_cast<Instruction>(value);
    if (!instruction || std::find(steps.begin(), steps.end(), instruction) != steps.end()) {
      return true;
    }
    if (llvm::isa<llvm::AllocaInst>(instruction)) {
      return true;  // has a place in every region
    }
    const bool invariant = llvm::isa<llvm::LoadInst>(instruction) && !Analyses::differs(*instruction);
    const bool pure = llvm::isa<llvm::BinaryOperator, llvm::UnaryOperator, llvm::CastInst, llvm::CmpInst,
                                llvm::SelectInst, llvm::GetElementPtrInst>(instruction) &&
                      llvm::isSafeToSpeculativelyExecute(instruction);
    if (!(invariant || pure) || steps.size() >= kCheap) {
      return false;
    }
    for (Value* operand : instruction->operands()) {
      if (!recipe(operand, steps)) {
        return false;
      }
    }
    steps.push_back(instruction);
    return steps.size() <= kCheap;
  }

  void computeAgain(const std::vector<Instruction*>& steps, llvm::Use& use) {
    auto* user = llvm::cast<Instruction>(use.getUser());
    auto* phi = llvm::dyn_cast<llvm::PHINode>(user);
    Instruction* at = phi ? phi->getIncomingBlock(use)->getTerminator() : user;
    llvm::ValueToValueMapTy made;
    for (Instruction* step : steps) {
      Instruction* copy = step->clone();
      copy->insertBefore(at);
      llvm::RemapInstruction(copy, made, llvm::RF_NoModuleLevelChanges | llvm::RF_IgnoreMissingLocals);
      made[step] = copy;
    }
    Value* result = made[use.get()];
    if (phi) {
      // One value for each edge of a block that comes more than once.
      const Value* old = use.get();
      for (unsigned i = 0; i < phi->getNumIncomingValues(); ++i) {
        if (phi->getIncomingBlock(i) == at->getParent() && phi->getIncomingValue(i) == old) {
          phi->setIncomingValue(i, result);
        }
      }
    } else {
      use.set(result);
    }
  }

  void keepValues(const Analyses& analyses) {
    std::vector<Instruction*> all;
    for (Instruction& instruction : llvm::instructions(item_)) {
      if (auto* variable = llvm::dyn_cast<llvm::AllocaInst>(&instruction)) {
        slots_.push_back({variable, true});
      } else {
        all.push_back(&instruction);
      }
    }
    std::vector<Instruction*> kept;
    // From the end, since what is computed again uses operands in turn.
    for (Instruction* instruction : llvm::reverse(all)) {
      const Blocks& behind = behindBarrier(instruction->getParent(), analyses.dominators);
      std::vector<llvm::Use*> crossing;
      for (llvm::Use& use : instruction->uses()) {
        BasicBlock* block = blockOf(use);
        if (block != instruction->getParent() && behind.contains(block)) {
          crossing.push_back(&use);
        }
      }
      if (crossing.empty()) {
        continue;
      }
      std::vector<Instruction*> steps;
      if (!recipe(instruction, steps)) {
        kept.push_back(instruction);
        continue;
      }
      for (llvm::Use* use : crossing) {
        if (use->get() == instruction) {
          computeAgain(steps, *use);
        }
      }
    }
    for (Instruction* instruction : kept) {
      Slot slot{nullptr};
      slot.uniform = !analyses.divergence.isDivergent(*instruction);
      slot.variable = llvm::DemoteRegToStack(*instruction, false, &*item_.getEntryBlock().begin());
      slots_.push_back(slot);
    }
  }

  // Where slots are in the memory of all work-items: a slot's elements lie together, so its offset counts for
  // each work-item.
  void place() {
    for (Slot& slot : slots_) {
      if (!slot.uniform) {
        const llvm::Align alignment = slot.variable->getAlign();
        slot.offset = llvm::alignTo(bytes_, alignment);
        slot.stride = llvm::alignTo(*slot.variable->getAllocationSizeInBits(layout_) / 8, alignment);
        bytes_ = slot.offset + slot.stride;
      }
    }
  }

  struct Use {
    bool any = false, stores = false;
  };
  static Use useIn(const Slot& slot, const Region& region) {
    Use use;
    for (const llvm::User* user : slot.variable->users()) {
      const auto* instruction = llvm::cast<Instruction>(user);
      const auto* store = llvm::dyn_cast<llvm::StoreInst>(instruction);
      if (region.blocks.contains(instruction->getParent())) {
        use.any = true;
        use.stores = use.stores || (store && store->getPointerOperand() == slot.variable);
      }
    }
    return use;
  }

  // A private array's pointer can be anywhere, in blocks of every region.
  bool isUsed(const Slot& slot, const Region& region) const { return slot.kept || useIn(slot, region).any; }

  template <typename Access>
  Access* independent(Access* access) const {
    access->setMetadata(llvm::LLVMContext::MD_access_group, accesses_);
    return access;
  }

  void makeRegion(size_t index) {
    Region& region = regions_[index];
    std::vector<llvm::Type*> types{pointer_, pointer_, i64_, i64_, i64_, i64_, i64_, pointer_};
    for (size_t i = 0; i < slots_.size(); ++i) {
      if (slots_[i].uniform && useIn(slots_[i], region).any) {
        region.inputs.push_back(i);
        types.push_back(slots_[i].variable->getAllocatedType());
        types.push_back(pointer_);
      }
    }
    region.function =
        Function::Create(llvm::FunctionType::get(i32_, types, false), llvm::GlobalValue::InternalLinkage,
                         item_.getName() + ".region", item_.getParent());
    Function& function = *region.function;
    function.setDoesNotThrow();
    function.addFnAttr(llvm::Attribute::AlwaysInline);
    llvm::ValueToValueMapTy map;
    for (unsigned i = 0; i < kItem; ++i) {
      map[item_.getArg(i)] = function.getArg(i);
    }
    map[item_.getArg(kItem)] = llvm::ConstantPointerNull::get(pointer_);
    Builder b(BasicBlock::Create(context_, "slots", &function));
    std::vector<std::pair<Value*, Value*>> results;  // variable, where it goes when the region ends
    size_t input = kFirstInput;
    for (const Slot& slot : slots_) {
      const Use use = useIn(slot, region);
      if (!isUsed(slot, region)) {
        continue;
      }
      llvm::Type* type = slot.variable->getAllocatedType();
      Value* home = nullptr;
      Value* value = nullptr;
      if (slot.uniform) {
        value = function.getArg(static_cast<unsigned>(input++));
        home = function.getArg(static_cast<unsigned>(input++));
      } else {
        Value* offset = b.CreateAdd(b.CreateMul(function.getArg(kItems), b.getInt64(slot.offset)),
                                    b.CreateMul(function.getArg(kLinear), b.getInt64(slot.stride)));
        home = b.CreateInBoundsGEP(b.getInt8Ty(), function.getArg(kMemory), offset);
      }
      if (slot.kept) {
        map[slot.variable] = home;
        continue;
      }
      if (!value) {
        value = independent(b.CreateAlignedLoad(type, home, slot.variable->getAlign()));
      }
      auto* variable = b.CreateAlloca(type);
      b.CreateStore(value, variable);
      if (use.stores) {
        results.emplace_back(variable, home);
      }
      map[slot.variable] = variable;
    }
    cloneBlocks(region, map);
    b.CreateBr(llvm::cast<BasicBlock>(map[heads_[index]]));
    for (const BasicBlock* block : region.blocks) {
      endBlock(region, *llvm::cast<BasicBlock>(map[block]), *block, results);
    }
  }

  void cloneBlocks(const Region& region, llvm::ValueToValueMapTy& map) {
    std::vector<BasicBlock*> copies;
    // In the order of the function, so that code does not depend on addresses.
    for (BasicBlock& block : item_) {
      if (!region.blocks.contains(&block)) {
        continue;
      }
      BasicBlock* copy = BasicBlock::Create(context_, block.getName(), region.function);
      copies.push_back(copy);
      map[&block] = copy;
      for (Instruction& instruction : block) {
        if (llvm::isa<llvm::AllocaInst>(instruction)) {
          continue;
        }
        Instruction* made = instruction.clone();
        made->setName(instruction.getName());
        copy->getInstList().push_back(made);
        map[&instruction] = made;
        const Value* address = llvm::getLoadStorePointerOperand(&instruction);
        if (address && llvm::isa<llvm::AllocaInst>(llvm::getUnderlyingObject(address)) &&
            llvm::isa<llvm::GetElementPtrInst>(address)) {
          independent(made);
        }
        if (auto* phi = llvm::dyn_cast<llvm::PHINode>(made)) {
          for (unsigned i = phi->getNumIncomingValues(); i-- > 0;) {
            if (!region.blocks.contains(phi->getIncomingBlock(i))) {
              phi->removeIncomingValue(i, false);
            }
          }
        }
      }
    }
    for (BasicBlock* copy : copies) {
      for (Instruction& instruction : *copy) {
        llvm::RemapInstruction(&instruction, map,
                               llvm::RF_NoModuleLevelChanges | llvm::RF_IgnoreMissingLocals);
      }
    }
  }

  // A way out of the region tells which barrier was reached, and leaves the values it changed.
  void endBlock(Region& region, BasicBlock& copy, const BasicBlock& block,
                llvm::ArrayRef<std::pair<Value*, Value*>> results) {
    unsigned next = 0;
    const BasicBlock* successor = block.getSingleSuccessor();
    if (successor && walls_.contains(successor)) {
      next = static_cast<unsigned>(std::find(heads_.begin(), heads_.end(), successor) - heads_.begin());
    } else if (!llvm::isa<llvm::ReturnInst>(block.getTerminator())) {
      return;
    }
    region.exits.insert(next);
    copy.getTerminator()->eraseFromParent();
    Builder b(&copy);
    for (const auto& [variable, home] : results) {
      llvm::Type* type = llvm::cast<llvm::AllocaInst>(variable)->getAllocatedType();
      auto* store = b.CreateStore(b.CreateLoad(type, variable), home);
      if (!llvm::isa<llvm::Argument>(home)) {
        independent(store);
      }
    }
    b.CreateRet(b.getInt32(next));
  }

  void makeStart() {
    Builder b(BasicBlock::Create(context_, "entry", &start_));
    std::map<size_t, llvm::AllocaInst*> uniform;
    for (size_t i = 0; i < slots_.size(); ++i) {
      if (slots_[i].uniform) {
        uniform[i] = b.CreateAlloca(slots_[i].variable->getAllocatedType());
      }
    }
    auto* next = b.CreateAlloca(i32_);
    const GroupSize size(b, start_.getArg(1));
    Value* memory = llvm::ConstantPointerNull::get(pointer_);
    if (bytes_ != 0) {
      auto allocate = item_.getParent()->getOrInsertFunction("__softgpu_frame", pointer_, pointer_, i64_);
      auto* call = b.CreateCall(allocate, {start_.getArg(1), b.CreateMul(size.items, b.getInt64(bytes_))});
      call->addRetAttr(llvm::Attribute::NoAlias);
      memory = call;
    }
    std::vector<BasicBlock*> entries;
    for (size_t i = 0; i < regions_.size(); ++i) {
      entries.push_back(BasicBlock::Create(context_, "region", &start_));
    }
    auto* end = BasicBlock::Create(context_, "end", &start_);
    Builder(end).CreateRetVoid();
    b.CreateBr(entries[0]);
    for (size_t i = 0; i < regions_.size(); ++i) {
      const Region& region = regions_[i];
      b.SetInsertPoint(entries[i]);
      std::vector<Value*> inputs;
      for (const size_t slot : region.inputs) {
        inputs.push_back(b.CreateLoad(uniform[slot]->getAllocatedType(), uniform[slot]));
        inputs.push_back(uniform[slot]);
      }
      emitItemLoops(b, size, accesses_, [&](const ItemIds& ids) {
        std::vector<Value*> arguments{start_.getArg(0), start_.getArg(1), ids.local[0], ids.local[1],
                                      ids.local[2],     ids.linear,       size.items,   memory};
        arguments.insert(arguments.end(), inputs.begin(), inputs.end());
        b.CreateStore(b.CreateCall(region.function, arguments), next);
      });
      const auto entry = [&](unsigned exit) { return exit == 0 ? end : entries[exit]; };
      if (region.exits.size() <= 1) {
        b.CreateBr(region.exits.empty() ? end : entry(*region.exits.begin()));
        continue;
      }
      llvm::SwitchInst* way = b.CreateSwitch(b.CreateLoad(i32_, next), entry(*region.exits.begin()));
      for (const unsigned exit : region.exits) {
        if (exit != *region.exits.begin()) {
          way->addCase(b.getInt32(exit), entry(exit));
        }
      }
    }
  }

  Function& item_;
  Function& start_;
  llvm::MDNode* accesses_;
  llvm::LLVMContext& context_;
  const llvm::DataLayout& layout_;
  llvm::Type* i32_;
  llvm::Type* i64_;
  llvm::PointerType* pointer_;
  std::vector<BasicBlock*> heads_;
  Blocks walls_;
  std::vector<Region> regions_;
  std::map<const BasicBlock*, Blocks> behind_;
  std::vector<Slot> slots_;
  uint64_t bytes_ = 0;  // for each work-item
};

}  // namespace

void splitAtBarriers(Function& item, Function& start, llvm::MDNode* accesses) {
  Fission(item, start, accesses).run();
}

}  // namespace softgpu::engine
