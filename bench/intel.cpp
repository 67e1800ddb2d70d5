// Runs the operations for bench/intel, under callgrind or alone: bench_intel [-n TIMES] [NAME]... (none: all;
// "list": their names). A line of JSON each time on the standard output; with callgrind a dump of what
// counted, named NAME.NUMBER.
#include <valgrind/callgrind.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "bench/operations.h"

namespace clze::bench {
namespace {

constexpr int kWarmUp = 3;

std::string quoted(const std::string& text) {
  std::string result = "\"";
  for (const char letter : text) {
    if (letter == '"' || letter == '\\') result += '\\';
    result += letter;
  }
  return result + "\"";
}

void say(const std::string& line) {
  std::puts(line.c_str());
  std::fflush(stdout);
}

void measure(Bench& bench, const Operation& operation, int times) {
  // Told first, so that whoever reads knows what was under way if the process dies.
  say("{\"begin\": " + quoted(operation.name) + ", \"what\": " + quoted(operation.what) +
      ", \"work\": " + std::to_string(operation.work) + "}");
  try {
    nameDumps("");
    for (int i = 0; i < kWarmUp; ++i) operation.run(bench);
    for (int i = 0; i < times; ++i) {
      const std::string name = std::string(operation.name) + "." + std::to_string(i);
      nameDumps(name);
      takeIoctls();
      operation.run(bench);
      say("{\"name\": " + quoted(name) + ", \"ioctls\": " + takeIoctls() + "}");
    }
  } catch (const Refused& refused) {
    say("{\"refused\": " + quoted(operation.name) + ", \"why\": " + quoted(refused.what) + "}");
  }
}

std::string deviceInfo(const Bench& bench, cl_device_info name) {
  char text[256] = {};
  require(clGetDeviceInfo(bench.device, name, sizeof(text), text, nullptr), "clGetDeviceInfo");
  return text;
}

int run(int argc, char** argv) {
  int times = 9;
  std::vector<std::string> wanted;
  for (int i = 1; i < argc; ++i) {
    if (std::strcmp(argv[i], "-n") == 0 && i + 1 < argc) {
      times = std::atoi(argv[++i]);
    } else {
      wanted.emplace_back(argv[i]);
    }
  }
  if (wanted.size() == 1 && wanted[0] == "list") {
    for (const Operation& operation : operations()) say(std::string(operation.name) + "\t" + operation.what);
    return 0;
  }
  Bench bench;
  say("{\"device\": " + quoted(deviceInfo(bench, CL_DEVICE_NAME)) +
      ", \"version\": " + quoted(deviceInfo(bench, CL_DEVICE_VERSION)) +
      ", \"driver\": " + quoted(deviceInfo(bench, CL_DRIVER_VERSION)) + "}");
  CALLGRIND_START_INSTRUMENTATION;
  CALLGRIND_TOGGLE_COLLECT;
  for (const Operation& operation : operations()) {
    bool chosen = wanted.empty();
    for (const std::string& name : wanted) chosen = chosen || name == operation.name;
    if (chosen) measure(bench, operation, times);
  }
  CALLGRIND_STOP_INSTRUMENTATION;
  return 0;
}

}  // namespace
}  // namespace clze::bench

int main(int argc, char** argv) {
  try {
    const int code = clze::bench::run(argc, argv);
    // Without the drivers' own ends, which are not measured.
    std::_Exit(code);
  } catch (const clze::bench::Refused& refused) {
    std::fprintf(stderr, "bench_intel: %s\n", refused.what.c_str());
    return 1;
  }
}
