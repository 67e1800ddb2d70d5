// Work-item functions: ids and sizes of the range, the work-group and the sub-group.
// All come from the group and the local ids, so they cost a few instructions.
#include "softgpu/ze/engine/lower_calls.h"

namespace softgpu::engine {

namespace {

constexpr uint64_t kOpenClGlobalFence = 2, kOpenClLocalFence = 1;

}  // namespace

Value* CallLowering::group(Builder& b, size_t field, unsigned dimension) {
  return loadGroupField(b, b.CreateCall(group_), field + dimension * sizeof(uint64_t));
}
Value* CallLowering::localId(Builder& b, unsigned dimension) {
  return b.CreateCall(localId_, {b.getInt32(dimension)});
}
Value* CallLowering::localSize(Builder& b, unsigned dimension) {
  return group(b, offsetof(abi::Group, localSize), dimension);
}
Value* CallLowering::groupSize(Builder& b) {
  return b.CreateMul(b.CreateMul(localSize(b, 0), localSize(b, 1)), localSize(b, 2));
}
Value* CallLowering::localIdInGlobal(Builder& b, unsigned dimension) {  // global id without the offset
  return b.CreateAdd(b.CreateMul(group(b, offsetof(abi::Group, groupId), dimension), localSize(b, dimension)),
                     localId(b, dimension));
}
Value* CallLowering::localLinearId(Builder& b) {
  Value* plane = b.CreateAdd(b.CreateMul(localId(b, 2), localSize(b, 1)), localId(b, 1));
  return b.CreateAdd(b.CreateMul(plane, localSize(b, 0)), localId(b, 0));
}
Value* CallLowering::subgroupSize64(Builder& b) { return b.CreateZExt(b.CreateCall(subgroupSize_), i64_); }
Value* CallLowering::subgroupId(Builder& b) { return b.CreateUDiv(localLinearId(b), subgroupSize64(b)); }
Value* CallLowering::subgroupLocalId(Builder& b) { return b.CreateURem(localLinearId(b), subgroupSize64(b)); }
Value* CallLowering::subgroupCount(Builder& b) {
  Value* full = subgroupSize64(b);
  return b.CreateUDiv(b.CreateAdd(groupSize(b), b.CreateSub(full, b.getInt64(1))), full);
}
Value* CallLowering::currentSubgroupSize(Builder& b) {
  Value* full = subgroupSize64(b);
  Value* left = b.CreateSub(groupSize(b), b.CreateMul(subgroupId(b), full));
  return b.CreateSelect(b.CreateICmpULT(left, full), left, full);
}

CallLowering::Emit CallLowering::dimensional(PerDimension value, uint64_t other) {
  return [value = std::move(value), other](Builder& b, CallInst& call) -> Value* {
    Value* dimension = call.getArgOperand(0);
    if (auto* known = llvm::dyn_cast<llvm::ConstantInt>(dimension)) {
      return known->getZExtValue() < 3 ? value(b, static_cast<unsigned>(known->getZExtValue()))
                                       : b.getInt64(other);
    }
    Value* result = b.getInt64(other);
    for (unsigned i = 0; i < 3; ++i) {
      Value* matches = b.CreateICmpEQ(dimension, llvm::ConstantInt::get(dimension->getType(), i));
      result = b.CreateSelect(matches, value(b, i), result);
    }
    return result;
  };
}
CallLowering::PerDimension CallLowering::field(size_t offset) {
  return [this, offset](Builder& b, unsigned dimension) { return group(b, offset, dimension); };
}

CallLowering::Emit CallLowering::workItemFunction(llvm::StringRef name) {
  if (!name.startswith("get_")) {
    return {};
  }
  if (name == "get_global_id") {
    return dimensional(
        [this](Builder& b, unsigned d) {
          return b.CreateAdd(group(b, offsetof(abi::Group, globalOffset), d), localIdInGlobal(b, d));
        },
        0);
  }
  if (name == "get_local_id") {
    return dimensional([this](Builder& b, unsigned d) { return localId(b, d); }, 0);
  }
  if (name == "get_group_id") {
    return dimensional(field(offsetof(abi::Group, groupId)), 0);
  }
  if (name == "get_global_offset") {
    return dimensional(field(offsetof(abi::Group, globalOffset)), 0);
  }
  if (name == "get_global_size") {
    return dimensional(field(offsetof(abi::Group, globalSize)), 1);
  }
  if (name == "get_local_size" || name == "get_enqueued_local_size") {
    return dimensional(field(offsetof(abi::Group, localSize)), 1);
  }
  if (name == "get_num_groups") {
    return dimensional(field(offsetof(abi::Group, groupCount)), 1);
  }
  if (name == "get_work_dim") {
    return [this](Builder& b, CallInst&) { return group(b, offsetof(abi::Group, dimensions)); };
  }
  if (name == "get_local_linear_id") {
    return [this](Builder& b, CallInst&) { return localLinearId(b); };
  }
  if (name == "get_global_linear_id") {
    return [this](Builder& b, CallInst&) {
      auto size = [&](unsigned d) { return group(b, offsetof(abi::Group, globalSize), d); };
      Value* plane = b.CreateAdd(b.CreateMul(localIdInGlobal(b, 2), size(1)), localIdInGlobal(b, 1));
      return b.CreateAdd(b.CreateMul(plane, size(0)), localIdInGlobal(b, 0));
    };
  }
  if (name == "get_sub_group_size") {
    return [this](Builder& b, CallInst&) { return currentSubgroupSize(b); };
  }
  if (name == "get_max_sub_group_size") {
    return [this](Builder& b, CallInst&) { return b.CreateCall(subgroupSize_); };
  }
  if (name == "get_num_sub_groups" || name == "get_enqueued_num_sub_groups") {
    return [this](Builder& b, CallInst&) { return subgroupCount(b); };
  }
  if (name == "get_sub_group_id") {
    return [this](Builder& b, CallInst&) { return subgroupId(b); };
  }
  if (name == "get_sub_group_local_id") {
    return [this](Builder& b, CallInst&) { return subgroupLocalId(b); };
  }
  if (name == "get_fence") {
    return [this](Builder& b, CallInst& call) {
      Value* space = addressSpace(b, call.getArgOperand(0));
      return b.CreateSelect(b.CreateICmpEQ(space, b.getInt32(3)), b.getInt32(kOpenClLocalFence),
                            b.getInt32(kOpenClGlobalFence));
    };
  }
  return {};
}

}  // namespace softgpu::engine
