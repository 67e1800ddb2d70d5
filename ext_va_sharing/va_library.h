// libva's functions, from the copy the application uses. Opened at first need, never linked.
#pragma once

#include <va/va.h>
#include <va/va_drmcommon.h>

namespace clze::va {

struct Library {
  decltype(&::vaDisplayIsValid) displayIsValid = nullptr;
  decltype(&::vaExportSurfaceHandle) exportSurfaceHandle = nullptr;
  decltype(&::vaSyncSurface) syncSurface = nullptr;
  decltype(&::vaQueryImageFormats) queryImageFormats = nullptr;
  decltype(&::vaMaxNumImageFormats) maxNumImageFormats = nullptr;
  decltype(&::vaCreateSurfaces) createSurfaces = nullptr;
  decltype(&::vaDestroySurfaces) destroySurfaces = nullptr;
  decltype(&::vaErrorStr) errorStr = nullptr;
};

// Null when there is no libva 2 with these functions; the answer never changes. Thread-safe.
const Library* library();

}  // namespace clze::va
