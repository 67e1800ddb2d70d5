// The option strings of clBuildProgram, clCompileProgram and clLinkProgram: a whitelist (OpenCL 3.0, 5.8.6
// and 5.8.7). What is not listed is refused: the words go to clang, where a stray one could write files or
// load plugins.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

#include "spirv/spirv.h"

namespace clze::spirv {
namespace {

enum class Use {
  Compiler,  // clang takes it as it is
  Ignored,   // allows what we do not do
  Argument,  // -cl-kernel-arg-info
  NoOptimization,
  LargeBuffers,
  LargeRegisterFile,
};

struct Row {
  std::string_view word;
  Use use;
};

constexpr std::array kBuildRows = {
    Row{"-w", Use::Compiler},
    Row{"-Werror", Use::Compiler},
    Row{"-cl-single-precision-constant", Use::Compiler},
    Row{"-cl-fp32-correctly-rounded-divide-sqrt", Use::Compiler},
    Row{"-cl-mad-enable", Use::Compiler},
    Row{"-cl-no-signed-zeros", Use::Compiler},
    Row{"-cl-unsafe-math-optimizations", Use::Compiler},
    Row{"-cl-finite-math-only", Use::Compiler},
    Row{"-cl-fast-relaxed-math", Use::Compiler},
    Row{"-cl-uniform-work-group-size", Use::Compiler},
    Row{"-cl-kernel-arg-info", Use::Argument},
    Row{"-cl-opt-disable", Use::NoOptimization},
    Row{"-O0", Use::NoOptimization},
    // OpenCL 1.0; an optimisation that may be left out.
    Row{"-cl-strict-aliasing", Use::Ignored},
    Row{"-cl-denorms-are-zero", Use::Ignored},
    Row{"-cl-no-subgroup-ifp", Use::Ignored},
    Row{"-O1", Use::Ignored},
    Row{"-O2", Use::Ignored},
    Row{"-O3", Use::Ignored},
    // Debug information of this translator does not pass validation.
    Row{"-g", Use::Ignored},
    Row{"-cl-intel-greater-than-4GB-buffer-required", Use::LargeBuffers},
    Row{"-cl-intel-256-GRF-per-thread", Use::LargeRegisterFile},
};

constexpr std::array kStandards = {"CL1.0", "CL1.1", "CL1.2", "CL2.0", "CL3.0"};

// OpenCL 3.0, 5.8.7.2: of the compiler's options these may be given again to the linker.
constexpr std::array<std::string_view, 6> kLinkRows = {
    "-cl-denorms-are-zero", "-cl-no-signed-zeros",   "-cl-unsafe-math-optimizations",
    "-cl-finite-math-only", "-cl-fast-relaxed-math", "-cl-no-subgroup-ifp",
};

bool isSpace(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\v' || c == '\f'; }

// Splits as a shell does: '...' keeps everything, "..." everything but \" and \\, elsewhere \ keeps the next
// character.
class WordSplitter {
 public:
  explicit WordSplitter(std::string_view text) : rest_(text) {}

  std::optional<std::vector<std::string>> split(std::string& log) {
    std::vector<std::string> words;
    while (true) {
      while (!rest_.empty() && isSpace(rest_.front())) rest_.remove_prefix(1);
      if (rest_.empty()) return words;
      word_.clear();
      while (!rest_.empty() && !isSpace(rest_.front())) {
        if (!piece()) {
          log += "error: a quotation mark is not closed, or a backslash ends the options\n";
          return std::nullopt;
        }
      }
      words.push_back(word_);
    }
  }

 private:
  char next() {
    const char c = rest_.front();
    rest_.remove_prefix(1);
    return c;
  }

  bool piece() {
    const char c = next();
    if (c == '\'' || c == '"') return quoted(c);
    if (c == '\\') {
      if (rest_.empty()) return false;
      word_ += next();
      return true;
    }
    word_ += c;
    return true;
  }

  bool quoted(char mark) {
    while (!rest_.empty()) {
      char c = next();
      if (c == mark) return true;
      if (c == '\\' && mark == '"' && !rest_.empty() && (rest_.front() == '"' || rest_.front() == '\\'))
        c = next();
      word_ += c;
    }
    return false;
  }

  std::string_view rest_;
  std::string word_;
};

bool startsIdentifier(char c) { return c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

// NAME, NAME=text or NAME(parameters)=text; a definition ends at a line break (5.8.6.1).
std::optional<std::string> macro(const std::string& text) {
  const std::string line = text.substr(0, text.find_first_of("\r\n"));
  if (line.empty() || !startsIdentifier(line.front())) return std::nullopt;
  for (size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    if (c == '=' || c == '(') break;
    if (!startsIdentifier(c) && (c < '0' || c > '9')) return std::nullopt;
  }
  return "-D" + line;
}

void addDevice(BuildOptions& options, std::string_view word) {
  if (!options.device.empty()) options.device += ' ';
  options.device += word;
}

bool takeRow(const std::string& word, BuildOptions& options, std::string& log) {
  const auto* row =
      std::find_if(kBuildRows.begin(), kBuildRows.end(), [&](const Row& r) { return r.word == word; });
  if (row == kBuildRows.end()) {
    // Hints to Intel's compiler that have no public Level Zero counterpart.
    if (!word.starts_with("-cl-intel-") || word.size() == std::string_view("-cl-intel-").size()) return false;
    log += fmt::format("note: {} is ignored\n", word);
    return true;
  }
  switch (row->use) {
    case Use::Compiler:
      options.compiler.push_back(word);
      break;
    case Use::Ignored:
      break;
    case Use::Argument:
      options.kernelArgInfo = true;
      break;
    case Use::NoOptimization:
      if (options.device.find("-ze-opt-disable") == std::string::npos) addDevice(options, "-ze-opt-disable");
      break;
    case Use::LargeBuffers:
      addDevice(options, "-ze-opt-greater-than-4GB-buffer-required");
      break;
    case Use::LargeRegisterFile:
      addDevice(options, "-ze-opt-large-register-file");
      break;
  }
  return true;
}

Failure refuse(std::string& log, std::string_view word, std::string_view why, cl_int code) {
  log += fmt::format("error: '{}': {}\n", word, why);
  return Failure{code};
}

}  // namespace

Result<BuildOptions> parseBuildOptions(std::string_view text, std::string& log) {
  constexpr cl_int kCode = CL_INVALID_BUILD_OPTIONS;
  const auto words = WordSplitter(text).split(log);
  if (!words) return Failure{kCode};
  BuildOptions options;
  for (size_t i = 0; i < words->size(); ++i) {
    const std::string& word = (*words)[i];
    if (word.starts_with("-D") || word.starts_with("-I")) {
      const bool separate = word.size() == 2;
      if (separate && i + 1 == words->size()) return refuse(log, word, "nothing follows", kCode);
      const std::string operand = separate ? (*words)[++i] : word.substr(2);
      if (word[1] == 'I') {
        if (operand.empty()) return refuse(log, word, "an empty directory name", kCode);
        options.compiler.push_back("-I" + operand);
        continue;
      }
      const auto definition = macro(operand);
      if (!definition) return refuse(log, word + operand, "not the definition of a macro", kCode);
      options.compiler.push_back(*definition);
      continue;
    }
    if (word.starts_with("-cl-std=")) {
      const std::string standard = word.substr(std::string_view("-cl-std=").size());
      if (std::find(kStandards.begin(), kStandards.end(), standard) == kStandards.end()) {
        return refuse(log, word, "no such version of OpenCL C", kCode);
      }
      options.compiler.push_back(word);
      continue;
    }
    if (!takeRow(word, options, log)) return refuse(log, word, "unknown option", kCode);
  }
  return options;
}

Result<BuildOptions> parseLinkOptions(std::string_view text, std::string& log) {
  constexpr cl_int kCode = CL_INVALID_LINKER_OPTIONS;
  const auto words = WordSplitter(text).split(log);
  if (!words) return Failure{kCode};
  BuildOptions options;
  for (const std::string& word : *words) {
    if (word == "-create-library") {
      options.createLibrary = true;
    } else if (word == "-enable-link-options") {
      options.enableLinkOptions = true;
    } else if (std::find(kLinkRows.begin(), kLinkRows.end(), word) == kLinkRows.end()) {
      return refuse(log, word, "unknown option", kCode);
    }
  }
  if (options.enableLinkOptions && !options.createLibrary) {
    return refuse(log, "-enable-link-options", "only with -create-library", kCode);
  }
  return options;
}

}  // namespace clze::spirv
