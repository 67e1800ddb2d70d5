// Reads the environment into Config.
#include "base/config.h"

#include <cstdlib>
#include <memory>
#include <string_view>

#include "base/log.h"

namespace clze {
namespace {

const char* variable(const char* name) {
  const char* text = std::getenv(name);
  return text != nullptr && *text != '\0' ? text : nullptr;
}

std::string read(const char* name, const char* initial, const std::string& /*type*/) {
  const char* text = variable(name);
  return text != nullptr ? text : initial;
}

bool read(const char* name, bool initial, bool /*type*/) {
  const char* text = variable(name);
  if (text == nullptr) return initial;
  const std::string_view word = text;
  return word != "0" && word != "false" && word != "no" && word != "off";
}

uint64_t read(const char* name, uint64_t initial, uint64_t /*type*/) {
  const char* text = variable(name);
  if (text == nullptr) return initial;
  char* end = nullptr;
  const uint64_t value = std::strtoull(text, &end, 0);
  if (end == text || *end != '\0') {
    CLZE_LOG_WARNING("config", "{}={} is not a number; {} is used", name, text, initial);
    return initial;
  }
  return value;
}

}  // namespace

const Config& config() {
  // Never destroyed: destructors of an application's globals may still make calls.
  static const Config& instance = *std::make_unique<const Config>(Config{
#define CLZE_OPTION(name, type, environment, initial, purpose) read(environment, initial, type{}),
#include "base/config.def"
#undef CLZE_OPTION
                                                                  })
                                       .release();
  return instance;
}

}  // namespace clze
