// OpenCL image formats in Level Zero's terms: a component layout, a type, and which component (or constant)
// each channel that a kernel reads comes from.
#include "base/log.h"
#include "l0backend/image/image.h"

namespace clze::l0 {

namespace {

struct OrderRow {
  cl_channel_order order;
  uint32_t components;
  ze_image_format_swizzle_t x, y, z, w;
};

// Missing colour channels read 0 and missing alpha 1 (OpenCL C 6.15.15). Components are named in memory
// order, so BGRA's red is the third one.
constexpr OrderRow kOrders[] = {
    {CL_R, 1, ZE_IMAGE_FORMAT_SWIZZLE_R, ZE_IMAGE_FORMAT_SWIZZLE_0, ZE_IMAGE_FORMAT_SWIZZLE_0,
     ZE_IMAGE_FORMAT_SWIZZLE_1},
    {CL_RG, 2, ZE_IMAGE_FORMAT_SWIZZLE_R, ZE_IMAGE_FORMAT_SWIZZLE_G, ZE_IMAGE_FORMAT_SWIZZLE_0,
     ZE_IMAGE_FORMAT_SWIZZLE_1},
    {CL_RGBA, 4, ZE_IMAGE_FORMAT_SWIZZLE_R, ZE_IMAGE_FORMAT_SWIZZLE_G, ZE_IMAGE_FORMAT_SWIZZLE_B,
     ZE_IMAGE_FORMAT_SWIZZLE_A},
    {CL_BGRA, 4, ZE_IMAGE_FORMAT_SWIZZLE_B, ZE_IMAGE_FORMAT_SWIZZLE_G, ZE_IMAGE_FORMAT_SWIZZLE_R,
     ZE_IMAGE_FORMAT_SWIZZLE_A},
};

struct TypeRow {
  cl_channel_type type;
  uint32_t bytes;
  ze_image_format_type_t ze;
};

constexpr TypeRow kTypes[] = {
    {CL_UNORM_INT8, 1, ZE_IMAGE_FORMAT_TYPE_UNORM},    {CL_UNORM_INT16, 2, ZE_IMAGE_FORMAT_TYPE_UNORM},
    {CL_SNORM_INT8, 1, ZE_IMAGE_FORMAT_TYPE_SNORM},    {CL_SNORM_INT16, 2, ZE_IMAGE_FORMAT_TYPE_SNORM},
    {CL_SIGNED_INT8, 1, ZE_IMAGE_FORMAT_TYPE_SINT},    {CL_SIGNED_INT16, 2, ZE_IMAGE_FORMAT_TYPE_SINT},
    {CL_SIGNED_INT32, 4, ZE_IMAGE_FORMAT_TYPE_SINT},   {CL_UNSIGNED_INT8, 1, ZE_IMAGE_FORMAT_TYPE_UINT},
    {CL_UNSIGNED_INT16, 2, ZE_IMAGE_FORMAT_TYPE_UINT}, {CL_UNSIGNED_INT32, 4, ZE_IMAGE_FORMAT_TYPE_UINT},
    {CL_HALF_FLOAT, 2, ZE_IMAGE_FORMAT_TYPE_FLOAT},    {CL_FLOAT, 4, ZE_IMAGE_FORMAT_TYPE_FLOAT},
};

const OrderRow* findOrder(cl_channel_order order) {
  for (const OrderRow& row : kOrders) {
    if (row.order == order) return &row;
  }
  return nullptr;
}

const TypeRow* findType(cl_channel_type type) {
  for (const TypeRow& row : kTypes) {
    if (row.type == type) return &row;
  }
  return nullptr;
}

ze_image_format_layout_t layoutOf(uint32_t components, uint32_t bytes) {
  switch (components * 8 + bytes) {
    case 8 + 1:
      return ZE_IMAGE_FORMAT_LAYOUT_8;
    case 8 + 2:
      return ZE_IMAGE_FORMAT_LAYOUT_16;
    case 8 + 4:
      return ZE_IMAGE_FORMAT_LAYOUT_32;
    case 16 + 1:
      return ZE_IMAGE_FORMAT_LAYOUT_8_8;
    case 16 + 2:
      return ZE_IMAGE_FORMAT_LAYOUT_16_16;
    case 16 + 4:
      return ZE_IMAGE_FORMAT_LAYOUT_32_32;
    case 32 + 1:
      return ZE_IMAGE_FORMAT_LAYOUT_8_8_8_8;
    case 32 + 2:
      return ZE_IMAGE_FORMAT_LAYOUT_16_16_16_16;
    default:
      return ZE_IMAGE_FORMAT_LAYOUT_32_32_32_32;
  }
}

// CL_BGRA has 8-bit channels only (OpenCL API 5.3.1.1).
bool legal(const OrderRow& order, const TypeRow& type) { return order.order != CL_BGRA || type.bytes == 1; }

Result<bool> canCreate(ze_context_handle_t context, const Device& device, const cl_image_format& format) {
  const auto zeFormat = toZeFormat(format);
  if (!zeFormat) return false;
  ze_image_desc_t desc = {};
  desc.stype = ZE_STRUCTURE_TYPE_IMAGE_DESC;
  desc.flags = ZE_IMAGE_FLAG_KERNEL_WRITE;
  desc.type = ZE_IMAGE_TYPE_2D;
  desc.format = *zeFormat;
  desc.width = 4;
  desc.height = 4;
  desc.depth = 1;
  ImageHandle image;
  const auto code = ze().zeImageCreate(context, device.handle, &desc, image.put());
  if (isTransient(code)) return Failure{toCl(code, "zeImageCreate")};
  return code == ZE_RESULT_SUCCESS;
}

Result<std::vector<cl_image_format>> tryFormats(const Device& device) {
  std::vector<cl_image_format> found;
  if (device.image.maxImageDims2D == 0) return found;
  ze_context_desc_t desc = {ZE_STRUCTURE_TYPE_CONTEXT_DESC, nullptr, 0};
  ContextHandle context;
  CLZE_ZE_TRY(zeContextCreate, device.driver->handle, &desc, context.put());
  for (const OrderRow& order : kOrders) {
    for (const TypeRow& type : kTypes) {
      const cl_image_format format = {order.order, type.type};
      if (!legal(order, type)) continue;
      CLZE_TRY_ASSIGN(const bool has, canCreate(context.get(), device, format));
      if (has) found.push_back(format);
    }
  }
  CLZE_LOG_INFO("l0", "{}: {} image formats", device.properties.name, found.size());
  return found;
}

}  // namespace

Result<ze_image_format_t> toZeFormat(const cl_image_format& format) {
  const OrderRow* order = findOrder(format.image_channel_order);
  const TypeRow* type = findType(format.image_channel_data_type);
  if (order == nullptr || type == nullptr || !legal(*order, *type)) {
    return Failure{CL_IMAGE_FORMAT_NOT_SUPPORTED};
  }
  return ze_image_format_t{
      layoutOf(order->components, type->bytes), type->ze, order->x, order->y, order->z, order->w};
}

size_t texelSize(const cl_image_format& format) {
  size_t components = 0;
  switch (format.image_channel_order) {
    case CL_R:
    case CL_A:
    case CL_Rx:
    case CL_INTENSITY:
    case CL_LUMINANCE:
    case CL_DEPTH:
      components = 1;
      break;
    case CL_RG:
    case CL_RA:
    case CL_RGx:
      components = 2;
      break;
    case CL_RGB:
    case CL_RGBx:
    case CL_sRGB:
    case CL_sRGBx:
      components = 3;
      break;
    case CL_RGBA:
    case CL_BGRA:
    case CL_ARGB:
    case CL_ABGR:
    case CL_sRGBA:
    case CL_sBGRA:
      components = 4;
      break;
    default:
      return 0;
  }
  switch (format.image_channel_data_type) {
    case CL_UNORM_SHORT_565:
    case CL_UNORM_SHORT_555:
      return 2;  // all components together
    case CL_UNORM_INT_101010:
    case CL_UNORM_INT_101010_2:
      return 4;
    default:
      break;
  }
  const TypeRow* type = findType(format.image_channel_data_type);
  return type != nullptr ? components * type->bytes : 0;
}

Result<std::span<const cl_image_format>> supportedFormats(const Device& device) {
  DeviceLazy& lazy = *device.lazy;
  const std::lock_guard<std::mutex> lock(lazy.formatsMutex);
  if (!lazy.formats) {
    CLZE_TRY_ASSIGN(lazy.formats, tryFormats(device));
  }
  return std::span<const cl_image_format>(*lazy.formats);
}

}  // namespace clze::l0
