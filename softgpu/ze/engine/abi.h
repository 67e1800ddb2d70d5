// What generated code and the runtime that calls it agree on. lower*.cpp emits accesses to these structs by
// the byte offsets below; a change of any of them changes kFormatVersion of the native container.
#pragma once

#include <cstddef>
#include <cstdint>

namespace softgpu::engine::abi {

// Sub-groups of kernels that do not ask for a size.
inline constexpr uint32_t kSubgroupSize = 8;
inline constexpr uint32_t kMaxSubgroupSize = 32;
// Levels of loops whose rounds tell work-items of a sub-group apart.
inline constexpr uint32_t kLoopLevels = 7;
// Alignment of local memory and of coroutine frames: that of double16.
inline constexpr size_t kAlignment = 128;

// Why a work-item stopped: a barrier is an exchange without a value. The runtime runs the exchange once every
// work-item of the group (or sub-group) has stopped, and puts each result where the operand was.
enum class Exchange : uint32_t {
  Barrier,
  Broadcast,
  All,
  Any,
  Reduce,
  ScanInclusive,
  ScanExclusive,
  Shuffle,
  BroadcastFirst,
  AllEqual,
  Elect,
  Ballot,
  Clustered  // reduction; the selector is the number of work-items in a cluster
};
enum class Operation : uint32_t { None, Add, Min, Max, Mul, And, Or, Xor, LogicalAnd, LogicalOr, LogicalXor };
enum class Value : uint32_t {
  None,
  Int32,
  Uint32,
  Int64,
  Uint64,
  Float,
  Double,
  Int8,
  Uint8,
  Int16,
  Uint16,
  Half
};
// A stop is one word: exchange | operation << 8 | value << 16 | scope << 24.
enum class Scope : uint32_t { Group, Subgroup };

constexpr uint32_t stopWord(Exchange exchange, Operation operation, Value value, Scope scope) {
  return static_cast<uint32_t>(exchange) | static_cast<uint32_t>(operation) << 8 |
         static_cast<uint32_t>(value) << 16 | static_cast<uint32_t>(scope) << 24;
}

// One work-item of a kernel with barriers. It is a coroutine: `frame` begins with its resume function, which
// is null once the work-item has ended.
struct Item {
  void* frame;
  uint64_t selector;  // Broadcast: linear id of the source; Shuffle: sub-group local id of the source
  uint32_t stop;      // stopWord of the last stop
  uint32_t valueSize;
  uint64_t reserved;
  // Where it stopped, of sub-group stops: place, then round and place in each loop from the outermost in. The
  // least in lexicographic order goes first, so that those behind catch up before anyone goes ahead.
  uint32_t order[2 * kLoopLevels + 2];
  alignas(16) std::byte value[128];  // operand, then result
};

// One work-group in flight on one thread.
struct Group {
  uint64_t globalOffset[3];
  uint64_t globalSize[3];
  uint64_t localSize[3];
  uint64_t groupId[3];
  uint64_t groupCount[3];
  uint64_t dimensions;
  std::byte* localMemory;  // static __local variables first, then the local arguments
  uint64_t localBytes;
  Item* items;           // linear; null for kernels without barriers
  void* frames;          // the runtime's allocator of coroutine frames
  const void* stackTop;  // of the run() that runs this group: addresses below it are private memory
};

// Generated entry points of a kernel. `arguments` holds one pointer an argument, to its value.
using StartFunction = void (*)(const void* const* arguments, Group* group);
// Resumes the unfinished work-items [first, last) once each; returns how many are still unfinished.
using ResumeFunction = uint64_t (*)(Group* group, uint64_t first, uint64_t last);

}  // namespace softgpu::engine::abi
