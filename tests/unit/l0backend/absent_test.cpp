// A machine whose Level Zero loader finds no driver: no devices, no crash, and a reason for people.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "l0backend/caps/device.h"
#include "l0backend/loader/api.h"

namespace clze::l0::test {
namespace {

TEST(AbsentTest, NoDriverIsNoDevicesAndAReason) {
  EXPECT_TRUE(drivers().empty());
  EXPECT_FALSE(available());
  EXPECT_FALSE(available());  // and is not tried again
  EXPECT_THAT(whyUnavailable(), testing::HasSubstr("zeInit failed"));
}

}  // namespace
}  // namespace clze::l0::test
