// Mutated SPIR-V through the whole engine. Every round must end as a program or as a refusal with a log.
//   fuzz --rounds=N|--seconds=N [--seeds=FIRST[-LAST]] [--compiler=PATH]   each seed so long
//   fuzz --repeat=ROUND [--seeds=N] [--keep=FILE]                          one round in this process
// Without a compiler rounds run in child processes, so a crash is told by its number and does not end the
// run: what the check before the translator lets pass. With one a crash is a refusal, and all must live.
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <optional>
#include <random>
#include <string>
#include <string_view>

#include "softgpu/ze/engine/engine.h"
#include "tests/unit/softgpu/ze/engine/hostile.h"

namespace {

using softgpu::engine::test::Words;
using Random = std::mt19937;

constexpr const char* kModules[] = {"link_leaf", "link_branch", "specialize", "merge",
                                    "unknown",   "image",       "print",      "link_provider",
                                    "link_user", "link_third",  "halves",     "barrier",
                                    "fission",   "words",       "read_clock", "function_pointers"};
constexpr unsigned kRoundsPerChild = 25;
constexpr unsigned kSecondsPerChild = 120;

Words read(const std::string& name) {
  std::ifstream file(SPIRV_DIR "/" + name + ".spv", std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(file), {}};
  Words words(bytes.size() / sizeof(uint32_t));
  std::memcpy(words.data(), bytes.data(), words.size() * sizeof(uint32_t));
  return words;
}

std::vector<size_t> starts(const Words& words) {
  std::vector<size_t> found;
  for (size_t at = 5; at < words.size() && words[at] >> 16 != 0; at += words[at] >> 16) found.push_back(at);
  return found;
}

Words taken(const Words& words, size_t start) {
  const size_t end = std::min(words.size(), start + (words[start] >> 16));
  return {words.begin() + static_cast<ptrdiff_t>(start), words.begin() + static_cast<ptrdiff_t>(end)};
}

void erase(Words& words, size_t start) {
  const size_t end = std::min(words.size(), start + (words[start] >> 16));
  words.erase(words.begin() + static_cast<ptrdiff_t>(start), words.begin() + static_cast<ptrdiff_t>(end));
}

void insert(Words& words, size_t at, const Words& instruction) {
  words.insert(words.begin() + static_cast<ptrdiff_t>(at), instruction.begin(), instruction.end());
}

// An operand of some instruction, so that most mutants keep their structure and reach the translator.
uint32_t& operand(Words& words, Random& random) {
  const auto at = starts(words);
  for (int tries = 0; tries < 100 && !at.empty(); ++tries) {
    const size_t start = at[random() % at.size()];
    const size_t count = words[start] >> 16;
    if (count > 1 && start + count <= words.size()) return words[start + 1 + random() % (count - 1)];
  }
  return words[5 + random() % (words.size() - 5)];
}

// The instructions of one opcode, often few: types, decorations and entry points as often as arithmetic.
std::vector<size_t> kin(const Words& words, const std::vector<size_t>& at, Random& random) {
  std::vector<uint32_t> codes;
  codes.reserve(at.size());
  for (const size_t start : at) codes.push_back(words[start] & 0xffff);
  std::sort(codes.begin(), codes.end());
  codes.erase(std::unique(codes.begin(), codes.end()), codes.end());
  const uint32_t code = codes[random() % codes.size()];
  std::vector<size_t> found;
  for (const size_t start : at) {
    if ((words[start] & 0xffff) == code) found.push_back(start);
  }
  return found;
}

void mutate(Words& words, Random& random) {
  const auto at = starts(words);
  if (words.size() < 8 || at.size() < 3) return;
  const auto any = [&] { return at[random() % at.size()]; };
  switch (random() % 16) {
    case 0:
      words[5 + random() % (words.size() - 5)] ^= 1U << random() % 32;
      break;
    case 1:
      operand(words, random) = random() % words[3];
      break;
    case 2:
      std::swap(operand(words, random), operand(words, random));
      break;
    case 3: {
      constexpr uint32_t kValues[] = {0, 1, 7, 255, 0x7fffffff, 0x80000000, 0xffffffff, 1U << 20};
      operand(words, random) = kValues[random() % std::size(kValues)];
      break;
    }
    case 4: {  // another opcode of the same length
      uint32_t& word = words[any()];
      word = (word & 0xffff0000) | random() % 400;
      break;
    }
    case 5:  // an instruction less
      erase(words, any());
      break;
    case 6:  // an instruction twice
      insert(words, any(), taken(words, any()));
      break;
    case 7:
      words.resize(5 + random() % (words.size() - 5));
      break;
    case 8: {  // two instructions in each other's place
      size_t first = any(), second = any();
      if (first > second) std::swap(first, second);
      const Words one = taken(words, first), other = taken(words, second);
      erase(words, second);
      insert(words, second, one);
      erase(words, first);
      insert(words, first, other);
      break;
    }
    case 9: {  // an operand of another instruction of its kind
      const auto group = kin(words, at, random);
      const size_t to = group[random() % group.size()], from = group[random() % group.size()];
      const size_t count = std::min(words[to] >> 16, words[from] >> 16);
      if (count > 1 && std::max(to, from) + count <= words.size()) {
        const size_t index = 1 + random() % (count - 1);
        words[to + index] = words[from + index];
      }
      break;
    }
    case 10: {  // an operand of an instruction whose kind is rare
      const auto group = kin(words, at, random);
      const size_t start = group[random() % group.size()], count = words[start] >> 16;
      if (count > 1 && start + count <= words.size()) {
        words[start + 1 + random() % (count - 1)] = random() % (random() % 2 == 0 ? 40 : words[3]);
      }
      break;
    }
    case 11: {  // one id becomes another wherever it is an operand
      const uint32_t from = random() % words[3], to = random() % words[3];
      for (const size_t start : at) {
        for (size_t i = start + 1; i < std::min(words.size(), start + (words[start] >> 16)); ++i) {
          if (words[i] == from) words[i] = to;
        }
      }
      break;
    }
    case 12:  // more ids than there are
      words[3] = random() % 2 == 0 ? 0x3fffff : words[3] / 2 + 1;
      break;
    case 13: {  // one operand more
      const size_t start = any();
      const size_t end = std::min(words.size(), start + (words[start] >> 16));
      insert(words, end, {static_cast<uint32_t>(random() % words[3])});
      words[start] += 1U << 16;
      break;
    }
    case 14: {  // an operation on specialization constants, of values that are there
      const size_t start = any();
      const uint32_t type = random() % words[3], result = words[3]++;
      insert(words, start,
             {6U << 16 | 52, type, result, static_cast<uint32_t>(random() % 260),
              static_cast<uint32_t>(random() % words[3]), static_cast<uint32_t>(random() % words[3])});
      break;
    }
    default:
      operand(words, random) += random() % 2 == 0 ? 1 : -1;
      break;
  }
}

// 1 when a refusal did not tell why.
int runRound(const std::vector<Words>& corpus, unsigned seed, unsigned round, const char* copy = nullptr) {
  Random random(seed * 1000003U + round);
  Words words = corpus[random() % corpus.size()];
  for (unsigned left = 1 + random() % 3; left > 0; --left) mutate(words, random);
  if (copy != nullptr) {
    std::ofstream(copy, std::ios::binary)
        .write(reinterpret_cast<const char*>(words.data()), static_cast<std::streamsize>(words.size() * 4));
  }
  std::string log;
  const auto program = softgpu::engine::Program::compile(words, {}, "-ze-opt-disable", log);
  return !program && log.empty() ? 1 : 0;
}

// The first round of [first, last) that failed, or the end.
unsigned runChild(const std::vector<Words>& corpus, unsigned seed, unsigned first, unsigned last,
                  unsigned& failures) {
  int pipeEnds[2];
  if (pipe(pipeEnds) != 0) std::exit(2);
  const pid_t child = fork();
  if (child == 0) {
    const rlimit none{0, 0};
    setrlimit(RLIMIT_CORE, &none);
    alarm(kSecondsPerChild);
    for (unsigned round = first; round < last; ++round) {
      if (write(pipeEnds[1], &round, sizeof(round)) != sizeof(round)) _exit(2);
      if (runRound(corpus, seed, round) != 0) _exit(1);
    }
    _exit(0);
  }
  close(pipeEnds[1]);
  unsigned reached = first, round = 0;
  while (::read(pipeEnds[0], &round, sizeof(round)) == sizeof(round)) reached = round;
  close(pipeEnds[0]);
  int status = 0;
  waitpid(child, &status, 0);
  if (status == 0) return last;
  ++failures;
  std::printf("seed %u round %u: %s %d\n", seed, reached, WIFSIGNALED(status) ? "signal" : "exit",
              WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status));
  std::fflush(stdout);
  return reached + 1;
}

