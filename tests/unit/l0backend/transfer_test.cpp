// Fills, rectangles and image copies: which calls they become when one is not enough.
#include "fixture.h"

namespace clze::l0::test {
namespace {

class TransferTest : public BackendTest {
 protected:
  std::vector<Call> of(Fn fn) const {
    std::vector<Call> found;
    for (const Call& call : fake.calls) {
      if (call.fn == fn) found.push_back(call);
    }
    return found;
  }
};

TEST_F(TransferTest, AFillWithinTheGroupsLimitIsOneCall) {
  const auto queue = inOrder();
  const std::array<uint8_t, 16> pattern = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};
  ASSERT_TRUE(queue->fill(handleOf<void*>(0x100), pattern.data(), 16, 64, {}));
  const auto fills = of(Fn::zeCommandListAppendMemoryFill);
  ASSERT_EQ(fills.size(), 1u);
  EXPECT_EQ(fills[0].numbers[1], 16u);
}

TEST_F(TransferTest, ARepeatingPatternIsFilledByItsPeriod) {
  const auto queue = inOrder();
  const std::array<uint8_t, 128> zeros = {};
  ASSERT_TRUE(queue->fill(handleOf<void*>(0x100), zeros.data(), 128, 1024, {}));
  const auto fills = of(Fn::zeCommandListAppendMemoryFill);
  ASSERT_EQ(fills.size(), 1u);
  EXPECT_EQ(fills[0].numbers[1], 1u);
}

// Copies double what is filled: every byte is written once and read only after it was written.
TEST_F(TransferTest, ALongPatternIsFilledByDoubling) {
  for (const bool ordered : {false, true}) {
    fake.device.caps.inOrderLists = ordered;
    fake.calls.clear();
    const auto queue = inOrder();
    std::array<uint8_t, 128> pattern = {};
    pattern[5] = 1;
    constexpr uint64_t kTo = 0x100000;
    constexpr uint64_t kSize = 128 * 777;
    ASSERT_TRUE(queue->fill(handleOf<void*>(kTo), pattern.data(), 128, kSize, {}));
    const auto copies = of(Fn::zeCommandListAppendMemoryCopy);
    uint64_t filled = 0;
    for (const Call& copy : copies) {
      EXPECT_EQ(copy.numbers[0], kTo + filled);
      if (filled != 0) {
        EXPECT_EQ(copy.numbers[1], kTo);
        EXPECT_LE(copy.numbers[2], filled);
      }
      filled += copy.numbers[2];
    }
    EXPECT_EQ(filled, kSize);
    EXPECT_LE(copies.size(), 7u);
    // One barrier signals that the staging is free; the others are needed only where lists are unordered.
    EXPECT_EQ(of(Fn::zeCommandListAppendBarrier).size(), ordered ? 1u : copies.size());
    EXPECT_EQ(fake.count(Fn::zeMemFree), 0u);
    ASSERT_TRUE(queue->finish());
    EXPECT_EQ(fake.count(Fn::zeMemFree), 1u);
  }
}

TEST_F(TransferTest, AFillOfPartsSignalsAfterItsLastPart) {
  const auto queue = outOfOrder();
  std::array<uint8_t, 64> pattern = {};
  pattern[5] = 1;
  const auto other = handleOf<ze_event_handle_t>(0x77);
  auto done = context->events(false).borrow();
  ASSERT_TRUE(done.ok());
  ASSERT_TRUE(queue->fill(handleOf<void*>(0x100000), pattern.data(), 64, 64 * 1000,
                          {.waits = {&other, 1}, .signal = done->get()}));
  fake.runAll();
  EXPECT_TRUE(fake.completionOrder.empty());
  fake.signal(other);
  while (fake.step()) {
    if (fake.isSignalled(done->get())) {
      EXPECT_EQ(fake.pendingCommands(), 0u);
    }
  }
  EXPECT_TRUE(fake.isSignalled(done->get()));
}

TEST_F(TransferTest, ARectangleIsOneRegion) {
  const auto queue = inOrder();
  ASSERT_TRUE(queue->copyRect(
      {.base = handleOf<void*>(0x10000), .origin = {4, 2, 1}, .rowPitch = 100, .slicePitch = 1000},
      {.base = handleOf<void*>(0x20000), .origin = {}, .rowPitch = 64, .slicePitch = 640}, {32, 4, 2}, {}));
  const auto regions = of(Fn::zeCommandListAppendMemoryCopyRegion);
  ASSERT_EQ(regions.size(), 1u);
  EXPECT_EQ(regions[0].numbers[0], 0x10000u + 1000 + 200 + 4);
  EXPECT_EQ(regions[0].numbers[1], 0x20000u);
  EXPECT_EQ(regions[0].numbers[2], 32u);
  EXPECT_EQ(regions[0].numbers[3], 100u);
  EXPECT_EQ(regions[0].numbers[4], 1000u);
  EXPECT_EQ(regions[0].numbers[5], 64u);
}

TEST_F(TransferTest, ATightRectangleIsAPlainCopy) {
  const auto queue = inOrder();
  ASSERT_TRUE(queue->copyRect(
      {.base = handleOf<void*>(0x10000), .origin = {}, .rowPitch = 64, .slicePitch = 256},
      {.base = handleOf<void*>(0x20000), .origin = {}, .rowPitch = 64, .slicePitch = 256}, {64, 4, 2}, {}));
  const auto copies = of(Fn::zeCommandListAppendMemoryCopy);
  ASSERT_EQ(copies.size(), 1u);
  EXPECT_EQ(copies[0].numbers[2], 512u);
}

TEST_F(TransferTest, PitchesBeyond32BitsAreCopiedByRows) {
  const auto queue = inOrder();
  constexpr uint64_t kPitch = uint64_t{5} << 32;
  ASSERT_TRUE(queue->copyRect(
      {.base = handleOf<void*>(0x10000), .origin = {}, .rowPitch = kPitch, .slicePitch = kPitch * 2},
      {.base = handleOf<void*>(0x20000), .origin = {}, .rowPitch = 64, .slicePitch = 128}, {64, 2, 2}, {}));
  const auto copies = of(Fn::zeCommandListAppendMemoryCopy);
  ASSERT_EQ(copies.size(), 4u);
  EXPECT_EQ(copies[3].numbers[0], 0x10000u + 3 * kPitch);
  EXPECT_EQ(copies[3].numbers[1], 0x20000u + 192);
}

class ImageCopyTest : public TransferTest {
 protected:
  static constexpr ze_image_region_t kRegion = {1, 2, 3, 16, 4, 2};
  ze_image_handle_t image = handleOf<ze_image_handle_t>(0x99);
  void* memory = handleOf<void*>(0x10000);
};

TEST_F(ImageCopyTest, TightMemoryIsOneCallInBothDirections) {
  const auto queue = inOrder();
  ASSERT_TRUE(queue->imageToMemory(memory, 64, 256, image, kRegion, 64, {}));
  ASSERT_TRUE(queue->memoryToImage(image, kRegion, memory, 64, 256, 64, {}));
  EXPECT_EQ(fake.count(Fn::zeCommandListAppendImageCopyToMemory), 1u);
  EXPECT_EQ(fake.count(Fn::zeCommandListAppendImageCopyFromMemory), 1u);
}

TEST_F(ImageCopyTest, PaddedRowsUseTheExtensionWhereThereIsOne) {
  fake.device.caps.imageCopyPitches = true;
  const auto queue = inOrder();
  ASSERT_TRUE(queue->imageToMemory(memory, 80, 400, image, kRegion, 64, {}));
  ASSERT_TRUE(queue->memoryToImage(image, kRegion, memory, 80, 400, 64, {}));
  const auto to = of(Fn::zeCommandListAppendImageCopyToMemoryExt);
  const auto from = of(Fn::zeCommandListAppendImageCopyFromMemoryExt);
  ASSERT_EQ(to.size(), 1u);
  ASSERT_EQ(from.size(), 1u);
  EXPECT_EQ(to[0].numbers[4], 80u);
  EXPECT_EQ(from[0].numbers[5], 400u);
}

TEST_F(ImageCopyTest, ElsePaddedRowsAreCopiedOneByOne) {
  const auto queue = inOrder();
  ASSERT_TRUE(queue->imageToMemory(memory, 80, 400, image, kRegion, 64, {}));
  const auto parts = of(Fn::zeCommandListAppendImageCopyToMemory);
  ASSERT_EQ(parts.size(), 8u);
  EXPECT_THAT(parts[5].numbers, testing::ElementsAre(0x10000 + 400 + 80, 2 + 1, 3 + 1, 1, 0, 0));
}

// Intel's driver aborts otherwise: the quirk ImageCopiesAtOffsetsAbort. kRegion is 16 texels wide.
TEST_F(ImageCopyTest, WideTexelsGoOverStagingOnImmediateListsOfIntel) {
  fake.device.properties.vendorId = 0x8086;
  const auto queue = outOfOrder();
  ASSERT_TRUE(queue->imageToMemory(memory, 256, 1024, image, kRegion, 256, {}));
  ASSERT_TRUE(queue->memoryToImage(image, kRegion, memory, 272, 2000, 256, {}));
  const auto to = of(Fn::zeCommandListAppendImageCopyToMemory);
  const auto from = of(Fn::zeCommandListAppendImageCopyFromMemory);
  ASSERT_EQ(to.size(), 1u);
  ASSERT_EQ(from.size(), 1u);
  EXPECT_NE(to[0].numbers[0], 0x10000u);
  EXPECT_NE(from[0].numbers[0], 0x10000u);
  EXPECT_EQ(fake.count(Fn::zeCommandListAppendMemoryCopyRegion), 2u);
  // Narrower ones need it not.
  ASSERT_TRUE(queue->imageToMemory(memory, 64, 256, image, kRegion, 64, {}));
  EXPECT_EQ(of(Fn::zeCommandListAppendImageCopyToMemory).back().numbers[0], 0x10000u);
  ASSERT_TRUE(queue->finish());
}

TEST_F(ImageCopyTest, PaddedSlicesOfTightRowsAreCopiedSliceBySlice) {
  const auto queue = inOrder();
  ASSERT_TRUE(queue->memoryToImage(image, kRegion, memory, 64, 300, 64, {}));
  const auto parts = of(Fn::zeCommandListAppendImageCopyFromMemory);
  ASSERT_EQ(parts.size(), 2u);
  EXPECT_THAT(parts[1].numbers, testing::ElementsAre(0x10000 + 300, 2, 4, 4, 0, 0));
}

}  // namespace
}  // namespace clze::l0::test
