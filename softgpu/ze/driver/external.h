// The external-memory structures an allocation or an image may chain.
#pragma once

#include <level_zero/ze_api.h>

#include "softgpu/ze/driver/handle.h"

namespace softgpu::driver {

inline constexpr ze_external_memory_type_flags_t kExternalTypes =
    ZE_EXTERNAL_MEMORY_TYPE_FLAG_OPAQUE_FD | ZE_EXTERNAL_MEMORY_TYPE_FLAG_DMA_BUF;

struct External {
  int importFd = -1;
  ze_external_memory_type_flags_t exportTypes = 0;

  // `desc` is an import_fd or an export_desc. Both at once make no sense and are refused.
  ze_result_t read(const ze_base_desc_t& desc) {
    if (desc.stype == ZE_STRUCTURE_TYPE_EXTERNAL_MEMORY_IMPORT_FD) {
      const auto& import = reinterpret_cast<const ze_external_memory_import_fd_t&>(desc);
      SOFTGPU_REQUIRE(import.flags == ZE_EXTERNAL_MEMORY_TYPE_FLAG_DMA_BUF ||
                          import.flags == ZE_EXTERNAL_MEMORY_TYPE_FLAG_OPAQUE_FD,
                      ZE_RESULT_ERROR_UNSUPPORTED_ENUMERATION);
      SOFTGPU_REQUIRE(import.fd >= 0, ZE_RESULT_ERROR_INVALID_ARGUMENT);
      importFd = import.fd;
    } else {
      exportTypes = reinterpret_cast<const ze_external_memory_export_desc_t&>(desc).flags;
      SOFTGPU_REQUIRE(exportTypes != 0 && (exportTypes & ~kExternalTypes) == 0,
                      ZE_RESULT_ERROR_UNSUPPORTED_ENUMERATION);
    }
    return importFd >= 0 && exportTypes != 0 ? ZE_RESULT_ERROR_UNSUPPORTED_ENUMERATION : ZE_RESULT_SUCCESS;
  }
};

}  // namespace softgpu::driver
