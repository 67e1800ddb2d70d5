// Result: values and codes travel, and the TRY macros leave at the first failure.
#include "base/result.h"

#include <gtest/gtest.h>

#include <memory>

namespace clze {
namespace {

Result<int> half(int number) {
  if (number % 2 != 0) return Failure{CL_INVALID_VALUE};
  return number / 2;
}

Result<int> quarter(int number) {
  CLZE_TRY_ASSIGN(const int once, half(number));
  CLZE_TRY_ASSIGN(const int twice, half(once));
  return twice;
}

Result<void> even(int number) {
  CLZE_TRY(half(number));
  return {};
}

TEST(Result, CarriesTheCodeOfTheFirstFailure) {
  EXPECT_EQ(quarter(3).code(), CL_INVALID_VALUE);
  EXPECT_EQ(quarter(6).code(), CL_INVALID_VALUE);
  EXPECT_EQ(even(1).code(), CL_INVALID_VALUE);
}

TEST(Result, CarriesTheValue) {
  ASSERT_TRUE(quarter(8).ok());
  EXPECT_EQ(*quarter(8), 2);
  EXPECT_EQ(quarter(8).code(), CL_SUCCESS);
  EXPECT_TRUE(even(2).ok());
}

TEST(Result, MovesWhatCannotBeCopied) {
  Result<std::unique_ptr<int>> owner = std::make_unique<int>(7);
  const std::unique_ptr<int> taken = *std::move(owner);
  EXPECT_EQ(*taken, 7);
}

}  // namespace
}  // namespace clze
