// zeDriverGetLastErrorDescription: why the latest call of this thread that failed did so. Kept in any mode: a
// call that succeeds pays for one store.
// Threads: each has its own. Nothing here has a destructor: calls come from exit handlers, too.
#pragma once

#include <level_zero/ze_api.h>

#include <string_view>

namespace softgpu::driver::last_error {

// Of the call that this thread is in: a reason was given. In the static TLS block: no call to find it.
extern constinit thread_local bool given __attribute__((tls_model("initial-exec")));

inline void begin() { given = false; }
// The reason that stands when the call ends; a later one replaces an earlier one.
void give(std::string_view reason);
// The call has failed.
void failed(const char* call, ze_result_t result);
// Of the latest call that failed; empty before the first. Until the next call that fails.
const char* text();

}  // namespace softgpu::driver::last_error
