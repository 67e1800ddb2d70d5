// One pass over the module: types, constants and imports that are needed go where the first function begins
// and where the memory model is told.
#include "softgpu/ze/engine/spirv_expand.h"

#include <spirv/unified1/OpenCL.std.h>

#include <algorithm>
#include <bit>
#include <cstring>
#include <initializer_list>
#include <map>
#include <span>
#define SPV_ENABLE_UTILITY_CODE  // HasResultAndType
#include <spirv/unified1/spirv.hpp11>
#include <string_view>
#include <unordered_map>

namespace softgpu::engine {
namespace {

using spv::Op;
using Ids = std::vector<uint32_t>;
using Operands = std::span<const uint32_t>;

constexpr std::string_view kInstructionSet = "OpenCL.std";
constexpr uint32_t kUndefined = 0xffffffff;  // in OpVectorShuffle

void append(std::vector<uint32_t>& words, Op op, Operands operands) {
  words.push_back(static_cast<uint32_t>(operands.size() + 1) << 16 | static_cast<uint32_t>(op));
  words.insert(words.end(), operands.begin(), operands.end());
}

// Words of a memory operand's mask and of what it asks for.
size_t memoryOperandWords(Operands operands) {
  if (operands.empty()) return 0;
  constexpr auto kAligned = static_cast<uint32_t>(spv::MemoryAccessMask::Aligned);
  return std::min<size_t>((operands[0] & kAligned) != 0 ? 2 : 1, operands.size());
}

bool isShift(Op op) {
  return op == Op::OpShiftLeftLogical || op == Op::OpShiftRightLogical || op == Op::OpShiftRightArithmetic;
}

class Expander {
 public:
  bool expand(std::vector<uint32_t>& words) {
    bound_ = words[3];
    result_.assign(words.begin(), words.begin() + 5);
    for (size_t at = 5; at < words.size(); at += words[at] >> 16) {
      const auto instruction = std::span<const uint32_t>(words).subspan(at, words[at] >> 16);
      const auto op = static_cast<Op>(instruction[0] & 0xffff);
      if (op == Op::OpMemoryModel) imports_ = result_.size();
      if (op == Op::OpFunction && functions_ == 0) functions_ = result_.size();
      note(op, instruction.subspan(1));
      if (rewrite(op, instruction.subspan(1))) {
        changed_ = true;
      } else {
        result_.insert(result_.end(), instruction.begin(), instruction.end());
      }
    }
    if (!changed_) return false;
    result_.insert(result_.begin() + static_cast<ptrdiff_t>(functions_), declared_.begin(), declared_.end());
    result_.insert(result_.begin() + static_cast<ptrdiff_t>(imports_), imported_.begin(), imported_.end());
    result_.insert(result_.begin() + 5, capabilities_.begin(), capabilities_.end());
    result_[3] = bound_;
    words = std::move(result_);
    return true;
  }

 private:
  struct Type {
    Op op;
    Ids operands;  // behind the result
  };

  void note(Op op, Operands operands) {
    bool hasResult = false, hasType = false;
    spv::HasResultAndType(op, &hasResult, &hasType);
    if (hasType) typeOf_[operands[1]] = operands[0];
    if (op >= Op::OpTypeVoid && op <= Op::OpTypeFunction) {
      Type type{op, Ids(operands.begin() + 1, operands.end())};
      known_.try_emplace({op, type.operands}, operands[0]);
      types_.emplace(operands[0], std::move(type));
    } else if (op == Op::OpConstant && operands.size() == 3) {
      literals_[operands[1]] = operands[2];
    } else if (op == Op::OpExtInstImport &&
               std::string_view(reinterpret_cast<const char*>(&operands[1])) == kInstructionSet) {
      set_ = operands[0];
    }
  }

  uint32_t fresh() { return bound_++; }
  void emit(Op op, std::initializer_list<uint32_t> operands) {
    append(result_, op, {operands.begin(), operands.size()});
  }
  uint32_t value(uint32_t type, Op op, std::initializer_list<uint32_t> operands) {
    Ids all{type, fresh()};
    all.insert(all.end(), operands);
    append(result_, op, all);
    typeOf_[all[1]] = type;
    return all[1];
  }

  const Type& typeBehind(uint32_t value) const { return types_.at(typeOf_.at(value)); }

