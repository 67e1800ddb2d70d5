// Mutated SPIR-V through the whole engine: fuzz SECONDS [SEED] [ROUND] [FILE]. Every round must end as a
// program or as a refusal with a log. Rounds run in child processes, so a crash is told by its number and
// does not end the run; ROUND repeats one in this process, FILE gets its words.
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

#include "softgpu/ze/engine/engine.h"

namespace {

using Words = std::vector<uint32_t>;
using Random = std::mt19937;

constexpr const char* kModules[] = {"link_leaf", "link_branch", "specialize", "merge",     "unknown",
                                    "image",     "print",       "words",      "read_clock"};
constexpr unsigned kRoundsPerChild = 25;
constexpr unsigned kSecondsPerChild = 30;

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

void mutate(Words& words, Random& random) {
  const auto at = starts(words);
  if (words.size() < 8 || at.size() < 3) return;
  switch (random() % 9) {
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
      uint32_t& word = words[at[random() % at.size()]];
      word = (word & 0xffff0000) | random() % 400;
      break;
    }
    case 5: {  // an instruction less
      const size_t start = at[random() % at.size()];
      const size_t end = std::min(words.size(), start + (words[start] >> 16));
      words.erase(words.begin() + static_cast<ptrdiff_t>(start), words.begin() + static_cast<ptrdiff_t>(end));
      break;
    }
    case 6: {  // an instruction twice
      const size_t start = at[random() % at.size()];
      const size_t end = std::min(words.size(), start + (words[start] >> 16));
      const Words copy(words.begin() + static_cast<ptrdiff_t>(start),
                       words.begin() + static_cast<ptrdiff_t>(end));
      const size_t to = at[random() % at.size()];
      words.insert(words.begin() + static_cast<ptrdiff_t>(to), copy.begin(), copy.end());
      break;
    }
    case 7:
      words.resize(5 + random() % (words.size() - 5));
      break;
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

// The first round of [first, first + kRoundsPerChild) that failed, or the end.
unsigned runChild(const std::vector<Words>& corpus, unsigned seed, unsigned first, unsigned& failures) {
  int pipeEnds[2];
  if (pipe(pipeEnds) != 0) std::exit(2);
  const pid_t child = fork();
  if (child == 0) {
    const rlimit none{0, 0};
    setrlimit(RLIMIT_CORE, &none);
    alarm(kSecondsPerChild);
    for (unsigned round = first; round < first + kRoundsPerChild; ++round) {
      if (write(pipeEnds[1], &round, sizeof(round)) != sizeof(round)) _exit(2);
      if (runRound(corpus, seed, round) != 0) _exit(1);
    }
    _exit(0);
  }
  close(pipeEnds[1]);
  unsigned last = first, round = 0;
  while (::read(pipeEnds[0], &round, sizeof(round)) == sizeof(round)) last = round;
  close(pipeEnds[0]);
  int status = 0;
  waitpid(child, &status, 0);
  if (status == 0) return first + kRoundsPerChild;
  ++failures;
  std::printf("seed %u round %u: %s %d\n", seed, last, WIFSIGNALED(status) ? "signal" : "exit",
              WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status));
  std::fflush(stdout);
  return last + 1;
}

}  // namespace

int main(int argc, char** argv) {
  const auto number = [&](int index, unsigned otherwise) {
    return argc > index ? static_cast<unsigned>(std::strtoul(argv[index], nullptr, 10)) : otherwise;
  };
  std::vector<Words> corpus;
  for (const char* name : kModules) {
    corpus.push_back(read(name));
    if (corpus.back().size() < 8) {
      std::printf("no module %s\n", name);
      return 2;
    }
  }
  const unsigned seed = number(2, 1);
  if (argc > 3) return runRound(corpus, seed, number(3, 0), argc > 4 ? argv[4] : nullptr);
  // LLVM's tables are made before the children are.
  std::string log;
  if (!softgpu::engine::Program::compile(corpus[0], {}, "-ze-opt-disable", log)) {
    std::printf("%s", log.c_str());
    return 2;
  }
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(number(1, 10));
  unsigned round = 0, failures = 0;
  while (std::chrono::steady_clock::now() < end) round = runChild(corpus, seed, round, failures);
  std::printf("%u rounds, %u failures\n", round, failures);
  return failures == 0 && round > 0 ? 0 : 1;
}
