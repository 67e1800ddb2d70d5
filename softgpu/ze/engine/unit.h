// A unit is what was compiled in one go: one program, or those that were linked in one call and may need each
// other in circles. Programs are views of one member of a unit. Units are immutable once they are made.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "softgpu/ze/engine/compiler.h"
#include "softgpu/ze/engine/container.h"
#include "softgpu/ze/engine/job.h"
#include "softgpu/ze/engine/run.h"

namespace softgpu::engine {

struct Unit;

// Where an import comes from; no unit means the one that has the import.
struct Target {
  std::shared_ptr<const Unit> unit;
  size_t member = 0;
};

struct Member {
  std::shared_ptr<const Container> container;
  std::map<std::string, Target> imports;
  std::vector<KernelInfo> kernels;
  std::vector<KernelEntry> entries;           // same order; empty without code
  std::map<std::string, Variable> variables;  // its own, hidden ones too
};

struct Unit {
  std::vector<Member> members;
  std::unique_ptr<Loaded> code;  // null while there are imports
};

// How to start a kernel of loaded code; `index` is its place in the object.
KernelEntry kernelEntry(const Loaded& code, const KernelCode& facts, const KernelInfo& info, size_t index);

// IR of all inputs, linked by name; the manifest has the exports and kernels of all.
bool translateInputs(const std::vector<Input>& inputs, Ir& ir, Manifest& manifest, std::string& log);

// Gives the own variables of a program whose functions others may run symbols of the object, since they stay
// in one place however often the functions are compiled.
void exposeVariables(Ir& ir, Manifest& manifest);

// The part of compileHere() for places that need one another.
bool compileLinked(const Job& job, Product& product, std::string& log);

// Compiles the members, whose imports are all set, together.
bool linkUnit(Unit& unit, std::string& log);

// A function of a member, with all that it needs, callable with its own arguments alone.
std::unique_ptr<Loaded> compileFunction(const std::shared_ptr<const Unit>& unit, size_t member,
                                        const std::string& name, std::string& log);

}  // namespace softgpu::engine
