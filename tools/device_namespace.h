// A private /dev in which libdrm and libva see a render node, for machines that have none.
#pragma once

#include <string>

namespace clze::tools {

// Moves this process into a mount namespace with /dev/dri/renderD128; everything else of /dev stays as it is.
// Empty when it succeeded, else one sentence: why not. To be called before any thread is started.
std::string enterDeviceNamespace();

}  // namespace clze::tools
