// Level Zero's results by name: for reports, and for settings that name one.
#pragma once

#include <level_zero/ze_api.h>

#include <optional>
#include <string_view>

namespace softgpu::driver {

// Without the prefix ZE_RESULT_ERROR_; "an unknown result" for a value the specification does not have.
std::string_view resultName(ze_result_t result);
std::optional<ze_result_t> resultOf(std::string_view name);

// The caller broke a rule, as opposed to: memory is short, the module is broken, the feature is absent.
bool isCallersFault(ze_result_t result);

}  // namespace softgpu::driver