  uint32_t type(Op op, const Ids& operands) {
    const auto [found, isNew] = known_.try_emplace({op, operands}, bound_);
    if (isNew) {
      Ids all{fresh()};
      all.insert(all.end(), operands.begin(), operands.end());
      append(declared_, op, all);
      types_.emplace(all[0], Type{op, operands});
    }
    return found->second;
  }
  uint32_t integer(uint32_t width) {
    if (width == 64 && !known_.contains({Op::OpTypeInt, {64, 0}})) {
      append(capabilities_, Op::OpCapability, Ids{static_cast<uint32_t>(spv::Capability::Int64)});
    }
    return type(Op::OpTypeInt, {width, 0});
  }
  // `scalar`, or as long a vector of it as `like` is one.
  uint32_t asLong(uint32_t scalar, uint32_t like) {
    const Type& shape = types_.at(like);
    return shape.op == Op::OpTypeVector ? type(Op::OpTypeVector, {scalar, shape.operands[1]}) : scalar;
  }

  uint32_t null(uint32_t type) {
    const auto [found, isNew] = nulls_.try_emplace(type, bound_);
    if (isNew) append(declared_, Op::OpConstantNull, Ids{type, fresh()});
    return found->second;
  }
  // A constant of up to 64 bits, in all elements of a vector.
  uint32_t constant(uint32_t type, uint64_t bits) {
    const auto [found, isNew] = constants_.try_emplace({type, bits}, 0);
    if (!isNew) return found->second;
    const Type shape = types_.at(type);
    Ids operands{type, 0};
    if (shape.op == Op::OpTypeVector) {
      operands.insert(operands.end(), shape.operands[1], constant(shape.operands[0], bits));
    } else {
      operands.push_back(static_cast<uint32_t>(bits));
      if (shape.operands[0] == 64) operands.push_back(static_cast<uint32_t>(bits >> 32));
    }
    operands[1] = fresh();
    append(declared_, shape.op == Op::OpTypeVector ? Op::OpConstantComposite : Op::OpConstant, operands);
    return constants_[{type, bits}] = operands[1];
  }

  uint32_t instructionSet() {
    if (set_ == 0) {
      set_ = fresh();
      Ids operands(1 + kInstructionSet.size() / sizeof(uint32_t) + 1);
      operands[0] = set_;
      std::memcpy(&operands[1], kInstructionSet.data(), kInstructionSet.size());
      append(imported_, Op::OpExtInstImport, operands);
    }
    return set_;
  }

  // Makes `result` of its parts one after the other; a part of 0 is undefined.
  void build(uint32_t type, uint32_t result, const Ids& parts) {
    const auto last = std::find_if(parts.rbegin(), parts.rend(), [](uint32_t part) { return part != 0; });
    if (last == parts.rend()) return emit(Op::OpUndef, {type, result});
    const auto end = static_cast<uint32_t>(parts.rend() - last);
    uint32_t whole = value(type, Op::OpUndef, {});
    for (uint32_t i = 0; i + 1 < end; ++i) {
      if (parts[i] != 0) whole = value(type, Op::OpCompositeInsert, {parts[i], whole, i});
    }
    emit(Op::OpCompositeInsert, {type, result, parts[end - 1], whole, end - 1});
  }

  void addElements(uint32_t vector, Ids& parts) {
    const Type shape = typeBehind(vector);
    for (uint32_t i = 0; i < shape.operands[1]; ++i) {
      parts.push_back(value(shape.operands[0], Op::OpCompositeExtract, {vector, i}));
    }
  }

  void construct(Operands operands) {
    const bool vector = types_.at(operands[0]).op == Op::OpTypeVector;
    Ids parts;
    for (const uint32_t part : operands.subspan(2)) {
      if (vector && typeBehind(part).op == Op::OpTypeVector) {
        addElements(part, parts);
      } else {
        parts.push_back(part);
      }
    }
    build(operands[0], operands[1], parts);
  }

  void shuffle(Operands operands) {
    Ids all;
    addElements(operands[2], all);
    addElements(operands[3], all);
    Ids parts;
    for (const uint32_t index : operands.subspan(4)) parts.push_back(index == kUndefined ? 0 : all.at(index));
    build(operands[0], operands[1], parts);
  }

  // Two memory operands are the target's and the source's.
  void copyMemory(Operands operands) {
    const Operands masks = operands.subspan(2);
    const Operands target = masks.first(memoryOperandWords(masks));
    const Operands source = masks.size() > target.size() ? masks.subspan(target.size()) : target;
    const uint32_t type = typeBehind(operands[0]).operands[1];
    Ids load{type, fresh(), operands[1]}, store{operands[0], load[1]};
    load.insert(load.end(), source.begin(), source.end());
    store.insert(store.end(), target.begin(), target.end());
    append(result_, Op::OpLoad, load);
    append(result_, Op::OpStore, store);
  }

