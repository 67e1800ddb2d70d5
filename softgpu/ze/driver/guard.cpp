// The words for faults.
#include "softgpu/ze/driver/guard.h"

#include <fmt/core.h>

#include <csignal>
#include <string>

#include "softgpu/ze/driver/fault.h"
#include "softgpu/ze/driver/strict.h"
#include "softgpu/ze/driver/usm.h"
#include "softgpu/ze/driver/virtual_memory.h"
#include "softgpu/ze/engine/engine.h"

namespace softgpu::driver::guard {
namespace {

std::string place(const void* address) {
  if (const auto known = UsmTable::instance().explain(address)) return *known;
  if (!VirtualSpace::instance().permits(address, 1, Use::Read)) return "reserved, but not mapped";
  if (VirtualSpace::instance().find(address)) return "mapped memory that may not be written, or has no pages";
  return "in no memory of this driver";
}

std::string localPlace(int64_t offset, uint64_t bytes) {
  if (offset < 0) return fmt::format("{} bytes before the start of local memory", -offset);
  return fmt::format("{} bytes past the end of {} bytes of local memory",
                     offset - static_cast<int64_t>(bytes), bytes);
}

std::string what(int signal, const void* address, const std::string& where) {
  switch (signal) {
    case SIGFPE:
      return "divides by zero, or the quotient is too large";
    case SIGILL:
      return "reaches code that is not there";
    case SIGBUS:
      return fmt::format("touches {}, {}", address, where);
    default:
      return address == nullptr ? "touches null, or an address that no memory can have"
                                : fmt::format("touches {}, {}", address, where);
  }
}

// Only the first is told: others of the same launch follow from the same mistake.
void lose(std::string_view who, const std::string& text) {
  if (fault::deviceLost.exchange(true)) return;
  strict::misuse(who, text + "; the device is lost");
}

void kernelTrapped(const engine::KernelTrap& trap) {
  const std::string where =
      trap.localOffset ? localPlace(*trap.localOffset, trap.localBytes) : place(trap.address);
  lose(fmt::format("kernel \"{}\"", trap.kernel),
       fmt::format("group ({}, {}, {}) {}", trap.group[0], trap.group[1], trap.group[2],
                   what(trap.signal, trap.address, where)));
}

}  // namespace

void install() {
  static const bool done = [] {
    engine::setTrapSink(kernelTrapped);
    trap::install();
    return true;
  }();
  (void)done;
}

void commandTrapped(const char* call, const trap::Trap& trap) {
  lose(call, "the command " + what(trap.signal, trap.address, place(trap.address)));
}

}  // namespace softgpu::driver::guard
