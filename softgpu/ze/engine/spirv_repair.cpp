#include "softgpu/ze/engine/spirv_repair.h"

#include <algorithm>
#include <map>
#include <span>
#include <spirv/unified1/spirv.hpp11>
#include <unordered_map>
#include <unordered_set>

#include "softgpu/ze/engine/spirv_parse.h"

namespace softgpu::engine {
namespace {

constexpr size_t kHeaderWords = 5;
constexpr size_t kBound = 3;  // in the header

using Words = std::span<const uint32_t>;

spv::Op opcode(uint32_t word) { return static_cast<spv::Op>(word & 0xffff); }

// The translator to SPIR-V declares the sampler type twice when a literal sampler comes before a sampler
// argument, and pointers to structures that point to themselves. All uses go to the first declaration. The
// words are not validated yet, hence nothing but the parser looks at them.
class TypeMerger {
 public:
  bool merge(std::vector<uint32_t>& words) {
    result_.assign(words.begin(), words.begin() + kHeaderWords);
    std::string none;  // the validator has told what is wrong
    const bool parsed = parseSpirv(words, none, [this](const auto& instruction) {
      add(instruction);
      return true;
    });
    if (!parsed || first_.empty()) return false;
    words = std::move(result_);
    return true;
  }

 private:
  void add(const spv_parsed_instruction_t& instruction) {
    std::vector<uint32_t> words(instruction.words, instruction.words + instruction.num_words);
    for (uint16_t i = 0; i < instruction.num_operands; ++i) {
      const spv_parsed_operand_t& operand = instruction.operands[i];
      if (operand.type != SPV_OPERAND_TYPE_ID && operand.type != SPV_OPERAND_TYPE_TYPE_ID) continue;
      const auto found = first_.find(words[operand.offset]);
      if (found != first_.end()) words[operand.offset] = found->second;
    }
    const auto op = static_cast<spv::Op>(instruction.opcode);
    if (op == spv::Op::OpTypeSampler || op == spv::Op::OpTypePointer) {
      std::vector<uint32_t> key = words;
      key[1] = 0;  // the result
      const auto [declared, isNew] = declared_.emplace(std::move(key), instruction.result_id);
      if (!isNew) {
        first_[instruction.result_id] = declared->second;
        return;
      }
    }
    result_.insert(result_.end(), words.begin(), words.end());
  }

  std::vector<uint32_t> result_;
  std::map<std::vector<uint32_t>, uint32_t> declared_;  // type without its id -> id
  std::unordered_map<uint32_t, uint32_t> first_;        // id of a later declaration -> of the first
};

// The translator to SPIR-V selects vectors by one bool, which is valid from SPIR-V 1.4 on: by a vector of
// them.
class SelectWidener {
 public:
  bool widen(std::vector<uint32_t>& words) {
    result_.assign(words.begin(), words.begin() + kHeaderWords);
    bound_ = words[kBound];
    std::string none;  // the validator has told what is wrong
    const bool parsed = parseSpirv(words, none, [this](const auto& instruction) {
      add(instruction);
      return true;
    });
    if (!parsed || bound_ == words[kBound]) return false;
    // Types of before the first function, where all they are made of is declared.
    result_.insert(result_.begin() + static_cast<ptrdiff_t>(functions_), types_.begin(), types_.end());
    result_[kBound] = bound_;
    words = std::move(result_);
    return true;
  }

 private:
  static uint32_t head(spv::Op op, size_t length) {
    return static_cast<uint32_t>(length << 16) | static_cast<uint32_t>(op);
  }

  void add(const spv_parsed_instruction_t& instruction) {
    const Words words(instruction.words, instruction.num_words);
    const auto op = static_cast<spv::Op>(instruction.opcode);
    if (op == spv::Op::OpFunction && functions_ == 0) functions_ = result_.size();
    if (op == spv::Op::OpTypeBool) bool_ = instruction.result_id;
    if (op == spv::Op::OpTypeVector) {
      lengths_[instruction.result_id] = words[3];
      if (words[2] == bool_) boolVectors_[words[3]] = instruction.result_id;
    }
    if (instruction.type_id != 0) typeOf_[instruction.result_id] = instruction.type_id;
    const bool select = op == spv::Op::OpSelect && words.size() == 6 && typeOf_[words[3]] == bool_;
    const auto length = select ? lengths_.find(instruction.type_id) : lengths_.end();
    if (length == lengths_.end()) {
      result_.insert(result_.end(), words.begin(), words.end());
      return;
    }
    // Not by OpCompositeConstruct, of which the translator from SPIR-V reads constants alone.
    const uint32_t type = boolVector(length->second), undefined = bound_++, first = bound_++, wide = bound_++;
    result_.insert(result_.end(), {head(spv::Op::OpUndef, 3), type, undefined});
    result_.insert(result_.end(),
                   {head(spv::Op::OpCompositeInsert, 6), type, first, words[3], undefined, 0U});
    result_.insert(result_.end(),
                   {head(spv::Op::OpVectorShuffle, 5 + length->second), type, wide, first, first});
    result_.insert(result_.end(), length->second, 0U);
    result_.insert(result_.end(), {words[0], words[1], words[2], wide, words[4], words[5]});
  }

