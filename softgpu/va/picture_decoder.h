// What a codec gets and does: one submitted picture, decoded into its surface.
#pragma once

#include <va/va.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <memory>
#include <vector>

#include "softgpu/va/surface.h"

namespace softgpu::va {

// A buffer's contents at vaRenderPicture: the application may destroy or reuse the buffer from then on.
struct RenderedBuffer {
  VABufferType type;
  std::size_t elementSize;
  std::size_t count;
  std::vector<std::uint8_t> bytes;

  // Element `index` as T; zeros where the buffer is shorter than T.
  template <class T>
  T element(std::size_t index) const {
    T value{};
    const std::size_t start = index * elementSize;
    if (start < bytes.size()) std::memcpy(&value, bytes.data() + start, std::min(sizeof(T), elementSize));
    return value;
  }
};

struct Picture {
  std::shared_ptr<Surface> target;
  std::vector<RenderedBuffer> buffers;
  // The surfaces that the picture parameters name and that lived at vaEndPicture.
  std::vector<std::shared_ptr<Surface>> references;

  const RenderedBuffer* find(VABufferType type) const {
    for (const RenderedBuffer& buffer : buffers) {
      if (buffer.type == type) return &buffer;
    }
    return nullptr;
  }
};

// One per context, called from the context's thread only.
class PictureDecoder {
 public:
  virtual ~PictureDecoder() = default;
  // VA_STATUS_ERROR_DECODING_ERROR when the surface did not get its picture.
  virtual VAStatus decode(const Picture& picture) = 0;
};

std::unique_ptr<PictureDecoder> makeVp9Decoder();
std::unique_ptr<PictureDecoder> makeJpegDecoder();

}  // namespace softgpu::va
