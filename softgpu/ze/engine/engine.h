// The kernel engine of softgpu: SPIR-V in, machine code out, work-groups run on the calling thread.
// It knows nothing of Level Zero handles, queues or lists; softgpu/ze/driver/ owns those.
// Threads: a Program is immutable after compile(); run() may be called from any number of threads at once.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "softgpu/tiling.h"

namespace softgpu::engine {

// Texel storage, as the device sees it. Order of channels in memory is that of the name; x is stored but
// reads as 1. The one channel of Intensity is read as all four, that of Luminance as the three colours.
enum class ChannelLayout : uint32_t {
  R,
  RG,
  RGB,
  RGBA,
  BGRA,
  ARGB,
  A,
  ABGR,
  RA,
  Intensity,
  Luminance,
  RGBx,
  BGRx
};
// Any other choice of stored channels and constants: of `channels` ones in the order of the memory, which
// four numbers a read gives. Writes are in the order of the memory.
inline constexpr uint32_t kChannelZero = 4, kChannelOne = 5;
inline constexpr uint32_t kSwizzled = 1U << 31;
constexpr ChannelLayout swizzled(uint32_t channels, std::array<uint32_t, 4> read) {
  return static_cast<ChannelLayout>(kSwizzled | channels << 12 | read[3] << 9 | read[2] << 6 | read[1] << 3 |
                                    read[0]);
}
constexpr bool isSwizzled(ChannelLayout layout) { return (static_cast<uint32_t>(layout) & kSwizzled) != 0; }
constexpr uint32_t swizzledChannels(ChannelLayout layout) { return static_cast<uint32_t>(layout) >> 12 & 7; }
// What a read gives as its number `index`: a stored channel, kChannelZero or kChannelOne.
constexpr uint32_t swizzledRead(ChannelLayout layout, uint32_t index) {
  return static_cast<uint32_t>(layout) >> (3 * index) & 7;
}
enum class ChannelType : uint32_t {
  Unorm8,
  Unorm16,
  Snorm8,
  Snorm16,
  Uint8,
  Uint16,
  Uint32,
  Sint8,
  Sint16,
  Sint32,
  Half,
  Float,
  Unorm565,
  Unorm1010102,
  Tiled,  // see ImageDescriptor::tiledType
  Srgb8,  // alpha is linear
  Unorm5551,
  Unorm4444
};

// What an image argument points to. Plain data: generated code reads it (builtins/ mirrors it in OpenCL C).
struct ImageDescriptor {
  std::byte* data;                        // first texel
  uint64_t rowPitch;                      // bytes
  uint64_t slicePitch;                    // bytes between 3D slices or array layers
  uint32_t width, height, depth, layers;  // texels; unused dimensions are 1; layers 0 when not an array
  ChannelLayout layout;
  ChannelType type;
  uint32_t texelSize;     // bytes
  uint32_t numMipLevels;  // 1
  // Of a tiled image `type` is Tiled and this the type. Generated code gives addresses as if it were linear;
  // whoever finds the type Tiled looks for the texel at its true place. So linear images pay nothing for it.
  ChannelType tiledType = {};
  Tiling tiling = {};
};

enum class Addressing : uint32_t { None, Repeat, Clamp, ClampToBorder, Mirror };  // Clamp: to the edge
enum class Filter : uint32_t { Nearest, Linear };
struct SamplerDescriptor {
  Addressing addressing;
  Filter filter;
  uint32_t normalized;  // 1: coordinates are normalised
};

enum class ArgKind { Value, Global, Constant, Local, Image, Sampler };
struct ArgInfo {
  ArgKind kind = ArgKind::Value;
  size_t size = 0;       // bytes expected by setArgument: value size, 8 for pointers, images, samplers
  size_t alignment = 1;  // Value
  std::string name, typeName;
};

struct KernelInfo {
  std::string name;
  std::vector<ArgInfo> args;
  std::array<uint32_t, 3> requiredGroupSize = {0, 0, 0};
  uint32_t requiredSubgroupSize = 0;
  std::string attributes;         // in OpenCL C's words, with blanks between them
  uint64_t staticLocalBytes = 0;  // __local variables of the kernel, without local arguments
  uint64_t privateBytes = 0;      // per work-item
  uint64_t spillBytes = 0;        // of the stack, for what the CPU's registers do not hold
  bool barriers = false;
};

struct SpecConstant {
  uint32_t id;
  const void* value;  // size as declared in the module
};

// What one launch is; all work-items of a group run on one thread.
struct Geometry {
  uint32_t dimensions = 1;  // work_dim
  std::array<uint64_t, 3> groupSize = {1, 1, 1};
  std::array<uint64_t, 3> groupCount = {1, 1, 1};
  std::array<uint64_t, 3> globalOffset = {0, 0, 0};
};

// One argument of a launch: where its value is. Value: `size` bytes. Global, Constant: the address of the
// pointer. Local: data is null and size is the bytes per work-group. Image, Sampler: the address of a pointer
// to its descriptor.
struct ArgValue {
  const void* data = nullptr;
  size_t size = 0;
};

// A function or program-scope variable that modules share by name.
struct Symbol {
  std::string name;
  bool function = false;
};
struct Linkage {
  std::vector<Symbol> imports, exports;
};

// One SPIR-V module of several that become one program.
struct Source {
  std::span<const uint32_t> spirv;
  std::vector<SpecConstant> constants;
  std::string_view flags;
};

class Program {
 public:
  virtual ~Program() = default;

