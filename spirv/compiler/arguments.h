// A request as the words clang's compiler proper (cc1) and the translator understand.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "spirv/wire.h"

namespace clze::clc {

// Paths in the in-memory file system.
constexpr const char* kSourcePath = "/clze/program.cl";
constexpr const char* kBuiltinDirectory = "/clze/builtin";
constexpr const char* kBaseHeaderPath = "/clze/builtin/clze_base.h";
constexpr const char* kHeaderDirectory = "/clze/headers";

// Extensions and features of a device as clang wants them: pairs agree, and nothing stands without what it
// needs.
struct Language {
  int version = 120;  // __OPENCL_C_VERSION__
  std::vector<std::string> extensions;
  std::vector<std::string> features;
  bool images = true;
  bool has(const std::string& name) const;
};

// Nothing, and a sentence in `log`, when -cl-std asks for what the device has not.
std::optional<Language> languageOf(const spirv::wire::Request& request, std::string& log);

std::vector<std::string> clangArguments(const spirv::wire::Request& request, const Language& language);

// Whether multiplications and additions may be fused although clang did not fuse them itself.
bool contracts(const spirv::wire::Request& request);

}  // namespace clze::clc
