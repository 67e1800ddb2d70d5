// An engine whose kernels are C++ functions: the driver's tests need to know what a launch was given, not to
// compile. A module is five SPIR-V header words, then one word that tells what shall happen: 0 fine, 1 refuse
// it.
#include <atomic>
#include <cstring>
#include <functional>
#include <string>
#include <thread>

#include "softgpu/ze/engine/engine.h"

namespace softgpu::engine {
namespace {

using Group = std::array<uint64_t, 3>;
using Body = std::function<void(const Geometry&, std::span<const ArgValue>, const Group&, uint32_t* counter)>;

template <class T>
T valueOf(const ArgValue& argument) {
  T value;
  std::memcpy(&value, argument.data, sizeof(T));  // NOLINT(bugprone-sizeof-expression): T may be a pointer
  return value;
}

template <class Item>
void eachItem(const Geometry& g, const Group& group, Item&& item) {
  for (uint64_t z = 0; z < g.groupSize[2]; ++z) {
    for (uint64_t y = 0; y < g.groupSize[1]; ++y) {
      for (uint64_t x = 0; x < g.groupSize[0]; ++x) {
        item(group[0] * g.groupSize[0] + x + g.globalOffset[0],
             group[1] * g.groupSize[1] + y + g.globalOffset[1],
             group[2] * g.groupSize[2] + z + g.globalOffset[2]);
      }
    }
  }
}

ArgInfo argument(ArgKind kind, size_t size) { return {kind, size, size, "", ""}; }
const ArgInfo kPointer = argument(ArgKind::Global, 8);
const ArgInfo kUint = argument(ArgKind::Value, 4);
const ArgInfo kLocal = argument(ArgKind::Local, 0);

struct FakeKernel {
  KernelInfo info;
  Body body;
};

KernelInfo kernelInfo(const char* name, std::vector<ArgInfo> args) {
  KernelInfo result;
  result.name = name;
  result.args = std::move(args);
  return result;
}

std::vector<FakeKernel> makeKernels() {
  std::vector<FakeKernel> kernels;
  // out[i] = value, for one-dimensional ranges.
  kernels.push_back({kernelInfo("fill", {kPointer, kUint}),
                     [](const Geometry& g, std::span<const ArgValue> args, const Group& group, uint32_t*) {
                       auto* out = valueOf<uint32_t*>(args[0]);
                       const auto value = valueOf<uint32_t>(args[1]);
                       eachItem(g, group, [&](uint64_t x, uint64_t, uint64_t) { out[x] = value; });
                     }});
  // Adds 1 to *out per work-item; null adds to the program's counter.
  kernels.push_back({kernelInfo("count", {kPointer}), [](const Geometry& g, std::span<const ArgValue> args,
                                                         const Group& group, uint32_t* counter) {
                       auto* out = valueOf<uint32_t*>(args[0]);
                       if (out == nullptr) out = counter;
                       eachItem(g, group, [&](uint64_t, uint64_t, uint64_t) {
                         std::atomic_ref<uint32_t>(*out).fetch_add(1);
                       });
                     }});
  // Copies the geometry to out: dimensions, sizes, counts, offsets, local bytes. Static local memory: 1 KiB.
  kernels.push_back({kernelInfo("geometry", {kPointer, kLocal}),
                     [](const Geometry& g, std::span<const ArgValue> args, const Group&, uint32_t*) {
                       auto* out = valueOf<uint64_t*>(args[0]);
                       *out++ = g.dimensions;
                       for (size_t i = 0; i < 3; ++i) {
                         out[i] = g.groupSize[i];
                         out[3 + i] = g.groupCount[i];
                         out[6 + i] = g.globalOffset[i];
                       }
                       out[9] = args[1].size;
                       out[10] = args[1].data == nullptr ? 1 : 0;
                     }});
  kernels.back().info.staticLocalBytes = 1024;
  // Copies the image's and the sampler's descriptors to out.
  kernels.push_back(
      {kernelInfo("describe", {argument(ArgKind::Image, 8), argument(ArgKind::Sampler, 8), kPointer}),
       [](const Geometry&, std::span<const ArgValue> args, const Group&, uint32_t*) {
         auto* out = valueOf<std::byte*>(args[2]);
         std::memcpy(out, valueOf<const ImageDescriptor*>(args[0]), sizeof(ImageDescriptor));
         std::memcpy(out + sizeof(ImageDescriptor), valueOf<const SamplerDescriptor*>(args[1]),
                     sizeof(SamplerDescriptor));
       }});
  // Waits until *flag is not 0, then sets *out to 1.
  kernels.push_back({kernelInfo("spin", {kPointer, kPointer}),
                     [](const Geometry&, std::span<const ArgValue> args, const Group&, uint32_t*) {
                       const std::atomic_ref<uint32_t> flag(*valueOf<uint32_t*>(args[0]));
                       while (flag.load() == 0) std::this_thread::yield();
                       *valueOf<uint32_t*>(args[1]) = 1;
                     }});
  // Adds 1 to *out per group, then waits until all groups have.
  kernels.push_back({kernelInfo("meet", {kPointer}),
                     [](const Geometry& g, std::span<const ArgValue> args, const Group&, uint32_t*) {
                       const std::atomic_ref<uint32_t> arrived(*valueOf<uint32_t*>(args[0]));
                       arrived.fetch_add(1);
                       const uint64_t all = g.groupCount[0] * g.groupCount[1] * g.groupCount[2];
                       while (arrived.load() < all) std::this_thread::yield();
                     }});
  kernels.push_back({kernelInfo("required", {}),
                     [](const Geometry&, std::span<const ArgValue>, const Group&, uint32_t*) {}});
  kernels.back().info.requiredGroupSize = {8, 4, 1};
  kernels.back().info.requiredSubgroupSize = 32;
  return kernels;
}

const std::vector<FakeKernel>& fakeKernels() {
  static const std::vector<FakeKernel> kernels = makeKernels();
  return kernels;
}

class FakeProgram final : public Program {
 public:
  explicit FakeProgram(uint32_t counter) : counter_(counter) {
    for (const auto& kernel : fakeKernels()) infos_.push_back(kernel.info);
  }
  bool linked() const override { return true; }
  const Linkage& linkage() const override { return linkage_; }
  void* functionPointer(std::string_view) const override { return nullptr; }
  const std::vector<KernelInfo>& kernels() const override { return infos_; }
  void* globalPointer(std::string_view name, size_t* size) const override {
    if (name != "counter") return nullptr;
    *size = sizeof(counter_);
    return &counter_;
  }
  std::vector<std::byte> native() const override {
    return {std::byte{'F'}, std::byte{'A'}, std::byte{'K'}, std::byte{'E'}};
  }
  void run(size_t kernel, const Geometry& geometry, std::span<const ArgValue> args, uint64_t first,
           uint64_t last) const override {
    for (uint64_t i = first; i < last; ++i) {
      const uint64_t x = geometry.groupCount[0], y = geometry.groupCount[1];
      fakeKernels()[kernel].body(geometry, args, {i % x, i / x % y, i / x / y}, &counter_);
    }
  }

