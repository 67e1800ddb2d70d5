// Extension and feature names in the two forms OpenCL 3.0 tells them: versioned entries, and one string.
#pragma once

#include <CL/cl.h>

#include <string>
#include <string_view>
#include <vector>

namespace clze::icd {

// Names longer than 63 characters do not exist in OpenCL.
inline cl_name_version namedVersion(std::string_view name, cl_version version) {
  cl_name_version entry = {};
  entry.version = version;
  name.copy(entry.name, CL_NAME_VERSION_MAX_NAME_SIZE - 1);
  return entry;
}

inline std::string joinedNames(const std::vector<cl_name_version>& entries) {
  std::string joined;
  for (const cl_name_version& entry : entries) {
    if (!joined.empty()) joined += ' ';
    joined += entry.name;
  }
  return joined;
}

}  // namespace clze::icd