struct Settings {
  unsigned rounds = 0, seconds = 0, firstSeed = 1, lastSeed = 1;
  std::optional<unsigned> repeat;
  const char* keep = nullptr;
  const char* compiler = nullptr;
};

bool parse(int argc, char** argv, Settings& settings) {
  for (int i = 1; i < argc; ++i) {
    const std::string_view argument = argv[i];
    const size_t equals = argument.find('=');
    if (equals == std::string_view::npos) return false;
    const std::string_view name = argument.substr(0, equals);
    const char* value = argv[i] + equals + 1;
    char* end = nullptr;
    const auto number = static_cast<unsigned>(std::strtoul(value, &end, 10));
    if (name == "--rounds") {
      settings.rounds = number;
    } else if (name == "--seconds") {
      settings.seconds = number;
    } else if (name == "--seeds") {
      settings.firstSeed = number;
      settings.lastSeed = *end == '-' ? static_cast<unsigned>(std::strtoul(end + 1, nullptr, 10)) : number;
    } else if (name == "--repeat") {
      settings.repeat = number;
    } else if (name == "--keep") {
      settings.keep = value;
    } else if (name == "--compiler") {
      settings.compiler = value;
    } else {
      return false;
    }
  }
  return settings.repeat || settings.rounds > 0 || settings.seconds > 0;
}

}  // namespace

