// Command queues and fences.
#pragma once

#include <memory>
#include <mutex>

#include "softgpu/ze/driver/stream.h"

namespace softgpu::driver {

class Queue : public Object {
 public:
  using Handle = ze_command_queue_handle_t;
  static constexpr Kind kKind = Kind::Queue;
  // Without a stream the queue is synchronous: what is executed runs on the calling thread.
  Queue(std::shared_ptr<Context> context, std::shared_ptr<Stream> stream, uint32_t ordinal)
      : Object(kKind), context_(std::move(context)), stream_(std::move(stream)), ordinal_(ordinal) {}

  // What it was made with, for those who ask.
  struct Origin {
    uint32_t index = 0;  // in its queue group
    ze_command_queue_flags_t flags = 0;
    ze_command_queue_mode_t mode = ZE_COMMAND_QUEUE_MODE_DEFAULT;
    ze_command_queue_priority_t priority = ZE_COMMAND_QUEUE_PRIORITY_NORMAL;
  } origin;

  uint32_t ordinal() const { return ordinal_; }  // of its queue group
  void execute(Task task);
  bool wait(Deadline deadline) const { return !stream_ || stream_->wait(deadline); }

 private:
  std::shared_ptr<Context> context_;
  std::shared_ptr<Stream> stream_;
  const uint32_t ordinal_;
  std::mutex inline_;  // one list after the other, in synchronous mode
};

class Fence : public Object {
 public:
  using Handle = ze_fence_handle_t;
  static constexpr Kind kKind = Kind::Fence;
  explicit Fence(bool signalled) : Object(kKind), word_(std::make_shared<WaitWord>(signalled ? 1 : 0)) {}

  const std::shared_ptr<WaitWord>& word() const { return word_; }

 private:
  std::shared_ptr<WaitWord> word_;
};

// Checks a queue description, also that of an immediate list, and makes the stream its mode asks for.
ze_result_t streamFor(const Device& device, const ze_command_queue_desc_t& desc,
                      std::shared_ptr<Stream>* stream);

// Never cancelled: the caller waits.
void runInline(const Task& task);

}  // namespace softgpu::driver
