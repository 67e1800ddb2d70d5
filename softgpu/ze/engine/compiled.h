// A memory of what was compiled. Threads: any.
#pragma once

#include <string>

#include "softgpu/ze/engine/job.h"

namespace softgpu::engine {

// compileJob(), unless this process has done the same before. Failures are not remembered.
bool compileOnce(Job job, Product& product, std::string& log);
void forgetCompiled();

}  // namespace softgpu::engine
