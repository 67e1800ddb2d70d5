// Buffers: memory of the device, filled from the application's where it gave some; and parts of buffers.
#include <cstring>

#include "icd/object/memory.h"

namespace clze::icd {
namespace {

constexpr cl_mem_flags kKernelAccess = CL_MEM_READ_WRITE | CL_MEM_READ_ONLY | CL_MEM_WRITE_ONLY;
constexpr cl_mem_flags kHostAccess = CL_MEM_HOST_WRITE_ONLY | CL_MEM_HOST_READ_ONLY | CL_MEM_HOST_NO_ACCESS;
constexpr cl_mem_flags kHostPointer = CL_MEM_USE_HOST_PTR | CL_MEM_ALLOC_HOST_PTR | CL_MEM_COPY_HOST_PTR;

}  // namespace

Result<Ref<Buffer>> Buffer::create(Ref<Context> context, cl_mem_flags flags, size_t size, void* hostPointer,
                                   std::vector<cl_mem_properties> properties) {
  // Kernel access defaults to both ways.
  if ((flags & kKernelAccess) == 0) flags |= CL_MEM_READ_WRITE;
  const auto& device = context->device().level0();
  CLZE_TRY_ASSIGN(auto allocation, l0::allocate(context->level0(), device, size, kBaseAddressAlignment,
                                                l0::Placement::Default));
  if (hostPointer != nullptr) {
    if (allocation.hostAccess()) {
      std::memcpy(allocation.data(), hostPointer, size);
    } else {
      CLZE_TRY_ASSIGN(const auto queue, l0::Queue::create(context->level0(), device, {}));
      const auto copied = queue->copy(allocation.data(), hostPointer, size, {});
      // Even after a failure: nothing may be under way when the allocation goes.
      CLZE_TRY(queue->finish());
      CLZE_TRY(copied);
    }
  }
  auto buffer = Ref<Buffer>::adopt(new Buffer(std::move(context), CL_MEM_OBJECT_BUFFER, flags, size));
  if ((flags & CL_MEM_USE_HOST_PTR) != 0) buffer->hostPointer_ = hostPointer;
  buffer->data_ = allocation.data();
  buffer->hostAccess_ = allocation.hostAccess();
  buffer->allocation_ = std::move(allocation);
  buffer->properties_ = std::move(properties);
  return buffer;
}

Result<Ref<Buffer>> Buffer::createSub(const Ref<Buffer>& parent, cl_mem_flags flags, size_t origin,
                                      size_t size) {
  // What is not said is inherited; the host pointer flags always are (OpenCL 3.0, 5.2.1).
  if ((flags & kKernelAccess) == 0) flags |= parent->flags() & kKernelAccess;
  if ((flags & kHostAccess) == 0) flags |= parent->flags() & kHostAccess;
  flags |= parent->flags() & kHostPointer;
  auto buffer = Ref<Buffer>::adopt(new Buffer(parent->context_, CL_MEM_OBJECT_BUFFER, flags, size));
  if (parent->hostPointer_ != nullptr) {
    buffer->hostPointer_ = static_cast<std::byte*>(parent->hostPointer_) + origin;
  }
  buffer->data_ = parent->data_ + origin;
  buffer->hostAccess_ = parent->hostAccess_;
  buffer->parentOffset_ = origin;
  buffer->parent_ = parent;
  return buffer;
}

}  // namespace clze::icd
