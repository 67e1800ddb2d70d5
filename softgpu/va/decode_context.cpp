// The queue and the thread of a context.
#include "softgpu/va/decode_context.h"

#include <exception>

namespace softgpu::va {
namespace {

// An application that never syncs must not fill memory with pictures.
constexpr std::size_t kQueueLimit = 32;

std::unique_ptr<PictureDecoder> makeDecoder(VAProfile profile) {
  return profile == VAProfileJPEGBaseline ? makeJpegDecoder() : makeVp9Decoder();
}

VAStatus decodeNothrow(PictureDecoder& decoder, const Picture& picture) {
  try {
    return decoder.decode(picture);
  } catch (const std::exception&) {
    return VA_STATUS_ERROR_ALLOCATION_FAILED;
  }
}

}  // namespace

DecodeContext::DecodeContext(VAProfile profile, std::chrono::milliseconds delay)
    : profile_(profile), delay_(delay), decoder_(makeDecoder(profile)), thread_([this] { run(); }) {}

DecodeContext::~DecodeContext() {
  {
    const std::lock_guard lock(queueMutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

VAStatus DecodeContext::begin(std::shared_ptr<Surface> target) {
  const std::lock_guard lock(gatheringMutex_);
  gathering_ = Picture{};
  gathering_.target = std::move(target);
  return VA_STATUS_SUCCESS;
}

VAStatus DecodeContext::render(std::vector<RenderedBuffer> buffers) {
  const std::lock_guard lock(gatheringMutex_);
  if (!gathering_.target) return VA_STATUS_ERROR_OPERATION_FAILED;
  for (RenderedBuffer& buffer : buffers) gathering_.buffers.push_back(std::move(buffer));
  return VA_STATUS_SUCCESS;
}

Picture DecodeContext::end() {
  const std::lock_guard lock(gatheringMutex_);
  return std::exchange(gathering_, Picture{});
}

void DecodeContext::submit(Picture picture) {
  picture.target->announcePicture();
  {
    std::unique_lock lock(queueMutex_);
    changed_.wait(lock, [this] { return queue_.size() < kQueueLimit; });
    queue_.push_back(std::move(picture));
  }
  changed_.notify_all();
}

void DecodeContext::run() {
  for (;;) {
    Picture picture;
    {
      std::unique_lock lock(queueMutex_);
      changed_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
      if (queue_.empty()) return;
      picture = std::move(queue_.front());
      queue_.pop_front();
    }
    changed_.notify_all();
    if (delay_.count() > 0) std::this_thread::sleep_for(delay_);
    const VAStatus result = decodeNothrow(*decoder_, picture);
    picture.target->completePicture(result);
  }
}

}  // namespace softgpu::va
