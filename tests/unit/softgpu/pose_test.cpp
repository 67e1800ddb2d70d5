// Names of poses, alone and one after the other.
#include "softgpu/pose/pose.h"

#include <gtest/gtest.h>

namespace softgpu {
namespace {

std::optional<Pose> parse(std::string_view names) {
  std::string_view unknown;
  auto found = poseFor(names, &unknown);
  EXPECT_EQ(found.has_value(), unknown.empty());
  return found;
}

TEST(Pose, UnknownNamesAreToldApart) {
  std::string_view unknown;
  EXPECT_FALSE(poseFor("tgl,tgl2,no-fp64", &unknown));
  EXPECT_EQ(unknown, "tgl2");
  EXPECT_FALSE(parse("TGL"));
  EXPECT_FALSE(parse("no-fp"));
}

TEST(Pose, NoneIsSoftgpuItself) {
  for (const char* names : {"", ","}) {
    const auto pose = parse(names);
    ASSERT_TRUE(pose);
    EXPECT_EQ(pose->vendorId, 0x1c12eu);
    EXPECT_EQ(pose->tiling, Tiling::Linear);
    EXPECT_TRUE(pose->fp16 && pose->fp64 && pose->images && pose->newerThan14);
    EXPECT_FALSE(pose->discrete || pose->copyGroup);
  }
}

TEST(Pose, LaterNamesOverrideEarlierOnes) {
  const auto pose = parse("dg2,22.43,integrated,two-subdevices");
  ASSERT_TRUE(pose);
  EXPECT_EQ(pose->vendorId, 0x8086u);
  EXPECT_EQ(pose->tiling, Tiling::Tile4);
  EXPECT_EQ(pose->driverVersion & 0xffff, 24595u);
  EXPECT_FALSE(pose->newerThan14);
  EXPECT_FALSE(pose->discrete);
  EXPECT_EQ(pose->subDevices, 2u);
  EXPECT_EQ(parse("tgl")->tiling, Tiling::Y);
  EXPECT_TRUE(parse("integrated,dg2")->discrete);
}

}  // namespace
}  // namespace softgpu
