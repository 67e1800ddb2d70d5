// A job's process: limits first, then the front end on a thread with a stack large enough for deeply nested
// source.
#include "spirv/compiler/worker.h"

#include <pthread.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>

#include "spirv/compiler/front_end.h"
#include "spirv/wire.h"

namespace clze::clc {
namespace {

constexpr rlim_t kAddressSpace = rlim_t{4} << 30;
constexpr rlim_t kFileSize = rlim_t{1} << 30;
constexpr size_t kStack = size_t{256} << 20;
constexpr int kCannotRun = 70;  // EX_SOFTWARE

void limit(int resource, rlim_t value) {
  rlimit current = {};
  if (::getrlimit(static_cast<__rlimit_resource>(resource), &current) != 0) return;
  current.rlim_cur = std::min(value, current.rlim_max);
  ::setrlimit(static_cast<__rlimit_resource>(resource), &current);
}

struct Task {
  const spirv::wire::Request& request;
  spirv::wire::Outcome outcome;
};

void* runTask(void* argument) {
  auto& task = *static_cast<Task*>(argument);
  task.outcome = compile(task.request);
  return nullptr;
}

bool runOnLargeStack(Task& task) {
  pthread_attr_t attributes;
  if (::pthread_attr_init(&attributes) != 0) return false;
  pthread_t thread = {};
  const bool started = ::pthread_attr_setstacksize(&attributes, kStack) == 0 &&
                       ::pthread_create(&thread, &attributes, runTask, &task) == 0;
  ::pthread_attr_destroy(&attributes);
  return started && ::pthread_join(thread, nullptr) == 0;
}

}  // namespace

void runJob(JobFiles files, int parent) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != parent) ::_exit(kCannotRun);
  ::dup2(files.text.get(), STDOUT_FILENO);
  ::dup2(files.text.get(), STDERR_FILENO);
  const auto bytes = spirv::wire::readAll(files.data.get());
  const auto request = bytes ? spirv::wire::decodeRequest(*bytes) : std::nullopt;
  if (!request) ::_exit(kCannotRun);

  limit(RLIMIT_CORE, 0);
  limit(RLIMIT_FSIZE, kFileSize);
  limit(RLIMIT_AS, kAddressSpace);
  limit(RLIMIT_CPU, request->seconds + 1);
  // Relative -I; where the directory is gone or unknown, such a path is simply not found.
  [[maybe_unused]] const int moved = request->directory.empty() ? 0 : ::chdir(request->directory.c_str());

  Task task = {*request, {}};
  if (!runOnLargeStack(task)) ::_exit(kCannotRun);
  ::_exit(spirv::wire::writeAll(files.data.get(), spirv::wire::encode(task.outcome)) ? 0 : kCannotRun);
}

}  // namespace clze::clc
