// Keeps the code generator from what it cannot do with vectors of halves.
#pragma once

namespace llvm {
class Module;
}

namespace softgpu::engine {

// LLVM 15 ends the process over minnum and maxnum of vectors of halves on x86-64, which its optimiser makes
// of those of floats between conversions. They become those of floats again; to be called after the
// optimiser.
void widenHalves(llvm::Module& module);

}  // namespace softgpu::engine
