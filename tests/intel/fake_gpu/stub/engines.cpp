// A stand-in for the engines: each job is walked at once, in the thread that submits it, and only the
// writes that tell its completion are done.
#include <time.h>

#include <map>
#include <vector>

#include "tests/intel/fake_gpu/engine/engine.h"

namespace fake_gpu {
namespace {

class Walk {
 public:
  explicit Walk(const Job& job) : space_(*job.space), at_(job.batch) {}

  // Until the batch ends, or something is not understood.
  bool run() {
    for (int guard = 0; guard < 4000000; ++guard) {
      const auto* dwords = reinterpret_cast<const uint32_t*>(space_.at(at_, 4));
      if (!dwords) return false;
      const uint32_t head = dwords[0], type = head >> 29;
      next_ = at_ + 4 * length(head);
      if (type == 0 && ((head >> 23) & 0x3f) == 0x0a) {
        if (calls_.empty()) return true;
        next_ = calls_.back();
        calls_.pop_back();
      } else if (type == 0) {
        memoryInterface(dwords, head);
      } else if (type == 3) {
        graphics(dwords, head);
      } else if (type != 2) {
        return false;
      }
      at_ = next_;
    }
    return false;
  }

 private:
  static uint64_t length(uint32_t head) {
    const uint32_t type = head >> 29;
    if (type == 0 && ((head >> 23) & 0x3f) < 0x10) return 1;
    return type == 3 && (head >> 16) == 0x6904 ? 1 : (head & 0xff) + 2;
  }
  static uint64_t two(const uint32_t* dwords) { return dwords[0] | static_cast<uint64_t>(dwords[1]) << 32; }
  static uint64_t now() { return gpuTimestamp(19200000); }
  template <class T>
  void store(uint64_t address, uint64_t value) {
    if (auto* to = reinterpret_cast<T*>(space_.at(address & ~uint64_t{3}, sizeof(T)))) {
      __atomic_store_n(to, static_cast<T>(value), __ATOMIC_RELEASE);
    }
  }
  uint32_t registerValue(uint32_t number) {
    if (number == 0x2358 || number == 0x1a358 || number == 0x22358) return static_cast<uint32_t>(now());
    if (number == 0x235c) return static_cast<uint32_t>(now() >> 32);
    return registers_[number];
  }

  void memoryInterface(const uint32_t* d, uint32_t head) {
    switch ((head >> 23) & 0x3f) {
      case 0x31:
        if (head & (1U << 22)) calls_.push_back(next_);
        next_ = two(d + 1) & ~uint64_t{3};
        break;
      case 0x20:
        head&(1U << 21) ? store<uint64_t>(two(d + 1), two(d + 3)) : store<uint32_t>(two(d + 1), d[3]);
        break;
      case 0x26:
        if (((head >> 14) & 3) == 1) store<uint64_t>(two(d + 1), two(d + 3));
        if (((head >> 14) & 3) == 3) store<uint64_t>(two(d + 1), now());
        break;
      case 0x24:
        store<uint32_t>(two(d + 2), registerValue(d[1]));
        break;
      case 0x22:
        for (uint32_t i = 1; i <= (head & 0xff); i += 2) registers_[d[i]] = d[i + 1];
        break;
      case 0x2a:
        registers_[d[2]] = registerValue(d[1]);
        break;
      case 0x2f:
        if (auto* to = reinterpret_cast<uint32_t*>(space_.at(two(d + 1), 4))) {
          if (((head >> 8) & 0xff) == 5) ++*to;
          if (((head >> 8) & 0xff) == 6) --*to;
        }
        break;
      default:
        break;
    }
  }

  void graphics(const uint32_t* d, uint32_t head) {
    if ((head >> 16) == 0x7a00) {
      if (((d[1] >> 14) & 3) == 1) store<uint64_t>(two(d + 2), two(d + 4));
      if (((d[1] >> 14) & 3) == 3) store<uint64_t>(two(d + 2), now());
    }
    if ((head >> 16) == 0x7208 || (head >> 16) == 0x7202) {
      if ((d[26] & 3) == 1) store<uint64_t>(two(d + 27), two(d + 29));
      for (uint64_t i = 0; (d[26] & 3) == 3 && i < 4; ++i) store<uint64_t>(two(d + 27) + 8 * i, now() + i);
    }
  }

  const AddressSpace& space_;
  uint64_t at_, next_ = 0;
  std::vector<uint64_t> calls_;
  std::map<uint32_t, uint32_t> registers_;
};

}  // namespace

class Engines::Impl {
 public:
  EngineCounts counts;
  EngineSettings settings;
};

Engines::Engines(EngineSettings settings) : impl_(std::make_unique<Impl>()) {
  impl_->settings = std::move(settings);
}
Engines::~Engines() = default;
void Engines::submit(Job job) {
  for (const auto& fence : job.waits) fence->wait(std::chrono::nanoseconds(-1));
  impl_->counts.jobs++;
  const bool whole = job.batch == 0 || Walk(job).run();
  if (!whole) {
    impl_->counts.violations++;
    impl_->settings.onViolation(
        {"a batch could not be walked to its end", impl_->settings.profile.device, {}});
  }
  if (job.onDone) job.onDone(whole ? Outcome::Done : Outcome::Stopped);
  if (job.done) job.done->signal();
}
bool Engines::waitIdle(std::chrono::milliseconds) { return true; }
void Engines::cancel(const std::shared_ptr<Context>&) {}
const EngineCounts& Engines::counts() const { return impl_->counts; }

uint64_t gpuTimestamp(uint64_t hz) {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<uint64_t>(now.tv_sec) * hz + static_cast<uint64_t>(now.tv_nsec) * hz / 1000000000;
}

}  // namespace fake_gpu
