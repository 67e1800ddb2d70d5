// One compile in a process of its own, under limits.
#pragma once

#include "base/unique_fd.h"

namespace clze::clc {

// Descriptors of a job; owned by the process that runs it.
struct JobFiles {
  UniqueFd data;  // request in, outcome out
  UniqueFd text;  // what libraries print, for the log of a crash
};

// Runs the job in `files` and ends the process. `parent` is the process that forked this one.
[[noreturn]] void runJob(JobFiles files, int parent);

}  // namespace clze::clc
