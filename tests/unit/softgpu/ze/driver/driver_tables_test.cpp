// The shared object itself: what it exports, and that no slot of any table is empty.
#include <dlfcn.h>
#include <elf.h>
#include <gtest/gtest.h>
#include <level_zero/ze_api.h>
#include <level_zero/ze_ddi.h>
#include <level_zero/zes_api.h>
#include <level_zero/zes_ddi.h>
#include <level_zero/zet_api.h>
#include <level_zero/zet_ddi.h>
#include <link.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

namespace {

class TablesTest : public ::testing::Test {
 protected:
  void SetUp() override {
    library = dlopen(std::getenv("SOFTGPU_DRIVER"), RTLD_NOW | RTLD_LOCAL);
    ASSERT_NE(library, nullptr) << dlerror();
  }
  void* library = nullptr;
};

// One row a table: its function and the slots the build's header has.
struct Table {
  const char* function;
  size_t slots;
};
#define TABLE(api, Name, type) \
  {#api "Get" #Name "ProcAddrTable", sizeof(api##_##type##_dditable_t) / sizeof(void*)},
#define TABLE_NEWER(Name) {"zeGet" #Name "ProcAddrTable", 0},
#define SLOT(Object, Call)
#define SLOT_GLOBAL(Call)
#define SLOT_NEWER(name, index, minor, function)
#define SLOT_LACKING(name, index, minor)
#define END_TABLE
constexpr Table kTables[] = {
#include "softgpu/ze/driver/tables.def"
};

TEST_F(TablesTest, WrongVersionAndNullAreRefused) {
  for (const Table& table : kTables) {
    auto* get = reinterpret_cast<ze_result_t (*)(ze_api_version_t, void*)>(dlsym(library, table.function));
    ASSERT_NE(get, nullptr) << table.function;
    EXPECT_EQ(get(ZE_API_VERSION_CURRENT, nullptr), ZE_RESULT_ERROR_INVALID_NULL_POINTER);
    std::array<void*, 64> slots{};
    EXPECT_EQ(get(static_cast<ze_api_version_t>(ZE_MAKE_VERSION(2, 0)), slots.data()),
              ZE_RESULT_ERROR_UNSUPPORTED_VERSION);
  }
}

// What the driver lacks is called by no name, only by its place.
TEST_F(TablesTest, StrictModeTellsOfCallsOfWhatIsNotThere) {
  auto* get = reinterpret_cast<ze_result_t (*)(ze_api_version_t, zes_device_dditable_t*)>(
      dlsym(library, "zesGetDeviceProcAddrTable"));
  ASSERT_NE(get, nullptr);
  zes_device_dditable_t table{};
  ASSERT_EQ(get(ZE_API_VERSION_CURRENT, &table), ZE_RESULT_SUCCESS);
  ::testing::internal::CaptureStderr();
  EXPECT_EQ(table.pfnReset(nullptr, 0), ZE_RESULT_ERROR_UNSUPPORTED_FEATURE);
  const size_t slot = offsetof(zes_device_dditable_t, pfnReset) / sizeof(void*);
  EXPECT_EQ(::testing::internal::GetCapturedStderr(),
            "softgpu: note: zesDevice[" + std::to_string(slot) +
                "]: refused with UNSUPPORTED_FEATURE: softgpu does not have this function\n");
}

bool posesAsOld() {
  const char* pose = std::getenv("SOFTGPU_POSE");
  return pose != nullptr && std::string_view(pose) == "22.43";
}

struct Newer {
  std::string function;
  size_t index;
  int minor;
};
std::vector<Newer> newerSlots() {
#undef TABLE
#undef TABLE_NEWER
#undef SLOT_NEWER
#undef SLOT_LACKING
#define TABLE_NEWER(Name) table = "zeGet" #Name "ProcAddrTable";
#define SLOT_LACKING(name, index, minor) slots.push_back({table, index, minor});
#define TABLE(api, Name, type) table = #api "Get" #Name "ProcAddrTable";
#define SLOT_NEWER(name, index, minor, function) slots.push_back({table, index, minor});
  std::vector<Newer> slots;
  std::string table;
#include "softgpu/ze/driver/tables.def"
  return slots;
}

TEST_F(TablesTest, EverySlotIsFilledAndNothingBeyond) {
  EXPECT_EQ(std::count_if(std::begin(kTables), std::end(kTables), [](const Table& t) { return t.slots > 0; }),
            53)
      << "tables of API 1.4";
  const auto newer = newerSlots();
  ASSERT_FALSE(newer.empty());
  for (const Table& table : kTables) {
    auto* get = reinterpret_cast<ze_result_t (*)(ze_api_version_t, void*)>(dlsym(library, table.function));
    ASSERT_NE(get, nullptr) << table.function;
    // Debian 12's loader, one that knows zeInitDrivers, and one newer than all.
    for (const int minor : {4, 10, 99}) {
      std::array<void*, 64> slots{};
      // A driver that implements less has no more, whoever asks.
      const int implemented = posesAsOld() ? std::min(minor, 3) : minor;
      const std::string_view name = table.function;
      const bool since14 = name.starts_with("zeGetFabric") || name == "zeGetDeviceExpProcAddrTable";
      const auto has = [&](size_t i) {
        if (since14 && posesAsOld()) return false;
        return i < table.slots || std::any_of(newer.begin(), newer.end(), [&](const Newer& slot) {
                 return slot.function == table.function && slot.index == i && slot.minor <= implemented;
               });
      };
      ASSERT_EQ(get(static_cast<ze_api_version_t>(ZE_MAKE_VERSION(1, minor)), slots.data()),
                ZE_RESULT_SUCCESS);
      for (size_t i = 0; i < slots.size(); ++i)
        EXPECT_EQ(slots[i] != nullptr, has(i)) << table.function << i << " in 1." << minor;
    }
  }
}

TEST_F(TablesTest, SysmanSlotsAnswerUnsupported) {
  auto* get = reinterpret_cast<ze_result_t (*)(ze_api_version_t, zes_device_dditable_t*)>(
      dlsym(library, "zesGetDeviceProcAddrTable"));
  zes_device_dditable_t table{};
  ASSERT_EQ(get(ZE_API_VERSION_CURRENT, &table), ZE_RESULT_SUCCESS);
  EXPECT_EQ(table.pfnGetProperties(nullptr, nullptr), ZE_RESULT_ERROR_UNSUPPORTED_FEATURE);
  EXPECT_EQ(table.pfnReset(nullptr, 0), ZE_RESULT_ERROR_UNSUPPORTED_FEATURE);
}

// Optional parts of the newest versions: there is a function, and it says that softgpu lacks them.
TEST_F(TablesTest, LackingSlotsAnswerUnsupported) {
  for (const char* name :
       {"zeGetGraphProcAddrTable", "zeGetExecutableGraphProcAddrTable", "zeGetRTASBuilderProcAddrTable",
        "zeGetRTASBuilderExpProcAddrTable", "zeGetRTASParallelOperationProcAddrTable",
        "zeGetRTASParallelOperationExpProcAddrTable", "zeGetDriverExpProcAddrTable"}) {
    auto* get = reinterpret_cast<ze_result_t (*)(ze_api_version_t, void*)>(dlsym(library, name));
    ASSERT_NE(get, nullptr) << name;
    std::array<ze_result_t (*)(void*), 64> slots{};
    ASSERT_EQ(get(static_cast<ze_api_version_t>(ZE_MAKE_VERSION(1, 17)), slots.data()), ZE_RESULT_SUCCESS);
    ASSERT_NE(slots[0], nullptr) << name;
    EXPECT_EQ(slots[0](nullptr), ZE_RESULT_ERROR_UNSUPPORTED_FEATURE) << name;
  }
}

TEST_F(TablesTest, OnlyTheTablesAreExported) {
  link_map* map = nullptr;
  ASSERT_EQ(dlinfo(library, RTLD_DI_LINKMAP, &map), 0);
  const ElfW(Sym)* symbols = nullptr;
  const char* strings = nullptr;
  const uint32_t* hash = nullptr;
  for (const ElfW(Dyn)* entry = map->l_ld; entry->d_tag != DT_NULL; ++entry) {
    if (entry->d_tag == DT_SYMTAB) symbols = reinterpret_cast<const ElfW(Sym)*>(entry->d_un.d_ptr);
    if (entry->d_tag == DT_STRTAB) strings = reinterpret_cast<const char*>(entry->d_un.d_ptr);
    if (entry->d_tag == DT_GNU_HASH) hash = reinterpret_cast<const uint32_t*>(entry->d_un.d_ptr);
  }
  ASSERT_TRUE(symbols && strings && hash);
  // GNU hash: defined symbols are those from symoffset on; chains end with bit 0 set.
  const uint32_t buckets = hash[0], symoffset = hash[1], bloom = hash[2];
  const auto* bucket = hash + 4 + bloom * 2;
  const auto* chain = bucket + buckets;
  std::vector<std::string> names;
  for (uint32_t b = 0; b < buckets; ++b) {
    if (bucket[b] == 0) continue;
    for (uint32_t i = bucket[b];; ++i) {
      names.emplace_back(strings + symbols[i].st_name);
      if (chain[i - symoffset] & 1) break;
    }
  }
  EXPECT_EQ(names.size(), std::size(kTables));
  for (const auto& name : names) EXPECT_NE(name.find("ProcAddrTable"), std::string::npos) << name;
}

}  // namespace
