// compile(): a job for clze-clc, and the sentence for the build log when it does not end well.
#include <fmt/format.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <climits>
#include <cstring>
#include <filesystem>
#include <optional>
#include <system_error>

#include "base/config.h"
#include "base/log.h"
#include "spirv/client/helper.h"
#include "spirv/spirv.h"
#include "spirv/wire.h"

namespace clze::spirv {
namespace {

using Clock = std::chrono::steady_clock;

constexpr uint32_t kLongestCompile = 24 * 3600;
constexpr auto kGrace = std::chrono::seconds(10);  // beyond the limit that clze-clc itself keeps
constexpr size_t kTail = 2000;                     // bytes of what a crashed compile printed

struct Job {
  UniqueFd data;
  UniqueFd text;
  UniqueFd status;
  UniqueFd theirStatus;
};

enum class Ending { Done, NeverStarted, Failed };

std::optional<Job> makeJob(const std::string& request) {
  Job job;
  job.data.reset(::memfd_create("clze-job", MFD_CLOEXEC));
  job.text.reset(::memfd_create("clze-text", MFD_CLOEXEC));
  std::array<int, 2> ends = {-1, -1};
  if (!job.data || !job.text || !wire::writeAll(job.data.get(), request) ||
      ::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data()) != 0) {
    return std::nullopt;
  }
  job.status.reset(ends[0]);
  job.theirStatus.reset(ends[1]);
  return job;
}

uint32_t limitSeconds() {
  return static_cast<uint32_t>(std::clamp<uint64_t>(config().compileSeconds, 1, kLongestCompile));
}

wire::Request wireRequest(const CompileRequest& request) {
  wire::Request out;
  std::error_code error;
  out.directory = std::filesystem::current_path(error).string();
  // A source may carry its terminating zero; the language ends there.
  out.source = request.source.substr(0, request.source.find('\0'));
  out.headers = request.headers;
  out.options = request.options.compiler;
  if (request.options.kernelArgInfo &&
      std::find(out.options.begin(), out.options.end(), "-cl-kernel-arg-info") == out.options.end()) {
    out.options.emplace_back("-cl-kernel-arg-info");
  }
  out.extensions = request.target.extensions;
  out.features = request.target.features;
  out.addressBits = request.target.addressBits;
  out.images = request.target.images;
  out.seconds = limitSeconds();
  return out;
}

std::string tailOf(const UniqueFd& text) {
  std::string all = wire::readAll(text.get()).value_or(std::string());
  if (all.size() > kTail) all = "..." + all.substr(all.size() - kTail);
  if (!all.empty() && all.back() != '\n') all += '\n';
  return all;
}

// The next event of the job; nothing at end of file or past the deadline (`late`).
std::optional<wire::Status> nextStatus(const Job& job, Clock::time_point deadline, bool& late) {
  while (true) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now()).count();
    pollfd polled = {job.status.get(), POLLIN, 0};
    const int ready = ::poll(&polled, 1, static_cast<int>(std::clamp<long>(left, 0, INT_MAX)));
    if (ready < 0 && errno == EINTR) continue;
    late = ready == 0;
    if (ready <= 0) return std::nullopt;
    wire::Status status = {};
    if (wire::receive(job.status.get(), &status, sizeof status, {}) != sizeof status) return std::nullopt;
    return status;
  }
}

void readOutcome(const Job& job, int exitCode, CompileOutcome& outcome) {
  std::optional<wire::Outcome> read;
  if (exitCode == 0) {
    if (const auto bytes = wire::readAll(job.data.get())) read = wire::decodeOutcome(*bytes);
  }
  if (!read) {
    outcome.log += fmt::format("error: the compiler gave up (exit code {})\n{}", exitCode, tailOf(job.text));
    return;
  }
  outcome.ok = read->ok;
  outcome.module = std::move(read->module);
  outcome.log += read->log;
}

Ending waitForJob(const Job& job, uint32_t seconds, uint64_t generation, CompileOutcome& outcome) {
  const auto deadline = Clock::now() + std::chrono::seconds(seconds) + kGrace;
  bool started = false;
  while (true) {
    bool late = false;
    const std::optional<wire::Status> status = nextStatus(job, deadline, late);
    if (late) {
      Helper::instance().discard(generation);
      outcome.log += fmt::format("error: the compiler does not answer; it was ended after {} s\n", seconds);
      return Ending::Failed;
    }
    if (!status) {
      if (!started) return Ending::NeverStarted;
      outcome.log += "error: the compiler process was ended while it compiled\n";
      return Ending::Failed;
    }
    switch (status->kind) {
      case wire::StatusKind::Started:
        started = true;
        continue;
      case wire::StatusKind::Exited:
        readOutcome(job, status->value, outcome);
        return Ending::Done;
      case wire::StatusKind::Signalled: {
        const char* name = ::strsignal(status->value);
        outcome.log += fmt::format("error: compiler crashed (signal {}: {})\n{}", status->value,
                                   name != nullptr ? name : "unknown", tailOf(job.text));
        return Ending::Failed;
      }
      case wire::StatusKind::TimedOut:
        outcome.log += fmt::format(
            "error: compiler stopped: it took more than {} s (CLZE_COMPILE_SECONDS sets the limit)\n",
            seconds);
        return Ending::Failed;
      case wire::StatusKind::NotStarted:
        outcome.log += fmt::format("error: no process for the compiler: {}\n", std::strerror(status->value));
        return Ending::Failed;
    }
  }
}

}  // namespace

CompileOutcome compile(const CompileRequest& request) {
  CompileOutcome outcome;
  const wire::Request wired = wireRequest(request);
  const std::string bytes = wire::encode(wired);
  // A helper that ended between two compiles (idle, killed) never sees the first attempt. More than two, for
  // whoever kills helpers in a row; bounded, for one that ends by itself.
  constexpr int kAttempts = 4;
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    std::optional<Job> job = makeJob(bytes);
    if (!job) {
      outcome.log +=
          fmt::format("error: no file descriptor or memory for the compiler: {}\n", std::strerror(errno));
      break;
    }
    const std::array<int, wire::kJobFds> fds = {job->data.get(), job->text.get(), job->theirStatus.get()};
    uint64_t generation = 0;
    std::string error;
    if (!Helper::instance().submit(wired.seconds, fds, generation, error)) {
      outcome.log += "error: " + error + "\n";
      break;
    }
    job->theirStatus.reset();
    const Ending ending = waitForJob(*job, wired.seconds, generation, outcome);
    if (ending == Ending::Done) return outcome;
    if (ending == Ending::Failed) break;
    Helper::instance().discard(generation);
    if (attempt + 1 == kAttempts) outcome.log += "error: the compiler process ends before it compiles\n";
  }
  outcome.ok = false;
  outcome.module.clear();
  CLZE_LOG_ERROR("spirv", "{}", outcome.log);
  return outcome;
}

}  // namespace clze::spirv
