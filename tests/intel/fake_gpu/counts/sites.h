// Calls by the code that made them.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

namespace fake_gpu {

constexpr unsigned mapCall = 256;

// `caller`: the address that the replaced function returns to.
void countCall(unsigned number, const void* caller);
void resetCalls();

struct Site {
  unsigned number;
  const void* address;
  uint64_t calls;
  std::string object, symbol;
  uint64_t offset;
};
std::vector<Site> sites();  // most calls first

}  // namespace fake_gpu
