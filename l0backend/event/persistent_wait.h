// Waits that do not take a passing failure (memory is short) for an end: the commands waited for would still
// be on the device, and write to memory that the caller is about to give up.
#pragma once

#include <level_zero/ze_api.h>

#include <chrono>
#include <thread>

namespace clze::l0 {

// `wait` is one that blocks until what it waits for is there, or that only looks. The code of the last try,
// which ZE_RESULT_NOT_READY is too.
template <class Wait>
ze_result_t waitPersistently(Wait wait) {
  constexpr int kFailures = 10;
  constexpr std::chrono::milliseconds kBetween{1};
  for (int failures = 1;; ++failures) {
    const ze_result_t code = wait();
    const bool final = code == ZE_RESULT_SUCCESS || code == ZE_RESULT_NOT_READY ||
                       code == ZE_RESULT_ERROR_DEVICE_LOST || failures == kFailures;
    if (final) return code;
    std::this_thread::sleep_for(kBetween);
  }
}

}  // namespace clze::l0
