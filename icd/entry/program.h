// Entry points of programs: OpenCL 3.0, 5.8.
#pragma once

#include <CL/cl.h>

#include "base/result.h"
#include "icd/entry/created.h"

namespace clze::icd {

using ProgramNotify = void(CL_CALLBACK*)(cl_program, void*);

namespace validate {
Result<void> createProgramWithSource(cl_context context, cl_uint count, const char** strings,
                                     const size_t* lengths);
Result<void> createProgramWithBinary(cl_context context, cl_uint deviceCount, const cl_device_id* devices,
                                     const size_t* lengths, const unsigned char** binaries, cl_int* statuses);
Result<void> createProgramWithBuiltInKernels(cl_context context, cl_uint deviceCount,
                                             const cl_device_id* devices, const char* names);
Result<void> createProgramWithIl(cl_context context, const void* il, size_t length);
Result<void> retainProgram(cl_program program);
Result<void> releaseProgram(cl_program program);
Result<void> buildProgram(cl_program program, cl_uint deviceCount, const cl_device_id* devices,
                          const char* options, ProgramNotify notify, void* userData);
Result<void> compileProgram(cl_program program, cl_uint deviceCount, const cl_device_id* devices,
                            const char* options, cl_uint headerCount, const cl_program* headers,
                            const char** headerNames, ProgramNotify notify, void* userData);
Result<void> linkProgram(cl_context context, cl_uint deviceCount, const cl_device_id* devices,
                         const char* options, cl_uint inputCount, const cl_program* inputs,
                         ProgramNotify notify, void* userData);
Result<void> unloadCompiler();
Result<void> unloadPlatformCompiler(cl_platform_id platform);
Result<void> getProgramInfo(cl_program program, cl_program_info name, size_t size, void* value,
                            size_t* sizeReturned);
Result<void> getProgramBuildInfo(cl_program program, cl_device_id device, cl_program_build_info name,
                                 size_t size, void* value, size_t* sizeReturned);
Result<void> setProgramReleaseCallback(cl_program program, ProgramNotify notify, void* userData);
Result<void> setProgramSpecializationConstant(cl_program program, cl_uint id, size_t size, const void* value);
}  // namespace validate

namespace api {
Result<cl_program> createProgramWithSource(cl_context context, cl_uint count, const char** strings,
                                           const size_t* lengths);
Result<cl_program> createProgramWithBinary(cl_context context, cl_uint deviceCount,
                                           const cl_device_id* devices, const size_t* lengths,
                                           const unsigned char** binaries, cl_int* statuses);
Result<cl_program> createProgramWithBuiltInKernels(cl_context context, cl_uint deviceCount,
                                                   const cl_device_id* devices, const char* names);
Result<cl_program> createProgramWithIl(cl_context context, const void* il, size_t length);
Result<void> retainProgram(cl_program program);
Result<void> releaseProgram(cl_program program);
Result<void> buildProgram(cl_program program, cl_uint deviceCount, const cl_device_id* devices,
                          const char* options, ProgramNotify notify, void* userData);
Result<void> compileProgram(cl_program program, cl_uint deviceCount, const cl_device_id* devices,
                            const char* options, cl_uint headerCount, const cl_program* headers,
                            const char** headerNames, ProgramNotify notify, void* userData);
Result<Created<_cl_program>> linkProgram(cl_context context, cl_uint deviceCount, const cl_device_id* devices,
                                         const char* options, cl_uint inputCount, const cl_program* inputs,
                                         ProgramNotify notify, void* userData);
Result<void> unloadCompiler();
Result<void> unloadPlatformCompiler(cl_platform_id platform);
Result<void> getProgramInfo(cl_program program, cl_program_info name, size_t size, void* value,
                            size_t* sizeReturned);
Result<void> getProgramBuildInfo(cl_program program, cl_device_id device, cl_program_build_info name,
                                 size_t size, void* value, size_t* sizeReturned);
Result<void> setProgramReleaseCallback(cl_program program, ProgramNotify notify, void* userData);
Result<void> setProgramSpecializationConstant(cl_program program, cl_uint id, size_t size, const void* value);
}  // namespace api

}  // namespace clze::icd
