// Checks of what commands and kernels compute: buffer contents, texels, what a kernel stored or printed. They
// are off under CLZE_TEST_NO_DATA=1, for devices that execute no kernel and copy nothing; how many were off
// is said at the end.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string_view>

namespace clze::test {

// Only values that a device has to compute are data. Error codes, sizes, states, event statuses and reference
// counts hold on every device: their checks are the ordinary ones. What is compared is evaluated either way,
// so that the commands behind it run and their own checks stay on.
class DataChecks {
 public:
  static bool off() {
    static const bool value = [] {
      const char* const asked = std::getenv("CLZE_TEST_NO_DATA");
      return asked != nullptr && std::string_view(asked) == "1";
    }();
    return value;
  }
  // Called once a check: may it be left out?
  static bool skip() {
    if (!off()) return false;
    skipped.fetch_add(1, std::memory_order_relaxed);
    return true;
  }
  static size_t turnedOff() { return skipped.load(std::memory_order_relaxed); }

 private:
  static inline std::atomic<size_t> skipped = 0;
};

class DataReport : public ::testing::Environment {
 public:
  void TearDown() override {
    if (!DataChecks::off()) return;
    std::printf("[   DATA   ] %zu checks of data were off (CLZE_TEST_NO_DATA=1)\n", DataChecks::turnedOff());
  }
};
// Googletest owns it. One a program, however many files include this.
inline ::testing::Environment* const dataReport =
    ::testing::AddGlobalTestEnvironment(std::make_unique<DataReport>().release());

template <class Matcher>
auto dataThat(Matcher matcher) {
  return [matcher](const char* text, const auto& value) -> ::testing::AssertionResult {
    if (DataChecks::skip()) return ::testing::AssertionSuccess();
    return ::testing::internal::MakePredicateFormatterFromMatcher(matcher)(text, value);
  };
}

}  // namespace clze::test

#define DATA_EXPECT_THAT(value, matcher) EXPECT_PRED_FORMAT1(::clze::test::dataThat(matcher), value)
#define DATA_ASSERT_THAT(value, matcher) ASSERT_PRED_FORMAT1(::clze::test::dataThat(matcher), value)
#define DATA_EXPECT_EQ(value, expected) DATA_EXPECT_THAT(value, ::testing::Eq(expected))
#define DATA_ASSERT_EQ(value, expected) DATA_ASSERT_THAT(value, ::testing::Eq(expected))
#define DATA_EXPECT_NE(value, other) DATA_EXPECT_THAT(value, ::testing::Ne(other))
#define DATA_ASSERT_NE(value, other) DATA_ASSERT_THAT(value, ::testing::Ne(other))
#define DATA_EXPECT_LE(value, limit) DATA_EXPECT_THAT(value, ::testing::Le(limit))
#define DATA_EXPECT_GE(value, limit) DATA_EXPECT_THAT(value, ::testing::Ge(limit))
#define DATA_EXPECT_TRUE(condition) DATA_EXPECT_THAT(static_cast<bool>(condition), ::testing::IsTrue())
#define DATA_ASSERT_TRUE(condition) DATA_ASSERT_THAT(static_cast<bool>(condition), ::testing::IsTrue())
#define DATA_EXPECT_FALSE(condition) DATA_EXPECT_THAT(static_cast<bool>(condition), ::testing::IsFalse())
