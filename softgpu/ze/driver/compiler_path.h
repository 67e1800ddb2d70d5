// Tells the engine where softgpu-compiler is.
#pragma once

namespace softgpu::driver {

// Before the first module is made.
void chooseCompiler();

}  // namespace softgpu::driver
