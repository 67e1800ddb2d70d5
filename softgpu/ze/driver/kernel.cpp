// Arguments, their checks, and the split of a launch over the compute units.
#include "softgpu/ze/driver/kernel.h"

#include <fmt/core.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstring>
#include <mutex>
#include <optional>
#include <system_error>
#include <thread>
#include <vector>

#include "softgpu/ze/driver/chaos.h"
#include "softgpu/ze/driver/device_only.h"
#include "softgpu/ze/driver/fault.h"
#include "softgpu/ze/driver/image.h"
#include "softgpu/ze/driver/sampler.h"
#include "softgpu/ze/driver/thread_pool.h"
#include "softgpu/ze/driver/usm.h"
#include "softgpu/ze/driver/virtual_memory.h"
#include "softgpu/ze/trap/trap.h"

namespace softgpu::driver {
namespace {
using engine::ArgKind;
constexpr size_t kValueAlignment = 16;
void storePointer(std::byte* slot, const void* pointer) {
  std::memcpy(slot, static_cast<const void*>(&pointer), sizeof(void*));
}
size_t alignUp(size_t value) { return roundUp(value, kValueAlignment); }
}  // namespace

Kernel::Kernel(std::shared_ptr<Module> module, size_t index, uint64_t moduleHandle)
    : Object(kKind),
      module_(std::move(module)),
      moduleHandle_(moduleHandle),
      index_(index),
      info_(module_->program()->kernels()[index]) {
  if (info_.requiredGroupSize[0] != 0) {
    groupSize_ = info_.requiredGroupSize;
    groupSizeSet_ = true;
  }
  arguments_.resize(info_.args.size());
  size_t used = 0;
  for (size_t i = 0; i < arguments_.size(); ++i) {
    arguments_[i].offset = used;
    if (info_.args[i].kind != ArgKind::Local) used += alignUp(info_.args[i].size);
  }
  storage_.resize(used);
}

ze_result_t Kernel::setArgument(uint32_t index, size_t size, const void* value) {
  SOFTGPU_REQUIRE(index < arguments_.size(), ZE_RESULT_ERROR_INVALID_KERNEL_ARGUMENT_INDEX);
  Argument& argument = arguments_[index];
  const engine::ArgInfo& info = info_.args[index];
  if (info.kind == ArgKind::Local) {
    SOFTGPU_REQUIRE(value == nullptr, ZE_RESULT_ERROR_INVALID_ARGUMENT);
    SOFTGPU_REQUIRE(size > 0, ZE_RESULT_ERROR_INVALID_KERNEL_ARGUMENT_SIZE);
    argument.localSize = size;
    argument.set = true;
    return ZE_RESULT_SUCCESS;
  }
  // Intel's driver takes of a value what fits, and leaves what is not given as it was.
  if (size != info.size) {
    SOFTGPU_REQUIRE(size > 0 && info.kind == ArgKind::Value, ZE_RESULT_ERROR_INVALID_KERNEL_ARGUMENT_SIZE);
    if (strict::on()) {
      strict::misuse(fmt::format("{} bytes for argument {} of kernel \"{}\", which has {}", size, index,
                                 info_.name, info.size));
    }
    size = std::min(size, info.size);
  }
  std::byte* slot = storage_.data() + argument.offset;
  if (info.kind == ArgKind::Image) {
    SOFTGPU_REQUIRE_POINTER(value);
    const auto image = lookup<Image>(*static_cast<const ze_image_handle_t*>(value));
    SOFTGPU_REQUIRE(image, ZE_RESULT_ERROR_INVALID_ARGUMENT);
    SOFTGPU_REQUIRE(!image->planar(), ZE_RESULT_ERROR_UNSUPPORTED_IMAGE_FORMAT);
    const engine::ImageDescriptor* descriptor = &image->layout().descriptor;
    storePointer(slot, descriptor);
    argument.holds = image;
    argument.handle = reinterpret_cast<uint64_t>(*static_cast<const ze_image_handle_t*>(value));
  } else if (info.kind == ArgKind::Sampler) {
    SOFTGPU_REQUIRE_POINTER(value);
    const auto sampler = lookup<Sampler>(*static_cast<const ze_sampler_handle_t*>(value));
    SOFTGPU_REQUIRE(sampler, ZE_RESULT_ERROR_INVALID_ARGUMENT);
    const engine::SamplerDescriptor* descriptor = &sampler->descriptor();
    storePointer(slot, descriptor);
    argument.holds = sampler;
    argument.handle = reinterpret_cast<uint64_t>(*static_cast<const ze_sampler_handle_t*>(value));
  } else if (value != nullptr) {
    std::memcpy(slot, value, size);
  } else {
    std::memset(slot, 0, size);
  }
  argument.set = true;
  return ZE_RESULT_SUCCESS;
}

ze_result_t Kernel::setGroupSize(const std::array<uint32_t, 3>& size) {
  constexpr auto kInvalid = ZE_RESULT_ERROR_INVALID_GROUP_SIZE_DIMENSION;
  uint64_t total = 1;
  for (const uint32_t length : size) {
    SOFTGPU_REQUIRE(length > 0 && length <= kMaxGroupSize, kInvalid);
    total *= length;
  }
  SOFTGPU_REQUIRE(total <= kMaxGroupSize, kInvalid);
  SOFTGPU_REQUIRE(info_.requiredGroupSize[0] == 0 || size == info_.requiredGroupSize, kInvalid);
  groupSize_ = size;
  groupSizeSet_ = true;
  return ZE_RESULT_SUCCESS;
}

std::shared_ptr<Kernel> Kernel::copy() const {
  auto made = unset();
  made->groupSize_ = groupSize_;
  made->groupSizeSet_ = groupSizeSet_;
  made->globalOffset_ = globalOffset_;
  made->arguments_ = arguments_;
  made->storage_ = storage_;
  made->indirectAccess = indirectAccess;
  return made;
}

const void* Kernel::pointerArgument(uint32_t index) const {
  const ArgKind kind = info_.args[index].kind;
  if (kind != ArgKind::Global && kind != ArgKind::Constant) return nullptr;
  const void* pointer = nullptr;
  std::memcpy(static_cast<void*>(&pointer), storage_.data() + arguments_[index].offset, sizeof(pointer));
  return pointer;
}

void Kernel::noteUse(const Argument& argument, const engine::ArgInfo& info) const {
  if (argument.holds) return strict::given(argument.handle);
  if (info.kind != ArgKind::Global && info.kind != ArgKind::Constant) return;
  const void* pointer = nullptr;
  std::memcpy(static_cast<void*>(&pointer), storage_.data() + argument.offset, sizeof(pointer));
  if (const auto allocation = UsmTable::instance().find(pointer)) strict::givenMemory(allocation->id);
}

ze_result_t Kernel::snapshot(Launch* launch) const {
  size_t local = info_.staticLocalBytes;
  launch->storage_ = storage_;
  launch->values_.reserve(arguments_.size());
  for (size_t i = 0; i < arguments_.size(); ++i) {
    const Argument& argument = arguments_[i];
    SOFTGPU_REQUIRE_SAID(argument.set, ZE_RESULT_ERROR_INVALID_ARGUMENT,
                         fmt::format("argument {} of kernel \"{}\" is not set", i, info_.name));
    if (info_.args[i].kind == ArgKind::Local) {
      local += argument.localSize;
      launch->values_.push_back({nullptr, argument.localSize});
    } else {
      const std::byte* value = launch->storage_.data() + argument.offset;
      if (info_.args[i].kind == ArgKind::Global || info_.args[i].kind == ArgKind::Constant) {
        const void* pointer = nullptr;
        std::memcpy(static_cast<void*>(&pointer), value, sizeof(pointer));
        SOFTGPU_REQUIRE(VirtualSpace::instance().permits(pointer, 1, Use::Read),
                        ZE_RESULT_ERROR_INVALID_ARGUMENT);
      }
      launch->values_.push_back({value, info_.args[i].size});
      if (argument.holds) launch->holds_.push_back(argument.holds);
      if (strict::on()) noteUse(argument, info_.args[i]);
    }
  }
  SOFTGPU_REQUIRE(local <= kMaxLocalMemory, ZE_RESULT_ERROR_OUT_OF_DEVICE_MEMORY);
  if (strict::on()) {
    strict::given(moduleHandle_);
    if (!groupSizeSet_) {
      strict::misuse(fmt::format("the group size of kernel \"{}\" was never set", info_.name));
    }
  }
  launch->program_ = module_->program();
  launch->index_ = index_;
  launch->groupSize_ = groupSize_;
  launch->globalOffset_ = globalOffset_;
  return ZE_RESULT_SUCCESS;
}

engine::Geometry Launch::geometry(const ze_group_count_t& groups) const {
  engine::Geometry result;
  const std::array<uint32_t, 3> counts = {groups.groupCountX, groups.groupCountY, groups.groupCountZ};
  for (size_t i = 0; i < 3; ++i) {
    result.groupSize[i] = groupSize_[i];
    result.groupCount[i] = counts[i];
    result.globalOffset[i] = globalOffset_[i];
    // Level Zero has no work dimension: it is the last one that has an extent.
    if (uint64_t{counts[i]} * groupSize_[i] > 1) result.dimensions = static_cast<uint32_t>(i) + 1;
  }
  return result;
}

void Launch::run(const ze_group_count_t& groups) const {
  const engine::Geometry shape = geometry(groups);
  const uint64_t total = shape.groupCount[0] * shape.groupCount[1] * shape.groupCount[2];
  const auto run = [&](uint64_t first, uint64_t last) { program_->run(index_, shape, values_, first, last); };
  if (!chaos::on() || total == 0) return ThreadPool::instance().parallelFor(total, run);
  // Pieces in random order; few enough that the many launches of a program stay quick.
  constexpr uint64_t kPieces = 64;
  const uint64_t piece = (total + kPieces - 1) / kPieces;
  const auto order = chaos::permutation((total + piece - 1) / piece);
  ThreadPool::instance().parallelFor(order.count, [&](uint64_t first, uint64_t last) {
    for (uint64_t i = first; i < last; ++i) {
      const uint64_t at = order.at(i) * piece;
      run(at, std::min(total, at + piece));
    }
  });
}

namespace {

// The threads of a cooperative launch. When one is back from a lost device, those that wait for it would not
// come back by themselves.
class Together {
 public:
  explicit Together(size_t count) : running_(count), left_(count) {}

