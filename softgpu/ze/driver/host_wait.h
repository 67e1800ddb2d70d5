// Waits of the host: they end when the device is lost, and strict mode tells of those that never will.
#pragma once

#include "softgpu/ze/driver/call.h"
#include "softgpu/ze/driver/fault.h"
#include "softgpu/ze/driver/strict.h"
#include "softgpu/ze/driver/wait_word.h"

namespace softgpu::driver {

// `wait(Deadline)` is true when what is waited for is there.
template <class Wait>
ze_result_t hostWait(uint64_t timeout, Wait&& wait) {
  constexpr uint64_t kSlice = 20'000'000;  // ns
  const Deadline deadline = Deadline::after(timeout);
  if (!watched) return wait(deadline) ? ZE_RESULT_SUCCESS : ZE_RESULT_NOT_READY;
  strict::Stuck stuck;
  bool told = false;
  for (;;) {
    const bool over = wait(deadline.earlier(Deadline::after(kSlice)));
    // A stream of a lost device is done with its commands without having run them.
    if (fault::deviceLost) return ZE_RESULT_ERROR_DEVICE_LOST;
    if (over) return ZE_RESULT_SUCCESS;
    if (deadline.passed()) return ZE_RESULT_NOT_READY;
    if (deadline.infinite() && strict::on() && !told && stuck.now()) {
      told = true;
      strict::misuse("waits for ever: no command runs, and none that could still run ends this wait");
    }
  }
}

}  // namespace softgpu::driver
