// Capabilities by asking (extension list, entry points, properties) or by trying in a context of their own.
#include "l0backend/caps/probe.h"

#include "base/log.h"
#include "l0backend/api/ze_newer.h"
#include "l0backend/caps/quirks.h"
#include "l0backend/raii/handles.h"

namespace clze::l0 {

namespace {

class ProbeMemory {
 public:
  ProbeMemory(ze_context_handle_t context, ze_device_handle_t device, size_t size) : context_(context) {
    ze_device_mem_alloc_desc_t desc = {ZE_STRUCTURE_TYPE_DEVICE_MEM_ALLOC_DESC, nullptr, 0, 0};
    if (ze().zeMemAllocDevice(context, &desc, size, 4096, device, &data_) != ZE_RESULT_SUCCESS)
      data_ = nullptr;
  }
  ProbeMemory(const ProbeMemory&) = delete;
  ProbeMemory& operator=(const ProbeMemory&) = delete;
  ~ProbeMemory() {
    if (data_ != nullptr) ze().zeMemFree(context_, data_);
  }
  std::byte* data() const { return static_cast<std::byte*>(data_); }

 private:
  ze_context_handle_t context_;
  void* data_ = nullptr;
};

// A small R8 image at an offset and with a pitch that no driver would choose itself. It counts only when the
// driver repeats that pitch: one that skips structures it does not know would give a wrong picture.
bool canPitchImages(ze_context_handle_t context, const Device& device) {
  if (ze().zeImageGetMemoryPropertiesExp == nullptr || device.image.maxImageDims2D == 0) return false;
  constexpr size_t kPitch = 768;
  constexpr size_t kOffset = 4096;
  constexpr uint32_t kHeight = 4;
  const ProbeMemory memory(context, device.handle, kOffset + kPitch * kHeight);
  if (memory.data() == nullptr) return false;

  ze_newer::CustomPitchDesc pitch;
  pitch.rowPitch = kPitch;
  ze_newer::ImagePitchedDesc pitched;
  pitched.pNext = &pitch;
  pitched.ptr = memory.data() + kOffset;
  ze_image_desc_t desc = {};
  desc.stype = ZE_STRUCTURE_TYPE_IMAGE_DESC;
  desc.pNext = &pitched;
  desc.type = ZE_IMAGE_TYPE_2D;
  desc.format = {ZE_IMAGE_FORMAT_LAYOUT_8,  ZE_IMAGE_FORMAT_TYPE_UNORM, ZE_IMAGE_FORMAT_SWIZZLE_R,
                 ZE_IMAGE_FORMAT_SWIZZLE_0, ZE_IMAGE_FORMAT_SWIZZLE_0,  ZE_IMAGE_FORMAT_SWIZZLE_1};
  desc.width = 640;
  desc.height = kHeight;
  desc.depth = 1;
  ImageHandle image;
  if (ze().zeImageCreate(context, device.handle, &desc, image.put()) != ZE_RESULT_SUCCESS) return false;
  ze_image_memory_properties_exp_t layout = {};
  layout.stype = ZE_STRUCTURE_TYPE_IMAGE_MEMORY_EXP_PROPERTIES;
  return ze().zeImageGetMemoryPropertiesExp(image.get(), &layout) == ZE_RESULT_SUCCESS &&
         layout.rowPitch == kPitch;
}

// Only the attempt tells: drivers older than the extension's listing have the function.
bool canViewPlanes(ze_context_handle_t context, const Device& device) {
  if (device.image.maxImageDims2D == 0) return false;
  ze_image_desc_t desc = {};
  desc.stype = ZE_STRUCTURE_TYPE_IMAGE_DESC;
  desc.flags = ZE_IMAGE_FLAG_KERNEL_WRITE;
  desc.type = ZE_IMAGE_TYPE_2D;
  desc.format = {ZE_IMAGE_FORMAT_LAYOUT_NV12, ZE_IMAGE_FORMAT_TYPE_UNORM, ZE_IMAGE_FORMAT_SWIZZLE_R,
                 ZE_IMAGE_FORMAT_SWIZZLE_G,   ZE_IMAGE_FORMAT_SWIZZLE_B,  ZE_IMAGE_FORMAT_SWIZZLE_A};
  desc.width = 64;
  desc.height = 64;
  desc.depth = 1;
  ImageHandle frame;
  if (ze().zeImageCreate(context, device.handle, &desc, frame.put()) != ZE_RESULT_SUCCESS) return false;
  ze_image_view_planar_exp_desc_t plane = {ZE_STRUCTURE_TYPE_IMAGE_VIEW_PLANAR_EXP_DESC, nullptr, 1};
  desc.pNext = &plane;
  desc.format = {ZE_IMAGE_FORMAT_LAYOUT_8_8, ZE_IMAGE_FORMAT_TYPE_UNORM, ZE_IMAGE_FORMAT_SWIZZLE_R,
                 ZE_IMAGE_FORMAT_SWIZZLE_G,  ZE_IMAGE_FORMAT_SWIZZLE_0,  ZE_IMAGE_FORMAT_SWIZZLE_1};
  desc.width = 32;
  desc.height = 32;
  ImageHandle view;
  return ze().zeImageViewCreateExp(context, device.handle, &desc, frame.get(), view.put()) ==
         ZE_RESULT_SUCCESS;
}

bool canOrderLists(ze_context_handle_t context, const Driver& driver, const Device& device) {
  if (hasQuirk(driver, device, Quirk::InOrderFlagUnknown)) return false;
  ze_command_queue_desc_t desc = {};
  desc.stype = ZE_STRUCTURE_TYPE_COMMAND_QUEUE_DESC;
  desc.ordinal = device.computeGroup.ordinal;
  desc.flags = ze_newer::kQueueFlagInOrder;
  desc.mode = ZE_COMMAND_QUEUE_MODE_ASYNCHRONOUS;
  CommandListHandle list;
  return ze().zeCommandListCreateImmediate(context, device.handle, &desc, list.put()) == ZE_RESULT_SUCCESS;
}

}  // namespace

Caps probeCaps(const Driver& driver, const Device& device) {
  Caps caps;
  caps.float16 = (device.module.flags & ZE_DEVICE_MODULE_FLAG_FP16) != 0;
  caps.float64 = (device.module.flags & ZE_DEVICE_MODULE_FLAG_FP64) != 0;
  caps.int64Atomics = (device.module.flags & ZE_DEVICE_MODULE_FLAG_INT64_ATOMICS) != 0;

  const Api& api = ze();
  caps.imageCopyPitches = driver.has(ZE_IMAGE_COPY_EXT_NAME) &&
                          api.zeCommandListAppendImageCopyToMemoryExt != nullptr &&
                          api.zeCommandListAppendImageCopyFromMemoryExt != nullptr;
  caps.surfaceLayout = surfaceLayout(device.properties.vendorId, device.properties.deviceId);

  ze_device_external_memory_properties_t external = {};
  external.stype = ZE_STRUCTURE_TYPE_DEVICE_EXTERNAL_MEMORY_PROPERTIES;
  caps.importDmaBuf =
      api.zeDeviceGetExternalMemoryProperties(device.handle, &external) == ZE_RESULT_SUCCESS &&
      (external.memoryAllocationImportTypes & ZE_EXTERNAL_MEMORY_TYPE_FLAG_DMA_BUF) != 0;

  ze_context_desc_t desc = {ZE_STRUCTURE_TYPE_CONTEXT_DESC, nullptr, 0};
  ContextHandle context;
  if (api.zeContextCreate(driver.handle, &desc, context.put()) != ZE_RESULT_SUCCESS) {
    CLZE_LOG_WARNING("l0", "{}: no context to try capabilities in", device.properties.name);
    return caps;
  }
  caps.inOrderLists = canOrderLists(context.get(), driver, device);
  caps.pitchedImages = canPitchImages(context.get(), device);
  caps.planarViews = canViewPlanes(context.get(), device);
  caps.chromaViews8 = caps.planarViews && !hasQuirk(driver, device, Quirk::ChromaViewTooLarge8);
  caps.chromaViews16 = caps.planarViews && !hasQuirk(driver, device, Quirk::ChromaViewTooLarge16);
  CLZE_LOG_INFO(
      "l0",
      "{}: in-order lists {}, pitched images {}, views of planes {} (chroma of NV12 {}, of P010 {}), "
      "pitched image copies {}, dma-buf {}, layout of video images {}",
      device.properties.name, caps.inOrderLists, caps.pitchedImages, caps.planarViews, caps.chromaViews8,
      caps.chromaViews16, caps.imageCopyPitches, caps.importDmaBuf, caps.surfaceLayout ? "known" : "unknown");
  return caps;
}

}  // namespace clze::l0