  template <class Body>
  void run(size_t group, const Body& body) {
    {
      const std::lock_guard lock(mutex_);
      running_[group] = pthread_self();
    }
    if (!fault::deviceLost) body();
    {
      const std::lock_guard lock(mutex_);
      running_[group].reset();
      --left_;
    }
    while (fault::deviceLost && endOthers()) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }

 private:
  // Under the lock, so that no thread is spoken to that has ended meanwhile. False when all have run.
  bool endOthers() {
    const std::lock_guard lock(mutex_);
    for (const auto& thread : running_) {
      if (thread) trap::end(*thread);
    }
    return left_ > 0;
  }

  std::mutex mutex_;
  std::vector<std::optional<pthread_t>> running_;
  size_t left_;  // groups that have not run to their end
};

}  // namespace

void Launch::runTogether(const ze_group_count_t& groups) const {
  const engine::Geometry shape = geometry(groups);
  const uint64_t total = shape.groupCount[0] * shape.groupCount[1] * shape.groupCount[2];
  if (total == 0) return;
  // No group starts before all have a thread: one that waits for a missing one would never end.
  enum : int { kHold, kGo, kGiveUp };
  std::atomic<int> gate{kHold};
  std::vector<std::thread> threads;
  Together together(total);
  const auto open = [&](int how) {
    gate = how;
    gate.notify_all();
  };
  try {
    threads.reserve(total - 1);
    for (uint64_t group = 1; group < total; ++group) {
      threads.emplace_back([&, group] {
        gate.wait(kHold);
        const device_only::Helper helper;
        if (gate == kGo)
          together.run(group, [&] { program_->run(index_, shape, values_, group, group + 1); });
      });
    }
    open(kGo);
    together.run(0, [&] { program_->run(index_, shape, values_, 0, 1); });
  } catch (const std::system_error&) {
    open(kGiveUp);
  }
  for (auto& thread : threads) thread.join();
  if (gate == kGiveUp) run(groups);  // right for kernels whose groups do not wait after all
}

}  // namespace softgpu::driver
