// Looking into a VADisplay. The structs are those of libva's public back-end header.
#include "ext_va_sharing/display.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/uio.h>
#include <unistd.h>
#include <va/va_backend.h>
#include <va/va_drmcommon.h>

#include <array>
#include <charconv>
#include <climits>
#include <string>
#include <vector>

#include "base/log.h"
#include "ext_va_sharing/va_library.h"

namespace clze::va {
namespace {

// Reads through the kernel, which answers EFAULT where a plain read would crash.
template <class T>
bool readSafely(const void* address, T& value) {
  iovec local = {&value, sizeof(T)};
  iovec remote = {const_cast<void*>(address), sizeof(T)};
  return ::process_vm_readv(::getpid(), &local, 1, &remote, 1, 0) == static_cast<ssize_t>(sizeof(T));
}

int drmFd(VADisplay display) {
  VADisplayContext context = {};
  VADriverContext driver = {};
  if (!readSafely(display, context) || !readSafely(context.pDriverContext, driver)) return -1;
  drm_state state = {};
  if (driver.drm_state == nullptr || !readSafely(driver.drm_state, state)) return -1;
  return state.fd;
}

}  // namespace

bool displayIsValid(VADisplay display) {
  const Library* libva = library();
  VADisplayContext context = {};
  if (libva == nullptr || display == nullptr) return false;
  if (!readSafely(display, context) || context.vadpy_magic != VA_DISPLAY_MAGIC) return false;
  return libva->displayIsValid(display) != 0;
}

std::optional<l0::PciAddress> parsePci(std::string_view text) {
  const size_t slash = text.rfind('/');
  if (slash != std::string_view::npos) text.remove_prefix(slash + 1);
  l0::PciAddress address;
  const std::array<uint32_t*, 4> parts = {&address.domain, &address.bus, &address.device, &address.function};
  constexpr std::array<char, 4> kEnds = {':', ':', '.', '\0'};
  const char* next = text.data();
  const char* const end = text.data() + text.size();
  for (size_t i = 0; i < parts.size(); ++i) {
    const auto [stop, error] = std::from_chars(next, end, *parts[i], 16);
    if (error != std::errc()) return std::nullopt;
    if (kEnds[i] == '\0') {
      if (stop != end) return std::nullopt;
    } else if (stop == end || *stop != kEnds[i]) {
      return std::nullopt;
    }
    next = stop + 1;
  }
  return address;
}

std::optional<l0::PciAddress> displayPci(VADisplay display) {
  struct stat status = {};
  const int fd = drmFd(display);
  if (fd < 0 || ::fstat(fd, &status) != 0 || !S_ISCHR(status.st_mode)) return std::nullopt;
  const std::string link =
      fmt::format("/sys/dev/char/{}:{}/device", ::major(status.st_rdev), ::minor(status.st_rdev));
  std::array<char, PATH_MAX> target = {};
  const ssize_t length = ::readlink(link.c_str(), target.data(), target.size());
  if (length <= 0) return std::nullopt;
  return parsePci(std::string_view(target.data(), static_cast<size_t>(length)));
}

bool displayMatches(VADisplay display, const l0::Device& device, bool onlyDevice) {
  const auto pci = displayPci(display);
  if (pci && device.pci) return *pci == *device.pci;
  CLZE_LOG_DEBUG("va", "display and device cannot be compared by PCI address; {}",
                 onlyDevice ? "the only device is taken" : "not taken");
  return onlyDevice;
}

}  // namespace clze::va
