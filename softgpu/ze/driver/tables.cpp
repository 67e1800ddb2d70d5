// What the loader calls: one exported function a table. The layout is that of tables.def.
#include <level_zero/ze_api.h>
#include <level_zero/ze_ddi.h>
#include <level_zero/zes_api.h>
#include <level_zero/zes_ddi.h>
#include <level_zero/zet_api.h>
#include <level_zero/zet_ddi.h>

#include <algorithm>

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

// Called through any slot, with any arguments: the caller's convention lets it ignore them.
ze_result_t unsupported() { return ZE_RESULT_ERROR_UNSUPPORTED_FEATURE; }

ze_result_t checkTable(ze_api_version_t version, const void* table) {
  if (table == nullptr) return ZE_RESULT_ERROR_INVALID_NULL_POINTER;
  return ZE_MAJOR_VERSION(version) == ZE_MAJOR_VERSION(ZE_API_VERSION_CURRENT)
             ? ZE_RESULT_SUCCESS
             : ZE_RESULT_ERROR_UNSUPPORTED_VERSION;
}

// Newer loaders have longer tables; only what this driver was built with is written, and all of it, since
// loaders and applications call slots without a look.
template <class Table>
ze_result_t begin(ze_api_version_t version, Table* table) {
  if (const ze_result_t result = checkTable(version, table); result != ZE_RESULT_SUCCESS) return result;
  static_assert(sizeof(Table) % sizeof(Slot) == 0);
  std::fill_n(reinterpret_cast<Slot*>(table), sizeof(Table) / sizeof(Slot), &unsupported);
  return ZE_RESULT_SUCCESS;
}

}  // namespace

#define TABLE(api, Name, type)                                                                            \
  extern "C" __attribute__((visibility("default"))) ze_result_t ZE_APICALL api##Get##Name##ProcAddrTable( \
      ze_api_version_t version, api##_##type##_dditable_t* table) {                                       \
    if (const ze_result_t result = begin(version, table); result != ZE_RESULT_SUCCESS) return result;
#define TABLE_NEWER(Name)                                                                     \
  extern "C" __attribute__((visibility("default")))                                           \
  ze_result_t ZE_APICALL zeGet##Name##ProcAddrTable(ze_api_version_t version, void** table) { \
    if (const ze_result_t result = checkTable(version, table); result != ZE_RESULT_SUCCESS) return result;
#define SLOT(Object, Call) \
  table->pfn##Call = &softgpu::driver::Boundary<"ze" #Object #Call, &ze##Object##Call>::call;
#define SLOT_GLOBAL(Call) table->pfn##Call = &softgpu::driver::Boundary<"ze" #Call, &ze##Call>::call;
#define SLOT_NEWER(name, index, minor, function)                           \
  if (version >= static_cast<ze_api_version_t>(ZE_MAKE_VERSION(1, minor))) \
    reinterpret_cast<void**>(table)[index] =                               \
        reinterpret_cast<void*>(&softgpu::driver::Boundary<#name, &softgpu::driver::function>::call);
#define SLOT_LACKING(name, index, minor) SLOT_NEWER(name, index, minor, lacking)
#define END_TABLE           \
  return ZE_RESULT_SUCCESS; \
  }

#include "softgpu/ze/driver/tables.def"
