// Waits that do not take a passing failure (memory is short) for an end: the commands waited for would still
// be on the device, and write to memory that the caller is about to give up.
#pragma once

#include <level_zero/ze_api.h>

#include <chrono>
#include <thread>

namespace clze::l0 {

// `wait` blocks until what it waits for is there, or fails. The code of the last try.
template <class Wait>
ze_result_t waitPersistently(Wait wait) {
  constexpr int kFailures = 10;  // in a row
  constexpr std::chrono::milliseconds kBetween{1};
  for (int failures = 0;;) {
    const ze_result_t code = wait();
    if (code == ZE_RESULT_SUCCESS || code == ZE_RESULT_ERROR_DEVICE_LOST) return code;
    if (code == ZE_RESULT_NOT_READY) {
      failures = 0;
      continue;
    }
    if (++failures == kFailures) return code;
    std::this_thread::sleep_for(kBetween);
  }
}

}  // namespace clze::l0
