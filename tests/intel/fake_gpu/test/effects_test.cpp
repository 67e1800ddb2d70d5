// Each command's effect on memory and registers, and the checks of what it touches.
#include "tests/intel/fake_gpu/test/engine_fixture.h"

namespace fake_gpu {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

constexpr uint32_t general0 = 0x2600;

constexpr uint32_t low(uint64_t value) { return static_cast<uint32_t>(value); }
constexpr uint32_t high(uint64_t value) { return static_cast<uint32_t>(value >> 32); }

class Commands : public EngineTest {
 protected:
  // Runs to its end without a complaint.
  void expectRuns(EngineClass engine = EngineClass::Render) {
    EXPECT_EQ(run(batch, space({&batch, &data}), engine), Outcome::Done);
    EXPECT_THAT(violationText(), IsEmpty());
  }

  Batch batch{0x1000};
  Memory data{0x700000001000};
};

// --- what must be complained of

TEST_F(Commands, StoreToUnboundAddressIsAViolation) {
  batch.storeDword(0xABCD0000, 1).storeDword(data.address, 2).end();
  EXPECT_EQ(run(batch, space({&batch, &data})), Outcome::Done);
  EXPECT_THAT(violationText(),
              HasSubstr("MI_STORE_DATA_IMM writes 4 bytes at 0xabcd0000: nothing is bound there"));
  EXPECT_THAT(violationText(), HasSubstr("TEST rcs0, context 1, MI_STORE_DATA_IMM at 0x1000"));
  EXPECT_EQ(data.get(0), 2u);  // the rest goes on
  EXPECT_EQ(engines->counts().violations, 1u);
}

TEST_F(Commands, StoreToNullIsAViolation) {
  batch.storeQword(0, 1).end();
  run(batch, space({&batch}));
  EXPECT_THAT(violationText(), HasSubstr("writes 8 bytes at 0x0: a null address"));
}

TEST_F(Commands, StoreToAFreedObjectIsAViolation) {
  batch.storeDword(data.address, 1).end();
  auto bound = space({&batch, &data});
  bound->unbind(data.address, 4096);
  run(batch, bound);
  EXPECT_THAT(violationText(), HasSubstr("it is no longer bound"));
  EXPECT_EQ(data.get(0), 0u);
}

TEST_F(Commands, StorePastTheObjectIsAViolation) {
  batch.storeQword(data.address + 4092, 0x1111111122222222).end();
  run(batch, space({&batch, &data}));
  EXPECT_THAT(violationText(), HasSubstr("it runs past the end of what is bound"));
}

TEST_F(Commands, UnknownCommandIsAViolationWithTheOnesBefore) {
  batch.storeDword(data.address, 1).put({0x3Fu << 23 | 1, 0, 0}).storeDword(data.address + 4, 2).end();
  EXPECT_EQ(run(batch, space({&batch, &data})), Outcome::Done);
  ASSERT_EQ(violations.size(), 1u);
  EXPECT_THAT(violations[0].what, HasSubstr("command with header 1f800001 on rcs"));
  EXPECT_THAT(violations[0].trail, HasSubstr("0x000000001000: 10000002 MI_STORE_DATA_IMM"));
  EXPECT_EQ(data.get(4), 2u);  // skipped by its length
}

TEST_F(Commands, GarbageStopsTheBatchAndLosesTheContext) {
  batch.put({0xFFFFFFFF}).storeDword(data.address, 1).end();
  EXPECT_EQ(run(batch, space({&batch, &data})), Outcome::Stopped);
  EXPECT_TRUE(context->lost);
  EXPECT_EQ(data.get(0), 0u);
}

TEST_F(Commands, CommandOfAnotherEngineIsAViolation) {
  batch.put({0x73A00001, 0, 0}).end();  // HCP_BSD_OBJECT
  run(batch, space({&batch}));
  EXPECT_THAT(violationText(), HasSubstr("command with header 73a00001 on rcs"));
}

TEST_F(Commands, BatchWithoutAnEndRunsPastItsObject) {
  EXPECT_EQ(run(batch, space({&batch})), Outcome::Stopped);  // 4096 bytes of MI_NOOP
  EXPECT_THAT(violationText(), HasSubstr("is fetched from 4 bytes at 0x2000: nothing is bound there"));
}

TEST_F(Commands, CommandThatEndsPastItsObjectIsAViolation) {
  batch.put({}).set(4092, 0x20u << 23 | 2);
  EXPECT_EQ(run(batch, space({&batch})), Outcome::Stopped);
  EXPECT_THAT(violationText(), HasSubstr("MI_STORE_DATA_IMM is read from 16 bytes at 0x1ffc"));
}

TEST_F(Commands, SemaphoreAtUnboundAddressIsAViolationAndNoWait) {
  batch.wait(0x5000, 4, 1).end();
  EXPECT_EQ(run(batch, space({&batch})), Outcome::Done);
  EXPECT_THAT(violationText(), HasSubstr("MI_SEMAPHORE_WAIT waits for 4 bytes at 0x5000"));
}

TEST_F(Commands, ShortCommandIsAViolation) {
  batch.put({0x20u << 23 | 1, 0x1000, 0}).end();
  run(batch, space({&batch}));
  EXPECT_THAT(violationText(), HasSubstr("is 3 dwords long, needs 4"));
}

TEST_F(Commands, SameMistakeIsNotReportedForEver) {
  for (int at = 0; at < 100; ++at) batch.storeDword(0x9000000, 1);
  batch.end();
  run(batch, space({&batch}));
  EXPECT_EQ(engines->counts().violations, 100u);
  EXPECT_EQ(violations.size(), 16u);
}

// --- stores

TEST_F(Commands, StoresDwordsAndQwords) {
  batch.storeDword(data.address, 0x11223344).storeQword(data.address + 8, 0x1122334455667788);
  batch.put({0x20u << 23 | 4, low(data.address + 16), high(data.address), 1, 2, 3}).end();
  expectRuns();
  EXPECT_EQ(data.get(0), 0x11223344u);
  EXPECT_EQ(data.get(4), 0u);
  EXPECT_EQ(data.get<uint64_t>(8), 0x1122334455667788u);
  EXPECT_EQ(data.get(16), 1u);
  EXPECT_EQ(data.get(24), 3u);
  EXPECT_EQ(engines->counts().stores, 5u);
}

TEST_F(Commands, CopiesMemory) {
  data.set(0, 77u);
  batch
      .put({0x2Eu << 23 | 3, low(data.address + 64), high(data.address), low(data.address),
            high(data.address)})
      .end();
  expectRuns();
  EXPECT_EQ(data.get(64), 77u);
}

TEST_F(Commands, PipeControlWritesAfterTheWork) {
  const uint32_t header = 0x7A000004;
  batch.put({header, 1 << 14, low(data.address), high(data.address), 5, 6});
  batch.put({header, 3 << 14, low(data.address + 8), high(data.address), 0, 0});
  batch.put({header, 1 << 20, 0, 0, 0, 0});  // only a stall
  batch.end();
  const uint64_t before = gpuTimestamp(19200000);
  expectRuns();
  EXPECT_EQ(data.get<uint64_t>(0), 0x600000005u);
  EXPECT_GE(data.get<uint64_t>(8), before);
  EXPECT_LE(data.get<uint64_t>(8), gpuTimestamp(19200000));
}

TEST_F(Commands, FlushDwWritesDwordQwordOrTime) {
  batch.put({0x26u << 23 | 1 << 14 | 3, low(data.address), high(data.address), 5, 6});
  batch.put({0x26u << 23 | 1 << 14 | 2, low(data.address + 8), high(data.address), 7});
  batch.put({0x26u << 23 | 3 << 14 | 3, low(data.address + 16), high(data.address), 0, 0});
  batch.put({0x26u << 23 | 3, 0, 0, 0, 0}).end();
  data.set(12, 99u);
  expectRuns(EngineClass::Video);
  EXPECT_EQ(data.get<uint64_t>(0), 0x600000005u);
  EXPECT_EQ(data.get(8), 7u);
  EXPECT_EQ(data.get(12), 99u);
  EXPECT_GT(data.get<uint64_t>(16), 0u);
}

// --- atomics

struct AtomicCase {
  uint32_t operation;
  uint64_t before, one, two, after;
};

class Atomics : public Commands, public testing::WithParamInterface<AtomicCase> {};

TEST_P(Atomics, Change) {
  const AtomicCase& given = GetParam();
  data.set<uint64_t>(0, given.before);
  batch.put({0x2Fu << 23 | 1 << 18 | 1 << 16 | given.operation << 8 | 9, low(data.address),
             high(data.address), low(given.one), low(given.two), high(given.one), high(given.two), 0, 0, 0,
             0});
  batch.storeRegister(general0, data.address + 8).end();
  expectRuns();
  EXPECT_EQ(data.get<uint64_t>(0), given.after);
  EXPECT_EQ(data.get(8), low(given.before));  // returned
}

INSTANTIATE_TEST_SUITE_P(
    Operations, Atomics,
    testing::Values(
        AtomicCase{0x01, 0xff, 0x0f, 0, 0x0f}, AtomicCase{0x02, 0xf0, 0x0f, 0, 0xff},
        AtomicCase{0x03, 0xff, 0x0f, 0, 0xf0}, AtomicCase{0x04, 1, 9, 0, 9}, AtomicCase{0x05, 1, 0, 0, 2},
        AtomicCase{0x06, 1, 0, 0, 0}, AtomicCase{0x07, 5, 6, 0, 11}, AtomicCase{0x08, 5, 6, 0, 0xffffffff},
        AtomicCase{0x09, 5, 6, 0, 1}, AtomicCase{0x0a, 0xffffffff, 1, 0, 1},
        AtomicCase{0x0b, 0xffffffff, 1, 0, 0xffffffff}, AtomicCase{0x0c, 0xffffffff, 1, 0, 0xffffffff},
        AtomicCase{0x0d, 0xffffffff, 1, 0, 1}, AtomicCase{0x0e, 5, 5, 8, 8}, AtomicCase{0x0e, 5, 6, 8, 5},
        AtomicCase{0x05, 0xffffffff, 0, 0, 0},  // four bytes wrap without touching the next
        AtomicCase{0x24, 1, 0x900000009, 0, 0x900000009}, AtomicCase{0x25, 0xffffffff, 0, 0, 0x100000000},
        AtomicCase{0x26, 0x100000000, 0, 0, 0xffffffff}, AtomicCase{0x27, 1, 0x100000000, 0, 0x100000001},
        AtomicCase{0x2e, 0x100000001, 0x100000001, 7, 7}));

TEST_F(Commands, AtomicIncrementNeedsNoData) {
  batch.put({0x2Fu << 23 | 0x05 << 8 | 1, low(data.address), high(data.address)}).end();
  expectRuns();
  EXPECT_EQ(data.get(0), 1u);
}

TEST_F(Commands, AtomicOfAnUnknownOperationIsAViolation) {
  batch.put({0x2Fu << 23 | 0x1f << 8 | 1, low(data.address), high(data.address)}).end();
  run(batch, space({&batch, &data}));
  EXPECT_THAT(violationText(), HasSubstr("MI_ATOMIC uses an operation that is not emulated: 31"));
}

// --- registers and arithmetic

TEST_F(Commands, RegistersKeepTheirValuesInTheContext) {
  batch.loadRegister(general0 + 8, 42).end();
  auto bound = space({&batch, &data});
  ASSERT_EQ(run(batch, bound), Outcome::Done);
  Batch second(0x2000);
  second.storeRegister(general0 + 8, data.address).put({0x2Au << 23 | 1, general0 + 8, general0 + 16});
  second.storeRegister(general0 + 16, data.address + 4).end();
  bound->bind(second.binding());
  ASSERT_EQ(run(second, bound), Outcome::Done);
  EXPECT_EQ(data.get(0), 42u);
  EXPECT_EQ(data.get(4), 42u);
  // Another context has its own.
  data.set(0, 1u);
  EXPECT_TRUE(start(second, bound, EngineClass::Render, std::make_shared<Context>(2))->wait(patience));
  EXPECT_EQ(data.get(0), 0u);
}

TEST_F(Commands, LoadsRegisterFromMemory) {
  data.set(0, 5u);
  batch.put({0x29u << 23 | 2, general0, low(data.address), high(data.address)});
  batch.storeRegister(general0, data.address + 4).end();
  expectRuns();
  EXPECT_EQ(data.get(4), 5u);
}

TEST_F(Commands, EnginesNameTheirRegistersByBaseOrByOffset) {
  constexpr uint32_t copyBase = 0x22000;
  batch.loadRegister(copyBase + 0x600, 5).storeRegister(general0, data.address);
  batch.put({0x24u << 23 | 1 << 19 | 2, 0x600, low(data.address + 4), high(data.address)}).end();
  expectRuns(EngineClass::Copy);
  EXPECT_EQ(data.get(0), 5u);
  EXPECT_EQ(data.get(4), 5u);
}

TEST_F(Commands, TimestampRegisterRuns) {
  batch.storeRegister(0x2358, data.address).storeRegister(0x235c, data.address + 4).end();
  const uint64_t before = gpuTimestamp(19200000);
  expectRuns();
  EXPECT_GE(data.get<uint64_t>(0), before);
  EXPECT_LE(data.get<uint64_t>(0), gpuTimestamp(19200000));
}

struct MathCase {
  uint32_t operation;
  uint64_t a, b;
  uint32_t stored;  // operand that is stored: accumulator 0x31, zero 0x32, carry 0x33
  uint64_t result;
};

class Math : public Commands, public testing::WithParamInterface<MathCase> {};

TEST_P(Math, Computes) {
  const MathCase& given = GetParam();
  batch.loadRegister(general0, low(given.a)).loadRegister(general0 + 4, high(given.a));
  batch.loadRegister(general0 + 8, low(given.b)).loadRegister(general0 + 12, high(given.b));
  batch.put({0x1Au << 23 | 3, 0x080 << 20 | 0x20 << 10 | 0, 0x080 << 20 | 0x21 << 10 | 1,
             given.operation << 20, 0x180u << 20 | 2 << 10 | given.stored});
  batch.storeRegister(general0 + 16, data.address).storeRegister(general0 + 20, data.address + 4).end();
  expectRuns();
  EXPECT_EQ(data.get<uint64_t>(0), given.result);
}

INSTANTIATE_TEST_SUITE_P(Operations, Math,
                         testing::Values(MathCase{0x100, 2, 3, 0x31, 5},
                                         MathCase{0x100, ~0ull, 1, 0x33, ~0ull},
                                         MathCase{0x101, 5, 3, 0x31, 2}, MathCase{0x101, 3, 5, 0x33, ~0ull},
                                         MathCase{0x101, 5, 3, 0x33, 0}, MathCase{0x101, 3, 3, 0x32, ~0ull},
                                         MathCase{0x101, 3, 2, 0x32, 0}, MathCase{0x102, 6, 3, 0x31, 2},
                                         MathCase{0x103, 6, 3, 0x31, 7}, MathCase{0x104, 6, 3, 0x31, 5},
                                         MathCase{0x105, 1, 40, 0x31, 1ull << 40},
                                         MathCase{0x106, 1ull << 63, 63, 0x31, 1},
                                         MathCase{0x107, 1ull << 63, 63, 0x31, ~0ull}));

TEST_F(Commands, SetPredicateSkipsWhatFollows) {
  constexpr uint32_t result2 = 0x23bc;
  const auto predicate = [this](uint32_t mode) { batch.put({0x01u << 23 | mode}); };
  batch.loadRegister(result2, 0);
  predicate(1);  // skip while clear
  batch.storeDword(data.address, 1);
  predicate(2);  // skip while set
  batch.storeDword(data.address + 4, 1);
  predicate(0);
  batch.loadRegister(result2, 1);
  predicate(1);
  batch.storeDword(data.address + 8, 1);
  predicate(2);
  batch.storeDword(data.address + 12, 1);
  predicate(15);
  batch.storeDword(data.address + 16, 1);
  predicate(0);
  batch.storeDword(data.address + 20, 1).end();
  expectRuns();
  EXPECT_EQ(data.get(0), 0u);
  EXPECT_EQ(data.get(4), 1u);
  EXPECT_EQ(data.get(8), 1u);
  EXPECT_EQ(data.get(12), 0u);
  EXPECT_EQ(data.get(16), 0u);
  EXPECT_EQ(data.get(20), 1u);
}

TEST_F(Commands, PredicateGuardsRegisterStores) {
  const auto guarded = [this](uint64_t offset) {
    batch.put({0x24u << 23 | 1 << 21 | 2, 0x2400, low(data.address + offset), high(data.address)});
  };
  batch.loadRegister(0x2400, 3).loadRegister(0x2408, 4);
  batch.put({0x0Cu << 23 | 2 << 6 | 2});  // load whether the sources are equal
  guarded(0);
  batch.loadRegister(0x2408, 3).put({0x0Cu << 23 | 2 << 6 | 2});
  guarded(4);
  batch.end();
  expectRuns();
  EXPECT_EQ(data.get(0), 0u);
  EXPECT_EQ(data.get(4), 3u);
}

// --- waits

struct WaitCase {
  uint32_t compare;
  uint32_t memory, wanted;
  bool passes;
};

class Waits : public Commands, public testing::WithParamInterface<WaitCase> {};

TEST_P(Waits, Compare) {
  make(Generation::Gen12, std::chrono::milliseconds(20));
  const WaitCase& given = GetParam();
  data.set(0, given.memory);
  batch.wait(data.address, given.compare, given.wanted).end();
  EXPECT_EQ(run(batch, space({&batch, &data})), given.passes ? Outcome::Done : Outcome::Hung);
}

INSTANTIATE_TEST_SUITE_P(Comparisons, Waits,
                         testing::Values(WaitCase{0, 4, 4, false}, WaitCase{0, 5, 4, true},
                                         WaitCase{1, 3, 4, false}, WaitCase{1, 4, 4, true},
                                         WaitCase{2, 4, 4, false}, WaitCase{2, 3, 4, true},
                                         WaitCase{3, 5, 4, false}, WaitCase{3, 4, 4, true},
                                         WaitCase{4, 5, 4, false}, WaitCase{4, 4, 4, true},
                                         WaitCase{5, 4, 4, false}, WaitCase{5, 5, 4, true},
                                         WaitCase{0, 0x80000000, 1, true}));  // unsigned

TEST_F(Commands, WaitsForARegister) {
  batch.loadRegister(general0, 7)
      .put({0x1Cu << 23 | 1 << 16 | 1 << 15 | 4 << 12 | 3, 7, general0, 0, 0})
      .end();
  expectRuns();
}

// --- jumps

TEST_F(Commands, CalledBatchReturnsAndChainedDoesNot) {
  Batch called(0x2000), chained(0x3000), next(0x4000);
  batch.call(called.address).storeDword(data.address + 4, 2).jump(next.address);
  batch.storeDword(data.address + 12, 9).end();  // never reached
  called.storeDword(data.address, 1).jump(chained.address);
  chained.storeDword(data.address + 16, 5).end();  // returns to the caller of `called`
  next.storeDword(data.address + 8, 3).end();
  EXPECT_EQ(run(batch, space({&batch, &called, &chained, &next, &data})), Outcome::Done);
  EXPECT_EQ(data.get(0), 1u);
  EXPECT_EQ(data.get(4), 2u);
  EXPECT_EQ(data.get(8), 3u);
  EXPECT_EQ(data.get(12), 0u);
  EXPECT_EQ(data.get(16), 5u);
  EXPECT_THAT(violationText(), IsEmpty());
}

TEST_F(Commands, EndlessNestingIsAViolation) {
  batch.call(batch.address).end();
  run(batch, space({&batch}));
  EXPECT_THAT(violationText(), HasSubstr("nests batches deeper than 8"));
}

TEST_F(Commands, ConditionalEndStopsWhenTheComparisonFails) {
  const auto endUnless = [this](uint32_t compare, uint32_t flags, uint32_t value) {
    batch.put({0x36u << 23 | compare << 12 | flags | 2, value, low(data.address), high(data.address)});
  };
  data.set(0, 0x40u);  // a mask, then the value
  data.set(4, 0xffffff40u);
  endUnless(0, 1 << 19, 0);  // (value & mask) > 0: goes on
  endUnless(4, 0, 0x40);     // == 0x40: goes on
  batch.storeDword(data.address + 8, 1);
  endUnless(0, 0, 0x40);  // > 0x40: ends
  batch.storeDword(data.address + 12, 1).end();
  expectRuns();
  EXPECT_EQ(data.get(8), 1u);
  EXPECT_EQ(data.get(12), 0u);
}

// --- walkers

class Walkers : public Commands {
 protected:
  static constexpr uint64_t heap =
      0x200000;  // surfaces, descriptors, kernels and indirect data, one page each
  static constexpr uint32_t surfaces = 0, dynamic = 0x1000, kernels = 0x2000, indirect = 0x3000;

