// Rules of the program functions: OpenCL 3.0, 5.8.
#include "icd/entry/program.h"

#include <algorithm>

#include "icd/object/program.h"

namespace clze::icd::validate {
namespace {

// A device list and its count go together, and every device belongs to `owner` (a context or a program).
template <class Owner>
Result<void> optionalDevices(const Owner& owner, cl_uint count, const cl_device_id* devices) {
  if ((count == 0) != (devices == nullptr)) return Failure{CL_INVALID_VALUE};
  for (cl_uint i = 0; i < count; ++i) {
    const Device* device = Device::from(devices[i]);
    if (device == nullptr || !owner.has(device)) return Failure{CL_INVALID_DEVICE};
  }
  return {};
}

template <class Owner>
Result<void> requiredDevices(const Owner& owner, cl_uint count, const cl_device_id* devices) {
  if (count == 0 || devices == nullptr) return Failure{CL_INVALID_VALUE};
  return optionalDevices(owner, count, devices);
}

// user_data without a function to give it to.
Result<void> notification(ProgramNotify notify, const void* userData) {
  if (notify == nullptr && userData != nullptr) return Failure{CL_INVALID_VALUE};
  return {};
}

Result<void> program(cl_program handle) {
  if (Program::from(handle) == nullptr) return Failure{CL_INVALID_PROGRAM};
  return {};
}

Result<void> context(cl_context handle) {
  if (Context::from(handle) == nullptr) return Failure{CL_INVALID_CONTEXT};
  return {};
}

}  // namespace

Result<void> createProgramWithSource(cl_context handle, cl_uint count, const char** strings,
                                     const size_t* /*lengths*/) {
  CLZE_TRY(context(handle));
  // No strings, or a null one among them.
  if (count == 0 || strings == nullptr) return Failure{CL_INVALID_VALUE};
  if (std::find(strings, strings + count, nullptr) != strings + count) return Failure{CL_INVALID_VALUE};
  return {};
}

Result<void> createProgramWithBinary(cl_context handle, cl_uint deviceCount, const cl_device_id* devices,
                                     const size_t* lengths, const unsigned char** binaries,
                                     cl_int* statuses) {
  CLZE_TRY(context(handle));
  CLZE_TRY(requiredDevices(Context::trusted(handle), deviceCount, devices));
  if (lengths == nullptr || binaries == nullptr) return Failure{CL_INVALID_VALUE};
  // An empty or missing binary; the status says which.
  bool complete = true;
  for (cl_uint i = 0; i < deviceCount; ++i) {
    const bool there = lengths[i] != 0 && binaries[i] != nullptr;
    if (statuses != nullptr) statuses[i] = there ? CL_SUCCESS : CL_INVALID_VALUE;
    complete = complete && there;
  }
  if (!complete) return Failure{CL_INVALID_VALUE};
  return {};
}

Result<void> createProgramWithBuiltInKernels(cl_context handle, cl_uint deviceCount,
                                             const cl_device_id* devices, const char* /*names*/) {
  CLZE_TRY(context(handle));
  CLZE_TRY(requiredDevices(Context::trusted(handle), deviceCount, devices));
  // No device has a built-in kernel, so every name is unknown.
  return Failure{CL_INVALID_VALUE};
}

Result<void> createProgramWithIl(cl_context handle, const void* il, size_t length) {
  CLZE_TRY(context(handle));
  if (il == nullptr || length == 0) return Failure{CL_INVALID_VALUE};
  return {};
}

Result<void> retainProgram(cl_program handle) { return program(handle); }
Result<void> releaseProgram(cl_program handle) { return program(handle); }

Result<void> buildProgram(cl_program handle, cl_uint deviceCount, const cl_device_id* devices,
                          const char* /*options*/, ProgramNotify notify, void* userData) {
  CLZE_TRY(program(handle));
  const Program& object = Program::trusted(handle);
  CLZE_TRY(optionalDevices(object, deviceCount, devices));
  CLZE_TRY(notification(notify, userData));
  // Kernels of an earlier build are still attached.
  if (object.hasKernels()) return Failure{CL_INVALID_OPERATION};
  // A linked program is what it is.
  if (object.origin() == Program::Origin::Linked) return Failure{CL_INVALID_OPERATION};
  return {};
}

Result<void> compileProgram(cl_program handle, cl_uint deviceCount, const cl_device_id* devices,
                            const char* /*options*/, cl_uint headerCount, const cl_program* headers,
                            const char** headerNames, ProgramNotify notify, void* userData) {
  CLZE_TRY(program(handle));
  const Program& object = Program::trusted(handle);
  CLZE_TRY(optionalDevices(object, deviceCount, devices));
  // Headers and their names go together.
  if ((headerCount == 0) != (headers == nullptr) || (headerCount == 0) != (headerNames == nullptr)) {
    return Failure{CL_INVALID_VALUE};
  }
  CLZE_TRY(notification(notify, userData));
  for (cl_uint i = 0; i < headerCount; ++i) {
    if (headerNames[i] == nullptr) return Failure{CL_INVALID_VALUE};
    CLZE_TRY(program(headers[i]));
  }
  if (object.hasKernels()) return Failure{CL_INVALID_OPERATION};
  // There must be source or IL to compile.
  if (object.origin() != Program::Origin::Source && object.origin() != Program::Origin::Il) {
    return Failure{CL_INVALID_OPERATION};
  }
  return {};
}

Result<void> linkProgram(cl_context handle, cl_uint deviceCount, const cl_device_id* devices,
                         const char* /*options*/, cl_uint inputCount, const cl_program* inputs,
                         ProgramNotify notify, void* userData) {
  CLZE_TRY(context(handle));
  const Context& owner = Context::trusted(handle);
  CLZE_TRY(optionalDevices(owner, deviceCount, devices));
  if (inputCount == 0 || inputs == nullptr) return Failure{CL_INVALID_VALUE};
  for (cl_uint i = 0; i < inputCount; ++i) CLZE_TRY(program(inputs[i]));
  CLZE_TRY(notification(notify, userData));
  for (cl_uint i = 0; i < inputCount; ++i) {
    if (&Program::trusted(inputs[i]).context() != &owner) return Failure{CL_INVALID_CONTEXT};
  }
  return {};
}

Result<void> unloadCompiler() { return {}; }

Result<void> unloadPlatformCompiler(cl_platform_id platform) {
  if (Platform::from(platform) == nullptr) return Failure{CL_INVALID_PLATFORM};
  return {};
}

Result<void> getProgramInfo(cl_program handle, cl_program_info /*name*/, size_t /*size*/, void* /*value*/,
                            size_t* /*sizeReturned*/) {
  return program(handle);
}

Result<void> getProgramBuildInfo(cl_program handle, cl_device_id device, cl_program_build_info /*name*/,
                                 size_t /*size*/, void* /*value*/, size_t* /*sizeReturned*/) {
  CLZE_TRY(program(handle));
  const Device* object = Device::from(device);
  if (object == nullptr || !Program::trusted(handle).has(object)) return Failure{CL_INVALID_DEVICE};
  return {};
}

Result<void> setProgramReleaseCallback(cl_program handle, ProgramNotify notify, void* /*userData*/) {
  CLZE_TRY(program(handle));
  if (notify == nullptr) return Failure{CL_INVALID_VALUE};
  return {};
}

Result<void> setProgramSpecializationConstant(cl_program handle, cl_uint /*id*/, size_t /*size*/,
                                              const void* value) {
  // Only programs made of IL have them.
  if (Program::from(handle) == nullptr || Program::trusted(handle).origin() != Program::Origin::Il) {
    return Failure{CL_INVALID_PROGRAM};
  }
  if (value == nullptr) return Failure{CL_INVALID_VALUE};
  return {};
}

}  // namespace clze::icd::validate
