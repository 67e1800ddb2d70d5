// Parses NAME[@PLACE]:N=CODE;... and counts calls.
#include "softgpu/ze/driver/fault.h"

#include <fmt/core.h>

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "softgpu/ze/driver/call.h"
#include "softgpu/ze/driver/caller.h"
#include "softgpu/ze/driver/results.h"
#include "softgpu/ze/driver/sites.h"
#include "softgpu/ze/driver/stream.h"

namespace softgpu::driver::fault {
namespace {

struct Rule {
  std::string function;           // "*" for all of them together
  std::optional<uint32_t> place;  // calls from there alone, by Caller::key
  uint64_t number = 1;            // of the function's calls, or of those from the place
  bool onwards = false;           // every call from this number on
  ze_result_t result = ZE_RESULT_SUCCESS;
};

// Written once before the first call, never destroyed: exit handlers call too.
std::vector<Rule>& rules() {
  static auto& all = *std::make_unique<std::vector<Rule>>().release();
  return all;
}
bool counting = false, countingPlaces = false, byPlace = false;
std::atomic<uint64_t> allCalls{0};

// Where functions were called, and how often.
struct Places {
  struct Place {
    Caller caller;
    uint64_t calls = 0;
  };
  std::mutex mutex;
  std::map<std::pair<std::string_view, uint32_t>, Place> all;
  static Places& instance() {
    static Places& places = *std::make_unique<Places>().release();
    return places;
  }
};

struct At {
  uint32_t place = 0;
  uint64_t number = 0;
};
At countPlace(const CallSite& site) {
  Caller caller = currentCaller();
  const uint32_t key = caller.key;
  Places& places = Places::instance();
  const std::lock_guard lock(places.mutex);
  Places::Place& place = places.all[{site.name(), key}];
  if (place.calls == 0) place.caller = std::move(caller);
  return {key, ++place.calls};
}

// Hexadecimal, as written by "places".
bool parsePlace(std::string_view text, Rule* rule) {
  uint32_t place = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), place, 16);
  rule->place = place;
  return error == std::errc() && end == text.data() + text.size();
}

// NAME:N=CODE, NAME:N*=CODE or NAME:*=CODE, with NAME@PLACE in place of NAME.
bool parse(std::string_view text, Rule* rule) {
  const size_t colon = text.find(':');
  const size_t equals = text.find('=');
  if (colon == std::string_view::npos || equals == std::string_view::npos || colon == 0 || equals < colon) {
    return false;
  }
  std::string_view name = text.substr(0, colon);
  if (const size_t at = name.find('@'); at != std::string_view::npos) {
    if (!parsePlace(name.substr(at + 1), rule)) return false;
    name = name.substr(0, at);
  }
  rule->function = name;
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

bool applies(const Rule& rule, const CallSite& site, uint64_t number, uint64_t total, const At& at) {
  const bool all = rule.function == "*";
  if (!all && rule.function != site.name()) return false;
  if (rule.place) {
    if (*rule.place != at.place) return false;
    number = at.number;
  } else if (all) {
    number = total;
  }
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
    } else if (part == "places") {
      countingPlaces = true;
    } else if (parse(part, &rule)) {
      byPlace = byPlace || rule.place.has_value();
      rules().push_back(std::move(rule));
    } else {
      fmt::print(stderr, "softgpu: SOFTGPU_FAULT: \"{}\" is not FUNCTION:NUMBER=RESULT\n", part);
    }
  }
  return counting || countingPlaces || !rules().empty();
}

std::optional<ze_result_t> wanted(const CallSite& site, uint64_t number) {
  const uint64_t total = allCalls.fetch_add(1, std::memory_order_relaxed) + 1;
  // What a lost device leaves behind can be given back.
  if (deviceLost && !site.releases()) return ZE_RESULT_ERROR_DEVICE_LOST;
  const At at = countingPlaces || byPlace ? countPlace(site) : At{};
  for (const Rule& rule : rules()) {
    if (applies(rule, site, number, total, at)) {
      fmt::print(stderr, "softgpu: fault: {} answers {}\n", site.name(), resultName(rule.result));
      if (rule.result == ZE_RESULT_ERROR_DEVICE_LOST) loseDevice();
      return rule.result;
    }
  }
  return std::nullopt;
}

void printCounts() {
  if (counting) {
    for (const CallSite* site : allSites()) {
      fmt::print(stderr, "softgpu: calls: {} {}\n", site->name(), site->calls());
    }
  }
  if (!countingPlaces) return;
  Places& places = Places::instance();
  const std::lock_guard lock(places.mutex);
  for (const auto& [where, place] : places.all) {
    fmt::print(stderr, "softgpu: place: {}@{:08x} {} {} {}\n", where.first, where.second, place.calls,
               place.caller.object, place.caller.offsets);
  }
}

}  // namespace softgpu::driver::fault