  uint32_t boolVector(uint32_t length) {
    const auto [type, isNew] = boolVectors_.try_emplace(length, bound_);
    if (isNew) types_.insert(types_.end(), {head(spv::Op::OpTypeVector, 4), bound_++, bool_, length});
    return type->second;
  }

  std::vector<uint32_t> result_, types_;
  size_t functions_ = 0;  // where the first one begins in the result
  uint32_t bound_ = 0, bool_ = 0;
  std::unordered_map<uint32_t, uint32_t> typeOf_, lengths_;  // of results; of types of vectors
  std::map<uint32_t, uint32_t> boolVectors_;                 // length -> type
};

// One function's blocks in an order in which each comes behind those that dominate it.
class BlockOrder {
 public:
  void add(Words instruction) {
    const spv::Op op = opcode(instruction[0]);
    if (op == spv::Op::OpLabel && instruction.size() == 2) {
      numbers_.emplace(instruction[1], blocks_.size());
      blocks_.emplace_back();
    }
    auto& target = blocks_.empty() ? before_ : blocks_.back().words;
    target.insert(target.end(), instruction.begin(), instruction.end());
    // Among the operands of a switch are literals; those that look like labels are followed for nothing.
    if (op == spv::Op::OpBranch || op == spv::Op::OpBranchConditional || op == spv::Op::OpSwitch) {
      if (!blocks_.empty()) blocks_.back().targets.assign(instruction.begin() + 1, instruction.end());
    }
  }

  void write(std::vector<uint32_t>& result) {
    result.insert(result.end(), before_.begin(), before_.end());
    for (const size_t number : order()) {
      result.insert(result.end(), blocks_[number].words.begin(), blocks_[number].words.end());
    }
  }

 private:
  struct Block {
    std::vector<uint32_t> words, targets;
    size_t next = 0;  // of the targets, to be visited
    bool seen = false;
  };

  // Reverse post-order; then what is not reached, as it stands.
  std::vector<size_t> order() {
    std::vector<size_t> order;
    std::vector<size_t> path;
    const auto enter = [&](size_t number) {
      blocks_[number].seen = true;
      path.push_back(number);
    };
    if (!blocks_.empty()) enter(0);
    while (!path.empty()) {
      Block& block = blocks_[path.back()];
      if (block.next == block.targets.size()) {
        order.push_back(path.back());
        path.pop_back();
        continue;
      }
      const auto found = numbers_.find(block.targets[block.next++]);
      if (found != numbers_.end() && !blocks_[found->second].seen) enter(found->second);
    }
    std::ranges::reverse(order);
    for (size_t number = 0; number < blocks_.size(); ++number) {
      if (!blocks_[number].seen) order.push_back(number);
    }
    return order;
  }

  std::vector<uint32_t> before_;
  std::vector<Block> blocks_;
  std::unordered_map<uint32_t, size_t> numbers_;  // label -> block
};

void orderBlocks(std::vector<uint32_t>& words) {
  std::vector<uint32_t> result(words.begin(), words.begin() + kHeaderWords);
  BlockOrder function;
  bool inside = false;
  for (size_t at = kHeaderWords; at < words.size(); at += words[at] >> 16) {
    const Words instruction = Words(words).subspan(at, words[at] >> 16);
    const spv::Op op = opcode(instruction[0]);
    if (op == spv::Op::OpFunctionEnd && inside) {
      function.write(result);
      function = {};
      inside = false;
    }
    inside = inside || op == spv::Op::OpFunction;
    if (inside) {
      function.add(instruction);
    } else {
      result.insert(result.end(), instruction.begin(), instruction.end());
    }
  }
  function.write(result);
  words = std::move(result);
}

}  // namespace

bool repairSpirv(std::vector<uint32_t>& words, const std::string& error) {
  const auto says = [&error](const char* text) { return error.find(text) != std::string::npos; };
  if (says("Opcode: TypeSampler") || says("result type (OpTypePointer) does not match")) {
    return TypeMerger().merge(words);
  }
  if (says("Expected vector sizes of Result Type and the condition to be equal")) {
    return SelectWidener().widen(words);
  }
  if (says("has not been defined")) {
    orderBlocks(words);
    return true;
  }
  // A module of nothing is one that could be linked.
  if (says("No OpEntryPoint instruction was found")) {
    const uint32_t linkage[] = {2U << 16 | static_cast<uint32_t>(spv::Op::OpCapability),
                                static_cast<uint32_t>(spv::Capability::Linkage)};
    words.insert(words.begin() + kHeaderWords, std::begin(linkage), std::end(linkage));
    return true;
  }
  return false;
}

}  // namespace softgpu::engine
