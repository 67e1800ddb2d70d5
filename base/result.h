// A value or an OpenCL error code. Errors travel as values everywhere in clze: no exceptions cross a module.
#pragma once

#include <CL/cl.h>

#include <cassert>
#include <optional>
#include <utility>

namespace clze {

// The failing half of a Result; `return Failure{CL_OUT_OF_RESOURCES};`
struct Failure {
  cl_int code;
};

template <class T = void>
class [[nodiscard]] Result {
 public:
  Result(T value) : value_(std::move(value)) {}     // NOLINT(google-explicit-constructor)
  Result(Failure failure) : code_(failure.code) {}  // NOLINT(google-explicit-constructor)

  bool ok() const { return value_.has_value(); }
  explicit operator bool() const { return ok(); }
  // CL_SUCCESS when ok.
  cl_int code() const { return code_; }
  Failure failure() const { return Failure{code_}; }

  T& operator*() & { return *value_; }
  const T& operator*() const& { return *value_; }
  T&& operator*() && { return std::move(*value_); }
  T* operator->() { return &*value_; }
  const T* operator->() const { return &*value_; }

 private:
  std::optional<T> value_;
  cl_int code_ = CL_SUCCESS;
};

template <>
class [[nodiscard]] Result<void> {
 public:
  Result() = default;
  Result(Failure failure) : code_(failure.code) {}  // NOLINT(google-explicit-constructor)

  bool ok() const { return code_ == CL_SUCCESS; }
  explicit operator bool() const { return ok(); }
  cl_int code() const { return code_; }
  Failure failure() const { return Failure{code_}; }

 private:
  cl_int code_ = CL_SUCCESS;
};

}  // namespace clze

#define CLZE_CONCAT_(a, b) a##b
#define CLZE_CONCAT(a, b) CLZE_CONCAT_(a, b)

// Evaluates a Result; on failure returns it from the enclosing function (which returns a Result).
#define CLZE_TRY(expression)                              \
  do {                                                    \
    if (auto clzeTried = (expression); !clzeTried.ok()) { \
      return clzeTried.failure();                         \
    }                                                     \
  } while (false)

// CLZE_TRY_ASSIGN(auto x, f()): x is f()'s value, or its failure is returned.
#define CLZE_TRY_ASSIGN(declaration, expression) \
  CLZE_TRY_ASSIGN_(declaration, expression, CLZE_CONCAT(clzeTried, __LINE__))
#define CLZE_TRY_ASSIGN_(declaration, expression, name) \
  auto name = (expression);                             \
  if (!name.ok()) return name.failure();                \
  declaration = std::move(*name)
