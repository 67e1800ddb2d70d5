// The settings of clze: environment variables, read once. The table is config.def.
#pragma once

#include <cstdint>
#include <string>

namespace clze {

struct Config {
#define CLZE_OPTION(name, type, variable, initial, purpose) type name;
#include "base/config.def"
#undef CLZE_OPTION
};

// Thread-safe; the environment is read at the first call and never again.
const Config& config();

}  // namespace clze
