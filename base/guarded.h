// Data that lives inside its lock: reachable only through lock(), so it cannot be touched without holding it.
// With std::mutex in place of the default a std::condition_variable can wait for it.
#pragma once

#include <mutex>
#include <utility>

#include "base/light_mutex.h"

namespace clze {

template <class T, class Mutex = LightMutex>
class Guarded {
 public:
  class Locked {
   public:
    Locked(Mutex& mutex, T& data) : lock_(mutex), data_(&data) {}
    T* operator->() { return data_; }
    T& operator*() { return *data_; }
    // For std::condition_variable::wait; the data must not be used while unlocked.
    std::unique_lock<Mutex>& mutexLock() { return lock_; }

   private:
    std::unique_lock<Mutex> lock_;
    T* data_;
  };

  template <class... Args>
  explicit Guarded(Args&&... args) : data_(std::forward<Args>(args)...) {}

  Locked lock() const { return Locked(mutex_, data_); }

 private:
  mutable Mutex mutex_;
  mutable T data_;
};

}  // namespace clze
