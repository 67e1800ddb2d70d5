// What a dispatch slot holds when clze has nothing for it: a function that answers as OpenCL 3.0 (appendix H)
// asks of an optional feature that no device has.
#pragma once

#include <CL/cl.h>

#include <tuple>
#include <type_traits>

namespace clze::icd {

template <class Signature>
struct Unsupported;

template <class... Args>
struct Unsupported<cl_int(CL_API_CALL*)(Args...)> {
  static cl_int CL_API_CALL call(Args...) { return CL_INVALID_OPERATION; }
};

template <class... Args>
struct Unsupported<void(CL_API_CALL*)(Args...)> {
  static void CL_API_CALL call(Args...) {}
};

// Null, and the code if the last argument is errcode_ret (clSVMAlloc has none).
template <class Object, class... Args>
struct Unsupported<Object*(CL_API_CALL*)(Args...)> {
  static Object* CL_API_CALL call(Args... args) {
    const std::tuple<Args...> all(args...);
    if constexpr (std::is_same_v<std::tuple_element_t<sizeof...(Args) - 1, std::tuple<Args...>>, cl_int*>) {
      if (cl_int* returned = std::get<sizeof...(Args) - 1>(all); returned != nullptr) {
        *returned = CL_INVALID_OPERATION;
      }
    }
    return nullptr;
  }
};

}  // namespace clze::icd
