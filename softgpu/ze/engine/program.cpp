// Program: the stages of a compilation in order, and the way from a kernel's index to its code.
#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <mutex>
#include <optional>
#include <utility>

#include "softgpu/ze/engine/compiled.h"
#include "softgpu/ze/engine/spirv_check.h"
#include "softgpu/ze/engine/unit.h"

namespace softgpu::engine {
namespace {

std::atomic<void (*)(const KernelTrap&)> trapSink = nullptr;

class CompiledProgram : public Program {
 public:
  CompiledProgram(std::shared_ptr<const Unit> unit, size_t member)
      : unit_(std::move(unit)), index_(member), member_(unit_->members[member]) {}

  bool linked() const override { return unit_->code != nullptr; }
  const Linkage& linkage() const override { return manifest().linkage; }
  const std::vector<KernelInfo>& kernels() const override { return member_.kernels; }

  // An imported variable is the exporter's.
  void* globalPointer(std::string_view name, size_t* size) const override {
    const Member* owner = &member_;
    if (const auto import = member_.imports.find(std::string(name)); import != member_.imports.end()) {
      const Target& target = import->second;
      owner = &(target.unit ? *target.unit : *unit_).members[target.member];
    }
    const auto variable = owner->variables.find(std::string(name));
    if (variable == owner->variables.end() ||
        !contains(owner->container->manifest.linkage.exports, {std::string(name), false})) {
      return nullptr;
    }
    if (size) {
      *size = variable->second.size;
    }
    return variable->second.address;
  }

  void* functionPointer(std::string_view name) const override {
    if (!linked() || !contains(linkage().exports, {std::string(name), true})) {
      return nullptr;
    }
    const std::lock_guard lock(mutex_);
    auto& function = functions_[std::string(name)];
    if (!function) {
      std::string log;
      function = compileFunction(unit_, index_, std::string(name), log);
    }
    return function ? function->address(kFunctionSymbol) : nullptr;
  }

  // What was compiled or loaded; a linked program does not contain what it was linked with.
  std::vector<std::byte> native() const override { return writeContainer(*member_.container); }

  void run(size_t kernel, const Geometry& geometry, std::span<const ArgValue> args, uint64_t first,
           uint64_t last) const override {
    if (kernel < member_.entries.size()) {
      const KernelInfo& info = kernels()[kernel];
      if (auto trap = runGroups(member_.entries[kernel], geometry, info.args, args, first, last)) {
        trap->kernel = info.name;
        if (auto* sink = trapSink.load()) {
          sink(*trap);
        }
      }
    }
  }

  const std::shared_ptr<const Unit>& unit() const { return unit_; }
  size_t member() const { return index_; }

 private:
  const Manifest& manifest() const { return member_.container->manifest; }
  static bool contains(const std::vector<Symbol>& symbols, const Symbol& wanted) {
    return std::ranges::any_of(symbols, [&](const Symbol& symbol) {
      return symbol.function == wanted.function && symbol.name == wanted.name;
    });
  }

