// What must not reach the translator: malformed, truncated or random words, and what this engine does not
// have.
#include <random>

#include "tests/unit/softgpu/ze/engine/engine_test.h"
#include "tests/unit/softgpu/ze/engine/hostile.h"

namespace softgpu::engine::test {
namespace {

std::string refusal(const std::vector<uint32_t>& words) {
  std::string log;
  EXPECT_EQ(Program::compile(words, {}, "", log), nullptr);
  EXPECT_NE(log, "");
  return log;
}

// Inserts an instruction behind the first capability.
std::vector<uint32_t> with(std::vector<uint32_t> words, const std::vector<uint32_t>& instruction) {
  words.insert(words.begin() + 7, instruction.begin(), instruction.end());
  return words;
}

TEST(EngineReject, Headers) {
  EXPECT_EQ(refusal({}), "SPIR-V is malformed: shorter than its header\n");
  std::vector<uint32_t> words = readSpirv("basic");
  words[0] = 0x03022307;
  EXPECT_EQ(refusal(words), "SPIR-V is malformed: magic number 0x3022307\n");
  words = readSpirv("basic");
  words[1] = 0x00010500;
  EXPECT_EQ(refusal(words), "SPIR-V version word 0x10500 is not supported: 1.0 to 1.4 are\n");
  words = readSpirv("basic");
  words[3] = 0xffffffff;
  EXPECT_EQ(refusal(words), "SPIR-V is malformed: id bound 4294967295\n");
  words.resize(5);
  words[3] = 10;
  EXPECT_EQ(refusal(words), "SPIR-V is malformed: no memory model\n");
}

TEST(EngineReject, CapabilitiesExtensionsAndModels) {
  const std::vector<uint32_t> words = readSpirv("basic");
  EXPECT_EQ(refusal(with(words, {0x00020011, 19})),
            "SPIR-V capability 19 (DeviceEnqueue) is not supported\n");
  EXPECT_EQ(refusal(with(words, {0x00020011, 17})), "SPIR-V capability 17 (Pipes) is not supported\n");
  EXPECT_EQ(refusal(with(words, {0x00020011, 1})), "SPIR-V capability 1 (Shader) is not supported\n");
  EXPECT_EQ(refusal(with(words, {0x00020011, 99999})), "SPIR-V capability 99999 is not supported\n");
  // "SPV_X"
  EXPECT_EQ(refusal(with(words, {0x0003000a, 0x5f565053, 0x00000058})),
            "SPIR-V extension SPV_X is not supported\n");
  EXPECT_EQ(refusal(with(words, {0x0002000a, 0x5f565053})),
            "SPIR-V is malformed: a string does not end in zeros\n");
  EXPECT_EQ(refusal(with(words, {0x0003000b, 5, 0x00000058})),
            "SPIR-V extended instruction set X is not supported\n");
  EXPECT_EQ(refusal(with(words, {0x0000000b})),
            "SPIR-V is malformed: the instruction at word 7 has a length of 0 words\n");
}

// What is left of a truncated module is invalid, or valid with less in it.
TEST(EngineReject, Truncations) {
  const std::vector<uint32_t> words = readSpirv("memory");
  int refused = 0;
  for (size_t size = 0; size < words.size(); size += 1 + size / 40) {
    std::string log;
    const std::span left(words.data(), size);
    if (const auto program = Program::compile(left, {}, "-ze-opt-disable", log)) {
      EXPECT_LT(program->kernels().size(), 7) << size;
    } else {
      EXPECT_NE(log, "") << size;
      ++refused;
    }
  }
  EXPECT_GT(refused, 150);
}

TEST(EngineReject, RandomWords) {
  std::mt19937 random(1);
  for (int round = 0; round < 200; ++round) {
    std::vector<uint32_t> words(5 + random() % 200);
    for (uint32_t& word : words) {
      word = random();
    }
    if (round % 2 == 0) {
      words[0] = 0x07230203;
      words[1] = 0x00010000;
      words[3] = 1000;
    }
    refusal(words);
  }
}

// A changed word may still make a valid module: what counts is that the process lives and that a refusal
// tells why.
TEST(EngineReject, MutatedWords) {
  std::mt19937 random(2);
  const std::vector<uint32_t> words = readSpirv("specialize");
  int refused = 0;
  for (int round = 0; round < 400; ++round) {
    std::vector<uint32_t> mutated = words;
    uint32_t& word = mutated[5 + random() % (mutated.size() - 5)];
    word = round % 3 == 0 ? random() : round % 3 == 1 ? word ^ (1U << random() % 32) : random() % 64;
    std::string log;
    if (!Program::compile(mutated, {}, "-ze-opt-disable", log)) {
      ++refused;
      EXPECT_NE(log, "");
    }
  }
  EXPECT_GT(refused, 200);
}

TEST(EngineReject, AnnotationsOfStrings) {
  // OpString %5 "", OpName %5 ""
  EXPECT_EQ(refusal(with(readSpirv("basic"), {0x00030007, 5, 0, 0x00030005, 5, 0})),
            "SPIR-V is malformed: id 5 is a string or an instruction set and cannot be annotated\n");
}

TEST(EngineReject, Alignments) {
  const std::vector<uint32_t> words = readSpirv("basic");
  for (const uint32_t alignment : {0U, 3U, 8192U, 0x80000001U}) {
    EXPECT_EQ(refusal(with(words, {0x00040047, 5, 44, alignment})),
              "SPIR-V is malformed: an alignment of " + std::to_string(alignment) + "\n");
  }
}

TEST(EngineReject, BuiltInsThatKernelsDoNotHave) {
  const std::vector<uint32_t> words = readSpirv("basic");
  EXPECT_EQ(refusal(with(words, {0x00040047, 1, 11, 5})), "SPIR-V is not supported: built-in variable 5\n");
  EXPECT_EQ(refusal(with(words, {0x00050048, 1, 0, 11, 35})),
            "SPIR-V is not supported: built-in variable 35\n");
}

TEST(EngineReject, StorageClassesOfGraphics) {
  // OpTypePointer Image, OpVariable Uniform
  const std::vector<uint32_t> words = readSpirv("basic");
  EXPECT_EQ(refusal(with(words, {0x00040020, 5, 11, 6})), "SPIR-V is not supported: storage class 11\n");
  EXPECT_EQ(refusal(with(words, {0x0004003b, 5, 6, 2})), "SPIR-V is not supported: storage class 2\n");
}

TEST(EngineReject, VariablesOfVoid) {
  // OpTypeVoid, OpTypePointer Function, OpVariable Function
  EXPECT_EQ(refusal(with(readSpirv("basic"), {0x00020013, 5, 0x00040020, 6, 7, 5, 0x0004003b, 6, 7, 7})),
            "SPIR-V is malformed: a variable of void, or of a function\n");
}

TEST(EngineReject, PrintfOfWhatIsNoValue) {
  // OpExtInst printf, given its own instruction set
  EXPECT_EQ(refusal(with(readSpirv("basic"), {0x0006000c, 6, 7, 5, 184, 5})),
            "SPIR-V is malformed: printf is given what is no value\n");
}

TEST(EngineReject, IndicesThatAreNoIntegers) {
  // OpTypeFloat, OpConstant, OpInBoundsPtrAccessChain
  EXPECT_EQ(
      refusal(with(readSpirv("basic"), {0x00030016, 5, 32, 0x0004002b, 5, 6, 0, 0x00050046, 7, 8, 9, 6})),
      "SPIR-V is malformed: an index is no integer\n");
}

TEST(EngineReject, ScopesAndOrdersThatThereAreNot) {
  // OpTypeInt, OpConstant 1 and 7, OpAtomicLoad
  const auto load = [](uint32_t scope, uint32_t order) {
    return refusal(with(readSpirv("basic"), {0x00040015, 5, 32, 0, 0x0004002b, 5, 6, 1, 0x0004002b, 5, 7, 7,
                                             0x000600e3, 5, 8, 9, scope, order}));
  };
  const std::string expected =
      "SPIR-V is malformed: instruction 227 has a scope or an order that there is not\n";
  EXPECT_EQ(load(6, 6), expected);
  EXPECT_EQ(load(6, 7), expected);
  EXPECT_EQ(load(7, 10), expected);
  // OpControlBarrier of what is no constant
  EXPECT_EQ(
      refusal(with(readSpirv("basic"), {0x00040015, 5, 32, 0, 0x0004002b, 5, 6, 2, 0x000400e0, 9, 6, 6})),
      "SPIR-V is malformed: instruction 224 has a scope or an order that there is not\n");
}

// What is said of an instruction behind OpTypeInt %5, OpTypeBool %6, OpConstant %5 %7.
std::string refusalBehind(uint32_t constant, const std::vector<uint32_t>& instruction) {
  std::vector<uint32_t> all{0x00040015, 5, 32, 0, 0x00020014, 6, 0x0004002b, 5, 7, constant};
  all.insert(all.end(), instruction.begin(), instruction.end());
  return refusal(with(readSpirv("basic"), all));
}

// The validator does not look at them.
TEST(EngineReject, GroupInstructionsOfOtherTypes) {
  // OpGroupAll, OpSubgroupShuffleINTEL, OpGroupAsyncCopy and OpGroupIAdd of an integer, to bool
  const auto of = [](const std::vector<uint32_t>& instruction) { return refusalBehind(2, instruction); };
  EXPECT_EQ(of({0x00050105, 6, 8, 7, 7}),
            "SPIR-V is malformed: instruction 261 of a value of another type\n");
  EXPECT_EQ(of({0x000515c3, 6, 8, 7, 7}),
            "SPIR-V is malformed: instruction 5571 of a value of another type\n");
  EXPECT_EQ(of({0x00090103, 6, 8, 7, 9, 10, 7, 7, 7}),
            "SPIR-V is malformed: instruction 259 of a value of another type\n")
      << "the event of a copy";
  EXPECT_EQ(of({0x00060108, 6, 8, 7, 0, 7}),
            "SPIR-V is malformed: instruction 264 of a value of another type\n");
}

// The translator takes only work-groups and sub-groups for groups.
TEST(EngineReject, GroupInstructionsOfOtherScopes) {
  // OpGroupAll, OpGroupNonUniformElect of the device
  const auto of = [](const std::vector<uint32_t>& instruction) { return refusalBehind(1, instruction); };
  EXPECT_EQ(of({0x00050105, 6, 8, 7, 9}),
            "SPIR-V is not supported: instruction 261 of another scope than a group\n");
  EXPECT_EQ(of({0x00050105, 6, 8, 5, 9}),
            "SPIR-V is not supported: instruction 261 of another scope than a group\n")
      << "no constant";
  EXPECT_EQ(of({0x0004014d, 6, 8, 7}),
            "SPIR-V is not supported: instruction 333 of another scope than a group\n");
}

TEST(EngineReject, KernelsByTwoNames) {
  std::vector<uint32_t> words = readSpirv("barrier");
  std::vector<size_t> entries;
  for (size_t at = 5; at < words.size(); at += words[at] >> 16) {
    if ((words[at] & 0xffff) == 15) entries.push_back(at);
  }
  ASSERT_GT(entries.size(), 1U);
  words[entries[1] + 2] = words[entries[0] + 2];
  EXPECT_EQ(refusal(words), "SPIR-V is not supported: function " + std::to_string(words[entries[0] + 2]) +
                                " is a kernel by two names\n");
}

TEST(EngineReject, TwoNamesForLinking) {
  EXPECT_EQ(refusal(with(readSpirv("basic"), {0x00050047, 5, 41, 0x61, 0, 0x00050047, 5, 41, 0x62, 0})),
            "SPIR-V is malformed: id 5 has two names for linking\n");
}

TEST(EngineReject, ArithmeticOfAnotherType) {
  for (const bool floating : {false, true}) {
    Assembler a;
    a.preamble();
    const uint32_t type = floating ? a.made(22, {}, {32}) : a.made(21, {}, {32, 0});
    const uint32_t one = a.made(50, {type}, {1});
    a.made(52, {type}, {floating ? 128U : 129U, one, one});
    EXPECT_EQ(refusal(a.done()),
              floating ? "SPIR-V is malformed: a constant made by instruction 128 of another type\n"
                       : "SPIR-V is malformed: a constant made by instruction 129 of another type\n");
  }
}

// The name of an own function that is also an exported one's is dropped, not followed.
TEST(EngineReject, NamesOfOtherFunctions) {
  Assembler a;
  a.preamble();
  const uint32_t own = a.id(), exported = a.id();
  Words operands = {own};
  Assembler::text(operands, "leaf");
  a.op(5, operands);
  operands = {exported, 41};
  Assembler::text(operands, "leaf");
  operands.push_back(0);
  a.op(71, operands);
  const uint32_t nothing = a.made(19, {}), number = a.made(21, {}, {32, 0});
  const uint32_t plain = a.made(33, {}, {nothing}), other = a.made(33, {}, {number, number});
  a.op(54, {nothing, own, 0, plain});
  a.made(248, {});
  a.op(253, {});
  a.op(56, {});
  a.op(54, {number, exported, 0, other});
  const uint32_t parameter = a.made(55, {number});
  a.made(248, {});
  a.made(57, {nothing}, {own});
  a.op(254, {parameter});
  a.op(56, {});
  std::string log;
  const auto program = Program::compile(a.done(), {}, "", log);
  ASSERT_TRUE(program) << log;
  EXPECT_NE(program->functionPointer("leaf"), nullptr);
}

// The translator asserts on these, the validator does not know the instructions.
TEST(EngineReject, DotProductsOfOtherTypes) {
  const std::vector<uint32_t> words = readSpirv("words");
  constexpr uint32_t kPacked = 6U << 16 | 4450, kDot = 5U << 16 | 4450, kFunction = 5U << 16 | 54;
  std::vector<uint32_t> mixed = words, returned = words;
  uint32_t nothing = 0, word = 0, changed = 0;
  for (size_t at = 5; at < words.size(); at += words[at] >> 16) {
    nothing = words[at] == kFunction ? words[at + 1] : nothing;
    if (words[at] == kPacked) {
      word = words[at + 3];
      returned[at + 1] = nothing;
    }
    if (words[at] == kDot && changed++ == 0) mixed[at + 4] = word;
  }
  ASSERT_NE(changed, 0U);
  EXPECT_EQ(refusal(mixed), "SPIR-V is not supported: operands of instruction 4450 differ in type\n");
  EXPECT_EQ(refusal(returned), "SPIR-V is malformed: the result of instruction 4450 is no integer\n");
}

TEST(EngineReject, SubgroupSizes) {
  std::vector<uint32_t> words = readSpirv("subgroup_image");
  // OpExecutionMode of three operands: kernel, SubgroupSize, 8
  bool found = false;
  for (size_t at = 5; at < words.size() && !found; at += words[at] >> 16) {
    found = words[at] == 0x00040010 && words[at + 2] == 35 && words[at + 3] == 8;
    words[at + 3] = found ? 12 : words[at + 3];
  }
  ASSERT_TRUE(found);
  EXPECT_EQ(refusal(words), "kernel blocks requires sub-groups of 12: there are 8, 16 and 32\n");
}

TEST(EngineReject, HugeArrays) {
  std::vector<uint32_t> words = readSpirv("huge");
  EXPECT_EQ(refusal(words), "function huge has 4194304 bytes of private variables\n");
}

// They may come by linking; until then there is no code.
TEST(EngineReject, UnknownFunctions) {
  std::string log;
  const auto program = Program::compile(readSpirv("unknown"), {}, "", log);
  ASSERT_TRUE(program);
  EXPECT_FALSE(program->linked());
  EXPECT_EQ(log,
            "function _Z9absentSumPU3AS1fS0_ is not defined here: the module has to be linked\n"
            "function _Z7missingi is not defined here: the module has to be linked\n");
}

}  // namespace
}  // namespace softgpu::engine::test
