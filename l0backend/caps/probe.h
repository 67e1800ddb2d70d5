// Finds out what a device's driver can do beyond API 1.4. Called once a device, while it is enumerated.
#pragma once

#include "l0backend/caps/device.h"

namespace clze::l0 {

// Needs the device's properties and queue groups; every failed attempt just leaves a capability off.
Caps probeCaps(const Driver& driver, const Device& device);

// A fresh enumeration, for drivers() and for tests.
std::vector<std::unique_ptr<Driver>> enumerateDrivers();

}  // namespace clze::l0
