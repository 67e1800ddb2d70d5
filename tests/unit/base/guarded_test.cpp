// Guarded: only one thread at a time reaches the data.
#include "base/guarded.h"

#include <gtest/gtest.h>

#include <thread>
#include <vector>

namespace clze {
namespace {

TEST(Guarded, SerialisesAccess) {
  Guarded<int> counter(0);
  std::vector<std::thread> threads;
  threads.reserve(4);
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&counter] {
      for (int n = 0; n < 1000; ++n) ++*counter.lock();
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(*counter.lock(), 4000);
}

}  // namespace
}  // namespace clze