  uint32_t address(uint32_t pointer) { return value(integer(64), Op::OpConvertPtrToU, {pointer}); }
  // Bytes from one element to the next: where the second is when the first is at 0.
  uint32_t stride(uint32_t pointerType) {
    const uint32_t one = constant(integer(32), 1);
    return address(value(pointerType, Op::OpPtrAccessChain, {null(pointerType), one}));
  }

  void pointerDifference(Operands operands) {
    const uint32_t bytes = value(integer(64), Op::OpISub, {address(operands[2]), address(operands[3])});
    const uint32_t size = stride(typeOf_.at(operands[2]));
    if (operands[0] == integer(64)) return emit(Op::OpSDiv, {operands[0], operands[1], bytes, size});
    emit(Op::OpSConvert, {operands[0], operands[1], value(integer(64), Op::OpSDiv, {bytes, size})});
  }

  void sizeOf(Operands operands) {
    const uint32_t size = stride(typeOf_.at(operands[2]));
    emit(operands[0] == integer(64) ? Op::OpCopyObject : Op::OpUConvert, {operands[0], operands[1], size});
  }

  // Not with arrays whose length is a specialization constant.
  bool isCountable(uint32_t id) const {
    const Type& type = types_.at(id);
    if (type.op == Op::OpTypeStruct) {
      return std::ranges::all_of(type.operands, [this](uint32_t part) { return isCountable(part); });
    }
    return type.op != Op::OpTypeArray ||
           (literals_.contains(type.operands[1]) && isCountable(type.operands[0]));
  }
  uint64_t partCount(const Type& type) const {
    return type.op == Op::OpTypeStruct ? type.operands.size() : literals_.at(type.operands[1]);
  }
  static uint32_t partType(const Type& type, size_t index) {
    return type.operands[type.op == Op::OpTypeStruct ? index : 0];
  }
  // One level after the other: all at once are not for vectors in something.
  void extract(Operands operands) {
    uint32_t part = operands[2];
    for (const uint32_t index : operands.subspan(3, operands.size() - 4)) {
      part = value(partType(typeBehind(part), index), Op::OpCompositeExtract, {part, index});
    }
    emit(Op::OpCompositeExtract, {operands[0], operands[1], part, operands.back()});
  }
  void insert(uint32_t type, uint32_t result, uint32_t object, uint32_t whole, Operands indices) {
    uint32_t part = object;
    if (indices.size() > 1) {
      const uint32_t inner = partType(types_.at(type), indices[0]);
      const uint32_t old = value(inner, Op::OpCompositeExtract, {whole, indices[0]});
      insert(inner, part = fresh(), object, old, indices.subspan(1));
    }
    emit(Op::OpCompositeInsert, {type, result, part, whole, indices[0]});
  }

  // The same members, of types that differ by their decorations.
  void copyLogical(uint32_t to, uint32_t result, uint32_t from) {
    const Type target = types_.at(to), source = typeBehind(from);
    Ids parts;
    for (uint32_t i = 0; i < partCount(target); ++i) {
      uint32_t part = value(partType(source, i), Op::OpCompositeExtract, {from, i});
      if (const uint32_t type = partType(target, i); type != partType(source, i)) {
        const uint32_t copy = fresh();
        copyLogical(type, copy, part);
        typeOf_[part = copy] = type;
      }
      parts.push_back(part);
    }
    build(to, result, parts);
  }

  // A pair of the sum or difference and of its carry or borrow.
  void withCarry(Op op, Operands operands) {
    const uint32_t type = types_.at(operands[0]).operands[0], left = operands[2], right = operands[3];
    const bool adds = op == Op::OpIAddCarry;
    const uint32_t low = value(type, adds ? Op::OpIAdd : Op::OpISub, {left, right});
    const uint32_t truth = asLong(this->type(Op::OpTypeBool, {}), type);
    const uint32_t carried =
        adds ? value(truth, Op::OpULessThan, {low, left}) : value(truth, Op::OpULessThan, {left, right});
    build(operands[0], operands[1],
          {low, value(type, Op::OpSelect, {carried, constant(type, 1), constant(type, 0)})});
  }

