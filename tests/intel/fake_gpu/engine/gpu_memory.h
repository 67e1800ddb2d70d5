// The engines' sight of memory: every access is checked for residency and reported when it fails, so that no
// command can touch what its context has not bound. One for each running job; used by the engine's thread
// only.
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "tests/intel/fake_gpu/memory/address_space.h"

namespace fake_gpu {

class GpuMemory {
 public:
  // `report` gets the reason of a failed access: "4 bytes at 0x1000: nothing is bound there".
  GpuMemory(std::shared_ptr<const AddressSpace> space, std::function<void(const std::string&)> report);

  // Values wait in memory that other threads and engines read: 4 and 8 bytes are written and read whole.
  bool read(uint64_t address, void* bytes, uint64_t count, const char* what);
  bool write(uint64_t address, const void* bytes, uint64_t count, const char* what);
  bool move(uint64_t to, uint64_t from, uint64_t count);
  // 4 or 8 aligned bytes, exchanged as one; `change` computes the new value. False: reported.
  bool update(uint64_t address, uint32_t bytes, const std::function<uint64_t(uint64_t)>& change,
              uint64_t* before, const char* what);
  // No report.
  bool isResident(uint64_t address, uint64_t count);
  // Some access went to an object that the execution did not list.
  bool usedUnlisted() const { return usedUnlisted_; }
  // Why isResident() said no.
  std::string reasonFor(uint64_t address, uint64_t count);
  // Bindings may have changed (a slice of the job begins).
  void forget();

 private:
  struct Reach {
    std::byte* data = nullptr;
    uint64_t bytes = 0;  // up to the binding's end
  };
  Reach reach(uint64_t address);
  const Binding* bindingOf(uint64_t address);
  bool userPagesMapped(const Binding& binding, uint64_t offset, uint64_t bytes);
  std::byte* whole(uint64_t address, uint64_t count);

  std::shared_ptr<const AddressSpace> space_;
  std::function<void(const std::string&)> report_;
  std::array<Binding, 4> recent_;
  size_t nextRecent_ = 0;
  std::array<uint64_t, 4> mappedPages_{};  // addresses of user memory's pages seen mapped, +1
  size_t nextMapped_ = 0;
  bool usedUnlisted_ = false;
};

}  // namespace fake_gpu
