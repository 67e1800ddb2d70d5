// A VA context: pictures are gathered between Begin and End, and decoded on the context's own thread, so that
// a surface is not ready when vaEndPicture returns - as on hardware.
#pragma once

#include <va/va.h>

#include <chrono>
#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "softgpu/va/picture_decoder.h"

namespace softgpu::va {

class DecodeContext {
 public:
  // `delay` is slept before each picture is decoded: tests make a missing sync visible with it.
  DecodeContext(VAProfile profile, std::chrono::milliseconds delay);
  DecodeContext(const DecodeContext&) = delete;
  DecodeContext& operator=(const DecodeContext&) = delete;
  // Decodes what is queued, then ends the thread.
  ~DecodeContext();

  VAProfile profile() const { return profile_; }

  // Any of the application's threads. A second begin drops the picture begun before.
  VAStatus begin(std::shared_ptr<Surface> target);
  VAStatus render(std::vector<RenderedBuffer> buffers);
  // Takes the gathered picture out: its target is null when there is none.
  Picture end();
  void submit(Picture picture);

 private:
  void run();

  const VAProfile profile_;
  const std::chrono::milliseconds delay_;
  const std::unique_ptr<PictureDecoder> decoder_;

  std::mutex gatheringMutex_;
  Picture gathering_;

  std::mutex queueMutex_;
  std::condition_variable changed_;
  std::deque<Picture> queue_;
  bool stopping_ = false;
  std::thread thread_;  // last: it uses all of the above
};

}  // namespace softgpu::va
