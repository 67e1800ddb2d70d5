// The last stores of all engines of a device, for reports of hangs: who wrote near the address that is waited
// for?
#pragma once
#include <array>
#include <cstdint>
#include <mutex>
#include <string>

namespace fake_gpu {

class StoreHistory {
 public:
  void add(const std::string& place, const char* command, uint64_t address, uint64_t value, uint32_t bytes);
  // The newest first, one line each.
  std::string text() const;

 private:
  struct Store {
    std::string place;
    const char* command = nullptr;
    uint64_t address = 0;
    uint64_t value = 0;
    uint32_t bytes = 0;
  };
  static constexpr size_t kept = 24;

  mutable std::mutex mutex_;
  std::array<Store, kept> stores_;
  uint64_t count_ = 0;
};

}  // namespace fake_gpu
