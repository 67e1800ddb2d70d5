// The quirks table: rows of quirks.def and the one function that compares their conditions.
#include "l0backend/caps/quirks.h"

#include <iterator>

namespace clze::l0 {

namespace {

struct Row {
  uint32_t vendor;
  uint32_t apiBelow;
  uint32_t buildUpTo;
};

constexpr Row kRows[] = {
#define CLZE_QUIRK(name, vendor, apiBelow, buildUpTo, reason, link) {vendor, apiBelow, buildUpTo},
#include "l0backend/caps/quirks.def"
#undef CLZE_QUIRK
};

}  // namespace

bool hasQuirk(const Driver& driver, const Device& device, Quirk quirk) {
  const auto index = static_cast<size_t>(quirk);
  if (index >= std::size(kRows)) return false;
  const Row& row = kRows[index];
  if (row.vendor != 0 && device.properties.vendorId != row.vendor) return false;
  if (row.apiBelow != 0 && static_cast<uint32_t>(driver.apiVersion) >= row.apiBelow) return false;
  return row.buildUpTo == 0 || (driver.properties.driverVersion & 0xffffu) <= row.buildUpTo;
}

}  // namespace clze::l0
