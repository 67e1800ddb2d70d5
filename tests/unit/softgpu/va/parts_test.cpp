// The driver's parts without libva: ids, layouts, bounds, memory, the VP9 header.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include <array>
#include <set>

#include "softgpu/va/format.h"
#include "softgpu/va/handle_table.h"
#include "softgpu/va/memory.h"
#include "softgpu/va/surface.h"
#include "softgpu/va/vp9_header.h"

namespace softgpu::va {
namespace {

using IntTable = HandleTable<int, Kind::Surface>;

TEST(HandleTable, RefusesWhatItNeverGaveOut) {
  IntTable table;
  EXPECT_EQ(table.find(0), nullptr);
  EXPECT_EQ(table.find(VA_INVALID_ID), nullptr);
  const VAGenericID id = table.add(std::make_shared<int>(7));
  EXPECT_EQ(table.find(id + 1), nullptr);
  EXPECT_EQ(table.find(id ^ (1U << 28)), nullptr) << "another kind of object";
  EXPECT_EQ(table.remove(id + 1), nullptr);
  ASSERT_NE(table.find(id), nullptr);
  EXPECT_EQ(*table.find(id), 7);
}

TEST(HandleTable, AStaleIdStaysStaleWhenItsSlotIsUsedAgain) {
  IntTable table;
  std::set<VAGenericID> seen;
  for (int i = 0; i < 1000; ++i) {
    const VAGenericID id = table.add(std::make_shared<int>(i));
    EXPECT_TRUE(seen.insert(id).second) << "id given twice";
    for (const VAGenericID old : seen) EXPECT_EQ(table.find(old) != nullptr, old == id);
    EXPECT_NE(table.remove(id), nullptr);
    EXPECT_EQ(table.remove(id), nullptr);
  }
}

TEST(HandleTable, AnObjectInUseOutlivesItsId) {
  IntTable table;
  const VAGenericID id = table.add(std::make_shared<int>(5));
  const std::shared_ptr<int> held = table.find(id);
  table.remove(id);
  EXPECT_EQ(*held, 5);
}

TEST(Layout, AlignsPitchTo64AndRowsTo16) {
  const Format* nv12 = findFormat(VA_FOURCC_NV12);
  const Layout layout = layoutFor(*nv12, 322, 242, {});
  EXPECT_EQ(layout.pitch[0], 384U);
  EXPECT_EQ(layout.pitch[1], 384U);
  EXPECT_EQ(layout.offset[1], 384U * 256U);
  EXPECT_EQ(layout.size % 4096, 0U);
  EXPECT_GE(layout.size, 384U * 384U);
}

TEST(Layout, TakesOddPitchesAndGaps) {
  const Layout layout = layoutFor(*findFormat(VA_FOURCC_NV12), 322, 242, {333, 77});
  EXPECT_EQ(layout.pitch[0], 333U);
  EXPECT_EQ(layout.pitch[1], 334U) << "UV pairs start on even bytes";
  EXPECT_EQ(layout.offset[1], (333U * 256U + 77 + 1) / 2 * 2);
  const Layout tooSmall = layoutFor(*findFormat(VA_FOURCC_P010), 322, 242, {100, 0});
  EXPECT_EQ(tooSmall.pitch[0], 704U) << "a pitch below a row's bytes is ignored";
}

TEST(Layout, EveryFormatFitsWithinItsSize) {
  for (const Format& format : formats()) {
    for (const auto& [width, height] : {std::array{1U, 1U}, std::array{17U, 33U}, std::array{1920U, 1080U}}) {
      const Layout layout = layoutFor(format, width, height, {});
      std::size_t end = 0;
      for (unsigned i = 0; i < format.planes; ++i) {
        EXPECT_GE(layout.offset[i], end) << "plane " << i << " overlaps";
        EXPECT_GE(layout.pitch[i], format.rowBytes(i, width));
        end = layout.offset[i] + layout.pitch[i] * format.rows(i, height);
      }
      EXPECT_LE(end, layout.size);
    }
  }
}

TEST(Memory, RefusesBadImports) {
  std::shared_ptr<Memory> memory;
  EXPECT_EQ(Memory::import(-1, 0, &memory), VA_STATUS_ERROR_INVALID_PARAMETER);
  std::array<int, 2> pipe{};
  ASSERT_EQ(::pipe2(pipe.data(), O_CLOEXEC), 0);
  EXPECT_EQ(Memory::import(pipe[0], 0, &memory), VA_STATUS_ERROR_INVALID_PARAMETER);
  ::close(pipe[0]);
  EXPECT_EQ(Memory::import(pipe[0], 0, &memory), VA_STATUS_ERROR_INVALID_PARAMETER) << "a closed fd";
  ::close(pipe[1]);
  const OwnedFd file(::memfd_create("t", MFD_CLOEXEC));
  EXPECT_EQ(Memory::import(file.get(), 0, &memory), VA_STATUS_ERROR_INVALID_PARAMETER) << "empty";
  ASSERT_EQ(::ftruncate(file.get(), 4096), 0);
  EXPECT_EQ(Memory::import(file.get(), 4097, &memory), VA_STATUS_ERROR_INVALID_PARAMETER)
      << "claims too much";
  EXPECT_EQ(memory, nullptr);
  EXPECT_EQ(Memory::import(file.get(), 4096, &memory), VA_STATUS_SUCCESS);
  EXPECT_TRUE(memory->intact());
  ASSERT_EQ(::ftruncate(file.get(), 100), 0);
  EXPECT_FALSE(memory->intact());
}

TEST(Memory, OwnPagesAreZeroCloseOnExecAndCannotShrink) {
  const std::shared_ptr<Memory> memory = Memory::allocate(8192);
  ASSERT_NE(memory, nullptr);
  EXPECT_EQ(memory->data()[0] | memory->data()[8191], 0);
  const OwnedFd fd = memory->duplicate();
  EXPECT_EQ(::fcntl(fd.get(), F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);
  EXPECT_NE(::ftruncate(fd.get(), 4096), 0);
  memory->data()[5] = 42;
  void* other = ::mmap(nullptr, 8192, PROT_READ, MAP_SHARED, fd.get(), 0);
  ASSERT_NE(other, MAP_FAILED);
  EXPECT_EQ(static_cast<const std::uint8_t*>(other)[5], 42);
  ::munmap(other, 8192);
}

TEST(Surface, PlanesMustLieWithinTheirObjects) {
  const Format& nv12 = *findFormat(VA_FOURCC_NV12);
  const std::vector<std::shared_ptr<Memory>> objects{Memory::allocate(4096)};
  const auto fits = [&](SurfacePlane luma, SurfacePlane chroma) {
    return Surface::planesFit(nv12, 32, 32, objects, {luma, chroma, SurfacePlane{}});
  };
  EXPECT_TRUE(fits({0, 0, 32}, {0, 1024, 32}));
  EXPECT_TRUE(fits({0, 0, 32}, {0, 4096 - 512, 32})) << "to the last byte";
  EXPECT_FALSE(fits({0, 0, 32}, {0, 4096 - 511, 32}));
  EXPECT_FALSE(fits({0, 0, 31}, {0, 1024, 32})) << "pitch below a row";
  EXPECT_FALSE(fits({0, 0, 32}, {1, 1024, 32})) << "no such object";
  EXPECT_FALSE(fits({0, 0xffffffff, 32}, {0, 0, 32}));
  EXPECT_FALSE(fits({0, 0, 0xffffffff}, {0, 0, 32}));
}

TEST(Vp9Header, RefusesWhatIsNotVp9) {
  EXPECT_FALSE(parseVp9Header({}));
  const std::array<std::uint8_t, 4> marker{0x40, 0, 0, 0};
  EXPECT_FALSE(parseVp9Header(marker));
  const std::array<std::uint8_t, 4> badSync{0x82, 0x49, 0x83, 0x43};
  EXPECT_FALSE(parseVp9Header(badSync));
  const std::array<std::uint8_t, 2> cut{0x82, 0x49};
  EXPECT_FALSE(parseVp9Header(cut));
}

TEST(Vp9Header, ReadsKeyInterAndShownAgain) {
  // marker 10, profile 00, existing 0, type 0 (key), show 1, resilient 0, sync code.
  const std::array<std::uint8_t, 4> key{0x82, 0x49, 0x83, 0x42};
  const auto keyHeader = parseVp9Header(key);
  ASSERT_TRUE(keyHeader);
  EXPECT_TRUE(keyHeader->keyFrame && keyHeader->showFrame);
  EXPECT_EQ(keyHeader->refreshFlags, 0xff);
  // marker 10, profile 01 (low bit first: profile 2), existing 0, type 1, show 0, resilient 0 | intra 0,
  // reset 00, refresh 00001000.
  const std::array<std::uint8_t, 3> hidden{0b10010100, 0b00000001, 0b00000000};
  const auto hiddenHeader = parseVp9Header(hidden);
  ASSERT_TRUE(hiddenHeader);
  EXPECT_EQ(hiddenHeader->profile, 2U);
  EXPECT_FALSE(hiddenHeader->showFrame);
  EXPECT_EQ(hiddenHeader->refreshFlags, 0b00001000);
  const std::array<std::uint8_t, 1> again{0x8b};
  const auto againHeader = parseVp9Header(again);
  ASSERT_TRUE(againHeader);
  EXPECT_TRUE(againHeader->showExisting);
}

}  // namespace
}  // namespace softgpu::va
