// One compilation as plain data, so that it can be done here or in a process of its own, where whatever the
// translator and LLVM do on hostile SPIR-V (crash, abort, exit, loop, take all memory) ends that process
// alone.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "softgpu/ze/engine/compiler.h"

namespace softgpu::engine {

// A program that takes part, its variables by their own names.
struct Place {
  std::vector<Input> inputs;
  std::vector<std::pair<std::string, uint64_t>> imports;  // name, and the place it comes from
  std::vector<Variable> variables;
  bool fresh = false;  // its kernels and variables are made now
};

enum class JobKind : uint32_t { Program, Link, Function };
struct Job {
  JobKind kind = JobKind::Program;
  Options options;
  std::vector<Place> places;  // Program: one, whose SPIR-V is not checked yet
  std::string function;       // Function: of the first place
};

struct Product {
  std::vector<Input> inputs;  // Program: checked, and repaired where that was needed
  Manifest manifest;
  std::vector<std::byte> object;    // empty while there are imports
  std::vector<Variable> variables;  // of other programs that the object uses
};

// In this process.
bool compileHere(Job job, Product& product, std::string& log);
// Where setCompiler() said, else here.
bool compileJob(Job job, Product& product, std::string& log);

std::vector<std::byte> writeJob(const Job& job);
bool readJob(std::span<const std::byte> bytes, Job& job);
std::vector<std::byte> writeOutcome(bool done, const Product& product, const std::string& log);
bool readOutcome(std::span<const std::byte> bytes, bool& done, Product& product, std::string& log);

}  // namespace softgpu::engine
