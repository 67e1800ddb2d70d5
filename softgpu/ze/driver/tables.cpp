// What the loader calls: one exported function a table. The layout is that of tables.def.
#include <fmt/core.h>
#include <level_zero/ze_api.h>
#include <level_zero/ze_ddi.h>
#include <level_zero/zes_api.h>
#include <level_zero/zes_ddi.h>
#include <level_zero/zet_api.h>
#include <level_zero/zet_ddi.h>

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>

#include "softgpu/pose/pose.h"
#include "softgpu/ze/driver/boundary.h"
#include "softgpu/ze/driver/extension.h"

namespace softgpu::driver {
namespace {

ze_result_t ZE_APICALL lacking() {
  return strict::refuse(ZE_RESULT_ERROR_UNSUPPORTED_FEATURE, "softgpu does not have it");
}

}  // namespace
}  // namespace softgpu::driver

namespace {

using Slot = ze_result_t (*)();

// For the strict and fault modes: what is known of a function that is not there is its place in a table.
ze_result_t lookAtMissing(const char* table, size_t index) {
  struct Missing {
    explicit Missing(std::string text) : name(std::move(text)), site(name.c_str()) {}
    std::string name;
    softgpu::driver::CallSite site;
  };
  struct All {
    std::mutex mutex;
    std::map<std::pair<const char*, size_t>, Missing> sites;
  };
  static All& all = *std::make_unique<All>().release();  // never destroyed: exit handlers call too
  Missing* missing = nullptr;
  {
    const std::lock_guard lock(all.mutex);
    missing = &all.sites.try_emplace({table, index}, fmt::format("{}[{}]", table, index)).first->second;
  }
  softgpu::driver::Call call(missing->site);
  if (const auto wanted = call.fault()) return *wanted;
  call.reason = "softgpu does not have this function";
  call.ended(ZE_RESULT_ERROR_UNSUPPORTED_FEATURE);
  return ZE_RESULT_ERROR_UNSUPPORTED_FEATURE;
}

// Called through its slot with any arguments: the caller's convention lets it ignore them.
template <softgpu::driver::CallName table, size_t index>
ze_result_t unsupported() {
  if (softgpu::driver::watched) [[unlikely]] {
    try {
      return lookAtMissing(table.text, index);
    } catch (...) {
      return ZE_RESULT_ERROR_OUT_OF_HOST_MEMORY;
    }
  }
  return ZE_RESULT_ERROR_UNSUPPORTED_FEATURE;
}

template <softgpu::driver::CallName name, size_t... indices>
void fillUnsupported(Slot* slots, std::index_sequence<indices...>) {
  ((slots[indices] = &unsupported<name, indices>), ...);
}

ze_result_t checkTable(ze_api_version_t version, const void* table) {
  if (table == nullptr) return ZE_RESULT_ERROR_INVALID_NULL_POINTER;
  return ZE_MAJOR_VERSION(version) == ZE_MAJOR_VERSION(ZE_API_VERSION_CURRENT)
             ? ZE_RESULT_SUCCESS
             : ZE_RESULT_ERROR_UNSUPPORTED_VERSION;
}

// Newer loaders have longer tables; only what this driver was built with is written, and all of it, since
// loaders and applications call slots without a look.
template <softgpu::driver::CallName name, class Table>
ze_result_t begin(ze_api_version_t version, Table* table) {
  if (const ze_result_t result = checkTable(version, table); result != ZE_RESULT_SUCCESS) return result;
  static_assert(sizeof(Table) % sizeof(Slot) == 0);
  fillUnsupported<name>(reinterpret_cast<Slot*>(table),
                        std::make_index_sequence<sizeof(Table) / sizeof(Slot)>());
  return ZE_RESULT_SUCCESS;
}

// Tables that came as a whole with API 1.4.
constexpr bool isOf14(std::string_view table) {
  return table == "FabricVertexExp" || table == "FabricEdgeExp" || table == "DeviceExp";
}
template <class Table>
ze_result_t leaveEmpty(Table* table) {
  *table = {};
  return ZE_RESULT_SUCCESS;
}

}  // namespace

#define TABLE(api, Name, type)                                                                            \
  extern "C" __attribute__((visibility("default"))) ze_result_t ZE_APICALL api##Get##Name##ProcAddrTable( \
      ze_api_version_t version, api##_##type##_dditable_t* table) {                                       \
    if (const ze_result_t result = begin<#api #Name>(version, table); result != ZE_RESULT_SUCCESS)        \
      return result;                                                                                      \
    if (isOf14(#Name) && softgpu::pose().apiMinor < 4) return leaveEmpty(table);
#define TABLE_NEWER(Name)                                                                     \
  extern "C" __attribute__((visibility("default")))                                           \
  ze_result_t ZE_APICALL zeGet##Name##ProcAddrTable(ze_api_version_t version, void** table) { \
    if (const ze_result_t result = checkTable(version, table); result != ZE_RESULT_SUCCESS) return result;
#define SLOT(Object, Call) \
  table->pfn##Call = &softgpu::driver::Boundary<"ze" #Object #Call, &ze##Object##Call>::call;
#define SLOT_GLOBAL(Call) table->pfn##Call = &softgpu::driver::Boundary<"ze" #Call, &ze##Call>::call;
#define SLOT_NEWER(name, index, minor, function)                             \
  if (version >= static_cast<ze_api_version_t>(ZE_MAKE_VERSION(1, minor)) && \
      (minor) <= softgpu::pose().apiMinor)                                   \
    reinterpret_cast<void**>(table)[index] =                                 \
        reinterpret_cast<void*>(&softgpu::driver::Boundary<#name, &softgpu::driver::function>::call);
#define SLOT_LACKING(name, index, minor) SLOT_NEWER(name, index, minor, lacking)
#define END_TABLE           \
  return ZE_RESULT_SUCCESS; \
  }

#include "softgpu/ze/driver/tables.def"
