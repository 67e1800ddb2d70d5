// Writes command streams for tests of the engines: an object bound at an address, filled dword by dword.
#pragma once
#include <atomic>
#include <cstring>
#include <initializer_list>
#include <memory>

#include "tests/intel/fake_gpu/engine/engine.h"

namespace fake_gpu {

// Memory of the fake device with its address, bound into spaces by the test.
struct Memory {
  explicit Memory(uint64_t at, uint64_t bytes = 4096) : address(at), object(Object::create(bytes)) {}

  template <class Value = uint32_t>
  Value get(uint64_t offset) const {
    if constexpr (sizeof(Value) == 4) {
      // Engines may be writing or polling it.
      return std::atomic_ref(*reinterpret_cast<Value*>(object->data() + offset)).load();
    } else {
      Value value;
      std::memcpy(&value, object->data() + offset, sizeof value);
      return value;
    }
  }
  template <class Value = uint32_t>
  void set(uint64_t offset, Value value) {
    if constexpr (sizeof(Value) == 4) {
      std::atomic_ref(*reinterpret_cast<Value*>(object->data() + offset)).store(value);
    } else {
      std::memcpy(object->data() + offset, &value, sizeof value);
    }
  }
  Binding binding() const { return {address, object->size(), object, 0}; }

  uint64_t address;
  std::shared_ptr<Object> object;
};

class Batch : public Memory {
 public:
  using Memory::Memory;

  Batch& put(std::initializer_list<uint32_t> dwords) {
    for (uint32_t dword : dwords) {
      set(used_, dword);
      used_ += 4;
    }
    return *this;
  }
  uint64_t used() const { return used_; }

  Batch& end() { return put({0x0A << 23}); }
  Batch& storeDword(uint64_t to, uint32_t value) { return put({0x20 << 23 | 2, low(to), high(to), value}); }
  Batch& storeQword(uint64_t to, uint64_t value) {
    return put({0x20 << 23 | 1 << 21 | 3, low(to), high(to), low(value), high(value)});
  }
  // compare: 0 >, 1 >=, 2 <, 3 <=, 4 ==, 5 !=; polls.
  Batch& wait(uint64_t at, uint32_t compare, uint32_t value) {
    return put({0x1Cu << 23 | 1 << 15 | compare << 12 | 3, value, low(at), high(at), 0});
  }
  Batch& loadRegister(uint32_t reg, uint32_t value) { return put({0x22 << 23 | 1, reg, value}); }
  Batch& storeRegister(uint32_t reg, uint64_t to) { return put({0x24 << 23 | 2, reg, low(to), high(to)}); }
  Batch& jump(uint64_t to) { return put({0x31 << 23 | 1 << 8 | 1, low(to), high(to)}); }
  Batch& call(uint64_t to) { return put({0x31 << 23 | 1 << 22 | 1 << 8 | 1, low(to), high(to)}); }

  static uint32_t low(uint64_t value) { return static_cast<uint32_t>(value); }
  static uint32_t high(uint64_t value) { return static_cast<uint32_t>(value >> 32); }

 private:
  uint64_t used_ = 0;
};

}  // namespace fake_gpu
