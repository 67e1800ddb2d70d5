// Messages of the fake kernel to standard error, by raw system calls: libc's own are replaced in this
// library.
#pragma once

namespace fake_gpu {

// FAKE_GPU_LOG: 0 nothing but reports, 1 refusals and nodes, 2 jobs, 3 ioctls and paths, 4 commands.
int logLevel();
[[gnu::format(printf, 2, 3)]] void log(int level, const char* format, ...);

}  // namespace fake_gpu
