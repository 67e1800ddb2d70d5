// Runs each part in a process of its own: a driver that crashes on one question still answers the others.
#include "tests/intel/parity/ask.h"

#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <vector>

namespace clze::parity {
namespace {

[[noreturn]] void giveUp(const char* what) {
  std::fprintf(stderr, "parity_ask: %s\n", what);
  std::exit(2);
}

std::string number(const unsigned char* bytes, size_t size, const char* format) {
  if (size == 0) return "nothing";
  if (size > sizeof(cl_ulong)) return std::to_string(size) + " bytes";
  cl_ulong value = 0;
  std::memcpy(&value, bytes, size);
  char text[40];
  std::snprintf(text, sizeof(text), format, value);
  return text;
}

std::string sizes(const std::vector<unsigned char>& bytes) {
  std::string text;
  for (size_t at = 0; at + sizeof(size_t) <= bytes.size(); at += sizeof(size_t)) {
    text += (text.empty() ? "" : " ") + number(&bytes[at], sizeof(size_t), "%lu");
  }
  return text.empty() ? "nothing" : text;
}

std::string hexadecimal(const std::vector<unsigned char>& bytes) {
  std::string text;
  for (const unsigned char byte : bytes) text += number(&byte, 1, "%02lx");
  return text;
}

std::string version(cl_version value) {
  return std::to_string(CL_VERSION_MAJOR(value)) + "." + std::to_string(CL_VERSION_MINOR(value)) + "." +
         std::to_string(CL_VERSION_PATCH(value));
}

void answerVersions(const std::string& key, const std::vector<unsigned char>& bytes) {
  std::vector<cl_name_version> entries(bytes.size() / sizeof(cl_name_version));
  if (!entries.empty()) std::memcpy(entries.data(), bytes.data(), entries.size() * sizeof(cl_name_version));
  for (const cl_name_version& entry : entries) {
    // A name may be there in several versions, as SPIR-V is.
    const bool several =
        std::count_if(entries.begin(), entries.end(), [&entry](const cl_name_version& other) {
          return std::strcmp(entry.name, other.name) == 0;
        }) > 1;
    const std::string text = version(entry.version);
    answer(key + "/" + entry.name + (several ? " " + text : ""), text);
  }
}

struct Part {
  const char* name;
  void (*run)();
};
constexpr Part kParts[] = {{"platform", askPlatform}, {"device", askDevice},   {"formats", askFormats},
                           {"memory", askMemory},     {"kernels", askKernels}, {"va", askVa}};

// Output of the child goes to the same place; how it ended is an answer when it was not by its own will. The
// key is asked for then: the child may have changed it in shared memory.
void apart(const std::function<std::string()>& key, const std::function<void()>& run) {
  std::fflush(stdout);
  const pid_t child = ::fork();
  if (child == 0) {
    ::alarm(60);
    run();
    std::fflush(stdout);
    ::_exit(0);
  }
  int status = 0;
  if (child < 0 || ::waitpid(child, &status, 0) != child) giveUp("a part could not be run");
  if (WIFSIGNALED(status)) answer(key(), std::string("crash: ") + ::strsignal(WTERMSIG(status)));
  if (WIFEXITED(status) && WEXITSTATUS(status) != 0) {
    answer(key(), "exit code " + std::to_string(WEXITSTATUS(status)));
  }
}

}  // namespace

const Setup& setup() {
  static const Setup made = [] {
    Setup all;
    cl_int code = CL_SUCCESS;
    if (clGetPlatformIDs(1, &all.platform, nullptr) != CL_SUCCESS) giveUp("no platform");
    if (clGetDeviceIDs(all.platform, CL_DEVICE_TYPE_GPU, 1, &all.device, nullptr) != CL_SUCCESS) {
      giveUp("no device");
    }
    all.context = clCreateContext(nullptr, 1, &all.device, nullptr, nullptr, &code);
    if (code != CL_SUCCESS) giveUp("no context");
    all.queue = clCreateCommandQueueWithProperties(all.context, all.device, nullptr, &code);
    if (code != CL_SUCCESS) giveUp("no queue");
    return all;
  }();
  return made;
}

void answer(std::string_view key, std::string_view value) {
  std::printf("%.*s\t%.*s\n", static_cast<int>(key.size()), key.data(), static_cast<int>(value.size()),
              value.data());
  std::fflush(stdout);
}

void ask(const std::string& key, Kind kind, const Query& query) {
  size_t size = 0;
  if (const cl_int code = query(0, nullptr, &size); code != CL_SUCCESS) return answer(key, errorName(code));
  std::vector<unsigned char> bytes(size);
  if (size != 0) {
    if (const cl_int code = query(size, bytes.data(), nullptr); code != CL_SUCCESS) {
      return answer(key, errorName(code));
    }
  }
  switch (kind) {
    case Kind::Number:
      return answer(key, number(bytes.data(), size, "%lu"));
    case Kind::Bits:
      return answer(key, number(bytes.data(), size, "%#lx"));
    case Kind::Sizes:
      return answer(key, sizes(bytes));
    case Kind::Text:
      return answer(
          key,
          "\"" + std::string(reinterpret_cast<const char*>(bytes.data()), size == 0 ? 0 : size - 1) + "\"");
    case Kind::Versions:
      return answerVersions(key, bytes);
    case Kind::Handle:
      return answer(key, number(bytes.data(), size, "%lu") == "0" ? "null" : "a handle");
    case Kind::Bytes:
      return answer(key, hexadecimal(bytes));
  }
}

cl_program build(const char* source, const char* options) {
  cl_int code = CL_SUCCESS;
  const cl_program program = clCreateProgramWithSource(setup().context, 1, &source, nullptr, &code);
  if (code != CL_SUCCESS) return nullptr;
  return clBuildProgram(program, 1, &setup().device, options, nullptr, nullptr) == CL_SUCCESS ? program
                                                                                              : nullptr;
}

}  // namespace clze::parity

// parity_ask [PART]: all parts and misuses, or one part alone.
int main(int count, char** arguments) {
  using namespace clze::parity;
  const std::string_view only = count > 1 ? arguments[1] : "";
  for (const Part& part : kParts) {
    if (only.empty() || only == part.name) apart([&part] { return part.name; }, part.run);
  }
  if (!only.empty() && only != "misuse") return 0;
  // One process for as many as it survives; the next goes on behind the one that ended it.
  auto* const next = static_cast<size_t*>(
      ::mmap(nullptr, sizeof(size_t), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0));
  if (next == MAP_FAILED) giveUp("no shared memory");
  const auto key = [next] { return std::string("misuse.") + misuses()[*next].name; };
  while (*next < misuses().size()) {
    apart(key, [next, &key] {
      for (; *next < misuses().size(); ++*next) answer(key(), errorName(misuses()[*next].run()));
    });
    if (*next < misuses().size()) ++*next;
  }
  return 0;
}