  std::shared_ptr<const Unit> unit_;
  size_t index_;
  const Member& member_;
  mutable std::mutex mutex_;
  mutable std::map<std::string, std::unique_ptr<Loaded>> functions_;  // guarded by mutex_
};

constexpr auto kFlags = std::to_array<std::string_view>({
    "-ze-opt-greater-than-4GB-buffer-required",
    "-ze-opt-large-register-file",
    "-ze-opt-has-buffer-offset-arg",
    "-ze-take-global-address",
    "-ze-library-compilation",
    "-library-compilation",
    "-g",
});

// Flags of OpenCL and Level Zero that change nothing here: results are as precise as without them.
// True if a level is asked for.
bool parseFlags(std::string_view flags, Options& options, std::string& log) {
  bool found = false;
  while (!flags.empty()) {
    const size_t end = std::min(flags.find(' '), flags.size());
    const std::string_view flag = flags.substr(0, end);
    flags.remove_prefix(std::min(end + 1, flags.size()));
    constexpr std::string_view kLevel = "-ze-opt-level=";
    if (flag == "-ze-opt-disable" || flag == "-cl-opt-disable") {
      options.level = 0;
      found = true;
    } else if (flag.starts_with(kLevel)) {
      // Both "2" and "O2" are in use.
      const std::string_view level =
          flag.substr(kLevel.size() + (flag.substr(kLevel.size()).starts_with('O') ? 1 : 0));
      if (level.size() == 1 && level[0] >= '0' && level[0] <= '3') {
        options.level = static_cast<unsigned>(level[0] - '0');
        found = true;
      } else {
        log += fmt::format("flag {} is ignored: levels are 0 to 3\n", flag);
      }
    } else if (!flag.empty() && !flag.starts_with("-cl-") &&
               std::ranges::find(kFlags, flag) == kFlags.end()) {
      log += fmt::format("flag {} is not known and ignored\n", flag);
    }
  }
  return found;
}

// A program of its own; without code while it has imports.
std::shared_ptr<Program> makeProgram(Container container, std::string& log) {
  auto unit = std::make_shared<Unit>();
  Member& member = unit->members.emplace_back();
  const Manifest& manifest = container.manifest;
  member.kernels = manifest.kernels;
  if (manifest.linkage.imports.empty()) {
    unit->code = Loaded::load(container.object, manifest, {}, log);
    if (!unit->code) {
      return nullptr;
    }
    for (size_t i = 0; i < manifest.kernels.size(); ++i) {
      member.entries.push_back(kernelEntry(*unit->code, manifest.code[i], manifest.kernels[i], i));
    }
    for (size_t i = 0; i < manifest.globals.size(); ++i) {
      const GlobalInfo& global = manifest.globals[i];
      member.variables[global.name] = {global.name, unit->code->address(globalSymbol(i)), global.size};
    }
  }
  member.container = std::make_shared<Container>(std::move(container));
  return std::make_shared<CompiledProgram>(std::move(unit), 0);
}

// The one export of that name among the programs; null with a log line otherwise.
const CompiledProgram* findExporter(const std::vector<const CompiledProgram*>& programs, const Symbol& import,
                                    size_t& index, std::string& log) {
  const char* kind = import.function ? "function" : "variable";
  const CompiledProgram* found = nullptr;
  for (size_t i = 0; i < programs.size(); ++i) {
    for (const Symbol& symbol : programs[i]->linkage().exports) {
      if (symbol.name != import.name) {
        continue;
      }
      if (symbol.function != import.function) {
        log += fmt::format("{} {} is exported as a {}\n", kind, import.name,
                           symbol.function ? "function" : "variable");
        return nullptr;
      }
      if (found && found != programs[i]) {
        log += fmt::format("{} {} is exported by more than one module\n", kind, import.name);
        return nullptr;
      }
      found = programs[i];
      index = i;
    }
  }
  if (!found) {
    log += fmt::format("unresolved {} {}\n", kind, import.name);
  }
  return found;
}

}  // namespace

KernelEntry kernelEntry(const Loaded& code, const KernelCode& facts, const KernelInfo& info, size_t index) {
  KernelEntry entry;
  entry.start = reinterpret_cast<abi::StartFunction>(code.address(startSymbol(index)));
  if (info.barriers) {
    entry.resume = reinterpret_cast<abi::ResumeFunction>(code.address(resumeSymbol(index)));
  }
  entry.subgroupSize = facts.subgroupSize;
  entry.exchanges = facts.exchanges;
  entry.staticLocalBytes = info.staticLocalBytes;
  return entry;
}

void setTrapSink(void (*sink)(const KernelTrap& trap)) { trapSink = sink; }

std::shared_ptr<Program> Program::compile(std::span<const uint32_t> spirv,
                                          std::span<const SpecConstant> constants, std::string_view flags,
                                          std::string& log) {
  const Source source{spirv, {constants.begin(), constants.end()}, flags};
  return compile({&source, 1}, log);
}

std::shared_ptr<Program> Program::compile(std::span<const Source> sources, std::string& log) {
  Container container;
  Job job;
  Place& place = job.places.emplace_back();
  std::optional<unsigned> level;
  for (const Source& source : sources) {
    Options options;
    if (parseFlags(source.flags, options, log)) {
      level = std::min(level.value_or(options.level), options.level);
    }
    // The values are the application's memory, of the sizes that the module says.
    Input& input = place.inputs.emplace_back();
    if (!checkHeader(source.spirv, log)) {
      return nullptr;
    }
    input.spirv.assign(source.spirv.begin(), source.spirv.end());
    if (!readSpecConstants(input.spirv, source.constants, input.constants, log)) {
      return nullptr;
    }
  }
  container.options.level = level.value_or(container.options.level);
  job.options = container.options;
  Product product;
  if (!compileOnce(std::move(job), product, log)) {
    return nullptr;
  }
  container.inputs = std::move(product.inputs);
  container.manifest = std::move(product.manifest);
  container.object = std::move(product.object);
  if (!container.manifest.linkage.imports.empty()) {
    for (const Symbol& import : container.manifest.linkage.imports) {
      log += fmt::format("{} {} is not defined here: the module has to be linked\n",
                         import.function ? "function" : "variable", import.name);
    }
  }
  container.cpu = hostCpuName();
  return makeProgram(std::move(container), log);
}

bool Program::link(std::span<const std::shared_ptr<const Program>> programs,
                   std::vector<std::shared_ptr<const Program>>& results, std::string& log) {
  // One program may come more than once.
  std::vector<const CompiledProgram*> distinct;
  for (const auto& program : programs) {
    const auto* compiled = static_cast<const CompiledProgram*>(program.get());
    if (std::ranges::find(distinct, compiled) == distinct.end()) {
      distinct.push_back(compiled);
    }
  }
  std::map<const CompiledProgram*, size_t> fresh;  // to the member of the new unit
  for (const CompiledProgram* program : distinct) {
    if (!program->linked()) {
      fresh.emplace(program, fresh.size());
    }
  }
  results.assign(programs.size(), nullptr);
  if (fresh.empty()) {
    return true;
  }
  auto unit = std::make_shared<Unit>();
  unit->members.resize(fresh.size());
  bool resolved = true;
  for (const auto& [program, place] : fresh) {
    Member& member = unit->members[place];
    member.container = program->unit()->members[program->member()].container;
    for (const Symbol& import : program->linkage().imports) {
      size_t index = 0;
      const CompiledProgram* exporter = findExporter(distinct, import, index, log);
      if (!exporter) {
        resolved = false;
      } else if (const auto own = fresh.find(exporter); own != fresh.end()) {
        member.imports[import.name] = {nullptr, own->second};
      } else {
        member.imports[import.name] = {exporter->unit(), exporter->member()};
      }
    }
  }
  if (!resolved || !linkUnit(*unit, log)) {
    return false;
  }
  for (size_t i = 0; i < programs.size(); ++i) {
    const auto place = fresh.find(static_cast<const CompiledProgram*>(programs[i].get()));
    if (place != fresh.end()) {
      results[i] = std::make_shared<CompiledProgram>(unit, place->second);
    }
  }
  return true;
}

std::shared_ptr<Program> Program::load(std::span<const std::byte> binary, std::string& log) {
  Container container;
  if (!readContainer(binary, container, log)) {
    return nullptr;
  }
  if (container.cpu != hostCpuName()) {
    log += fmt::format("the native binary is for another CPU: {}\n", container.cpu);
    return nullptr;
  }
  return makeProgram(std::move(container), log);
}

}  // namespace softgpu::engine
