// SOFTGPU_CHAOS=SEED: delays, and orders of execution that the specification allows but a simple driver never
// shows. Threads: a Dice belongs to one thread.
#pragma once

#include <cstdint>

namespace softgpu::driver::chaos {

extern bool active;
inline bool on() { return active; }

// Random numbers of one stream or launch: a function of the seed and of `serial`.
class Dice {
 public:
  explicit Dice(uint64_t serial);
  uint64_t below(uint64_t limit);
  // Sleeps up to `longest` microseconds, mostly not at all.
  void dawdle(uint32_t longest);

 private:
  uint64_t state_;
};

// Running numbers: of streams, of launches.
uint64_t nextSerial();

// A permutation of [0, count): position -> (position * step + first) % count.
struct Permutation {
  uint64_t count, step, first;
  uint64_t at(uint64_t position) const;
};
Permutation permutation(uint64_t count);

}  // namespace softgpu::driver::chaos
