// What a VADisplay is: valid or not, and on which PCI device.
#pragma once

#include <va/va.h>

#include <optional>

#include "l0backend/caps/device.h"

namespace clze::va {

// False for null and for what is no initialised display, garbage pointers included: memory that cannot be
// read is not touched.
bool displayIsValid(VADisplay display);

// The PCI function behind the display's DRM node. Empty when the display has none (X11 without DRI) or the
// node is not a PCI device's: then it cannot be told apart. `display` is valid.
std::optional<l0::PciAddress> displayPci(VADisplay display);

// The "dddd:bb:dd.f" at the end of a sysfs device link; exposed for tests.
std::optional<l0::PciAddress> parsePci(std::string_view text);

// Whether surfaces of the display can be shared with the device. Equal PCI addresses; when either has none,
// only if `onlyDevice` says that there is no other device it could be.
bool displayMatches(VADisplay display, const l0::Device& device, bool onlyDevice);

}  // namespace clze::va
