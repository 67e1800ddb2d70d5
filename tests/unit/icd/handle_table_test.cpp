// The set of live handles: kinds, release, growth, and readers beside writers.
#include "icd/object/handle_table.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

namespace clze::icd {
namespace {

struct alignas(16) Cell {
  char bytes[16];
};

TEST(HandleTable, RefusesUnknownMisalignedAndOtherKinds) {
  Cell cells[2] = {};
  insertHandle(&cells[0], Kind::Memory);
  EXPECT_TRUE(containsHandle(&cells[0], Kind::Memory));
  EXPECT_FALSE(containsHandle(&cells[0], Kind::Event));
  EXPECT_FALSE(containsHandle(&cells[1], Kind::Memory));
  EXPECT_FALSE(containsHandle(&cells[0].bytes[1], Kind::Memory));
  eraseHandle(&cells[0], Kind::Memory);
  EXPECT_FALSE(containsHandle(&cells[0], Kind::Memory));
  eraseHandle(&cells[0], Kind::Memory);  // gone already
}

TEST(HandleTable, KeepsTheRestWhenSomeGo) {
  std::vector<Cell> cells(20000);
  for (const Cell& cell : cells) insertHandle(&cell, Kind::Kernel);
  for (size_t i = 0; i < cells.size(); i += 3) eraseHandle(&cells[i], Kind::Kernel);
  for (size_t i = 0; i < cells.size(); ++i) {
    ASSERT_EQ(containsHandle(&cells[i], Kind::Kernel), i % 3 != 0) << i;
  }
  for (size_t i = 0; i < cells.size(); ++i) {
    if (i % 3 != 0) eraseHandle(&cells[i], Kind::Kernel);
  }
}

TEST(HandleTable, ReadersNeverMissALiveHandle) {
  std::vector<Cell> stable(300), moving(3000);
  for (const Cell& cell : stable) insertHandle(&cell, Kind::Event);
  std::atomic<bool> stop = false;
  std::thread writer([&] {
    for (int round = 0; round < 20; ++round) {
      for (const Cell& cell : moving) insertHandle(&cell, Kind::Event);
      for (const Cell& cell : moving) eraseHandle(&cell, Kind::Event);
    }
    stop = true;
  });
  size_t missed = 0;
  do {
    for (const Cell& cell : stable) missed += containsHandle(&cell, Kind::Event) ? 0 : 1;
  } while (!stop);
  writer.join();
  EXPECT_EQ(missed, 0U);
  for (const Cell& cell : stable) eraseHandle(&cell, Kind::Event);
}

}  // namespace
}  // namespace clze::icd
