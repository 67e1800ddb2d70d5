// Each instruction of instructions.txt, in a module of its own: whether the engine compiles it. What
// instructions compute is for other tests.
#include <algorithm>
#include <cctype>
#include <fstream>
#include <map>
#include <spirv-tools/libspirv.hpp>
#include <sstream>

#include "tests/unit/softgpu/ze/engine/engine_test.h"

namespace softgpu::engine::test {
namespace {

constexpr const char* kCapabilities = R"(
OpCapability Addresses
OpCapability Linkage
OpCapability Kernel
OpCapability Int64
OpCapability Int16
OpCapability Int8
OpCapability Float64
OpCapability Float16
OpCapability Vector16
OpCapability Groups
OpCapability GenericPointer
OpCapability ImageBasic
OpCapability LiteralSampler
OpCapability Int64Atomics
%ext = OpExtInstImport "OpenCL.std"
OpMemoryModel Physical64 OpenCL
OpEntryPoint Kernel %main "build"
)";
constexpr const char* kTypes = R"(
%void = OpTypeVoid
%bool = OpTypeBool
%half = OpTypeFloat 16
%float = OpTypeFloat 32
%double = OpTypeFloat 64
%char = OpTypeInt 8 0
%short = OpTypeInt 16 0
%int = OpTypeInt 32 0
%long = OpTypeInt 64 0
%v2int = OpTypeVector %int 2
%v3int = OpTypeVector %int 3
%v4int = OpTypeVector %int 4
%v2float = OpTypeVector %float 2
%v4float = OpTypeVector %float 4
%v4bool = OpTypeVector %bool 4
%v4char = OpTypeVector %char 4
%i0 = OpConstant %int 0
%i1 = OpConstant %int 1
%i2 = OpConstant %int 2
%i3 = OpConstant %int 3
%i4 = OpConstant %int 4
%i16 = OpConstant %int 16
%l1 = OpConstant %long 1
%l4 = OpConstant %long 4
%l16 = OpConstant %long 16
%f1 = OpConstant %float 1
%f2 = OpConstant %float 2
%true = OpConstantTrue %bool
%arr = OpTypeArray %int %i4
%st = OpTypeStruct %int %float
%pair = OpTypeStruct %int %int
%pint = OpTypePointer CrossWorkgroup %int
%plong = OpTypePointer CrossWorkgroup %long
%pfloat = OpTypePointer CrossWorkgroup %float
%pchar = OpTypePointer CrossWorkgroup %char
%fint = OpTypePointer Function %int
%farr = OpTypePointer Function %arr
%fst = OpTypePointer Function %st
%event = OpTypeEvent
%fev = OpTypePointer Function %event
%fchar = OpTypePointer Function %char
%gint = OpTypePointer Generic %int
%gfloat = OpTypePointer Generic %float
%pv4float = OpTypePointer CrossWorkgroup %v4float
%pv4int = OpTypePointer CrossWorkgroup %v4int
%fn = OpTypeFunction %void %pint %pfloat %pv4float %plong %pv4int
)";
constexpr const char* kFunction = R"(
%main = OpFunction %void None %fn
%in = OpFunctionParameter %pint
%fin = OpFunctionParameter %pfloat
%vout = OpFunctionParameter %pv4float
%lin = OpFunctionParameter %plong
%viout = OpFunctionParameter %pv4int
%entry = OpLabel
%var = OpVariable %fint Function
%ev = OpVariable %fev Function
%avar = OpVariable %farr Function
%svar = OpVariable %fst Function
%x = OpLoad %int %in Aligned 4
%l = OpLoad %long %lin Aligned 8
%f = OpLoad %float %fin Aligned 4
%v = OpLoad %v4float %vout Aligned 16
%vi = OpLoad %v4int %viout Aligned 16
%d = OpFConvert %double %f
%h = OpFConvert %half %f
%c = OpUConvert %char %x
%b = OpIEqual %bool %x %i0
%vb = OpIEqual %v4bool %vi %vi
)";
constexpr const char* kEnd = R"(
OpReturn
OpFunctionEnd
)";
// Bytes that a value written to these is aligned to.
const std::map<std::string, int> kStores = {{"in", 4}, {"fin", 4}, {"lin", 8}, {"vout", 16}, {"viout", 16}};

struct Case {
  std::string name, version, decorations, types, body;
};

void PrintTo(const Case& test, std::ostream* out) { *out << test.name; }

std::string trimmed(const std::string& text) {
  const auto first = text.find_first_not_of(' '), last = text.find_last_not_of(' ');
  return first == std::string::npos ? "" : text.substr(first, last - first + 1);
}

// Statements apart by semicolons, a line each.
std::string linesOf(const std::string& text) {
  std::istringstream statements(text);
  std::string lines;
  for (std::string statement; std::getline(statements, statement, ';');) {
    statement = trimmed(statement);
    if (statement.starts_with("STORE ")) {
      const std::string target = statement.substr(6);
      statement = "OpStore %" + target + " %r Aligned " + std::to_string(kStores.at(target));
    }
    lines += statement + "\n";
  }
  return lines;
}

std::vector<Case> cases() {
  std::ifstream file(INSTRUCTIONS);
  std::vector<Case> all;
  for (std::string line; std::getline(file, line);) {
    if (line.empty() || line.starts_with('#')) continue;
    Case test;
    size_t at = 0;
    for (std::string* field : {&test.name, &test.version, &test.decorations, &test.types, &test.body}) {
      const size_t end = std::min(line.find(" | ", at), line.size());
      *field = trimmed(line.substr(at, end - at));
      at = std::min(end + 3, line.size());
    }
    all.push_back(test);
  }
  return all;
}

class EngineInstruction : public testing::TestWithParam<Case> {};

TEST_P(EngineInstruction, IsCompiled) {
  const Case& test = GetParam();
  spvtools::SpirvTools tools(test.version == "1.4"   ? SPV_ENV_UNIVERSAL_1_4
                             : test.version == "1.1" ? SPV_ENV_UNIVERSAL_1_1
                                                     : SPV_ENV_UNIVERSAL_1_2);
  std::string message;
  tools.SetMessageConsumer(
      [&](spv_message_level_t, const char*, const spv_position_t&, const char* text) { message += text; });
  const std::string text = kCapabilities + linesOf(test.decorations) + kTypes + linesOf(test.types) +
                           kFunction + linesOf(test.body) + kEnd;
  std::vector<uint32_t> words;
  ASSERT_TRUE(tools.Assemble(text, &words)) << message;
  ASSERT_TRUE(tools.Validate(words)) << message;
  std::string log;
  EXPECT_TRUE(Program::compile(words, {}, "-ze-opt-disable", log)) << log;
}

INSTANTIATE_TEST_SUITE_P(All, EngineInstruction, testing::ValuesIn(cases()), [](const auto& info) {
  std::string name = info.param.name;
  std::erase_if(name, [](char c) { return std::isalnum(static_cast<unsigned char>(c)) == 0; });
  return name;
});

}  // namespace
}  // namespace softgpu::engine::test
