// What every OpenCL object is: a dispatch pointer the loader reads, and two reference counts. The API's count
// is clRetain/clRelease; the library's keeps the object alive while commands or other objects use it.
#pragma once

#include <CL/cl_icd.h>

#include <atomic>
#include <cstdint>
#include <utility>

#include "base/result.h"
#include "icd/object/handle_table.h"

namespace clze::icd {
extern const cl_icd_dispatch kDispatch;  // icd/entry/dispatch.cpp
}

// The structs behind the handles. The first member is the loader's (cl_khr_icd).
#define CLZE_HANDLE(name)                                    \
  struct alignas(16) name {                                  \
    const cl_icd_dispatch* dispatch = &clze::icd::kDispatch; \
  };
CLZE_HANDLE(_cl_platform_id)
CLZE_HANDLE(_cl_device_id)
CLZE_HANDLE(_cl_context)
CLZE_HANDLE(_cl_command_queue)
CLZE_HANDLE(_cl_mem)
CLZE_HANDLE(_cl_sampler)
CLZE_HANDLE(_cl_program)
CLZE_HANDLE(_cl_kernel)
CLZE_HANDLE(_cl_event)
#undef CLZE_HANDLE

namespace clze::icd {

// A number no other object of the process has had: an address may come back as another object, this does not.
inline uint64_t nextIdentity() {
  static std::atomic<uint64_t> next = 1;
  return next.fetch_add(1, std::memory_order_relaxed);
}

// The library's reference count. Created with one reference, the creator's.
class Object {
 public:
  Object() = default;
  Object(const Object&) = delete;
  Object& operator=(const Object&) = delete;
  virtual ~Object() = default;

  void retain() const { references_.fetch_add(1, std::memory_order_relaxed); }
  // For lists that do not own what they name: false when the object is already being destroyed.
  bool tryRetain() const {
    uint32_t count = references_.load(std::memory_order_relaxed);
    while (count != 0) {
      if (references_.compare_exchange_weak(count, count + 1, std::memory_order_relaxed)) return true;
    }
    return false;
  }
  void release() const {
    if (references_.fetch_sub(1, std::memory_order_acq_rel) == 1) const_cast<Object*>(this)->lastRelease();
  }

 protected:
  // No reference is left: the end, unless a class keeps its objects for reuse.
  virtual void lastRelease() { delete this; }
  // One of those begins a new life, with one reference.
  void revive() { references_.store(1, std::memory_order_relaxed); }

 private:
  mutable std::atomic<uint32_t> references_ = 1;
};

// Holds one library reference.
template <class T>
class Ref {
 public:
  Ref() = default;
  Ref(std::nullptr_t) {}  // NOLINT(google-explicit-constructor)
  explicit Ref(T* object) : object_(object) {
    if (object_ != nullptr) object_->retain();
  }
  // Takes over the creator's reference.
  static Ref adopt(T* object) {
    Ref ref;
    ref.object_ = object;
    return ref;
  }
  Ref(const Ref& other) : Ref(other.object_) {}
  Ref(Ref&& other) noexcept : object_(std::exchange(other.object_, nullptr)) {}
  template <class U>
  Ref(const Ref<U>& other) : Ref(static_cast<T*>(other.get())) {}  // NOLINT(google-explicit-constructor)
  Ref& operator=(Ref other) noexcept {
    std::swap(object_, other.object_);
    return *this;
  }
  ~Ref() {
    if (object_ != nullptr) object_->release();
  }

  T* get() const { return object_; }
  T* operator->() const { return object_; }
  T& operator*() const { return *object_; }
  explicit operator bool() const { return object_ != nullptr; }
  T* detach() { return std::exchange(object_, nullptr); }

 private:
  T* object_ = nullptr;
};

// T is the class, Handle the struct its cl_ handle points to.
template <class T, class Handle, Kind kKind>
class ApiObject : public Object, public Handle {
 public:
  // Null unless `handle` is a live object of this kind.
  static T* from(Handle* handle) {
    return handle != nullptr && containsHandle(handle, kKind) ? static_cast<T*>(handle) : nullptr;
  }
  // For handles that validation has already accepted.
  static T& trusted(Handle* handle) { return *static_cast<T*>(handle); }

  // Makes a fully built object visible to the application: it now holds one API reference (and one of the
  // library).
  static Handle* publish(Ref<T> object) {
    T* raw = object.detach();
    insertHandle(static_cast<Handle*>(raw), kKind);
    return raw;
  }

  void retainApi() { apiReferences_.fetch_add(1, std::memory_order_relaxed); }
  // At zero the handle dies; the object lives on while the library needs it.
  void releaseApi() {
    if (apiReferences_.fetch_sub(1, std::memory_order_acq_rel) == 1) {
      eraseHandle(static_cast<Handle*>(this), kKind);
      lastApiRelease();
      release();
    }
  }
  cl_uint apiReferences() const { return apiReferences_.load(std::memory_order_relaxed); }

 protected:
  // Called when the application lets go for good, before the library's reference is dropped.
  virtual void lastApiRelease() {}

 private:
  std::atomic<cl_uint> apiReferences_ = 1;
};

}  // namespace clze::icd