  // Compiles a SPIR-V module for this CPU. On failure returns null; `log` gets what a person needs to know,
  // also for a capability or extension that is not supported. Never exits or aborts the process. `flags`:
  // -ze-opt-disable, -ze-opt-level=N, -cl-... ; unknown ones are named in the log and ignored.
  static std::shared_ptr<Program> compile(std::span<const uint32_t> spirv,
                                          std::span<const SpecConstant> constants, std::string_view flags,
                                          std::string& log);
  // The same for several modules, whose imports are resolved among each other. The lowest of the levels of
  // optimisation that their flags ask for is that of the program.
  static std::shared_ptr<Program> compile(std::span<const Source> sources, std::string& log);
  // Resolves the imports of those programs that are not linked yet; the others only export. `results` gets a
  // linked program for each of the former and null for the latter. Variables stay where they are: importers
  // and exporters see the same memory. Nothing is linked and the log says why when an import has no export,
  // several, or one of another type.
  static bool link(std::span<const std::shared_ptr<const Program>> programs,
                   std::vector<std::shared_ptr<const Program>>& results, std::string& log);
  // From native(); null if made by another version or for another CPU.
  static std::shared_ptr<Program> load(std::span<const std::byte> binary, std::string& log);

  // A program with imports runs only after link(); until then it has names and types, but no code.
  virtual bool linked() const = 0;
  virtual const Linkage& linkage() const = 0;
  virtual const std::vector<KernelInfo>& kernels() const = 0;
  // Null when the name is not a program-scope variable; size in bytes.
  virtual void* globalPointer(std::string_view name, size_t* size) const = 0;
  // Code of an exported function that a kernel may call through a pointer; compiled when first asked for.
  // Null when there is no such function, or when it needs the work-item that calls it (ids, barriers).
  virtual void* functionPointer(std::string_view name) const = 0;
  virtual std::vector<std::byte> native() const = 0;

  // Runs the work-groups [first, last) of a launch, in linear order (x fastest). `kernel` indexes kernels().
  virtual void run(size_t kernel, const Geometry& geometry, std::span<const ArgValue> args, uint64_t first,
                   uint64_t last) const = 0;
};

// An executable, softgpu-compiler, that compiles from now on, in a process of its own: then no SPIR-V can
// crash, hang or exhaust this one. `seconds`: what a compilation may take. Without it, or when it cannot be
// started, which the log tells, the engine compiles in this process.
void setCompiler(const std::string& path, unsigned seconds);

// Where kernels' printf text goes; null: stdout. Set before the first run.
void setPrintfSink(void (*sink)(std::string_view text));

// A kernel that faulted: its group and those that the same run() had still to run are not finished.
struct KernelTrap {
  std::string_view kernel;
  std::array<uint64_t, 3> group = {0, 0, 0};
  int signal = 0;
  const void* address = nullptr;  // null when the CPU does not tell
  // Of an address in or near the group's local memory: the offset from its start, else none.
  std::optional<int64_t> localOffset;
  uint64_t localBytes = 0;
};
// Who is told of them, on the thread of the run() in question. Without it, and without trap::install(), a
// fault in a kernel is one of the process. Set before the first run.
void setTrapSink(void (*sink)(const KernelTrap& trap));

}  // namespace softgpu::engine
