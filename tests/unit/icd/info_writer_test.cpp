// Answers of clGet...Info: sizes and the size-only query.
#include "icd/object/info_writer.h"

#include <gtest/gtest.h>

namespace clze::icd {
namespace {

TEST(InfoWriter, RefusesTooLittleRoomAndWritesNothing) {
  cl_uint value = 7;
  size_t size = 99;
  EXPECT_EQ(InfoWriter(3, &value, &size)(cl_uint{1}).code(), CL_INVALID_VALUE);
  EXPECT_EQ(value, 7U);
  char text[3] = "xy";
  EXPECT_EQ(InfoWriter(3, text, nullptr).string("abc").code(), CL_INVALID_VALUE);
  EXPECT_STREQ(text, "xy");
}

TEST(InfoWriter, TellsSizesWithoutAPlaceForTheValue) {
  size_t size = 0;
  EXPECT_EQ(InfoWriter(0, nullptr, &size).string("abc").code(), CL_SUCCESS);
  EXPECT_EQ(size, 4U);
  EXPECT_EQ(InfoWriter(0, nullptr, &size).empty().code(), CL_SUCCESS);
  EXPECT_EQ(size, 0U);
}

TEST(InfoWriter, WritesValuesAndLeavesTheRest) {
  cl_uint values[2] = {7, 8};
  size_t size = 0;
  EXPECT_EQ(InfoWriter(sizeof(values), values, &size)(cl_uint{1}).code(), CL_SUCCESS);
  EXPECT_EQ(values[0], 1U);
  EXPECT_EQ(values[1], 8U);
  EXPECT_EQ(size, sizeof(cl_uint));
}

}  // namespace
}  // namespace clze::icd
