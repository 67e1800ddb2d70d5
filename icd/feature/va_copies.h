// The copies of acquire and release, for images that are not the surface's own memory: one command of the
// queue.
#pragma once

#include <vector>

#include "icd/command/enqueue.h"
#include "icd/feature/va_image.h"

namespace clze::icd {

enum class SurfaceCopy { Fill, WriteBack };

// A place in the queue's order (barrier), and between its waits and its end the copies of those of `images`
// that need one. Without any it is enqueuePlace().
Result<void> enqueueSurfaceCopies(const Enqueue& command, std::span<VaImage* const> images, SurfaceCopy copy);

}  // namespace clze::icd