int main(int argc, char** argv) {
  Settings settings;
  if (!parse(argc, argv, settings)) {
    std::printf(
        "usage: --rounds=N|--seconds=N|--repeat=ROUND [--seeds=A[-B]] [--keep=FILE] [--compiler=PATH]\n");
    return 2;
  }
  std::vector<Words> corpus;
  for (const char* name : kModules) {
    corpus.push_back(read(name));
    if (corpus.back().size() < 8) {
      std::printf("no module %s\n", name);
      return 2;
    }
  }
  for (const auto& hostile : softgpu::engine::test::hostileModules()) corpus.push_back(hostile.make(4));
  if (settings.compiler != nullptr) softgpu::engine::setCompiler(settings.compiler, 30);
  if (settings.repeat) return runRound(corpus, settings.firstSeed, *settings.repeat, settings.keep);
  // LLVM's tables are made before the children are.
  std::string log;
  if (!softgpu::engine::Program::compile(corpus[0], {}, "-ze-opt-disable", log)) {
    std::printf("%s", log.c_str());
    return 2;
  }
  unsigned rounds = 0, failures = 0;
  for (unsigned seed = settings.firstSeed; seed <= settings.lastSeed; ++seed) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(settings.seconds);
    unsigned round = 0;
    while (settings.rounds > 0 ? round < settings.rounds : std::chrono::steady_clock::now() < end) {
      const unsigned last =
          settings.rounds > 0 ? std::min(round + kRoundsPerChild, settings.rounds) : round + kRoundsPerChild;
      round = runChild(corpus, seed, round, last, failures);
    }
    rounds += round;
  }
  std::printf("%u rounds, %u failures\n", rounds, failures);
  return failures == 0 && rounds > 0 ? 0 : 1;
}
