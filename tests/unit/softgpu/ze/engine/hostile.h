// SPIR-V written word by word, and modules that are hostile in one way each. Shared by the tests and the
// fuzzer.
#pragma once

#include <cstdint>
#include <cstring>
#include <functional>
#include <initializer_list>
#include <string_view>
#include <vector>

namespace softgpu::engine::test {

using Words = std::vector<uint32_t>;

class Assembler {
 public:
  Assembler() : words_{0x07230203, 0x00010000, 0, 0, 0} {}

  uint32_t id() { return next_++; }
  void op(uint32_t code, const Words& operands) {
    words_.push_back(static_cast<uint32_t>(operands.size() + 1) << 16 | code);
    words_.insert(words_.end(), operands.begin(), operands.end());
  }
  // With a result id, after the type if there is one.
  uint32_t made(uint32_t code, const Words& before, const Words& after = {}) {
    Words operands = before;
    const uint32_t result = id();
    operands.push_back(result);
    operands.insert(operands.end(), after.begin(), after.end());
    op(code, operands);
    return result;
  }
  static void text(Words& operands, std::string_view text) {
    const size_t at = operands.size();
    operands.resize(at + text.size() / 4 + 1);
    std::memcpy(&operands[at], text.data(), text.size());
  }
  Words done() {
    words_[3] = next_;
    return words_;
  }

  // Capabilities Addresses, Linkage, Kernel, Vector16, Int64; Physical64 OpenCL.
  void preamble() {
    for (const uint32_t capability : {4, 5, 6, 7, 11}) op(17, {capability});
    op(14, {2, 2});
  }
  // The id of a kernel "k" that is to come.
  uint32_t entry() {
    const uint32_t kernel = id();
    Words operands = {6, kernel};
    text(operands, "k");
    op(15, operands);
    return kernel;
  }
  // Its parameters are of these types.
  void beginKernel(uint32_t kernel, uint32_t voidType, const Words& parameters = {}) {
    Words type = {voidType};
    type.insert(type.end(), parameters.begin(), parameters.end());
    const uint32_t function = made(33, {}, type);
    op(54, {voidType, kernel, 0, function});
    for (const uint32_t parameter : parameters) made(55, {parameter});
    made(248, {});
  }
  void endKernel() {
    op(253, {});
    op(56, {});
  }

