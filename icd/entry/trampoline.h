// From a C entry point to validation and implementation, the same way for all: trace, validate, call, return
// the code. An implementation takes the API's arguments (creating calls: without errcode_ret) and returns a
// Result; it may rely on what validation has checked. Exceptions end here: std::bad_alloc is
// CL_OUT_OF_HOST_MEMORY.
#pragma once

#include <CL/cl.h>

#include <new>
#include <tuple>
#include <type_traits>
#include <utility>

#include "base/log.h"
#include "base/result.h"
#include "icd/entry/created.h"

namespace clze::icd {

// Logs a refused call: `CLZE_LOG=warning` shows which call failed with what.
void logRefused(const char* function, cl_int code);

template <class Signature, auto Validate, auto Implement, const char* Name>
struct Trampoline;

// cl_int functions.
template <class... Args, auto Validate, auto Implement, const char* Name>
struct Trampoline<cl_int(CL_API_CALL*)(Args...), Validate, Implement, Name> {
  static cl_int CL_API_CALL call(Args... args) {
    cl_int code = CL_OUT_OF_HOST_MEMORY;
    try {
      code = Validate(args...).code();
      if (code == CL_SUCCESS) code = Implement(args...).code();
    } catch (const std::bad_alloc&) {
      code = CL_OUT_OF_HOST_MEMORY;
    } catch (...) {
      code = CL_OUT_OF_RESOURCES;
    }
    if (code != CL_SUCCESS) logRefused(Name, code);
    return code;
  }
};

// Creating functions: pointer result, errcode_ret last.
template <class Object, class... Args, auto Validate, auto Implement, const char* Name>
struct Trampoline<Object*(CL_API_CALL*)(Args...), Validate, Implement, Name> {
  static Result<Created<Object>> created(Result<Object*> result) {
    if (!result.ok()) return result.failure();
    return Created<Object>{*result, CL_SUCCESS};
  }
  static Result<Created<Object>> created(Result<Created<Object>> result) { return result; }
  template <size_t... I>
  static Result<Created<Object>> run(std::tuple<Args...> args, std::index_sequence<I...>) {
    CLZE_TRY(Validate(std::get<I>(args)...));
    return created(Implement(std::get<I>(args)...));
  }
  static Object* CL_API_CALL call(Args... args) {
    cl_int code = CL_OUT_OF_HOST_MEMORY;
    Object* object = nullptr;
    const std::tuple<Args...> all(args...);
    try {
      const Result<Created<Object>> result = run(all, std::make_index_sequence<sizeof...(Args) - 1>());
      code = result.ok() ? result->code : result.code();
      if (result.ok()) object = result->object;
    } catch (const std::bad_alloc&) {
      code = CL_OUT_OF_HOST_MEMORY;
    } catch (...) {
      code = CL_OUT_OF_RESOURCES;
    }
    if (code != CL_SUCCESS) logRefused(Name, code);
    if (cl_int* returned = std::get<sizeof...(Args) - 1>(all); returned != nullptr) *returned = code;
    return object;
  }
};

}  // namespace clze::icd
