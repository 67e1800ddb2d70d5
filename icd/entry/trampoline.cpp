// The log line of a refused call.
#include "icd/entry/trampoline.h"

namespace clze::icd {

void logRefused(const char* function, cl_int code) { CLZE_LOG_WARNING("icd", "{} = {}", function, code); }

}  // namespace clze::icd
