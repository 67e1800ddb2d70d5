// GPU virtual addresses of one context or execution: which object lies where. Used from every thread: the
// kernel binds while engines look up. Addresses are 48 bits; the sign extension that drivers write above them
// is ignored.
#pragma once
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <shared_mutex>
#include <vector>

#include "tests/intel/fake_gpu/memory/object.h"

namespace fake_gpu {

constexpr uint64_t addressMask = (uint64_t{1} << 48) - 1;

struct Binding {
  uint64_t address = 0;
  uint64_t bytes = 0;
  std::shared_ptr<Object> object;
  uint64_t offset = 0;   // of the first byte in the object
  bool isListed = true;  // false: of an earlier execution, see AddressSpace's constructor
};

class AddressSpace {
 public:
  AddressSpace() = default;
  // Execution by a list of objects (i915). Objects of earlier executions stay where they were until they are
  // closed or their addresses are given to others: `earlier` keeps them, and gets these too. May be null.
  explicit AddressSpace(std::vector<Binding> bindings, std::shared_ptr<AddressSpace> earlier = nullptr);

  // Replaces what lies there, splitting bindings which reach over either end (as xe's VM_BIND does).
  void bind(Binding binding);
  void unbind(uint64_t address, uint64_t bytes);
  void clear();
  // All bindings of a closed object.
  void forget(const Object& object);

  // The binding that holds the address, with its object kept alive.
  std::optional<Binding> find(uint64_t address) const;
  // Null: not all of it resident in one object. The pointer is good while the object lives.
  std::byte* at(uint64_t address, uint64_t bytes) const;
  // Bindings in the order of addresses, for reports and for counting jobs on objects.
  std::vector<Binding> bindings() const;
  // Was `address` bound earlier and is no longer? Tells "freed too early" from "never valid" in reports.
  bool wasBound(uint64_t address) const;

 private:
  void unbindLocked(uint64_t address, uint64_t bytes);
  void addPast(const Binding& binding);

  mutable std::shared_mutex mutex_;
  std::map<uint64_t, Binding> byAddress_;
  std::shared_ptr<AddressSpace> earlier_;
  std::vector<std::pair<uint64_t, uint64_t>> past_;  // address, bytes of bindings removed; the newest 256
};

}  // namespace fake_gpu
