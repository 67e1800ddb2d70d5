// An open-addressing hash set of live handles. Writers hold a mutex; readers probe atomics, and only a miss
// has to be checked against the version the writers leave (a hit is true whatever else moved).
#include "icd/object/handle_table.h"

#include <atomic>
#include <memory>
#include <vector>

#include "base/guarded.h"

namespace clze::icd {
namespace {

// Handle and kind in one word: handles are 16-byte aligned, kinds fit into the four bits.
using Word = uintptr_t;
constexpr Word kEmpty = 0;
constexpr size_t kFirstCapacity = 1024;

Word wordOf(const void* handle, Kind kind) {
  return reinterpret_cast<Word>(handle) | static_cast<Word>(static_cast<uint8_t>(kind));
}

struct Slots {
  explicit Slots(size_t capacity) : mask(capacity - 1), words(capacity) {}
  // Multiplication spreads addresses that differ in a few middle bits only.
  size_t home(Word word) const {
    return static_cast<size_t>((word >> 4) * 0x9E3779B97F4A7C15ull >> 20) & mask;
  }
  size_t next(size_t index) const { return (index + 1) & mask; }

  size_t mask;
  std::vector<std::atomic<Word>> words;
};

struct Tables {
  // The last is in use. Outgrown ones stay: a reader may still be inside, and all of them together are no
  // bigger than the last.
  std::vector<std::unique_ptr<Slots>> all;
  size_t count = 0;
};

// In use; null before the first handle. Outside of the table, so that a look-up reaches it at once.
constinit std::atomic<Slots*> current = nullptr;

class HandleTable {
 public:
  HandleTable() {
    auto tables = tables_.lock();
    tables->all.push_back(std::make_unique<Slots>(kFirstCapacity));
    current.store(tables->all.back().get(), std::memory_order_release);
  }

  bool contains(Word word) const {
    while (true) {
      const uint64_t before = version_.load(std::memory_order_acquire);
      const Slots* slots = current.load(std::memory_order_acquire);
      for (size_t i = slots->home(word);; i = slots->next(i)) {
        const Word found = slots->words[i].load(std::memory_order_acquire);
        if (found == word) return true;
        if (found == kEmpty) break;
      }
      // The acquiring loads above keep this one behind them.
      if ((before & 1) == 0 && version_.load(std::memory_order_relaxed) == before) return false;
    }
  }

  void insert(Word word) {
    auto tables = tables_.lock();
    beginWrite();
    if ((tables->count + 1) * 2 > tables->all.back()->words.size()) grow(*tables);
    place(*tables->all.back(), word);
    ++tables->count;
    endWrite();
  }

  void erase(Word word) {
    auto tables = tables_.lock();
    Slots& slots = *tables->all.back();
    size_t hole = slots.home(word);
    while (true) {
      const Word found = slots.words[hole].load(std::memory_order_relaxed);
      if (found == kEmpty) return;
      if (found == word) break;
      hole = slots.next(hole);
    }
    beginWrite();
    // Words behind the hole move up unless that would put them before their home.
    for (size_t i = slots.next(hole);; i = slots.next(i)) {
      const Word moved = slots.words[i].load(std::memory_order_relaxed);
      if (moved == kEmpty) break;
      const size_t fromHome = (i - slots.home(moved)) & slots.mask;
      const size_t fromHole = (i - hole) & slots.mask;
      if (fromHome < fromHole) continue;
      slots.words[hole].store(moved, std::memory_order_release);
      hole = i;
    }
    slots.words[hole].store(kEmpty, std::memory_order_release);
    --tables->count;
    endWrite();
  }

 private:
  static void place(Slots& slots, Word word) {
    size_t i = slots.home(word);
    while (slots.words[i].load(std::memory_order_relaxed) != kEmpty) i = slots.next(i);
    slots.words[i].store(word, std::memory_order_release);
  }
  void grow(Tables& tables) {
    const Slots& old = *tables.all.back();
    auto bigger = std::make_unique<Slots>(old.words.size() * 2);
    for (const auto& word : old.words) {
      const Word value = word.load(std::memory_order_relaxed);
      if (value != kEmpty) place(*bigger, value);
    }
    current.store(bigger.get(), std::memory_order_release);
    tables.all.push_back(std::move(bigger));
  }
  // Odd while words move. The stores in between release, so whoever sees one of them sees the odd number too.
  void beginWrite() {
    version_.store(version_.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
  }
  void endWrite() { version_.store(version_.load(std::memory_order_relaxed) + 1, std::memory_order_release); }

  Guarded<Tables> tables_;
  std::atomic<uint64_t> version_ = 0;
};

// Never destroyed: other threads may still make calls while the process exits.
HandleTable& table() {
  static HandleTable* const instance = std::make_unique<HandleTable>().release();
  return *instance;
}

}  // namespace

void insertHandle(const void* handle, Kind kind) { table().insert(wordOf(handle, kind)); }
void eraseHandle(const void* handle, Kind kind) { table().erase(wordOf(handle, kind)); }
bool containsHandle(const void* handle, Kind kind) {
  // An address that cannot be a handle would alias another kind's bits.
  if ((reinterpret_cast<Word>(handle) & 15) != 0) return false;
  const Word word = wordOf(handle, kind);
  // Most are found where they belong.
  const Slots* slots = current.load(std::memory_order_acquire);
  if (slots == nullptr) return false;
  if (slots->words[slots->home(word)].load(std::memory_order_acquire) == word) return true;
  return table().contains(word);
}

}  // namespace clze::icd
