// The instructions of a module with the kinds of their operands, as SPIRV-Tools' parser tells them. It looks
// at nothing else, so the words need not be valid.
#pragma once

#include <fmt/format.h>

#include <cstdint>
#include <span>
#include <spirv-tools/libspirv.hpp>
#include <string>

namespace softgpu::engine {

// Calls visit(const spv_parsed_instruction_t&) for each until it answers false. False then, and where the
// words are no instructions; `error` gets a line about that.
template <typename Visit>
bool parseSpirv(std::span<const uint32_t> words, std::string& error, Visit visit) {
  const spvtools::Context context(SPV_ENV_UNIVERSAL_1_4);
  spv_diagnostic diagnostic = nullptr;
  const auto status = spvBinaryParse(
      context.CContext(), &visit, words.data(), words.size(), nullptr,
      [](void* self, const spv_parsed_instruction_t* instruction) {
        return (*static_cast<Visit*>(self))(*instruction) ? SPV_SUCCESS : SPV_REQUESTED_TERMINATION;
      },
      &diagnostic);
  if (status != SPV_SUCCESS && status != SPV_REQUESTED_TERMINATION && diagnostic != nullptr) {
    error += fmt::format("SPIR-V is invalid at word {}: {}\n", diagnostic->position.index, diagnostic->error);
  }
  spvDiagnosticDestroy(diagnostic);
  return status == SPV_SUCCESS;
}

}  // namespace softgpu::engine
