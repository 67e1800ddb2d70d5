// What is written at the end: violations as they were found, and the counts.
#pragma once
#include <string>
#include <vector>

namespace fake_gpu {

struct ReportedViolation {
  std::string what, where, trail;
};
std::vector<ReportedViolation> violations();

}  // namespace fake_gpu
