// Short ways to compile in a test.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "spirv/spirv.h"

namespace clze::spirv {

// A device with all that the tests use.
inline LanguageTarget fullTarget() {
  LanguageTarget target;
  target.extensions = {"cl_khr_byte_addressable_store",
                       "cl_khr_fp16",
                       "cl_khr_fp64",
                       "cl_khr_3d_image_writes",
                       "cl_khr_subgroups",
                       "cl_intel_subgroups",
                       "cl_intel_subgroups_short",
                       "cl_khr_int64_base_atomics"};
  target.features = {"__opencl_c_images",
                     "__opencl_c_3d_image_writes",
                     "__opencl_c_int64",
                     "__opencl_c_fp64",
                     "__opencl_c_generic_address_space",
                     "__opencl_c_program_scope_global_variables",
                     "__opencl_c_atomic_order_acq_rel",
                     "__opencl_c_atomic_order_seq_cst",
                     "__opencl_c_atomic_scope_device",
                     "__opencl_c_atomic_scope_all_devices",
                     "__opencl_c_read_write_images",
                     "__opencl_c_work_group_collective_functions",
                     "__opencl_c_subgroups"};
  return target;
}

inline CompileRequest requestOf(std::string source, std::string_view options = "",
                                LanguageTarget target = fullTarget()) {
  CompileRequest request;
  std::string log;
  auto parsed = parseBuildOptions(options, log);
  EXPECT_TRUE(parsed.ok()) << log;
  if (parsed.ok()) request.options = *std::move(parsed);
  request.source = std::move(source);
  request.target = std::move(target);
  return request;
}

inline CompileOutcome build(std::string source, std::string_view options = "",
                            LanguageTarget target = fullTarget()) {
  return compile(requestOf(std::move(source), options, std::move(target)));
}

// Compiles what must compile to a valid module; empty with a test failure otherwise.
inline Words mustBuild(std::string source, std::string_view options = "",
                       LanguageTarget target = fullTarget()) {
  CompileOutcome outcome = build(std::move(source), options, std::move(target));
  EXPECT_TRUE(outcome.ok) << outcome.log;
  if (!outcome.ok) return {};
  std::string log;
  EXPECT_TRUE(validate(outcome.module, log).ok()) << log;
  return std::move(outcome.module);
}

}  // namespace clze::spirv
