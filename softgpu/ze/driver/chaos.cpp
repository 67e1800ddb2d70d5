// The seed, and numbers made of it.
#include "softgpu/ze/driver/chaos.h"

#include <fmt/core.h>
#include <time.h>

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <numeric>

namespace softgpu::driver::chaos {
namespace {

uint64_t seed = 0;

__attribute__((constructor)) void readSeed() {
  const char* value = std::getenv("SOFTGPU_CHAOS");
  if (value == nullptr || *value == '\0') return;
  char* end = nullptr;
  seed = std::strtoull(value, &end, 10);
  active = *end == '\0';
  if (!active) fmt::print(stderr, "softgpu: SOFTGPU_CHAOS: \"{}\" is not a number\n", value);
}

// One step of SplitMix64.
uint64_t mix(uint64_t& state) {
  state += 0x9e3779b97f4a7c15;
  uint64_t z = state;
  z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
  z = (z ^ z >> 27) * 0x94d049bb133111eb;
  return z ^ z >> 31;
}

}  // namespace

constinit bool active = false;

Dice::Dice(uint64_t serial) : state_(seed) {
  state_ = mix(state_) ^ serial;
  mix(state_);
}

uint64_t Dice::below(uint64_t limit) { return limit <= 1 ? 0 : mix(state_) % limit; }

void Dice::dawdle(uint32_t longest) {
  if (below(4) != 0) return;
  const timespec time{0, static_cast<long>(below(longest) * 1000)};
  nanosleep(&time, nullptr);
}

uint64_t nextSerial() {
  static std::atomic<uint64_t> next{1};
  return next.fetch_add(1, std::memory_order_relaxed);
}

uint64_t Permutation::at(uint64_t position) const { return (position * step + first) % count; }

// Counts of work-groups: their squares fit.
Permutation permutation(uint64_t count) {
  Dice dice(nextSerial());
  Permutation result{count, 1 + dice.below(count), dice.below(count)};
  while (std::gcd(result.step, count) != 1) ++result.step;
  return result;
}

}  // namespace softgpu::driver::chaos