  void stateBaseAddress() {
    std::vector<uint32_t> dwords(22);
    dwords[0] = 0x61010014;
    const auto base = [&](size_t at, uint64_t address) {
      dwords[at] = low(address) | 1;
      dwords[at + 1] = high(address);
    };
    base(1, heap + indirect);
    base(4, heap + surfaces);
    base(6, heap + dynamic);
    base(8, heap + indirect);
    base(10, heap + kernels);
    for (uint32_t dword : dwords) batch.put({dword});
  }

  // A binding table at 256 with one entry, the surface state at 64.
  void surface(uint32_t type, uint64_t address, uint32_t bytes) {
    state.set(surfaces + 256, 64u);
    const uint32_t last = bytes - 1;
    state.set(surfaces + 64, type << 29);
    state.set(surfaces + 64 + 8, (last & 0x7f) | (last >> 7 & 0x3fff) << 16);
    state.set(surfaces + 64 + 12, (last >> 21) << 21);
    state.set<uint64_t>(surfaces + 64 + 32, address);
  }

  void gpgpuWalker(uint32_t kernel = 0, uint32_t entries = 1) {
    state.set(dynamic + 0, kernel);
    state.set(dynamic + 16, 256u | entries);
    stateBaseAddress();
    batch.put({0x70020002, 0, 32, 0});
    batch.put({0x7105000d, 0, 64, 0, 0, 0, 0, 1, 0, 0, 1, 0, 1, 0xff, 0xff}).end();
  }

