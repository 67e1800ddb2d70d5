// OpenCL functions that depend on the work-item or on the memory model: ids, barriers, collectives, atomics,
// printf, asynchronous copies, samplers. They are recognised by mangled name, whatever the address space of
// their pointers.
#include "softgpu/ze/engine/lower_calls.h"

#include <fmt/format.h>
#include <llvm/IR/Constants.h>
#include <llvm/IR/InstrTypes.h>
#include <llvm/IR/MDBuilder.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <vector>

#include "softgpu/ze/engine/abi.h"
#include "softgpu/ze/engine/engine.h"
#include "softgpu/ze/engine/runtime.h"

namespace softgpu::engine {

namespace {

// Values from `first` up to, but not, `end`; an end of 0 says nothing.
struct Bounds {
  uint64_t first, end;
};
// What a field of abi::Group can be. With it LLVM sees that an id may be made an int and back, which is how
// most kernels use ids, and can vectorise what is addressed by it.
Bounds boundsOf(size_t offset) {
  const auto within = [&](size_t field) { return offset >= field && offset < field + 3 * sizeof(uint64_t); };
  if (within(offsetof(abi::Group, localSize))) {
    return {1, kMaxGroupItems + uint64_t{1}};
  }
  if (within(offsetof(abi::Group, groupId))) {
    return {0, UINT32_MAX};
  }
  if (within(offsetof(abi::Group, groupCount))) {
    return {1, uint64_t{UINT32_MAX} + 1};
  }
  return {0, 0};
}

}  // namespace

llvm::Value* loadGroupField(llvm::IRBuilder<>& builder, llvm::Value* group, size_t offset) {
  llvm::LoadInst* load = builder.CreateAlignedLoad(
      builder.getInt64Ty(), builder.CreateConstInBoundsGEP1_64(builder.getInt8Ty(), group, offset),
      llvm::Align(8));
  load->setMetadata(llvm::LLVMContext::MD_invariant_load, llvm::MDNode::get(builder.getContext(), {}));
  if (const Bounds bounds = boundsOf(offset); bounds.end != 0) {
    load->setMetadata(llvm::LLVMContext::MD_range,
                      llvm::MDBuilder(builder.getContext())
                          .createRange(llvm::APInt(64, bounds.first), llvm::APInt(64, bounds.end)));
  }
  return load;
}

MangledName splitName(llvm::StringRef name) {
  llvm::StringRef rest = name;
  unsigned length = 0;
  if (!rest.consume_front("_Z") || rest.consumeInteger(10, length) || length > rest.size()) {
    return {name, {}};
  }
  return {rest.take_front(length), rest.drop_front(length)};
}

char typeLetter(llvm::StringRef parameters) {
  if (parameters.consume_front("Dv")) {
    parameters = parameters.drop_until([](char c) { return c == '_'; }).drop_front();
  }
  if (parameters.startswith("Dh")) {
    return 'D';
  }
  return parameters.empty() ? 0 : parameters.front();
}

CallLowering::CallLowering(llvm::Module& module, std::string& log) : module_(module), log_(log) {
  auto& context = module.getContext();
  i32_ = llvm::Type::getInt32Ty(context);
  i64_ = llvm::Type::getInt64Ty(context);
  pointer_ = llvm::PointerType::get(context, 0);
  auto* none = llvm::Type::getVoidTy(context);
  localId_ = constant(primitive::kLocalId, i64_, {i32_});
  group_ = constant(primitive::kGroup, pointer_, {});
  item_ = constant(primitive::kItem, pointer_, {});
  subgroupSize_ = constant(primitive::kSubgroupSize, i32_, {});
  stop_ = module.getOrInsertFunction(primitive::kStop, none, i32_, i64_);
}

bool CallLowering::run() {
  std::vector<llvm::Function*> declared;
  for (llvm::Function& function : module_) {
    if (function.isDeclaration() && !function.isIntrinsic()) {
      declared.push_back(&function);
    }
  }
  for (llvm::Function* function : declared) {
    if (!lower(*function)) {
      return false;
    }
  }
  return true;
}

llvm::FunctionCallee CallLowering::constant(const char* name, llvm::Type* result,
                                            llvm::ArrayRef<llvm::Type*> parameters) {
  auto callee = module_.getOrInsertFunction(name, llvm::FunctionType::get(result, parameters, false));
  auto* function = llvm::cast<llvm::Function>(callee.getCallee());
  function->setDoesNotAccessMemory();
  function->setDoesNotThrow();
  function->setWillReturn();
  return callee;
}

bool CallLowering::lower(llvm::Function& function) {
  const MangledName name = splitName(function.getName());
  if (Emit emit = workItemFunction(name.base)) {
    return replace(function, emit);
  }
  if (Emit emit = synchronization(name)) {
    return replace(function, emit);
  }
  if (Emit emit = collective(name)) {
    return replace(function, emit);
  }
  if (Emit emit = atomic(name)) {
    return replace(function, emit);
  }
  if (Emit emit = other(name)) {
    return replace(function, emit);
  }
  return true;
}

bool CallLowering::replace(llvm::Function& function, const Emit& emit) {
  while (!function.use_empty()) {
    auto* call = llvm::dyn_cast<CallInst>(function.user_back());
    Value* result = nullptr;
    if (call && call->getCalledOperand() == &function) {
      Builder builder(call);
      result = emit(builder, *call);
    }
    if (!result) {
      log_ += fmt::format("use of {} is not supported\n", function.getName().str());
      return false;
    }
    if (!call->getType()->isVoidTy()) {
      Builder builder(call);
      call->replaceAllUsesWith(convert(builder, result, call->getType()));
    }
    call->eraseFromParent();
  }
  function.eraseFromParent();
  return true;
}

Value* CallLowering::convert(Builder& builder, Value* value, llvm::Type* type) {
  if (value->getType() == type) {
    return value;
  }
  if (type->isIntegerTy()) {
    return builder.CreateZExtOrTrunc(value, type);
  }
  return type->isPointerTy() ? builder.CreateAddrSpaceCast(value, type) : builder.CreateBitCast(value, type);
}

Value* CallLowering::addressSpace(Builder& b, Value* pointer) {
  auto callee = module_.getOrInsertFunction("__softgpu_address_space", i32_, pointer_, pointer_);
  return b.CreateCall(callee, {b.CreateCall(group_), b.CreateAddrSpaceCast(pointer, pointer_)});
}

CallLowering::Emit CallLowering::other(const MangledName& name) {
  if (name.base == "printf") {
    return [this](Builder& b, CallInst& call) { return print(b, call); };
  }
  if (name.base == "prefetch") {
    return [](Builder& b, CallInst&) { return b.getInt32(0); };
  }
  if (name.base == "async_work_group_copy" || name.base == "async_work_group_strided_copy") {
    return asyncCopy(name);
  }
  if (name.base == "__translate_sampler_initializer") {
    return [this](Builder& b, CallInst& call) -> Value* {
      const auto* bits = llvm::dyn_cast<llvm::ConstantInt>(call.getArgOperand(0));
      return bits ? sampler(b, static_cast<uint32_t>(bits->getZExtValue())) : nullptr;
    };
  }
  const unsigned space = name.base == "__to_private"  ? 0
                         : name.base == "__to_global" ? 1
                         : name.base == "__to_local"  ? 3
                                                      : ~0U;
  if (space != ~0U) {
    return [this, space](Builder& b, CallInst& call) {
      Value* pointer = call.getArgOperand(0);
      auto* type = llvm::cast<llvm::PointerType>(call.getType());
      return b.CreateSelect(b.CreateICmpEQ(addressSpace(b, pointer), b.getInt32(space)),
                            convert(b, pointer, type), llvm::ConstantPointerNull::get(type));
    };
  }
  if (name.base.startswith("__softgpu_image") || name.base.startswith("__softgpu_sampler")) {
    return [](Builder&, CallInst& call) { return call.getArgOperand(0); };
  }
  return {};
}

// Bits of cl_kernel samplers: normalized 1, addressing 0xe (0 none, 2 edge, 4 border, 6 repeat, 8 mirror),
// linear 0x20.
Value* CallLowering::sampler(Builder& b, uint32_t bits) {
  const auto [it, isNew] = samplers_.try_emplace(bits, nullptr);
  if (isNew) {
    constexpr std::array kAddressing = {Addressing::None, Addressing::Clamp, Addressing::ClampToBorder,
                                        Addressing::Repeat, Addressing::Mirror};
    const uint32_t addressing = std::min<uint32_t>((bits & 0xe) >> 1, kAddressing.size() - 1);
    const std::array<uint32_t, 3> words = {
        static_cast<uint32_t>(kAddressing[addressing]),
        static_cast<uint32_t>((bits & 0x20) != 0 ? Filter::Linear : Filter::Nearest), bits & 1};
    static_assert(sizeof(SamplerDescriptor) == sizeof(words));
    auto* data = llvm::ConstantDataArray::get(b.getContext(), words);
    it->second = new llvm::GlobalVariable(module_, data->getType(), true, llvm::GlobalValue::InternalLinkage,
                                          data, "sampler");
    it->second->setAlignment(llvm::Align(8));
  }
  return it->second;
}

// The first work-item copies all when it comes along; wait_group_events is a barrier, so nobody reads
// before that.
CallLowering::Emit CallLowering::asyncCopy(const MangledName& name) {
  llvm::StringRef element = name.parameters;
  element.consume_front("P");
  for (bool more = true; more;) {
    more = element.consume_front("U3AS1") || element.consume_front("U3AS3") || element.consume_front("K") ||
           element.consume_front("V");
  }
  uint64_t count = 1;
  llvm::StringRef vector = element;
  if (vector.consume_front("Dv") && !vector.consumeInteger(10, count) && count == 3) {
    count = 4;
  }
  uint64_t size = 0;
  switch (typeLetter(element)) {
    case 'c':
    case 'h':
    case 'a':
      size = 1;
      break;
    case 's':
    case 't':
    case 'D':
      size = 2;
      break;
    case 'i':
    case 'j':
    case 'f':
      size = 4;
      break;
    case 'l':
    case 'm':
    case 'd':
      size = 8;
      break;
    default:
      return [](Builder&, CallInst&) -> Value* { return nullptr; };
  }
  return [this, size = size * count](Builder& b, CallInst& call) {
    const bool strided = call.arg_size() == 5;
    Value* target = call.getArgOperand(0);
    const bool toGlobal = target->getType()->getPointerAddressSpace() == 1;
    Value* stride = strided ? b.CreateMul(call.getArgOperand(3), b.getInt64(size)) : b.getInt64(size);
    Value* isFirst = b.CreateICmpEQ(localLinearId(b), b.getInt64(0));
    Value* elements = b.CreateSelect(isFirst, call.getArgOperand(2), b.getInt64(0));
    auto callee = module_.getOrInsertFunction("__softgpu_copy", b.getVoidTy(), pointer_, pointer_, i64_, i64_,
                                              i64_, i64_);
    b.CreateCall(callee, {b.CreateAddrSpaceCast(target, pointer_),
                          b.CreateAddrSpaceCast(call.getArgOperand(1), pointer_), elements, b.getInt64(size),
                          toGlobal ? stride : b.getInt64(size), toGlobal ? b.getInt64(size) : stride});
    Value* event = call.getArgOperand(call.arg_size() - 1);
    return b.CreateSelect(b.CreateIsNull(event), b.CreateIntToPtr(b.getInt64(1), event->getType()), event);
  };
}

Value* CallLowering::print(Builder& b, CallInst& call) {
  const llvm::DataLayout& layout = module_.getDataLayout();
  struct Slot {
    Value* value;
    PrintHeader header;
    uint64_t offset;
  };
  std::vector<Slot> slots;
  uint64_t total = 0;
  for (unsigned i = 1; i < call.arg_size(); ++i) {
    Value* value = call.getArgOperand(i);
    llvm::Type* element = value->getType()->getScalarType();
    if (!element->isIntegerTy() && !element->isFloatingPointTy() && !element->isPointerTy()) {
      return nullptr;
    }
    auto* vector = llvm::dyn_cast<llvm::FixedVectorType>(value->getType());
    PrintHeader header{};
    header.kind = element->isPointerTy()         ? PrintKind::Pointer
                  : element->isFloatingPointTy() ? PrintKind::Float
                                                 : PrintKind::Integer;
    header.elementSize = static_cast<uint8_t>(layout.getTypeStoreSize(element));
    header.count = static_cast<uint16_t>(vector ? vector->getNumElements() : 1);
    header.bytes = (header.elementSize * header.count + 7U) & ~7U;
    slots.push_back({value, header, total});
    total += sizeof(PrintHeader) + header.bytes;
  }
  auto& entry = call.getFunction()->getEntryBlock();
  Builder entryBuilder(&entry, entry.getFirstInsertionPt());
  auto* buffer = entryBuilder.CreateAlloca(llvm::ArrayType::get(b.getInt8Ty(), std::max<uint64_t>(total, 8)));
  buffer->setAlignment(llvm::Align(8));
  const auto at = [&](uint64_t offset) {
    return b.CreateConstInBoundsGEP1_64(b.getInt8Ty(), buffer, offset);
  };
  for (const Slot& slot : slots) {
    uint64_t header = 0;
    static_assert(sizeof(PrintHeader) == sizeof(header));
    std::memcpy(&header, &slot.header, sizeof(header));
    b.CreateAlignedStore(b.getInt64(header), at(slot.offset), llvm::Align(8));
    for (unsigned i = 0; i < slot.header.count; ++i) {
      Value* element =
          slot.value->getType()->isVectorTy() ? b.CreateExtractElement(slot.value, i) : slot.value;
      b.CreateAlignedStore(element,
                           at(slot.offset + sizeof(PrintHeader) + uint64_t{i} * slot.header.elementSize),
                           llvm::Align(1));
    }
  }
  auto callee = module_.getOrInsertFunction("__softgpu_printf", i32_, pointer_, pointer_, i32_);
  return b.CreateCall(callee, {b.CreateAddrSpaceCast(call.getArgOperand(0), pointer_), buffer,
                               b.getInt32(static_cast<uint32_t>(slots.size()))});
}

bool lowerCalls(llvm::Module& module, std::string& log) { return CallLowering(module, log).run(); }

}  // namespace softgpu::engine
