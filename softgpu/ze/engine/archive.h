// Plain data to bytes and back. Writer and Reader are the two archives of one list of fields, so that they
// cannot disagree; the Reader believes nothing of what it reads.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <vector>

#include "softgpu/ze/engine/compiler.h"

namespace softgpu::engine {

class Writer {
 public:
  static constexpr bool kReads = false;
  template <typename T>
  bool raw(T& value) {
    const auto* bytes = reinterpret_cast<const std::byte*>(&value);
    out.insert(out.end(), bytes, bytes + sizeof(T));
    return true;
  }
  bool flag(bool& value) {
    auto byte = static_cast<uint8_t>(value);
    return raw(byte);
  }
  template <typename T>
  bool array(T& values) {
    uint64_t count = values.size();
    raw(count);
    const auto* bytes = reinterpret_cast<const std::byte*>(values.data());
    out.insert(out.end(), bytes, bytes + values.size() * sizeof(values[0]));
    return true;
  }
  template <typename T>
  bool count(std::vector<T>& values) {
    uint64_t count = values.size();
    return raw(count);
  }
  std::vector<std::byte> out;
};

class Reader {
 public:
  static constexpr bool kReads = true;
  explicit Reader(std::span<const std::byte> bytes) : left_(bytes) {}
  template <typename T>
  bool raw(T& value) {
    if (left_.size() < sizeof(T)) {
      return false;
    }
    std::memcpy(&value, left_.data(), sizeof(T));
    left_ = left_.subspan(sizeof(T));
    return true;
  }
  bool flag(bool& value) {
    uint8_t byte = 0;
    if (!raw(byte) || byte > 1) {
      return false;
    }
    value = byte != 0;
    return true;
  }
  template <typename T>
  bool array(T& values) {
    uint64_t count = 0;
    if (!raw(count) || count > left_.size() / sizeof(values[0])) {
      return false;
    }
    values.resize(count);
    const size_t bytes = count * sizeof(values[0]);
    if (bytes != 0) {
      std::memcpy(values.data(), left_.data(), bytes);
    }
    left_ = left_.subspan(bytes);
    return true;
  }
  // Every element takes at least a byte, which bounds what is allocated.
  template <typename T>
  bool count(std::vector<T>& values) {
    uint64_t count = 0;
    if (!raw(count) || count > left_.size()) {
      return false;
    }
    values.resize(count);
    return true;
  }

  bool done() const { return left_.empty(); }

 private:
  std::span<const std::byte> left_;
};

template <typename Archive>
bool transferKernel(Archive& archive, KernelInfo& kernel, KernelCode& code) {
  bool done = archive.array(kernel.name) && archive.raw(kernel.requiredGroupSize) &&
              archive.raw(kernel.requiredSubgroupSize) && archive.array(kernel.attributes) &&
              archive.raw(kernel.staticLocalBytes) && archive.raw(kernel.privateBytes) &&
              archive.raw(kernel.spillBytes) && archive.flag(kernel.barriers) &&
              archive.raw(code.subgroupSize) && archive.flag(code.exchanges) && archive.count(kernel.args);
  for (size_t i = 0; done && i < kernel.args.size(); ++i) {
    ArgInfo& argument = kernel.args[i];
    done = archive.raw(argument.kind) && archive.raw(argument.size) && archive.raw(argument.alignment) &&
           archive.array(argument.name) && archive.array(argument.typeName);
  }
  return done;
}

template <typename Archive>
bool transferSymbols(Archive& archive, std::vector<Symbol>& symbols) {
  bool done = archive.count(symbols);
  for (size_t i = 0; done && i < symbols.size(); ++i) {
    done = archive.array(symbols[i].name) && archive.flag(symbols[i].function);
  }
  return done;
}

template <typename Archive>
bool transferInputs(Archive& archive, std::vector<Input>& inputs) {
  bool done = archive.count(inputs);
  for (size_t i = 0; done && i < inputs.size(); ++i) {
    done = archive.array(inputs[i].spirv) && archive.array(inputs[i].constants);
  }
  return done;
}

template <typename Archive>
bool transferManifest(Archive& archive, Manifest& manifest) {
  bool done = transferSymbols(archive, manifest.linkage.imports) &&
              transferSymbols(archive, manifest.linkage.exports) && archive.count(manifest.kernels);
  if constexpr (Archive::kReads) {
    manifest.code.resize(manifest.kernels.size());
  }
  for (size_t i = 0; done && i < manifest.kernels.size(); ++i) {
    done = transferKernel(archive, manifest.kernels[i], manifest.code[i]);
  }
  done = done && archive.count(manifest.globals);
  for (size_t i = 0; done && i < manifest.globals.size(); ++i) {
    done = archive.array(manifest.globals[i].name) && archive.raw(manifest.globals[i].size);
  }
  return done;
}

}  // namespace softgpu::engine
