// Violations are printed when they are found, so that they stand beside what the program was doing.
#include "tests/intel/fake_gpu/counts/report.h"

#include "base/guarded.h"
#include "tests/intel/fake_gpu/counts/tally.h"
#include "tests/intel/fake_gpu/kernel/device.h"
#include "tests/intel/fake_gpu/log.h"

namespace fake_gpu {
namespace {

// Enough to see what is wrong; a mistake in a loop would fill the memory.
constexpr size_t mostKept = 200;

clze::Guarded<std::vector<ReportedViolation>>& kept() {
  static auto& all = *new clze::Guarded<std::vector<ReportedViolation>>;
  return all;
}

}  // namespace

void reportViolation(const std::string& what, const std::string& where, const std::string& trail) {
  tally().violations++;
  auto all = kept().lock();
  if (all->size() >= mostKept) return;
  log(0, "violation: %s\n  %s%s%s", what.c_str(), where.c_str(), trail.empty() ? "" : "\n", trail.c_str());
  all->push_back({what, where, trail});
}

std::vector<ReportedViolation> violations() { return *kept().lock(); }

}  // namespace fake_gpu
