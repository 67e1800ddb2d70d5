// What is written: violations as they are found, and at the end of the process the counts.
#pragma once
#include <cstddef>
#include <string>

namespace fake_gpu {

// A mistake of the program, or something the fake cannot judge: printed, kept for the report, and an exit
// code in strict mode. Any thread.
void reportViolation(const std::string& what, const std::string& where, const std::string& trail = {});
// Null past the last. The text is never freed.
const char* violationLine(size_t index);

// At the end of the process that looked at a GPU: FAKE_GPU_REPORT's file, and strict mode's exit.
void reportAtEnd();

}  // namespace fake_gpu
