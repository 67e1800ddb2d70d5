// Work-items as coroutines, for kernels whose work-items may part ways around barriers. Included by LLVM
// source files only.
#pragma once

#include <llvm/IR/Function.h>

namespace softgpu::engine {

// Makes a work-item's function (arguments, group, local ids, abi::Item), which is erased, a coroutine that
// suspends at each stop. It leaves its handle in the abi::Item and returns it.
llvm::Function* makeCoroutine(llvm::Function& item);

// Fills the empty `resume`, an abi::ResumeFunction.
void makeResume(llvm::Function& resume);

}  // namespace softgpu::engine
