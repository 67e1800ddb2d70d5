// Contexts, and the calls that submit a picture to one.

#include <algorithm>

#include "softgpu/va/driver.h"

namespace softgpu::va {
namespace {

VAStatus createContext(VADriverContextP context, VAConfigID configId, int width, int height, int,
                       VASurfaceID* targets, int targetCount, VAContextID* id) {
  return enter(context, [&](Driver& driver) -> VAStatus {
    if (id == nullptr || targetCount < 0 || (targets == nullptr && targetCount > 0)) {
      return VA_STATUS_ERROR_INVALID_PARAMETER;
    }
    *id = VA_INVALID_ID;
    const std::shared_ptr<Config> config = driver.configs.find(configId);
    if (!config) return VA_STATUS_ERROR_INVALID_CONFIG;
    if (width < 1 || height < 1) return VA_STATUS_ERROR_INVALID_PARAMETER;
    constexpr int kMax = kMaxDimension;
    if (width > kMax || height > kMax) return VA_STATUS_ERROR_RESOLUTION_NOT_SUPPORTED;
    for (int i = 0; i < targetCount; ++i) {
      if (!driver.surfaces.find(targets[i])) return VA_STATUS_ERROR_INVALID_SURFACE;
    }
    *id = driver.contexts.add(std::make_shared<DecodeContext>(config->profile, driver.decodeDelay));
    return *id == VA_INVALID_ID ? VA_STATUS_ERROR_ALLOCATION_FAILED : VA_STATUS_SUCCESS;
  });
}

VAStatus destroyContext(VADriverContextP context, VAContextID id) {
  return enter(context, [&](Driver& driver) -> VAStatus {
    return driver.contexts.remove(id) ? VA_STATUS_SUCCESS : VA_STATUS_ERROR_INVALID_CONTEXT;
  });
}

bool decodesTo(VAProfile profile, const Format& format) {
  switch (profile) {
    case VAProfileVP9Profile0:
      return format.rtFormat == VA_RT_FORMAT_YUV420;
    case VAProfileVP9Profile2:
      return format.rtFormat == VA_RT_FORMAT_YUV420_10;
    default:
      return format.rtFormat != VA_RT_FORMAT_RGB32 && format.rtFormat != VA_RT_FORMAT_YUV420_10;
  }
}

VAStatus beginPicture(VADriverContextP context, VAContextID id, VASurfaceID target) {
  return enter(context, [&](Driver& driver) -> VAStatus {
    const std::shared_ptr<DecodeContext> decoder = driver.contexts.find(id);
    if (!decoder) return VA_STATUS_ERROR_INVALID_CONTEXT;
    std::shared_ptr<Surface> surface = driver.surfaces.find(target);
    if (!surface) return VA_STATUS_ERROR_INVALID_SURFACE;
    if (!decodesTo(decoder->profile(), surface->format())) return VA_STATUS_ERROR_UNSUPPORTED_RT_FORMAT;
    return decoder->begin(std::move(surface));
  });
}

VAStatus renderPicture(VADriverContextP context, VAContextID id, VABufferID* ids, int count) {
  return enter(context, [&](Driver& driver) -> VAStatus {
    const std::shared_ptr<DecodeContext> decoder = driver.contexts.find(id);
    if (!decoder) return VA_STATUS_ERROR_INVALID_CONTEXT;
    if (count < 1 || ids == nullptr) return VA_STATUS_ERROR_INVALID_PARAMETER;
    std::vector<RenderedBuffer> rendered;
    for (int i = 0; i < count; ++i) {
      const std::shared_ptr<Buffer> buffer = driver.buffers.find(ids[i]);
      if (!buffer || buffer->type == VAImageBufferType) return VA_STATUS_ERROR_INVALID_BUFFER;
      const std::lock_guard lock(buffer->mutex);
      rendered.push_back({buffer->type, buffer->elementSize, buffer->count, buffer->data});
    }
    return decoder->render(std::move(rendered));
  });
}

std::size_t pictureParameterSize(VAProfile profile) {
  return profile == VAProfileJPEGBaseline ? sizeof(VAPictureParameterBufferJPEGBaseline)
                                          : sizeof(VADecPictureParameterBufferVP9);
}

std::size_t sliceParameterSize(VAProfile profile) {
  return profile == VAProfileJPEGBaseline ? sizeof(VASliceParameterBufferJPEGBaseline)
                                          : sizeof(VASliceParameterBufferVP9);
}

// The parts without which there is no picture, each as large as its structure.
bool complete(const Picture& picture, VAProfile profile) {
  const RenderedBuffer* parameters = picture.find(VAPictureParameterBufferType);
  const RenderedBuffer* slices = picture.find(VASliceParameterBufferType);
  return parameters != nullptr && parameters->elementSize >= pictureParameterSize(profile) &&
         slices != nullptr && slices->elementSize >= sliceParameterSize(profile) &&
         picture.find(VASliceDataBufferType) != nullptr;
}

void findReferences(const Driver& driver, Picture* picture) {
  const auto parameters =
      picture->find(VAPictureParameterBufferType)->element<VADecPictureParameterBufferVP9>(0);
  const auto& bits = parameters.pic_fields.bits;
  const std::array<std::uint32_t, 3> slots{bits.last_ref_frame, bits.golden_ref_frame, bits.alt_ref_frame};
  for (const std::uint32_t slot : slots) {
    std::shared_ptr<Surface> surface = driver.surfaces.find(parameters.reference_frames[slot]);
    if (surface) picture->references.push_back(std::move(surface));
  }
}

VAStatus endPicture(VADriverContextP context, VAContextID id) {
  return enter(context, [&](Driver& driver) -> VAStatus {
    const std::shared_ptr<DecodeContext> decoder = driver.contexts.find(id);
    if (!decoder) return VA_STATUS_ERROR_INVALID_CONTEXT;
    Picture picture = decoder->end();
    if (!picture.target) return VA_STATUS_ERROR_OPERATION_FAILED;
    if (!complete(picture, decoder->profile())) return VA_STATUS_ERROR_INVALID_PARAMETER;
    if (decoder->profile() != VAProfileJPEGBaseline) findReferences(driver, &picture);
    decoder->submit(std::move(picture));
    return VA_STATUS_SUCCESS;
  });
}

}  // namespace

void installContextEntries(VADriverVTable& table) {
  table.vaCreateContext = createContext;
  table.vaDestroyContext = destroyContext;
  table.vaBeginPicture = beginPicture;
  table.vaRenderPicture = renderPicture;
  table.vaEndPicture = endPicture;
}

}  // namespace softgpu::va