 private:
  Linkage linkage_;
  std::vector<KernelInfo> infos_;
  mutable uint32_t counter_;  // a program-scope variable; spec constant 7 is its first value
};

}  // namespace

std::shared_ptr<Program> Program::compile(std::span<const uint32_t> spirv,
                                          std::span<const SpecConstant> constants, std::string_view flags,
                                          std::string& log) {
  if (!flags.empty()) log += "flags: " + std::string(flags) + "\n";
  if (spirv.size() > 5 && spirv[5] == 1) {
    log += "fake engine: refused\n";
    return nullptr;
  }
  uint32_t counter = 0;
  for (const auto& constant : constants) {
    if (constant.id == 7) std::memcpy(&counter, constant.value, sizeof(counter));
  }
  return std::make_shared<FakeProgram>(counter);
}

std::shared_ptr<Program> Program::compile(std::span<const Source> sources, std::string& log) {
  return compile(sources.front().spirv, sources.front().constants, sources.front().flags, log);
}

bool Program::link(std::span<const std::shared_ptr<const Program>> programs,
                   std::vector<std::shared_ptr<const Program>>& results, std::string&) {
  results.resize(programs.size());
  return true;
}

std::shared_ptr<Program> Program::load(std::span<const std::byte> binary, std::string& log) {
  if (binary.size() == 4 && std::memcmp(binary.data(), "FAKE", 4) == 0)
    return std::make_shared<FakeProgram>(0);
  log = "fake engine: not a binary of mine\n";
  return nullptr;
}

void setPrintfSink(void (*)(std::string_view)) {}
void setTrapSink(void (*)(const KernelTrap&)) {}
void setCompiler(const std::string&, unsigned) {}

}  // namespace softgpu::engine
