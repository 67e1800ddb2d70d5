// A SPIR-V module with specialization constants, as words: `put` stores small + wide in its buffer.
#pragma once

#include <cstdint>

namespace clze::test {

// OpDecorate %small SpecId 7, %small = OpSpecConstant %uint 5
// OpDecorate %wide SpecId 8, %wide = OpSpecConstant %ulong 10000000000
// kernel put(global ulong* out): OpStore %out (OpIAdd (OpUConvert %small) %wide)
inline constexpr uint32_t kPutModule[] = {
    0x07230203, 0x00010200, 0x00070000, 0x0000000d, 0,          0x00020011, 4,          0x00020011,
    6,          0x00020011, 0x0000000b, 0x0003000e, 2,          2,          0x0004000f, 6,
    1,          0x00747570, 0x00030003, 3,          0x00018e70, 0x00040047, 2,          1,
    7,          0x00040047, 3,          1,          8,          0x00020013, 4,          0x00040015,
    5,          0x00000020, 0,          0x00040015, 6,          0x00000040, 0,          0x00040020,
    7,          5,          6,          0x00040021, 8,          4,          7,          0x00040032,
    5,          2,          5,          0x00050032, 6,          3,          0x540be400, 2,
    0x00050036, 4,          1,          0,          8,          0x00030037, 7,          9,
    0x000200f8, 0x0000000a, 0x00040071, 6,          0x0000000b, 2,          0x00050080, 6,
    0x0000000c, 0x0000000b, 3,          0x0005003e, 9,          0x0000000c, 2,          8,
    0x000100fd, 0x00010038};

}  // namespace clze::test
