// Kernels: properties asked once, and the bound state that keeps a repeated launch to a single call.
#include "l0backend/kernel/kernel.h"

#include <mutex>

namespace clze::l0 {

uint64_t nextArgBlockId() {
  static std::atomic<uint64_t> next{1};
  return next.fetch_add(1, std::memory_order_relaxed);
}

Result<std::unique_ptr<Kernel>> Kernel::create(std::shared_ptr<Module> module, const Device& device,
                                               const std::string& name) {
  auto kernel = std::make_unique<Kernel>();
  ze_kernel_desc_t desc = {};
  desc.stype = ZE_STRUCTURE_TYPE_KERNEL_DESC;
  desc.pKernelName = name.c_str();
  CLZE_ZE_TRY(zeKernelCreate, module->handle(), &desc, kernel->handle_.put());
  kernel->module_ = std::move(module);

  ze_kernel_preferred_group_size_properties_t preferred = {};
  preferred.stype = ZE_STRUCTURE_TYPE_KERNEL_PREFERRED_GROUP_SIZE_PROPERTIES;
  ze_kernel_properties_t properties = {};
  properties.stype = ZE_STRUCTURE_TYPE_KERNEL_PROPERTIES;
  properties.pNext = &preferred;
  // Drivers that do not know the chained structure may refuse it.
  if (ze().zeKernelGetProperties(kernel->handle_.get(), &properties) != ZE_RESULT_SUCCESS) {
    properties = {};
    properties.stype = ZE_STRUCTURE_TYPE_KERNEL_PROPERTIES;
    preferred.preferredMultiple = 0;
    CLZE_ZE_TRY(zeKernelGetProperties, kernel->handle_.get(), &properties);
  }
  KernelProperties& found = kernel->properties_;
  found.requiredGroupSize = {properties.requiredGroupSizeX, properties.requiredGroupSizeY,
                             properties.requiredGroupSizeZ};
  found.maxGroupSize = device.compute.maxTotalGroupSize;
  found.maxSubgroupSize = properties.maxSubgroupSize;
  found.maxSubgroups = properties.maxNumSubgroups;
  found.preferredMultiple = preferred.preferredMultiple != 0  ? preferred.preferredMultiple
                            : properties.maxSubgroupSize != 0 ? properties.maxSubgroupSize
                                                              : 1;
  found.localBytes = properties.localMemSize;
  found.privateBytes = properties.privateMemSize;
  found.spillBytes = properties.spillMemSize;
  return kernel;
}

Result<Size3> Kernel::suggestGroupSize(const Size3& globalSize) const {
  const std::lock_guard lock(mutex_);
  if (sameSize(globalSize, askedSize_)) return suggestedSize_;
  Size3 size = {1, 1, 1};
  CLZE_ZE_TRY(zeKernelSuggestGroupSize, handle_.get(), globalSize[0], globalSize[1], globalSize[2], &size[0],
              &size[1], &size[2]);
  askedSize_ = globalSize;
  suggestedSize_ = size;
  return size;
}

namespace {

bool unchanged(const ArgBlock::Arg& bound, const ArgBlock::Arg& next) {
  if (bound.null != next.null || bound.size != next.size || bound.object != next.object) return false;
  if (next.null) return true;
  if (next.object == 0 && next.size == sizeof(void*)) return false;
  return bound.bytes == next.bytes;
}

}  // namespace

Result<void> Kernel::bindArgs(const ArgBlock& args) {
  boundArgs_ = 0;
  const auto count = static_cast<uint32_t>(args.args.size());
  if (bound_.size() != count) bound_.resize(count);
  for (uint32_t i = 0; i < count; ++i) {
    const ArgBlock::Arg& next = args.args[i];
    Bound& bound = bound_[i];
    if (bound.valid) {
      if (next.stamp != 0 && bound.arg.stamp == next.stamp) continue;
      if (unchanged(bound.arg, next)) {
        bound.arg.stamp = next.stamp;
        continue;
      }
    }
    bound.valid = false;
    CLZE_ZE_TRY(zeKernelSetArgumentValue, handle_.get(), i, next.size,
                next.null ? nullptr : next.bytes.data());
    bound.arg = next;
    bound.valid = true;
  }
  // Never taken back: it only makes memory resident that other launches of this kernel needed anyway.
  if (args.usesPointersIndirectly && !boundIndirect_) {
    CLZE_ZE_TRY(zeKernelSetIndirectAccess, handle_.get(),
                ZE_KERNEL_INDIRECT_ACCESS_FLAG_HOST | ZE_KERNEL_INDIRECT_ACCESS_FLAG_DEVICE |
                    ZE_KERNEL_INDIRECT_ACCESS_FLAG_SHARED);
    boundIndirect_ = true;
  }
  boundArgs_ = args.id;
  return {};
}

Result<void> Kernel::bind(const ArgBlock& args, const Size3& groupSize, const Size3& offset) {
  if (!sameSize(groupSize, boundGroupSize_)) {
    boundGroupSize_ = {0, 0, 0};
    CLZE_ZE_TRY(zeKernelSetGroupSize, handle_.get(), groupSize[0], groupSize[1], groupSize[2]);
    boundGroupSize_ = groupSize;
  }
  if (!sameSize(offset, boundOffset_)) {
    boundOffset_ = {UINT32_MAX, UINT32_MAX, UINT32_MAX};
    CLZE_ZE_TRY(zeKernelSetGlobalOffsetExp, handle_.get(), offset[0], offset[1], offset[2]);
    boundOffset_ = offset;
  }
  if (args.id != boundArgs_ || args.id == 0) return bindArgs(args);
  return {};
}

}  // namespace clze::l0
