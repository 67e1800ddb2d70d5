// The backend on a driver through the real loader: on softgpu what a table of functions cannot show, pixels
// and bytes; on Intel's driver over the fake GPU that it takes every call.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/mman.h>

#include <cstring>
#include <numeric>

#include "l0backend/queue/queue.h"
#include "l0backend/time/clock.h"
#include "tests/support/data.h"
#include "tests/unit/l0backend/on_a_driver.h"

namespace clze::l0::test {
namespace {

class DriverTest : public OnADriver {
 protected:
  std::unique_ptr<Queue> queue(bool outOfOrder = false) {
    auto made = Queue::create(*context, *device, {.outOfOrder = outOfOrder});
    EXPECT_TRUE(made.ok());
    return std::move(*made);
  }
  Allocation host(size_t size) {
    auto made = allocate(*context, *device, size, 64, Placement::Host);
    EXPECT_TRUE(made.ok());
    return std::move(*made);
  }
  static void countUp(const Allocation& memory) {
    for (size_t i = 0; i < memory.size(); ++i) memory.data()[i] = static_cast<std::byte>(i * 7 + (i >> 8));
  }
};

TEST_F(DriverTest, TheDeviceDescribesItself) {
  EXPECT_EQ(device->properties.type, ZE_DEVICE_TYPE_GPU);
  EXPECT_GT(device->globalMemoryBytes, 0u);
  EXPECT_TRUE(device->computeGroup.compute);
  EXPECT_GE(device->computeGroup.maxFillPattern, 1u);
  EXPECT_TRUE(device->caps.importDmaBuf);
  // Newer than some of Intel's drivers; softgpu has them.
  if (device->properties.vendorId != 0x8086) {
    EXPECT_TRUE(device->caps.pitchedImages);
  }
}

// Each step reads what the step before wrote.
TEST_F(DriverTest, AnInOrderQueueKeepsItsOrder) {
  const auto q = queue();
  constexpr size_t kSize = 1 << 20;
  const Allocation a = host(kSize), b = host(kSize);
  for (uint8_t round = 1; round <= 20; ++round) {
    ASSERT_TRUE(q->fill(a.data(), &round, 1, kSize, {}));
    ASSERT_TRUE(q->copy(b.data(), a.data(), kSize, {}));
    ASSERT_TRUE(q->copy(a.data() + kSize / 2, b.data(), kSize / 2, {}));
  }
  ASSERT_TRUE(q->finish());
  for (const size_t at : {size_t{0}, kSize / 2, kSize - 1}) {
    DATA_EXPECT_EQ(static_cast<int>(a.data()[at]), 20);
    DATA_EXPECT_EQ(static_cast<int>(b.data()[at]), 20);
  }
}

TEST_F(DriverTest, BarriersOrderAnOutOfOrderQueue) {
  const auto q = queue(true);
  constexpr size_t kPart = 1 << 16;
  constexpr size_t kParts = 9;
  const Allocation a = host(kPart * kParts), b = host(kPart * kParts);
  for (uint8_t round = 1; round <= 50; ++round) {
    for (size_t i = 0; i < kParts; ++i) ASSERT_TRUE(q->fill(a.data() + i * kPart, &round, 1, kPart, {}));
    ASSERT_TRUE(q->barrier({}));
    // Backwards, so that a part is not read on the list that wrote it.
    for (size_t i = 0; i < kParts; ++i) {
      ASSERT_TRUE(q->copy(b.data() + i * kPart, a.data() + (kParts - 1 - i) * kPart, kPart, {}));
    }
    ASSERT_TRUE(q->barrier({}));
  }
  ASSERT_TRUE(q->finish());
  for (size_t at = 0; at < kPart * kParts; at += 4096)
    DATA_EXPECT_EQ(static_cast<int>(b.data()[at]), 50) << at;
}

TEST_F(DriverTest, EventsOrderAnOutOfOrderQueue) {
  const auto q = queue(true);
  constexpr size_t kSize = 1 << 20;
  const Allocation a = host(kSize), b = host(kSize);
  std::vector<Event> done;
  for (uint8_t round = 1; round <= 20; ++round) {
    auto event = context->events(false).borrow();
    ASSERT_TRUE(event.ok());
    const ze_event_handle_t last = done.empty() ? nullptr : done.back().get();
    const Sync sync = {.waits = {&last, last != nullptr ? 1u : 0u}, .signal = event->get()};
    if (round % 2 == 1) {
      ASSERT_TRUE(q->fill(a.data(), &round, 1, kSize, sync));
    } else {
      ASSERT_TRUE(q->copy(b.data(), a.data(), kSize, sync));
    }
    done.push_back(*std::move(event));
  }
  ASSERT_TRUE(done.back().wait(UINT64_MAX).ok());
  DATA_EXPECT_EQ(static_cast<int>(b.data()[0]), 19);
  DATA_EXPECT_EQ(static_cast<int>(b.data()[kSize - 1]), 19);
  ASSERT_TRUE(q->finish());
}

TEST_F(DriverTest, MarkersSignalWhenAllBeforeIsDone) {
  const auto q = queue(true);
  constexpr size_t kSize = 1 << 20;
  const Allocation a = host(kSize * 4);
  for (uint8_t round = 1; round <= 10; ++round) {
    for (size_t i = 0; i < 4; ++i) ASSERT_TRUE(q->fill(a.data() + i * kSize, &round, 1, kSize, {}));
    auto passed = context->events(false).borrow();
    ASSERT_TRUE(passed.ok());
    ASSERT_TRUE(q->marker({.signal = passed->get()}));
    ASSERT_TRUE(passed->wait(UINT64_MAX).ok());
    for (size_t i = 1; i <= 4; ++i) DATA_EXPECT_EQ(static_cast<int>(a.data()[i * kSize - 1]), round);
    ASSERT_TRUE(q->finish());
  }
}

TEST_F(DriverTest, FillsOfEveryPatternSize) {
  const auto q = queue();
  for (size_t size = 1; size <= 128; size *= 2) {
    const Allocation a = host(128 * 333);
    std::vector<uint8_t> pattern(size);
    std::iota(pattern.begin(), pattern.end(), uint8_t{3});
    ASSERT_TRUE(q->fill(a.data(), pattern.data(), size, a.size(), {}));
    std::fill(pattern.begin(), pattern.end(), uint8_t{0});  // taken at the call
    ASSERT_TRUE(q->finish());
    bool equal = true;
    for (size_t i = 0; i < a.size(); ++i) equal = equal && static_cast<size_t>(a.data()[i]) == 3 + i % size;
    DATA_EXPECT_TRUE(equal) << size;
  }
}

TEST_F(DriverTest, RectanglesLeaveTheRestAlone) {
  const auto q = queue();
  const Allocation a = host(100 * 20 * 3), b = host(64 * 10 * 3);
  std::memset(a.data(), 0xee, a.size());
  countUp(b);
  ASSERT_TRUE(q->copyRect({a.data(), {5, 2, 1}, 100, 2000}, {b.data(), {1, 1, 0}, 64, 640}, {30, 4, 2}, {}));
  ASSERT_TRUE(q->finish());
  bool equal = true;
  for (size_t z = 0; z < 3; ++z) {
    for (size_t y = 0; y < 20; ++y) {
      for (size_t x = 0; x < 100; ++x) {
        const bool inside = z >= 1 && y >= 2 && y < 6 && x >= 5 && x < 35;
        const auto expected =
            inside ? b.data()[(z - 1) * 640 + (y - 1) * 64 + (x - 4)] : static_cast<std::byte>(0xee);
        equal = equal && a.data()[z * 2000 + y * 100 + x] == expected;
      }
    }
  }
  DATA_EXPECT_TRUE(equal);
}

TEST_F(DriverTest, ImageCopiesHonourPaddedPitches) {
  Device without = *device;  // the same device as a driver without the extension
  without.caps.imageCopyPitches = false;
  for (const Device* as : {device, static_cast<const Device*>(&without)}) {
    auto made = Queue::create(*context, *as, {});
    ASSERT_TRUE(made.ok());
    auto image = createImage(*context, *as, {CL_RG, CL_UNORM_INT8}, {.width = 20, .height = 6});
    ASSERT_TRUE(image.ok());
    const Allocation in = host(64 * 6), out = host(48 * 6);
    countUp(in);
    std::memset(out.data(), 0xee, out.size());
    const ze_image_region_t whole = {0, 0, 0, 20, 6, 1};
    const ze_image_region_t part = {3, 1, 0, 10, 4, 1};
    ASSERT_TRUE((*made)->memoryToImage(image->get(), whole, in.data(), 64, 64 * 6, 40, {}));
    ASSERT_TRUE((*made)->imageToMemory(out.data(), 48, 48 * 4, image->get(), part, 20, {}));
    ASSERT_TRUE((*made)->finish());
    bool equal = true;
    for (size_t y = 0; y < 6; ++y) {
      for (size_t x = 0; x < 48; ++x) {
        const auto expected =
            x < 20 && y < 4 ? in.data()[(y + 1) * 64 + 6 + x] : static_cast<std::byte>(0xee);
        equal = equal && out.data()[y * 48 + x] == expected;
      }
    }
    DATA_EXPECT_TRUE(equal) << "extension used: " << as->caps.imageCopyPitches;
  }
}

TEST_F(DriverTest, EverySupportedFormatKeepsItsBytes) {
  const auto tried = supportedFormats(*device);
  ASSERT_TRUE(tried.ok());
  const auto formats = *tried;
  EXPECT_GE(formats.size(), 30u);
  const auto q = queue();
  for (const auto& format : formats) {
    auto image = createImage(*context, *device, format, {.width = 8, .height = 4});
    ASSERT_TRUE(image.ok());
    const size_t row = 8 * texelSize(format);
    const Allocation in = host(row * 4), out = host(row * 4);
    countUp(in);
    const ze_image_region_t whole = {0, 0, 0, 8, 4, 1};
    ASSERT_TRUE(q->memoryToImage(image->get(), whole, in.data(), row, row * 4, row, {}));
    ASSERT_TRUE(q->imageToMemory(out.data(), row, row * 4, image->get(), whole, row, {}));
    ASSERT_TRUE(q->finish());
    DATA_EXPECT_EQ(std::memcmp(in.data(), out.data(), row * 4), 0)
        << std::hex << format.image_channel_order << " " << format.image_channel_data_type;
  }
}

// A surface as a video decoder exports it: one buffer, two planes, padded rows.
TEST_F(DriverTest, PlanesOfAnImportedBufferAreImages) {
  constexpr size_t kPitch = 256, kHeight = 48, kWidth = 100;
  constexpr size_t kSize = kPitch * kHeight * 3 / 2;
  UniqueFd fd(memfd_create("clze-test", MFD_CLOEXEC));
  ASSERT_TRUE(fd);
  ASSERT_EQ(ftruncate(fd.get(), kSize), 0);
  auto* const bytes =
      static_cast<uint8_t*>(mmap(nullptr, kSize, PROT_READ | PROT_WRITE, MAP_SHARED, fd.get(), 0));
  ASSERT_NE(bytes, MAP_FAILED);
  for (size_t i = 0; i < kSize; ++i) bytes[i] = static_cast<uint8_t>(i * 5 + (i >> 8));
  {
    auto memory = importDmaBuf(*context, *device, std::move(fd), kSize);
    ASSERT_TRUE(memory.ok());
    const auto q = queue();
    const size_t offset = kPitch * kHeight;
    auto chroma =
        createPitchedImage(*context, *device, {CL_RG, CL_UNORM_INT8},
                           {.width = kWidth / 2, .height = kHeight / 2}, memory->data() + offset, kPitch);
    ASSERT_EQ(chroma.ok(), device->caps.pitchedImages);
    if (!chroma.ok()) {
      munmap(bytes, kSize);
      return;
    }
    const Allocation out = host(kWidth * kHeight / 2);
    const ze_image_region_t whole = {0, 0, 0, kWidth / 2, kHeight / 2, 1};
    ASSERT_TRUE(q->imageToMemory(out.data(), kWidth, kWidth * kHeight / 2, chroma->get(), whole, kWidth, {}));
    ASSERT_TRUE(q->finish());
    bool equal = true;
    for (size_t y = 0; y < kHeight / 2; ++y) {
      equal = equal && std::memcmp(out.data() + y * kWidth, bytes + offset + y * kPitch, kWidth) == 0;
    }
    DATA_EXPECT_TRUE(equal);
    // And back: what is written to the image is in the buffer, padding untouched.
    const uint8_t before = bytes[offset + kWidth];
    std::memset(out.data(), 0x5a, out.size());
    ASSERT_TRUE(q->memoryToImage(chroma->get(), whole, out.data(), kWidth, kWidth * kHeight / 2, kWidth, {}));
    ASSERT_TRUE(q->finish());
    DATA_EXPECT_EQ(bytes[offset], 0x5a);
    DATA_EXPECT_EQ(bytes[offset + kWidth - 1], 0x5a);
    DATA_EXPECT_EQ(bytes[offset + kWidth], before);
  }
  munmap(bytes, kSize);
}

TEST_F(DriverTest, CommandsAreTimedOnTheHostsClock) {
  const auto q = queue();
  constexpr size_t kSize = 4 << 20;
  const Allocation a = host(kSize);
  auto first = context->events(true).borrow();
  auto second = context->events(true).borrow();
  ASSERT_TRUE(first.ok() && second.ok());
  const uint8_t pattern = 1;
  const uint64_t before = hostNanoseconds();
  ASSERT_TRUE(q->fill(a.data(), &pattern, 1, kSize, {.signal = first->get()}));
  ASSERT_TRUE(q->fill(a.data(), &pattern, 1, kSize, {.signal = second->get()}));
  ASSERT_TRUE(q->finish());
  const uint64_t after = hostNanoseconds();
  const auto one = commandTimes(*device, *first);
  const auto two = commandTimes(*device, *second);
  ASSERT_TRUE(one.ok() && two.ok());
  EXPECT_LT(one->startNs, one->endNs);
  EXPECT_LE(one->endNs, two->startNs + 1'000);  // rounding of ticks
  EXPECT_LT(two->startNs, two->endNs);
  // Reading the two clocks is not atomic: allow for being scheduled out between.
  constexpr uint64_t kSlack = 50'000'000;
  EXPECT_GE(one->startNs + kSlack, before);
  EXPECT_LE(two->endNs, after + kSlack);
}

}  // namespace
}  // namespace clze::l0::test
