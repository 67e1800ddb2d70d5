// Shared by the engine's tests: SPIR-V modules made at build time, and launches with typed arguments.
#pragma once

#include <gtest/gtest.h>

#include <cstring>
#include <fstream>
#include <initializer_list>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

#include "softgpu/ze/engine/engine.h"

namespace softgpu::engine::test {

inline std::vector<uint32_t> readSpirv(const std::string& name) {
  std::ifstream file(SPIRV_DIR "/" + name + ".spv", std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(file), {}};
  std::vector<uint32_t> words(bytes.size() / sizeof(uint32_t));
  std::memcpy(words.data(), bytes.data(), words.size() * sizeof(uint32_t));
  EXPECT_FALSE(words.empty()) << name;
  return words;
}

inline std::shared_ptr<Program> compile(const std::string& name, std::string_view flags = {}) {
  std::string log;
  auto program = Program::compile(readSpirv(name), {}, flags, log);
  EXPECT_NE(program, nullptr) << log;
  EXPECT_EQ(log, "");
  return program;
}

inline size_t kernelIndex(const Program& program, std::string_view name) {
  for (size_t i = 0; i < program.kernels().size(); ++i) {
    if (program.kernels()[i].name == name) {
      return i;
    }
  }
  ADD_FAILURE() << "no kernel " << name;
  return ~size_t{0};
}

// Holds the values of arguments for the time of a launch.
class Arguments {
 public:
  template <typename T>
  Arguments& value(const T& value) {
    auto& copy = storage_.emplace_back(sizeof(T));
    std::memcpy(copy.data(), &value, sizeof(T));
    values_.push_back({copy.data(), sizeof(T)});
    return *this;
  }
  Arguments& pointer(const void* pointer) { return value(pointer); }
  Arguments& local(size_t bytes) {
    values_.push_back({nullptr, bytes});
    return *this;
  }
  const std::vector<ArgValue>& values() const { return values_; }

 private:
  std::vector<std::vector<std::byte>> storage_;
  std::vector<ArgValue> values_;
};

inline Geometry geometry(std::array<uint64_t, 3> size, std::array<uint64_t, 3> count = {1, 1, 1},
                         std::array<uint64_t, 3> offset = {0, 0, 0}, uint32_t dimensions = 1) {
  return {dimensions, size, count, offset};
}

inline void run(const Program& program, std::string_view kernel, const Geometry& geometry,
                const Arguments& arguments) {
  program.run(kernelIndex(program, kernel), geometry, arguments.values(), 0,
              geometry.groupCount[0] * geometry.groupCount[1] * geometry.groupCount[2]);
}

}  // namespace softgpu::engine::test
