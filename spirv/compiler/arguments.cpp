// The mapping of a request to clang's words. Options arrive checked (parseBuildOptions); nothing raw gets
// here.
#include "spirv/compiler/arguments.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

namespace clze::clc {
namespace {

bool contains(const std::vector<std::string>& list, std::string_view word) {
  return std::find(list.begin(), list.end(), word) != list.end();
}

void add(std::vector<std::string>& list, const char* word) {
  if (!contains(list, word)) list.emplace_back(word);
}

// clang refuses a program when one of such a pair is there without the other.
constexpr std::array<std::pair<const char*, const char*>, 2> kPairs = {{
    {"cl_khr_fp64", "__opencl_c_fp64"},
    {"cl_khr_3d_image_writes", "__opencl_c_3d_image_writes"},
}};

// OpenCL C 3.0, 6.2.1: a feature is there only with those it needs.
constexpr std::array<std::pair<const char*, const char*>, 6> kNeeds = {{
    {"__opencl_c_3d_image_writes", "__opencl_c_images"},
    {"__opencl_c_read_write_images", "__opencl_c_images"},
    {"__opencl_c_pipes", "__opencl_c_generic_address_space"},
    {"__opencl_c_device_enqueue", "__opencl_c_generic_address_space"},
    {"__opencl_c_device_enqueue", "__opencl_c_program_scope_global_variables"},
    {"__opencl_c_atomic_scope_all_devices", "__opencl_c_atomic_scope_device"},
}};

// What of OpenCL C 2.0 a program can not do without; pipes and device queues are refused where they are used.
constexpr std::array<const char*, 5> kVersion200 = {
    "__opencl_c_generic_address_space", "__opencl_c_program_scope_global_variables",
    "__opencl_c_atomic_order_acq_rel", "__opencl_c_atomic_order_seq_cst", "__opencl_c_atomic_scope_device"};

}  // namespace

bool Language::has(const std::string& name) const {
  return contains(extensions, name) || contains(features, name);
}

std::optional<Language> languageOf(const spirv::wire::Request& request, std::string& log) {
  constexpr std::array<std::pair<std::string_view, int>, 5> kVersions = {
      {{"CL1.0", 100}, {"CL1.1", 110}, {"CL1.2", 120}, {"CL2.0", 200}, {"CL3.0", 300}}};
  constexpr std::string_view kStandard = "-cl-std=";
  Language language;
  for (const std::string& option : request.options) {
    if (!option.starts_with(kStandard)) continue;
    for (const auto& [name, version] : kVersions) {
      if (std::string_view(option).substr(kStandard.size()) == name) language.version = version;
    }
  }
  language.extensions = request.extensions;
  language.features = request.features;
  language.images = request.images;
  if (!language.images) std::erase(language.features, "__opencl_c_images");
  if (language.images) add(language.features, "__opencl_c_images");
  for (const auto& [extension, feature] : kPairs) {
    if (language.has(extension)) add(language.features, feature);
    if (language.has(feature)) add(language.extensions, extension);
  }
  for (const auto& [feature, needed] : kNeeds) {
    if (language.has(needed)) continue;
    std::erase(language.features, feature);
    for (const auto& [extension, paired] : kPairs) {
      if (std::string_view(paired) == feature) std::erase(language.extensions, extension);
    }
  }
  if (language.version == 200) {
    for (const char* feature : kVersion200) {
      if (language.has(feature)) continue;
      log += "error: -cl-std=CL2.0: this device does not support OpenCL C 2.0 (it has no " +
             std::string(feature) + ")\n";
      return std::nullopt;
    }
  }
  return language;
}

std::vector<std::string> clangArguments(const spirv::wire::Request& request, const Language& language) {
  std::vector<std::string> words = {
      "-triple", request.addressBits == 32 ? "spir-unknown-unknown" : "spir64-unknown-unknown", "-x", "cl",
      "-emit-llvm-only",
      // The device's own compiler optimises.
      "-disable-llvm-passes",
      // The translator of this version knows typed pointers only.
      "-no-opaque-pointers", "-resource-dir", "/clze", "-nostdsysteminc", "-nobuiltininc",
      "-fdeclare-opencl-builtins", "-include", kBaseHeaderPath, "-ferror-limit", "50", "-fbracket-depth",
      "256"};
  std::string extensions = "-cl-ext=-all";
  for (const std::string& name : language.extensions) extensions += ",+" + name;
  for (const std::string& name : language.features) extensions += ",+" + name;
  words.push_back(std::move(extensions));
  if (!language.images) words.emplace_back("-U__IMAGE_SUPPORT__");
  bool standard = false;
  for (const std::string& option : request.options) {
    standard = standard || option.starts_with("-cl-std=");
    words.push_back(option);
  }
  // OpenCL 3.0, 5.8.6.5: without -cl-std the language is the highest 1.x, whatever the device supports.
  if (!standard) words.emplace_back("-cl-std=CL1.2");
  if (!request.headers.empty()) words.insert(words.end(), {"-I", kHeaderDirectory});
  words.emplace_back(kSourcePath);
  return words;
}

bool contracts(const spirv::wire::Request& request) {
  return contains(request.options, "-cl-mad-enable") ||
         contains(request.options, "-cl-unsafe-math-optimizations") ||
         contains(request.options, "-cl-fast-relaxed-math");
}

}  // namespace clze::clc
