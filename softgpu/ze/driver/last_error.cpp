// The thread's latest failure.
#include "softgpu/ze/driver/last_error.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstring>

#include "softgpu/ze/driver/results.h"

namespace softgpu::driver::last_error {
namespace {

constinit thread_local std::array<char, 512> reason{};
constinit thread_local std::array<char, 640> description{};  // with the names of call and result

}  // namespace

constinit thread_local bool given = false;

void give(std::string_view text) {
  const size_t length = std::min(text.size(), reason.size() - 1);
  std::memcpy(reason.data(), text.data(), length);
  reason[length] = '\0';
  given = true;
}

void failed(const char* call, ze_result_t result) {
  const auto name = resultName(result);
  std::snprintf(description.data(), description.size(), "%s: %.*s: %s", call, static_cast<int>(name.size()),
                name.data(), given ? reason.data() : "no reason given");
}

const char* text() { return description.data(); }

}  // namespace softgpu::driver::last_error
