// What surrounds every entry point: no exception leaves the driver; the strict and fault modes look on.
#pragma once

#include <algorithm>
#include <cstddef>
#include <new>
#include <type_traits>

#include "softgpu/ze/driver/call.h"
#include "softgpu/ze/driver/chain.h"
#include "softgpu/ze/driver/last_error.h"

namespace softgpu::driver {

// A string as a template argument.
template <size_t N>
struct CallName {
  consteval CallName(const char (&name)[N]) { std::copy_n(name, N, text); }
  char text[N];
};

template <CallName name, auto function>
struct Boundary;
template <CallName name, class... Args, ze_result_t (*function)(Args...)>
struct Boundary<name, function> {
  static ze_result_t ZE_APICALL call(Args... args) {
    if (watched) [[unlikely]]
      return look(args...);
    return guarded(args...);
  }

 private:
  static ze_result_t guarded(Args... args) {
    last_error::begin();
    const ze_result_t result = caught(args...);
    // Errors have the high bits set; what else is no success is an answer ("not ready").
    if (result >= ZE_RESULT_ERROR_DEVICE_LOST) [[unlikely]]
      last_error::failed(name.text, result);
    return result;
  }

  static ze_result_t caught(Args... args) {
    try {
      return function(args...);
    } catch (const std::bad_alloc&) {
      return ZE_RESULT_ERROR_OUT_OF_HOST_MEMORY;
    } catch (...) {
      return ZE_RESULT_ERROR_UNKNOWN;
    }
  }

  static ze_result_t look(Args... args) {
    try {
      static CallSite site(name.text);
      Call call(site);
      if (const auto wanted = call.fault()) {
        last_error::give("SOFTGPU_FAULT asks for it, or has lost the device");
        last_error::failed(name.text, *wanted);
        return *wanted;
      }
      (checkChain(args), ...);
      const ze_result_t result = guarded(args...);
      call.ended(result);
      return result;
    } catch (const std::bad_alloc&) {
      return ZE_RESULT_ERROR_OUT_OF_HOST_MEMORY;
    } catch (...) {
      return ZE_RESULT_ERROR_UNKNOWN;
    }
  }
};

// Entry points that answer with a handle: null when they fail.
template <CallName name, class Handle, class... Args, Handle (*function)(Args...)>
requires std::is_pointer_v<Handle>
struct Boundary<name, function> {
  static Handle ZE_APICALL call(Args... args) {
    answer = nullptr;
    Boundary<name, &run>::call(args...);
    return answer;
  }

 private:
  // As one that answers with a result, so that the modes look on.
  static ze_result_t run(Args... args) {
    answer = function(args...);
    return answer != nullptr ? ZE_RESULT_SUCCESS : ZE_RESULT_ERROR_INVALID_ARGUMENT;
  }
  static inline constinit thread_local Handle answer = nullptr;
};

}  // namespace softgpu::driver
