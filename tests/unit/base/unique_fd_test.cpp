// UniqueFd: closes once, and only what it still owns.
#include "base/unique_fd.h"

#include <fcntl.h>
#include <gtest/gtest.h>

namespace clze {
namespace {

bool isOpen(int fd) { return ::fcntl(fd, F_GETFD) != -1; }

TEST(UniqueFd, ClosesAtTheEndOfItsLife) {
  int raw = -1;
  {
    const UniqueFd fd(::open("/dev/null", O_RDONLY | O_CLOEXEC));
    raw = fd.get();
    ASSERT_TRUE(isOpen(raw));
  }
  EXPECT_FALSE(isOpen(raw));
}

TEST(UniqueFd, HandsOver) {
  UniqueFd first(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  const int raw = first.get();
  UniqueFd second(std::move(first));
  EXPECT_EQ(first.get(), -1);  // NOLINT(bugprone-use-after-move): what it is left with is the point
  EXPECT_EQ(second.release(), raw);
  EXPECT_TRUE(isOpen(raw));
  ::close(raw);
}

}  // namespace
}  // namespace clze
