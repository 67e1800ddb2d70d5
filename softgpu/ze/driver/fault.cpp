// Parses NAME:N=CODE;... and counts calls.
#include "softgpu/ze/driver/fault.h"

#include <fmt/core.h>

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "softgpu/ze/driver/call.h"
#include "softgpu/ze/driver/results.h"
#include "softgpu/ze/driver/sites.h"
#include "softgpu/ze/driver/stream.h"

namespace softgpu::driver::fault {
namespace {

struct Rule {
  std::string function;  // "*" for all of them together
  uint64_t number = 1;
  bool onwards = false;  // every call from this number on
  ze_result_t result = ZE_RESULT_SUCCESS;
};

// Written once before the first call, never destroyed: exit handlers call too.
std::vector<Rule>& rules() {
  static auto& all = *std::make_unique<std::vector<Rule>>().release();
  return all;
}
bool counting = false;
std::atomic<uint64_t> allCalls{0};

// NAME:N=CODE, NAME:N*=CODE or NAME:*=CODE.
bool parse(std::string_view text, Rule* rule) {
  const size_t colon = text.find(':');
  const size_t equals = text.find('=');
  if (colon == std::string_view::npos || equals == std::string_view::npos || colon == 0 || equals < colon) {
    return false;
  }
  rule->function = text.substr(0, colon);
  std::string_view number = text.substr(colon + 1, equals - colon - 1);
  const auto result = resultOf(text.substr(equals + 1));
  if (number.empty() || !result) return false;
  rule->result = *result;
  rule->onwards = number.ends_with('*');
  if (rule->onwards) number.remove_suffix(1);
  if (number.empty()) return true;
  const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), rule->number);
  return error == std::errc() && end == number.data() + number.size() && rule->number > 0;
}

// Whoever learns that the device is lost may free what its commands used: none of them writes any more then.
void loseDevice() {
  constexpr uint64_t kPatience = 10'000'000'000;  // ns, for kernels that do not end
  deviceLost = true;
  waitForAllStreams(Deadline::after(kPatience));
}

bool applies(const Rule& rule, uint64_t number) {
  return rule.onwards ? number >= rule.number : number == rule.number;
}

}  // namespace

std::atomic<bool> deviceLost{false};

bool configure(const char* setting) {
  if (setting == nullptr || *setting == '\0') return false;
  std::string_view rest = setting;
  while (!rest.empty()) {
    const size_t length = std::min(rest.find(';'), rest.size());
    const std::string_view part = rest.substr(0, length);
    rest.remove_prefix(std::min(length + 1, rest.size()));
    if (part.empty()) continue;
    Rule rule;
    if (part == "count") {
      counting = true;
    } else if (parse(part, &rule)) {
      rules().push_back(std::move(rule));
    } else {
      fmt::print(stderr, "softgpu: SOFTGPU_FAULT: \"{}\" is not FUNCTION:NUMBER=RESULT\n", part);
    }
  }
  return counting || !rules().empty();
}

std::optional<ze_result_t> wanted(const CallSite& site, uint64_t number) {
  const uint64_t total = allCalls.fetch_add(1, std::memory_order_relaxed) + 1;
  // What a lost device leaves behind can be given back.
  if (deviceLost && !site.releases()) return ZE_RESULT_ERROR_DEVICE_LOST;
  for (const Rule& rule : rules()) {
    const bool all = rule.function == "*";
    if ((all || rule.function == site.name()) && applies(rule, all ? total : number)) {
      if (rule.result == ZE_RESULT_ERROR_DEVICE_LOST) loseDevice();
      return rule.result;
    }
  }
  return std::nullopt;
}

void printCounts() {
  if (!counting) return;
  for (const CallSite* site : allSites()) {
    fmt::print(stderr, "softgpu: calls: {} {}\n", site->name(), site->calls());
  }
}

}  // namespace softgpu::driver::fault
