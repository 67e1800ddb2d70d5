// The parts of the bitcode as a constant of the library: the assembler copies the file, which no array in C++
// does as fast.
#include "softgpu/ze/builtins/builtins.h"

__asm__(
    ".section .rodata\n"
    ".balign 16\n"
    ".global softgpu_builtins_bc\n"
    ".hidden softgpu_builtins_bc\n"
    "softgpu_builtins_bc:\n"
    ".incbin \"" SOFTGPU_BUILTINS_FILE
    "\"\n"
    ".previous\n");
