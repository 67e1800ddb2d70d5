// Products of earlier compilations, as long as there is room for them: an application that makes a module
// again waits for no compiler.
#include "softgpu/ze/engine/compiled.h"

#include <xxhash.h>

#include <list>
#include <memory>
#include <mutex>
#include <utility>

namespace softgpu::engine {
namespace {

constexpr size_t kMostBytes = size_t{64} << 20;

size_t sizeOf(const Product& product) {
  size_t size = product.object.size();
  for (const Input& input : product.inputs) size += input.spirv.size() * sizeof(uint32_t);
  return size;
}

class Compiled {
 public:
  static Compiled& instance() {
    static Compiled& compiled = *std::make_unique<Compiled>().release();
    return compiled;
  }

  bool find(const XXH128_hash_t& key, Product& product, std::string& log) {
    const std::lock_guard lock(mutex_);
    for (auto entry = entries_.begin(); entry != entries_.end(); ++entry) {
      if (XXH128_isEqual(entry->key, key) == 0) continue;
      entries_.splice(entries_.begin(), entries_, entry);
      product = entry->product;
      log += entry->log;
      return true;
    }
    return false;
  }

  void add(const XXH128_hash_t& key, const Product& product, const std::string& log) {
    const size_t size = sizeOf(product);
    if (size > kMostBytes) return;
    const std::lock_guard lock(mutex_);
    entries_.push_front({key, product, log});
    bytes_ += size;
    while (bytes_ > kMostBytes) {
      bytes_ -= sizeOf(entries_.back().product);
      entries_.pop_back();
    }
  }

  void clear() {
    const std::lock_guard lock(mutex_);
    entries_.clear();
    bytes_ = 0;
  }

 private:
  struct Entry {
    XXH128_hash_t key;
    Product product;
    std::string log;
  };
  std::mutex mutex_;
  std::list<Entry> entries_;  // the latest used first
  size_t bytes_ = 0;
};

}  // namespace

bool compileOnce(Job job, Product& product, std::string& log) {
  const auto bytes = writeJob(job);
  const XXH128_hash_t key = XXH3_128bits(bytes.data(), bytes.size());
  if (Compiled::instance().find(key, product, log)) return true;
  std::string said;
  const bool done = compileJob(std::move(job), product, said);
  log += said;
  if (done) Compiled::instance().add(key, product, said);
  return done;
}

void forgetCompiled() { Compiled::instance().clear(); }

}  // namespace softgpu::engine
