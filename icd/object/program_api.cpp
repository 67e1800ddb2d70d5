// The program functions of the API, on validated arguments.
#include <cstring>

#include "icd/entry/program.h"
#include "icd/object/program.h"

namespace clze::icd {
namespace {

// No list means all devices of the program (or context): OpenCL 3.0, 5.8.
std::vector<Device*> deviceList(cl_uint count, const cl_device_id* devices, const std::vector<Device*>& all) {
  if (devices == nullptr) return all;
  std::vector<Device*> list;
  for (cl_uint i = 0; i < count; ++i) list.push_back(&Device::trusted(devices[i]));
  return list;
}

std::string text(const char* options) { return options != nullptr ? options : ""; }

Result<spirv::Words> wordsOf(const void* il, size_t length) {
  constexpr uint32_t kMagic = 0x07230203;
  if (length < 5 * sizeof(uint32_t) || length % sizeof(uint32_t) != 0) return Failure{CL_INVALID_VALUE};
  spirv::Words words(length / sizeof(uint32_t));
  std::memcpy(words.data(), il, length);
  if (words[0] == __builtin_bswap32(kMagic)) {
    for (uint32_t& word : words) word = __builtin_bswap32(word);
  }
  if (words[0] != kMagic) return Failure{CL_INVALID_VALUE};
  return words;
}

}  // namespace

namespace api {

Result<cl_program> createProgramWithSource(cl_context context, cl_uint count, const char** strings,
                                           const size_t* lengths) {
  std::string source;
  for (cl_uint i = 0; i < count; ++i) {
    // Length zero, or no lengths at all: the string ends at its zero byte.
    if (lengths != nullptr && lengths[i] != 0) {
      source.append(strings[i], lengths[i]);
    } else {
      source.append(strings[i]);
    }
  }
  return Program::publish(Program::fromSource(Ref<Context>(&Context::trusted(context)), std::move(source)));
}

Result<cl_program> createProgramWithBinary(cl_context context, cl_uint deviceCount,
                                           const cl_device_id* devices, const size_t* lengths,
                                           const unsigned char** binaries, cl_int* statuses) {
  std::vector<std::pair<const unsigned char*, size_t>> pieces;
  for (cl_uint i = 0; i < deviceCount; ++i) pieces.emplace_back(binaries[i], lengths[i]);
  CLZE_TRY_ASSIGN(Ref<Program> program,
                  Program::fromBinaries(Ref<Context>(&Context::trusted(context)),
                                        deviceList(deviceCount, devices, {}), pieces, statuses));
  return Program::publish(std::move(program));
}

// Validation refuses every name: there are no built-in kernels.
Result<cl_program> createProgramWithBuiltInKernels(cl_context, cl_uint, const cl_device_id*, const char*) {
  return Failure{CL_INVALID_VALUE};
}

Result<cl_program> createProgramWithIl(cl_context context, const void* il, size_t length) {
  CLZE_TRY_ASSIGN(spirv::Words words, wordsOf(il, length));
  CLZE_TRY_ASSIGN(Ref<Program> program,
                  Program::fromIl(Ref<Context>(&Context::trusted(context)), std::move(words)));
  return Program::publish(std::move(program));
}

Result<void> retainProgram(cl_program program) {
  Program::trusted(program).retainApi();
  return {};
}

Result<void> releaseProgram(cl_program program) {
  Program::trusted(program).releaseApi();
  return {};
}

Result<void> buildProgram(cl_program program, cl_uint deviceCount, const cl_device_id* devices,
                          const char* options, ProgramNotify notify, void* userData) {
  Program& object = Program::trusted(program);
  const Ref<Program> alive(&object);
  const Result<void> result = object.build(deviceList(deviceCount, devices, object.devices()), text(options));
  if (notify != nullptr) notify(program, userData);
  return result;
}

Result<void> compileProgram(cl_program program, cl_uint deviceCount, const cl_device_id* devices,
                            const char* options, cl_uint headerCount, const cl_program* headers,
                            const char** headerNames, ProgramNotify notify, void* userData) {
  Program& object = Program::trusted(program);
  const Ref<Program> alive(&object);
  std::vector<NamedSource> named;
  for (cl_uint i = 0; i < headerCount; ++i)
    named.emplace_back(headerNames[i], Program::trusted(headers[i]).source());
  const Result<void> result =
      object.compile(deviceList(deviceCount, devices, object.devices()), text(options), named);
  if (notify != nullptr) notify(program, userData);
  return result;
}

Result<Created<_cl_program>> linkProgram(cl_context context, cl_uint deviceCount, const cl_device_id* devices,
                                         const char* options, cl_uint inputCount, const cl_program* inputs,
                                         ProgramNotify notify, void* userData) {
  Context& owner = Context::trusted(context);
  std::vector<Program*> parts;
  for (cl_uint i = 0; i < inputCount; ++i) parts.push_back(&Program::trusted(inputs[i]));
  CLZE_TRY_ASSIGN(Program::Linked linked,
                  Program::link(Ref<Context>(&owner), deviceList(deviceCount, devices, owner.devices()),
                                text(options), parts));
  const cl_program handle = Program::publish(std::move(linked.program));
  if (notify != nullptr) notify(handle, userData);
  return Created<_cl_program>{handle, linked.code};
}

// The compiler is a process of its own that costs the application nothing to keep.
Result<void> unloadCompiler() { return {}; }
Result<void> unloadPlatformCompiler(cl_platform_id) { return {}; }

Result<void> getProgramInfo(cl_program program, cl_program_info name, size_t size, void* value,
                            size_t* sizeReturned) {
  return Program::trusted(program).info(name, InfoWriter(size, value, sizeReturned));
}

Result<void> getProgramBuildInfo(cl_program program, cl_device_id device, cl_program_build_info name,
                                 size_t size, void* value, size_t* sizeReturned) {
  return Program::trusted(program).buildInfo(&Device::trusted(device), name,
                                             InfoWriter(size, value, sizeReturned));
}

// Deprecated by 2.2 and needs program-scope destructors, which no device of ours has: OpenCL 3.0, 5.8.3.
Result<void> setProgramReleaseCallback(cl_program, ProgramNotify, void*) {
  return Failure{CL_INVALID_OPERATION};
}

Result<void> setProgramSpecializationConstant(cl_program program, cl_uint id, size_t size,
                                              const void* value) {
  return Program::trusted(program).setSpecialization(id, size, value);
}

}  // namespace api
}  // namespace clze::icd
