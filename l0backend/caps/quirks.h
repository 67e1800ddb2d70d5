// Known faults of shipped drivers, looked up by condition; the table and the reasons are in quirks.def.
#pragma once

#include "l0backend/caps/device.h"

namespace clze::l0 {

enum class Quirk {
#define CLZE_QUIRK(name, vendor, apiBelow, buildUpTo, reason, link) name,
#include "l0backend/caps/quirks.def"
#undef CLZE_QUIRK
};

// device.properties and the driver's versions must be filled in.
bool hasQuirk(const Driver& driver, const Device& device, Quirk quirk);

}  // namespace clze::l0
