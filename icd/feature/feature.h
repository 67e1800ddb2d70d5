// An extension: its name and version, the devices that have it, its entry points and its share of the
// queries. One file here per extension defines one Feature; features.cpp lists them.
#pragma once

#include <span>
#include <vector>

#include "icd/object/context.h"
#include "icd/object/info_writer.h"

namespace clze::icd {

class Memory;

struct FeatureFunction {
  const char* name;
  void* address;
};

struct Feature {
  const char* name;
  cl_version version;
  bool platformToo = true;  // in CL_PLATFORM_EXTENSIONS when every device has it
  bool (*supported)(const l0::Device& device) = nullptr;  // null: always
  std::span<const FeatureFunction> functions = {};
  // Device queries of this extension; false: not one of them.
  bool (*deviceInfo)(const Device& device, cl_device_info name, const InfoWriter& writer,
                     Result<void>& result) = nullptr;
  // Context properties of this extension: checks the value; false: not one of them.
  bool (*contextProperty)(cl_context_properties name, cl_context_properties value,
                          Result<void>& result) = nullptr;
  // Queries of clGetMemObjectInfo and clGetImageInfo that belong to this extension, asked for every memory
  // object; false: not one of them.
  bool (*memoryInfo)(const Memory& memory, cl_uint name, const InfoWriter& writer,
                     Result<void>& result) = nullptr;
  // Called with the built context that has all properties; may attach state.
  Result<void> (*contextCreated)(Context& context) = nullptr;
};

// All extensions of this build, whether a device has them or not.
std::span<const Feature* const> features();

}  // namespace clze::icd
