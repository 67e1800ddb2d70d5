// The kernel's SPIR-V is made at build time from copy_plane.cl; the assembler copies it in.
#include "ext_va_sharing/plane_copier.h"

#include <span>
#include <string>

#include "base/log.h"

__asm__(
    ".section .rodata\n"
    ".balign 16\n"
    ".global clze_copy_plane_spirv\n"
    ".hidden clze_copy_plane_spirv\n"
    "clze_copy_plane_spirv:\n"
    ".incbin \"" CLZE_COPY_PLANE_FILE
    "\"\n"
    "clze_copy_plane_end:\n"
    ".balign 8\n"
    ".global clze_copy_plane_bytes\n"
    ".hidden clze_copy_plane_bytes\n"
    "clze_copy_plane_bytes:\n"
    ".quad clze_copy_plane_end - clze_copy_plane_spirv\n"
    ".previous\n");

extern "C" {
extern const uint32_t clze_copy_plane_spirv[];
extern const uint64_t clze_copy_plane_bytes;
}

namespace clze::va {
namespace {

constexpr l0::Size3 kGroup = {32, 8, 1};

l0::ArgBlock::Arg imageArgument(ze_image_handle_t image) {
  l0::ArgBlock::Arg argument;
  argument.size = sizeof(image);
  argument.bytes.assign(&image, sizeof(image));
  return argument;
}

}  // namespace

Result<std::shared_ptr<PlaneCopier>> PlaneCopier::create(l0::Context& context, const l0::Device& device) {
  std::string log;
  const std::span<const uint32_t> spirv(clze_copy_plane_spirv, clze_copy_plane_bytes / sizeof(uint32_t));
  auto module = l0::Module::fromSpirv(context, device, spirv, "", {}, log);
  if (!module) {
    CLZE_LOG_ERROR("va", "the kernel that copies planes does not build: {}", log);
    return module.failure();
  }
  CLZE_TRY_ASSIGN(auto kernel, l0::Kernel::create(*module, device, "copy_plane"));
  return std::shared_ptr<PlaneCopier>(new PlaneCopier(context, device, std::move(kernel)));
}

l0::ArgBlock PlaneCopier::arguments(ze_image_handle_t from, ze_image_handle_t to) {
  l0::ArgBlock block;
  block.id = l0::nextArgBlockId();
  block.args = {imageArgument(from), imageArgument(to)};
  return block;
}

Result<void> PlaneCopier::append(l0::Queue& queue, const l0::ArgBlock& arguments, uint32_t width,
                                 uint32_t height, ze_event_handle_t signal) const {
  l0::Launch launch;
  launch.kernel = kernel_.get();
  launch.args = &arguments;
  launch.groupSize = kGroup;
  launch.groupCount = {(width + kGroup[0] - 1) / kGroup[0], (height + kGroup[1] - 1) / kGroup[1], 1};
  return queue.launch(launch, {{}, signal});
}

Result<void> PlaneCopier::run(const l0::ArgBlock& arguments, uint32_t width, uint32_t height) {
  l0::Queue* own = nullptr;
  {
    auto queue = queue_.lock();
    if (!*queue) {
      CLZE_TRY_ASSIGN(*queue, l0::Queue::create(context_, device_, {}));
    }
    own = queue->get();
  }
  // What can fail comes before the copy: a copy that nobody has waited for would use images that are gone.
  CLZE_TRY_ASSIGN(l0::Event done, context_.events(false).borrow());
  CLZE_TRY(append(*own, arguments, width, height, done.get()));
  const auto waited = done.wait(UINT64_MAX);
  if (waited.ok()) return {};
  lost_.lock()->push_back(std::move(done));
  return waited.failure();
}

}  // namespace clze::va
