// Runs one builtin over arrays and reads what it wrote.
#pragma once

#include <gtest/gtest.h>

#include "tests/unit/softgpu/ze/builtins/scalars.h"
#include "tests/unit/softgpu/ze/builtins/values.h"

struct Application {
  std::vector<std::byte> a, b, c, result, second;

  // Arguments of the types named; `count` a multiple of 48.
  Application(const Call& call, std::string_view typeA, std::string_view typeB, std::string_view typeC,
              size_t count)
      : a(scalars::inputs(scalars::typeOf(typeA), 1, count)),
        b(scalars::inputs(scalars::typeOf(typeB), 2, count)),
        c(scalars::inputs(scalars::typeOf(typeC), 3, count)),
        result(count * 8, std::byte{0x55}),
        second(count * 8, std::byte{0x55}) {
    call.run(result.data(), second.data(), a.data(), b.data(), c.data(), int(count));
  }
};

// Stops a test at the first wrong elements of a builtin, not after thousands.
inline std::string describe(const Call& call, size_t index) {
  return std::string(call.name) + " of " + call.scalar + " " + std::to_string(call.width) + ", element " +
         std::to_string(index);
}
