// Level Zero's functions, reached only through libze_loader.so.1, which is opened at run time and never
// linked. If zeInit fails no other function is ever called: the 1.8 loader leaves dangling pointers behind.
#pragma once

#include <level_zero/ze_api.h>

#include <string>

#include "base/result.h"

namespace clze::l0 {

struct Api {
#define ZE_REQUIRED(function) decltype(&::function) function = nullptr;
#define ZE_OPTIONAL(function) decltype(&::function) function = nullptr;
#include "l0backend/loader/functions.def"
#undef ZE_REQUIRED
#undef ZE_OPTIONAL
};

// Opens the loader and calls zeInit, once in the process's life; thread-safe. False: there is no usable Level
// Zero, and whyUnavailable() says why in a sentence.
bool available();
const std::string& whyUnavailable();

// Only after available() answered true. While the process ends, once Level Zero is gone, every function fails
// with ZE_RESULT_ERROR_UNINITIALIZED.
const Api& ze();

// For unit tests: replaces the table (and makes available() true) until the next call; nullptr restores.
void installForTest(const Api* api);

// Memory is short or the device is lost: nothing is said about what was asked for.
bool isTransient(ze_result_t result);

// Maps a Level Zero code to OpenCL's and logs the call that failed; CL_SUCCESS stays silent.
cl_int toCl(ze_result_t result, const char* call);

}  // namespace clze::l0

// Calls a Level Zero function; on failure logs it and returns the OpenCL code from the enclosing Result
// function.
#define CLZE_ZE_TRY(function, ...)                                           \
  do {                                                                       \
    if (const ze_result_t clzeCode = ::clze::l0::ze().function(__VA_ARGS__); \
        clzeCode != ZE_RESULT_SUCCESS) {                                     \
      return ::clze::Failure{::clze::l0::toCl(clzeCode, #function)};         \
    }                                                                        \
  } while (false)