 private:
  Words words_;
  uint32_t next_ = 1;
};

struct Hostile {
  const char* name;
  std::function<Words(uint32_t size)> make;
  uint32_t few, many;  // sizes: one that is soon done, and one that is hostile
};

// Types that hold each other, `size` deep: arrays of two, whose size doubles each time.
inline Words nestedArrays(uint32_t size) {
  Assembler a;
  a.preamble();
  const uint32_t kernel = a.entry();
  const uint32_t nothing = a.made(19, {}), number = a.made(21, {}, {32, 0});
  const uint32_t two = a.made(43, {number}, {2});
  uint32_t type = number;
  for (uint32_t i = 0; i < size; ++i) type = a.made(28, {}, {type, two});
  const uint32_t pointer = a.made(32, {}, {7, type});
  a.beginKernel(kernel, nothing);
  a.made(59, {pointer}, {7});
  a.endKernel();
  return a.done();
}

inline Words nestedStructs(uint32_t size) {
  Assembler a;
  a.preamble();
  const uint32_t kernel = a.entry();
  const uint32_t nothing = a.made(19, {}), number = a.made(21, {}, {32, 0});
  uint32_t type = a.made(30, {}, {number});
  for (uint32_t i = 0; i < size; ++i) type = a.made(30, {}, {type});
  const uint32_t pointer = a.made(32, {}, {5, type});
  a.beginKernel(kernel, nothing, {pointer});
  a.endKernel();
  return a.done();
}

// Each doubles: the sizes are seen only by who looks at every member.
inline Words doubledStructs(uint32_t size) {
  Assembler a;
  a.preamble();
  const uint32_t kernel = a.entry();
  const uint32_t nothing = a.made(19, {}), number = a.made(21, {}, {32, 0});
  uint32_t type = a.made(30, {}, {number, number});
  for (uint32_t i = 0; i < size; ++i) type = a.made(30, {}, {type, type});
  const uint32_t pointer = a.made(32, {}, {7, type});
  a.beginKernel(kernel, nothing);
  a.made(59, {pointer}, {7});
  a.endKernel();
  return a.done();
}

inline Words pointersToPointers(uint32_t size) {
  Assembler a;
  a.preamble();
  const uint32_t kernel = a.entry();
  const uint32_t nothing = a.made(19, {});
  uint32_t type = a.made(21, {}, {32, 0});
  for (uint32_t i = 0; i < size; ++i) type = a.made(32, {}, {5, type});
  a.beginKernel(kernel, nothing, {type});
  a.endKernel();
  return a.done();
}

// A sum whose every step is an operand of the next.
inline Words specConstantChain(uint32_t size) {
  Assembler a;
  a.preamble();
  const uint32_t kernel = a.entry();
  const uint32_t nothing = a.made(19, {}), number = a.made(21, {}, {32, 0});
  const uint32_t pointer = a.made(32, {}, {5, number});
  uint32_t value = a.made(50, {number}, {1});
  for (uint32_t i = 0; i < size; ++i) value = a.made(52, {number}, {128, value, value});
  Words type = {nothing, pointer};
  const uint32_t function = a.made(33, {}, type);
  a.op(54, {nothing, kernel, 0, function});
  const uint32_t parameter = a.made(55, {pointer});
  a.made(248, {});
  a.op(62, {parameter, value});
  a.endKernel();
  return a.done();
}

inline Words nops(uint32_t size) {
  Assembler a;
  a.preamble();
  const uint32_t kernel = a.entry();
  const uint32_t nothing = a.made(19, {});
  a.beginKernel(kernel, nothing);
  for (uint32_t i = 0; i < size; ++i) a.op(0, {});
  a.endKernel();
  return a.done();
}

inline Words manyFunctions(uint32_t size) {
  Assembler a;
  a.preamble();
  const uint32_t kernel = a.entry();
  const uint32_t nothing = a.made(19, {});
  const uint32_t type = a.made(33, {}, {nothing});
  for (uint32_t i = 0; i < size; ++i) {
    a.made(54, {nothing}, {0, type});
    a.made(248, {});
    a.op(253, {});
    a.op(56, {});
  }
  a.beginKernel(kernel, nothing);
  a.endKernel();
  return a.done();
}

// Functions that call each other in a circle.
inline Words recursion(uint32_t size) {
  Assembler a;
  a.preamble();
  const uint32_t nothing = a.made(19, {});
  const uint32_t type = a.made(33, {}, {nothing});
  const uint32_t first = a.id();
  for (uint32_t i = 1; i < size; ++i) a.id();
  for (uint32_t i = 0; i < size; ++i) {
    a.op(54, {nothing, first + i, 0, type});
    a.made(248, {});
    a.made(57, {nothing}, {first + (i + 1) % size});
    a.op(253, {});
    a.op(56, {});
  }
  return a.done();
}

// Blocks within one another.
inline Words deepBlocks(uint32_t size) {
  Assembler a;
  a.preamble();
  const uint32_t kernel = a.entry();
  const uint32_t nothing = a.made(19, {}), truth = a.made(20, {});
  const uint32_t yes = a.made(41, {truth});
  const uint32_t type = a.made(33, {}, {nothing});
  a.op(54, {nothing, kernel, 0, type});
  uint32_t here = a.id();
  const uint32_t end = a.id();
  for (uint32_t i = 0; i < size; ++i) {
    const uint32_t next = a.id();
    a.op(248, {here});
    a.op(250, {yes, next, end});
    here = next;
  }
  a.op(248, {here});
  a.op(249, {end});
  a.op(248, {end});
  a.endKernel();
  return a.done();
}

inline Words manyArguments(uint32_t size) {
  Assembler a;
  a.preamble();
  const uint32_t kernel = a.entry();
  const uint32_t nothing = a.made(19, {}), number = a.made(21, {}, {32, 0});
  a.beginKernel(kernel, nothing, Words(size, number));
  a.endKernel();
  return a.done();
}

inline Words manyVariables(uint32_t size) {
  Assembler a;
  a.preamble();
  const uint32_t kernel = a.entry();
  const uint32_t nothing = a.made(19, {}), number = a.made(21, {}, {32, 0});
  const uint32_t count = a.made(43, {number}, {1 << 24});
  const uint32_t array = a.made(28, {}, {number, count});
  const uint32_t pointer = a.made(32, {}, {5, array});
  const uint32_t zero = a.made(46, {array});
  for (uint32_t i = 0; i < size; ++i) a.made(59, {pointer}, {5, zero});
  a.beginKernel(kernel, nothing);
  a.endKernel();
  return a.done();
}

// A loop without end, and nothing in it.
inline Words endlessLoop(uint32_t) {
  Assembler a;
  a.preamble();
  const uint32_t kernel = a.entry();
  const uint32_t nothing = a.made(19, {});
  const uint32_t type = a.made(33, {}, {nothing});
  a.op(54, {nothing, kernel, 0, type});
  const uint32_t loop = a.id();
  a.made(248, {});
  a.op(249, {loop});
  a.op(248, {loop});
  a.op(249, {loop});
  a.op(56, {});
  return a.done();
}

// An entry point that gives a value back.
inline Words entryWithResult(uint32_t) {
  Assembler a;
  a.preamble();
  const uint32_t kernel = a.entry();
  const uint32_t number = a.made(21, {}, {32, 0});
  const uint32_t one = a.made(43, {number}, {1});
  const uint32_t type = a.made(33, {}, {number});
  a.op(54, {number, kernel, 0, type});
  a.made(248, {});
  a.op(254, {one});
  a.op(56, {});
  return a.done();
}

// An entry point that takes a pointer to private memory.
inline Words entryWithPrivatePointer(uint32_t) {
  Assembler a;
  a.preamble();
  const uint32_t kernel = a.entry();
  const uint32_t nothing = a.made(19, {}), number = a.made(21, {}, {32, 0});
  a.beginKernel(kernel, nothing, {a.made(32, {}, {7, number})});
  a.endKernel();
  return a.done();
}

inline const std::vector<Hostile>& hostileModules() {
  static const std::vector<Hostile> all = {
      {"nested arrays", nestedArrays, 60, 1 << 14},
      {"nested structs", nestedStructs, 60, 1 << 14},
      {"doubled structs", doubledStructs, 30, 200},
      {"pointers to pointers", pointersToPointers, 60, 1 << 14},
      {"a chain of constants", specConstantChain, 60, 1 << 14},
      {"no operations", nops, 1000, 12 << 20},
      {"many functions", manyFunctions, 100, 1 << 17},
      {"recursion", recursion, 1, 1 << 12},
      {"deep blocks", deepBlocks, 100, 1 << 14},
      {"many arguments", manyArguments, 300, 20000},
      {"many variables", manyVariables, 20, 1000},
      {"an endless loop", endlessLoop, 1, 1},
      {"an entry point with a result", entryWithResult, 1, 1},
      {"an entry point with a private pointer", entryWithPrivatePointer, 1, 1},
  };
  return all;
}

}  // namespace softgpu::engine::test
