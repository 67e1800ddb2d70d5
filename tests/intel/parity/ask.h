// What the two drivers are asked. One line of output an answer, "key<TAB>value"; parity.py runs the program
// once on clze and once on Intel's OpenCL driver and compares.
#pragma once

#include <CL/cl.h>
#include <CL/cl_ext.h>

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace clze::parity {

// The first platform and its first GPU, a context on it and an in-order queue, for the life of the process.
struct Setup {
  cl_platform_id platform = nullptr;
  cl_device_id device = nullptr;
  cl_context context = nullptr;
  cl_command_queue queue = nullptr;
};
const Setup& setup();

// Prints one answer and flushes, so that what was asked before a crash is known.
void answer(std::string_view key, std::string_view value);
// "CL_INVALID_VALUE" and so on; the number where it has no name.
std::string errorName(cl_int code);

// How the bytes of an information query are shown.
enum class Kind { Number, Bits, Sizes, Text, Versions, Handle, Bytes };
using Query = std::function<cl_int(size_t size, void* value, size_t* sizeReturned)>;
// Asks for the size, then for the value; an error is the answer too. Versions become one answer an entry.
void ask(const std::string& key, Kind kind, const Query& query);

// A program built from source; null if it does not build.
cl_program build(const char* source, const char* options);

void askPlatform();
void askDevice();
void askFormats();
void askMemory();
void askKernels();
void askVa();

// Calls that are wrong: each runs in a process of its own, since a driver may crash on it.
struct Misuse {
  const char* name;
  std::function<cl_int()> run;
};
const std::vector<Misuse>& misuses();

}  // namespace clze::parity
