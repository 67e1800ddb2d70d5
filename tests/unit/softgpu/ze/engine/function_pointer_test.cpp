// Pointers to functions: what the validator does not look at, and calls through them.
#include <spirv-tools/libspirv.hpp>

#include "tests/unit/softgpu/ze/engine/engine_test.h"

namespace softgpu::engine::test {
namespace {

using Ints = std::vector<int>;

std::vector<uint32_t> assembled(const std::string& constants, const std::string& body) {
  const std::string text = R"(
OpCapability Addresses
OpCapability Linkage
OpCapability Kernel
OpCapability Int64
OpCapability FunctionPointersINTEL
OpExtension "SPV_INTEL_function_pointers"
OpMemoryModel Physical64 OpenCL
OpEntryPoint Kernel %main "main"
%void = OpTypeVoid
%int = OpTypeInt 32 0
%long = OpTypeInt 64 0
%float = OpTypeFloat 32
%one = OpConstant %int 1
%zero = OpConstant %float 0
%pint = OpTypePointer CrossWorkgroup %int
%unary = OpTypeFunction %int %int
%binary = OpTypeFunction %int %int %int
%kernel = OpTypeFunction %void %pint
%punary = OpTypePointer CodeSectionINTEL %unary
%pbinary = OpTypePointer CodeSectionINTEL %binary
%pkernel = OpTypePointer CodeSectionINTEL %kernel
%pointer = OpConstantFunctionPointerINTEL %punary %increment
)" + constants + R"(
%increment = OpFunction %int None %unary
%a = OpFunctionParameter %int
%l0 = OpLabel
%sum = OpIAdd %int %a %one
OpReturnValue %sum
OpFunctionEnd
%main = OpFunction %void None %kernel
%out = OpFunctionParameter %pint
%l1 = OpLabel
)" + body + R"(
OpReturn
OpFunctionEnd
)";
  std::vector<uint32_t> words;
  std::string message;
  spvtools::SpirvTools tools(SPV_ENV_UNIVERSAL_1_4);
  tools.SetMessageConsumer(
      [&](spv_message_level_t, const char*, const spv_position_t&, const char* said) { message += said; });
  EXPECT_TRUE(tools.Assemble(text, &words)) << message;
  return words;
}

std::string refusal(const std::string& constants, const std::string& body) {
  std::string log;
  EXPECT_EQ(Program::compile(assembled(constants, body), {}, "", log), nullptr) << constants << body;
  return log;
}

constexpr const char* kOtherType = "is called as another type of function than it points to\n";

TEST(EngineFunctionPointer, ConstantsOfOtherTypesAreRefused) {
  for (const char* constant : {"%bad = OpConstantFunctionPointerINTEL %pbinary %increment",
                               "%bad = OpConstantFunctionPointerINTEL %pint %increment",
                               "%bad = OpConstantFunctionPointerINTEL %punary %one"}) {
    EXPECT_NE(refusal(constant, "").find(" is no pointer to function "), std::string::npos) << constant;
  }
  EXPECT_EQ(refusal("%bad = OpConstantFunctionPointerINTEL %pkernel %main", ""),
            "SPIR-V is not supported: a pointer to a kernel\n");
}

TEST(EngineFunctionPointer, CallsOfOtherTypesAreRefused) {
  EXPECT_NE(refusal("", "%r = OpFunctionPointerCallINTEL %int %pointer").find(kOtherType), std::string::npos);
  EXPECT_NE(refusal("", "%r = OpFunctionPointerCallINTEL %int %pointer %one %one").find(kOtherType),
            std::string::npos);
  EXPECT_NE(refusal("", "%r = OpFunctionPointerCallINTEL %float %pointer %one").find(kOtherType),
            std::string::npos);
  EXPECT_NE(refusal("", "%r = OpFunctionPointerCallINTEL %void %pointer %one").find(kOtherType),
            std::string::npos);
  EXPECT_NE(refusal("", "%r = OpFunctionPointerCallINTEL %int %out %one").find(" is no pointer"),
            std::string::npos);
  EXPECT_NE(refusal("", "%r = OpFunctionPointerCallINTEL %int %increment %one").find(" is no pointer"),
            std::string::npos);
  // The validator sees these.
  EXPECT_NE(refusal("", "%r = OpFunctionPointerCallINTEL %int %pointer %zero").find("SPIR-V is invalid"),
            std::string::npos);
  EXPECT_NE(refusal("", "%r = OpFunctionPointerCallINTEL %int %pointer %late\n%late = OpIAdd %int %one %one")
                .find("SPIR-V is invalid"),
            std::string::npos);
}

TEST(EngineFunctionPointer, FunctionsAreNoMemory) {
  for (const char* use :
       {"%r = OpLoad %int %pointer", "OpStore %pointer %one",
        "%r = OpInBoundsPtrAccessChain %punary %pointer %one", "OpCopyMemory %pointer %pointer",
        "OpCopyMemorySized %out %pointer %one", "OpLifetimeStart %pointer 0",
        "%r = OpPtrDiff %int %pointer %pointer", "%r = OpGenericPtrMemSemantics %int %pointer"}) {
    EXPECT_NE(refusal("", use).find("SPIR-V is invalid"), std::string::npos) << use;
  }
  // A name that only the stand-in of the module has.
  std::vector<uint32_t> words = assembled("", "%r = OpUndef %int");
  for (size_t at = 5; at < words.size(); at += words[at] >> 16) {
    if ((words[at] & 0xffff) == 1) words[at + 1] = words[3];
  }
  std::string log;
  EXPECT_EQ(Program::compile(words, {}, "", log), nullptr);
  EXPECT_NE(log.find(" is not below the bound\n"), std::string::npos) << log;
}

TEST(EngineFunctionPointer, CallsOfCodeSections) {
  std::string log;
  const auto program = Program::compile(assembled("%null = OpConstantNull %punary",
                                                  "%same = OpCopyObject %punary %pointer\n"
                                                  "%r = OpFunctionPointerCallINTEL %int %same %one\n"
                                                  "OpStore %out %r"),
                                        {}, "", log);
  ASSERT_TRUE(program) << log;
  int out = 0;
  run(*program, "main", geometry({1, 1, 1}), Arguments().pointer(&out));
  EXPECT_EQ(out, 2);
}

// Which work-item they run in is nothing that a call by pointer tells them.
TEST(EngineFunctionPointer, FunctionsThatNeedTheirWorkItem) {
  std::string log;
  EXPECT_EQ(Program::compile(readSpirv("function_pointer_item"), {}, "", log), nullptr);
  EXPECT_EQ(log, "function program.where needs its work-item, and is pointed to\n");
}

class EngineFunctionPointers : public testing::TestWithParam<const char*> {
 protected:
  std::shared_ptr<Program> program = compile("function_pointers", GetParam());
  void SetUp() override { ASSERT_TRUE(program); }
};
INSTANTIATE_TEST_SUITE_P(Levels, EngineFunctionPointers,
                         testing::Values("-ze-opt-disable", "-ze-opt-level=2"));

TEST_P(EngineFunctionPointers, OfTheHost) {
  Ints out(4);
  for (const auto& [name, expected] :
       {std::pair{"add", Ints{10, 11, 12, 13}}, {"sub", Ints{-10, -9, -8, -7}}}) {
    const auto address = reinterpret_cast<uint64_t>(program->functionPointer(name));
    ASSERT_NE(address, 0U) << name;
    run(*program, "callOf", geometry({4, 1, 1}), Arguments().value(address).pointer(out.data()));
    EXPECT_EQ(out, expected) << name;
  }
}

TEST_P(EngineFunctionPointers, OfTheKernel) {
  Ints out(8);
  run(*program, "callOneOf", geometry({8, 1, 1}), Arguments().pointer(out.data()));
  EXPECT_EQ(out, (Ints{10, -9, 24, 6, 14, -5, 32, 5040}));
  run(*program, "same", geometry({1, 1, 1}), Arguments().pointer(out.data()));
  EXPECT_EQ(out[0], 1);
  EXPECT_EQ(out[1], 0);
}

TEST_P(EngineFunctionPointers, AmongBarriers) {
  Ints out(6);
  run(*program, "callAfterBarrier", geometry({6, 1, 1}),
      Arguments().pointer(out.data()).local(6 * sizeof(int)));
  EXPECT_EQ(out, (Ints{-99, 102, -97, 104, -95, 100}));
  run(*program, "callAmongBarriers", geometry({6, 1, 1}),
      Arguments().pointer(out.data()).local(6 * sizeof(int)));
  Ints expected(6);
  for (int i = 0; i < 6; ++i) {
    int sum = 0;
    for (int round = 0; round <= i % 3; ++round) sum = i % 2 != 0 ? sum + i : 2 * (sum + i);
    expected[static_cast<size_t>(5 - i)] = sum;
  }
  EXPECT_EQ(out, expected);
}

}  // namespace
}  // namespace softgpu::engine::test
