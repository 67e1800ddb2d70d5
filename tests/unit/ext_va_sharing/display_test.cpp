// Displays: garbage is refused without being touched, and PCI addresses are read from sysfs links.
#include "ext_va_sharing/display.h"

#include <gtest/gtest.h>

#include <array>

namespace clze::va {
namespace {

TEST(Display, RefusesNullAndUnmappedPointers) {
  EXPECT_FALSE(displayIsValid(nullptr));
  EXPECT_FALSE(displayIsValid(reinterpret_cast<VADisplay>(0x10)));
  EXPECT_FALSE(displayIsValid(reinterpret_cast<VADisplay>(0xdeadbeef000)));
  EXPECT_FALSE(displayIsValid(reinterpret_cast<VADisplay>(~uintptr_t{0} - 8)));
}

TEST(Display, RefusesMemoryThatIsNoDisplay) {
  std::array<unsigned char, 4096> bytes;
  bytes.fill(0xab);
  EXPECT_FALSE(displayIsValid(bytes.data()));
}

TEST(ParsePci, RefusesWhatIsNoAddress) {
  for (const char* text : {"", "/", "0000", "0000:00", "0000:00:02", "0000:00:02.", "0000:00:02.0x", "vgem",
                           "zz:00:02.0", "../../../0000:00:02.0/extra"}) {
    EXPECT_FALSE(parsePci(text).has_value()) << text;
  }
}

TEST(ParsePci, ReadsTheEndOfALink) {
  const auto address = parsePci("../../../0000:03:1f.2");
  ASSERT_TRUE(address.has_value());
  EXPECT_EQ(*address, (l0::PciAddress{0, 3, 0x1f, 2}));
  EXPECT_EQ(*parsePci("0001:00:02.0"), (l0::PciAddress{1, 0, 2, 0}));
}

}  // namespace
}  // namespace clze::va
