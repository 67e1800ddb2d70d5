// Clock arithmetic: units, wraps and drift.
#include "l0backend/time/clock.h"

#include "fixture.h"
#include "l0backend/time/ticks.h"

namespace clze::l0::test {
namespace {

constexpr TickRate kNanoseconds = {1, 1};
constexpr TickRate k19200kHz = {0, 19'200'000};

TEST(TicksTest, UnitsFollowTheStructuresVersion) {
  ze_device_properties_t properties = {};
  properties.stype = ZE_STRUCTURE_TYPE_DEVICE_PROPERTIES;
  properties.timerResolution = 52;
  EXPECT_EQ(TickRate::of(properties).toNs(10), 520u);
  properties.stype = ZE_STRUCTURE_TYPE_DEVICE_PROPERTIES_1_2;
  properties.timerResolution = 19'200'000;
  EXPECT_EQ(TickRate::of(properties).toNs(19'200'000), kNsPerSecond);
  EXPECT_EQ(TickRate::of(properties).toNs(1), 52u);
}

TEST(TicksTest, LongTimesDoNotOverflow) {
  const uint64_t year = 365ull * 86400;
  EXPECT_EQ(k19200kHz.toNs(year * 19'200'000), year * kNsPerSecond);
  EXPECT_EQ(k19200kHz.fromNs(year * kNsPerSecond), year * 19'200'000);
  constexpr TickRate gigahertz = {0, 1'000'000'000};
  EXPECT_EQ(gigahertz.toNs(year * kNsPerSecond + 7), year * kNsPerSecond + 7);
}

TEST(TicksTest, MasksCoverTheirBits) {
  EXPECT_EQ(tickMask(32), 0xffffffffu);
  EXPECT_EQ(tickMask(36), 0xfffffffffu);
  EXPECT_EQ(tickMask(64), ~0ull);
  EXPECT_EQ(tickMask(0), ~0ull);
}

TEST(TicksTest, AValueIsPlacedByItsAge) {
  const ClockAnchor anchor = {1000, 50'000};
  EXPECT_EQ(hostTimeOf(1000, 64, anchor, kNanoseconds, 60'000), 50'000u);
  EXPECT_EQ(hostTimeOf(6000, 64, anchor, kNanoseconds, 60'000), 55'000u);
  // Before the anchor too.
  EXPECT_EQ(hostTimeOf(400, 64, anchor, kNanoseconds, 60'000), 49'400u);
}

// Intel's counters tick every 52 or 83 ns. Rounding must not let a command's end move from one question to
// the next, and with it before its start.
TEST(TicksTest, AValueHasOneTimeWhenItIsAskedAgain) {
  for (const TickRate rate : {k19200kHz, TickRate{83, 1}}) {
    const ClockAnchor anchor = {0xfffff000u, 1'000'000'000};
    for (const uint64_t ticks : {0xfffff800u, 0xffffff77u, 0x00000100u}) {
      const uint64_t first = hostTimeOf(ticks, 32, anchor, rate, 1'001'000'000);
      for (uint64_t later = 1; later < 300; ++later) {
        ASSERT_EQ(hostTimeOf(ticks, 32, anchor, rate, 1'001'000'000 + later), first) << later;
      }
    }
  }
}

TEST(TicksTest, OneWrapIsSeenThrough) {
  // 32 bits of nanoseconds: the counter wrapped between the anchor and the value.
  const ClockAnchor anchor = {0xfffffff0u, 1'000'000};
  EXPECT_EQ(hostTimeOf(0x10, 32, anchor, kNanoseconds, 1'000'100), 1'000'032u);
  // The anchor itself is several wraps old.
  const uint64_t later = 1'000'000 + 10 * (1ull << 32);
  EXPECT_EQ(hostTimeOf(0x10, 32, anchor, kNanoseconds, later + 100), later + 32);
}

TEST(TicksTest, ASlightlyFutureValueIsNow) {
  const ClockAnchor anchor = {1000, 50'000};
  EXPECT_EQ(hostTimeOf(1000 + 10'005, 36, anchor, kNanoseconds, 60'000), 60'000u);
}

using ClockTest = BackendTest;

TEST_F(ClockTest, CommandTimesAreOnTheHostsClock) {
  auto event = context->events(true).borrow();
  ASSERT_TRUE(event.ok());
  fake.deviceTicks = 5'000'000'000;
  fake.stamp.global = {4'999'990'000, 4'999'999'000};
  const uint64_t before = hostNanoseconds();
  const auto times = commandTimes(fake.device, *event);
  ASSERT_TRUE(times.ok());
  EXPECT_EQ(times->endNs - times->startNs, 9'000u);
  EXPECT_GE(times->endNs + 1'000, before);
  EXPECT_LE(times->endNs, hostNanoseconds());
}

TEST_F(ClockTest, AWrapWithinACommandIsNoNegativeDuration) {
  fake.device.properties.kernelTimestampValidBits = 32;
  fake.device.properties.timestampValidBits = 36;
  auto event = context->events(true).borrow();
  ASSERT_TRUE(event.ok());
  fake.deviceTicks = 0x100001000;
  fake.stamp.global = {0xffffff00, 0x100};
  const auto times = commandTimes(fake.device, *event);
  ASSERT_TRUE(times.ok());
  EXPECT_EQ(times->endNs - times->startNs, 0x200u);
}

TEST_F(ClockTest, BothClocksAreReadOnceForManyCommands) {
  auto event = context->events(true).borrow();
  ASSERT_TRUE(event.ok());
  for (int i = 0; i < 10; ++i) ASSERT_TRUE(commandTimes(fake.device, *event).ok());
  EXPECT_EQ(fake.count(Fn::zeDeviceGetGlobalTimestamps), 1u);
}

TEST_F(ClockTest, FailuresAreReported) {
  auto event = context->events(true).borrow();
  ASSERT_TRUE(event.ok());
  fake.failAlways(Fn::zeDeviceGetGlobalTimestamps, ZE_RESULT_ERROR_DEVICE_LOST);
  EXPECT_EQ(commandTimes(fake.device, *event).code(), CL_OUT_OF_RESOURCES);
  EXPECT_EQ(timePair(fake.device).code(), CL_OUT_OF_RESOURCES);
}

TEST_F(ClockTest, APairIsTakenTogether) {
  fake.deviceTicks = 123;
  const uint64_t before = hostNanoseconds();
  const auto pair = timePair(fake.device);
  ASSERT_TRUE(pair.ok());
  EXPECT_GE(pair->hostNs, before);
  EXPECT_LE(pair->hostNs, hostNanoseconds());
}

}  // namespace
}  // namespace clze::l0::test
