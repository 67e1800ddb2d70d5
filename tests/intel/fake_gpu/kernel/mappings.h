// CPU maps of buffers, so that those which are never undone show in the counts.
#pragma once
#include <cstddef>

namespace fake_gpu {

void addMapping(const void* address, size_t bytes);
// The range is about to be unmapped, by whatever made it.
void removeMappings(const void* address, size_t bytes);

}  // namespace fake_gpu