  void extendedProduct(Op op, Operands operands) {
    const uint32_t type = types_.at(operands[0]).operands[0], left = operands[2], right = operands[3];
    const uint32_t high = op == Op::OpUMulExtended ? OpenCLLIB::UMul_hi : OpenCLLIB::SMul_hi;
    const uint32_t low = value(type, Op::OpIMul, {left, right});
    build(operands[0], operands[1], {low, value(type, Op::OpExtInst, {instructionSet(), high, left, right})});
  }

  // What is too small for a normal half becomes a zero of its sign.
  void quantize(Operands operands) {
    const uint32_t type = operands[0];
    if (!known_.contains({Op::OpTypeFloat, {16}})) {
      append(capabilities_, Op::OpCapability, Ids{static_cast<uint32_t>(spv::Capability::Float16Buffer)});
    }
    const uint32_t half =
        value(asLong(this->type(Op::OpTypeFloat, {16}), type), Op::OpFConvert, {operands[2]});
    const uint32_t rounded = value(type, Op::OpFConvert, {half});
    const uint32_t size = value(type, Op::OpExtInst, {instructionSet(), OpenCLLIB::Fabs, rounded});
    const uint32_t least = constant(type, std::bit_cast<uint32_t>(0x1p-14F));
    const uint32_t small =
        value(asLong(this->type(Op::OpTypeBool, {}), type), Op::OpFOrdLessThan, {size, least});
    const uint32_t zero = value(type, Op::OpFMul, {rounded, constant(type, 0)});
    emit(Op::OpSelect, {type, operands[1], small, zero, rounded});
  }

  bool rewrite(Op op, Operands operands) {
    switch (op) {
      case Op::OpCompositeConstruct:
        construct(operands);
        return true;
      case Op::OpCompositeExtract:
        if (operands.size() < 5) return false;
        extract(operands);
        return true;
      case Op::OpCompositeInsert:
        if (operands.size() < 6) return false;
        insert(operands[0], operands[1], operands[2], operands[3], operands.subspan(4));
        return true;
      case Op::OpVectorShuffle:
        if (typeOf_.at(operands[2]) == typeOf_.at(operands[3])) return false;
        shuffle(operands);
        return true;
      case Op::OpCopyMemory:
        copyMemory(operands);
        return true;
      case Op::OpPtrEqual:
      case Op::OpPtrNotEqual:
        emit(op == Op::OpPtrEqual ? Op::OpIEqual : Op::OpINotEqual,
             {operands[0], operands[1], address(operands[2]), address(operands[3])});
        return true;
      case Op::OpPtrDiff:
        pointerDifference(operands);
        return true;
      case Op::OpSizeOf:
        sizeOf(operands);
        return true;
      case Op::OpCopyLogical:
        if (!isCountable(operands[0])) return false;
        copyLogical(operands[0], operands[1], operands[2]);
        return true;
      case Op::OpIAddCarry:
      case Op::OpISubBorrow:
        withCarry(op, operands);
        return true;
      case Op::OpUMulExtended:
      case Op::OpSMulExtended:
        extendedProduct(op, operands);
        return true;
      case Op::OpShiftLeftLogical:
      case Op::OpShiftRightLogical:
      case Op::OpShiftRightArithmetic:
        if (typeOf_.at(operands[3]) == operands[0]) return false;
        emit(op, {operands[0], operands[1], operands[2], value(operands[0], Op::OpUConvert, {operands[3]})});
        return true;
      case Op::OpSpecConstantOp:
        if (!isShift(static_cast<Op>(operands[2])) || typeOf_.at(operands[4]) == operands[0]) return false;
        emit(op, {operands[0], operands[1], operands[2], operands[3],
                  value(operands[0], op, {static_cast<uint32_t>(Op::OpUConvert), operands[4]})});
        return true;
      case Op::OpQuantizeToF16:
        quantize(operands);
        return true;
      default:
        return false;
    }
  }

  std::vector<uint32_t> result_, declared_, imported_, capabilities_;
  size_t functions_ = 0, imports_ = 0;  // where they go in the result
  bool changed_ = false;
  uint32_t bound_ = 0, set_ = 0;
  std::unordered_map<uint32_t, uint32_t> typeOf_;    // of values
  std::unordered_map<uint32_t, uint32_t> literals_;  // of constants of one word
  std::unordered_map<uint32_t, Type> types_;
  std::map<std::pair<Op, Ids>, uint32_t> known_;  // of equal types the first
  std::map<uint32_t, uint32_t> nulls_;
  std::map<std::pair<uint32_t, uint64_t>, uint32_t> constants_;
};

}  // namespace

bool expandInstructions(std::vector<uint32_t>& words) { return Expander().expand(words); }

}  // namespace softgpu::engine