  // descriptorAt: 18 before Xe2, then 19.
  void computeWalker(uint32_t descriptorAt, uint32_t operation, uint64_t to) {
    stateBaseAddress();
    std::vector<uint32_t> dwords(descriptorAt + 21);
    dwords[0] = 0x72080000 | static_cast<uint32_t>(dwords.size() - 2);
    dwords[2] = 64;
    dwords[descriptorAt + 4] = 256 | 1;
    dwords[descriptorAt + 8] = operation;
    dwords[descriptorAt + 9] = low(to);
    dwords[descriptorAt + 10] = high(to);
    dwords[descriptorAt + 11] = 0x55;
    for (uint32_t dword : dwords) batch.put({dword});
    batch.end();
  }

  void runAll() { EXPECT_EQ(run(batch, space({&batch, &data, &state})), Outcome::Done); }

  Memory state{heap, 4 * 4096};
};

TEST_F(Walkers, SurfaceThatIsNotResidentIsAViolation) {
  surface(4, 0xDEAD000, 64);
  gpgpuWalker();
  runAll();
  EXPECT_THAT(violationText(),
              HasSubstr("GPGPU_WALKER uses surface 0 of its binding table, type 4, 64 bytes from "
                        "0xdead000, but 1 bytes at 0xdead000: nothing is bound there"));
}

TEST_F(Walkers, SurfaceThatEndsOutsideIsAViolation) {
  surface(4, data.address, 8192);
  gpgpuWalker();
  runAll();
  EXPECT_THAT(violationText(), HasSubstr("but 1 bytes at 0x700000002fff"));
}

TEST_F(Walkers, KernelThatIsNotResidentIsAViolation) {
  surface(4, data.address, 4096);
  gpgpuWalker(0x10000);
  runAll();
  EXPECT_THAT(violationText(), HasSubstr("starts a kernel in 64 bytes at 0x212000: nothing is bound there"));
}

TEST_F(Walkers, SamplersThatAreNotResidentAreAViolation) {
  surface(4, data.address, 4096);
  state.set(dynamic + 12, 0x10000u | 1 << 2);
  gpgpuWalker();
  runAll();
  EXPECT_THAT(violationText(), HasSubstr("has samplers in 16 bytes at 0x211000: nothing is bound there"));
}

TEST_F(Walkers, DescriptorOutsideTheLoadedOnesIsAViolation) {
  surface(4, data.address, 4096);
  stateBaseAddress();
  batch.put({0x70020002, 0, 32, 0});
  batch.put({0x7105000d, 1, 64, 0, 0, 0, 0, 1, 0, 0, 1, 0, 1, 0xff, 0xff}).end();
  runAll();
  EXPECT_THAT(violationText(), HasSubstr("uses interface descriptor 1 of 1"));
}

// Drivers leave the count of entries zero; the table lies behind its states, here two.
TEST_F(Walkers, TableWithoutACountIsKnownByItsPlace) {
  surface(4, data.address, 64);
  state.set(surfaces + 128, 4u << 29);
  state.set<uint64_t>(surfaces + 128 + 32, 0xDEAD000);
  state.set(surfaces + 192, 64u);
  state.set(surfaces + 196, 128u);
  state.set(dynamic + 16, 192u);
  stateBaseAddress();
  batch.put({0x70020002, 0, 32, 0});
  batch.put({0x7105000d, 0, 64, 0, 0, 0, 0, 1, 0, 0, 1, 0, 1, 0xff, 0xff}).end();
  runAll();
  EXPECT_THAT(violationText(), HasSubstr("uses surface 1 of its binding table"));
  EXPECT_EQ(engines->counts().surfaces, 2u);
}

TEST_F(Walkers, TableThatIsNotBehindItsStatesIsNotGuessed) {
  surface(4, 0xDEAD000, 64);
  gpgpuWalker(0, 0);
  runAll();
  EXPECT_THAT(violationText(), IsEmpty());
}

TEST_F(Walkers, NullAndResidentSurfacesAreRight) {
  surface(7, 0xDEAD000, 64);
  gpgpuWalker();
  surface(4, data.address, 4096);
  runAll();
  EXPECT_THAT(violationText(), IsEmpty());
  EXPECT_EQ(engines->counts().walkers, 1u);
}

TEST_F(Walkers, ComputeWalkerWritesDataAfterItsWork) {
  make(Generation::XeHpg);
  surface(4, data.address, 4096);
  computeWalker(18, 1, data.address);
  runAll();
  EXPECT_THAT(violationText(), IsEmpty());
  EXPECT_EQ(data.get<uint64_t>(0), 0x55u);
}

TEST_F(Walkers, ComputeWalkerWritesFourTimesOf32BitsBeforeXe2) {
  make(Generation::XeHpg);
  surface(4, data.address, 4096);
  computeWalker(18, 3, data.address);
  runAll();
  EXPECT_THAT(violationText(), IsEmpty());
  EXPECT_GT(data.get(0), 0u);
  EXPECT_EQ(data.get(4), data.get(0));
  EXPECT_EQ(data.get(8), data.get(0) + 1);
  EXPECT_EQ(data.get(12), data.get(8));
  EXPECT_EQ(data.get(16), 0u);
}

TEST_F(Walkers, ComputeWalkerWritesFourTimesOf64BitsSinceXe2) {
  make(Generation::Xe2);
  surface(4, data.address, 4096);
  computeWalker(19, 3, data.address);
  runAll();
  EXPECT_THAT(violationText(), IsEmpty());
  EXPECT_GT(data.get<uint64_t>(0), 0u);
  EXPECT_EQ(data.get<uint64_t>(8), data.get<uint64_t>(0));
  EXPECT_EQ(data.get<uint64_t>(16), data.get<uint64_t>(0) + 1);
  EXPECT_EQ(data.get<uint64_t>(24), data.get<uint64_t>(16));
}

TEST_F(Walkers, ComputeWalkersSurfacesAreChecked) {
  make(Generation::XeHpg);
  surface(4, 0xDEAD000, 64);
  computeWalker(18, 0, 0);
  runAll();
  EXPECT_THAT(violationText(), HasSubstr("COMPUTE_WALKER uses surface 0"));
}

// --- video engines

TEST_F(Commands, BatchThatFirmwareWouldWriteIsEmpty) {
  Batch huc(0x8000);
  batch.call(huc.address).storeDword(data.address, 1).end();
  EXPECT_EQ(run(batch, space({&batch, &huc, &data}), EngineClass::Video), Outcome::Done);
  EXPECT_THAT(violationText(), IsEmpty());
  EXPECT_EQ(data.get(0), 1u);
  // What begins with a command must end with one.
  huc.storeDword(data.address + 4, 1);
  EXPECT_EQ(run(batch, space({&batch, &huc, &data}), EngineClass::Video), Outcome::Stopped);
  EXPECT_THAT(violationText(), HasSubstr("nothing is bound there"));
}

TEST_F(Commands, MediaCommandsAreSkippedByTheirLength) {
  batch.put({0x73800002, 0, 0, 0});             // HCP_PIPE_MODE_SELECT
  batch.put({0x68000000});                      // MFX_WAIT has no length
  batch.put({0x73A00001, 0, 0});                // HCP_BSD_OBJECT
  batch.put({0x77800000, 0});                   // VD_PIPELINE_FLUSH
  batch.storeRegister(0x1C23B0, data.address);  // HuC: loaded
  batch.storeDword(data.address + 4, 1).end();
  expectRuns(EngineClass::Video);
  EXPECT_EQ(data.get(0), 0x40u);
  EXPECT_EQ(data.get(4), 1u);
  EXPECT_EQ(engines->counts().mediaCommands, 1u);
}

}  // namespace
}  // namespace fake_gpu
