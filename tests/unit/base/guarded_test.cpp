// Guarded and its mutex: only one thread at a time reaches the data.
#include "base/guarded.h"

#include <gtest/gtest.h>

#include <atomic>
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

TEST(LightMutex, WakesThoseWhoWait) {
  LightMutex mutex;
  mutex.lock();
  EXPECT_FALSE(mutex.try_lock());
  std::atomic<int> entered = 0;
  std::vector<std::thread> threads;
  threads.reserve(3);
  for (int i = 0; i < 3; ++i) {
    threads.emplace_back([&] {
      mutex.lock();
      ++entered;
      mutex.unlock();
    });
  }
  EXPECT_EQ(entered, 0);
  mutex.unlock();
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(entered, 3);
  EXPECT_TRUE(mutex.try_lock());
  mutex.unlock();
}

}  // namespace
}  // namespace clze
