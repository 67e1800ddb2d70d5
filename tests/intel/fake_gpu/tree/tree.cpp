// Lays the folder: PCI devices, their DRM minors, the links between them, and placeholders for the nodes.
#include "tests/intel/fake_gpu/tree/tree.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>

#include "tests/intel/fake_gpu/log.h"

namespace fake_gpu {
namespace {

constexpr unsigned drmMajor = 226;

constexpr std::array<std::string_view, 9> prefixes = {"/dev/dri",
                                                      "/sys/dev/char/226:",
                                                      "/sys/class/drm",
                                                      "/sys/bus/pci/devices",
                                                      "/sys/devices/pci0000:",
                                                      "/sys/module/i915",
                                                      "/sys/module/xe",
                                                      "/sys/bus/pci/drivers",
                                                      "/sys/class/intel_pmt"};

std::string formatted(const char* format, unsigned a, unsigned b = 0) {
  char text[96];
  std::snprintf(text, sizeof(text), format, a, b);
  return text;
}

constexpr std::string_view treeName = "fake_gpu.";

// Trees of processes that were killed: their names begin with the process' number.
void removeOrphans(const std::string& parent) {
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(parent, error)) {
    const std::string name = entry.path().filename().string();
    const long owner = name.starts_with(treeName) ? std::atol(name.c_str() + treeName.size()) : 0;
    if (owner <= 0 || ::kill(static_cast<pid_t>(owner), 0) == 0 || errno != ESRCH) continue;
    std::filesystem::remove_all(entry.path(), error);
  }
}

const char* driverName(Driver driver) { return driver == Driver::Xe ? "xe" : "i915"; }

}  // namespace

bool isRedirected(const char* path) {
  if (!path || path[0] != '/' || (path[1] != 'd' && path[1] != 's')) return false;
  for (const std::string_view prefix : prefixes) {
    if (std::strncmp(path, prefix.data(), prefix.size()) == 0) {
      // "/dev/dri" and "/dev/dri/...", not "/dev/dripping"; the prefixes that end in ':' are followed by a
      // number.
      const char next = path[prefix.size()];
      if (prefix.back() == ':' || next == 0 || next == '/') return true;
    }
  }
  return false;
}

Tree::Tree(const std::vector<const DeviceProfile*>& devices) : owner_(getpid()) {
  const char* base = std::getenv("TMPDIR");
  const std::string parent = base && *base ? base : "/tmp";
  removeOrphans(parent);
  std::string pattern = parent + "/" + std::string(treeName) + std::to_string(owner_) + ".XXXXXX";
  if (!mkdtemp(pattern.data())) {
    log(0, "cannot make a folder as %s", pattern.c_str());
    return;
  }
  root_ = std::filesystem::canonical(pattern).string();
  log(1, "device tree in %s", root_.c_str());
  for (const char* path : {"/dev/dri/by-path", "/sys/dev/char", "/sys/class/drm", "/sys/bus/pci/devices"})
    folder(path);
  for (size_t i = 0; i < devices.size(); ++i) addDevice(i, *devices[i]);
}

void Tree::remove() {
  // A forked child shares the folder with its parent, who still needs it.
  if (root_.empty() || getpid() != owner_) return;
  std::error_code ignored;
  std::filesystem::remove_all(root_, ignored);
}

std::string_view Tree::withoutRoot(std::string_view path) const {
  if (!root_.empty() && path.starts_with(root_)) path.remove_prefix(root_.size());
  return path;
}

std::string Tree::pciAddress(size_t device, const DeviceProfile& profile) {
  // The built-in GPU is 00:02.0 on every Intel processor; cards sit on other buses.
  if (device == 0 && !profile.isDiscrete()) return "0000:00:02.0";
  return formatted("0000:%02x:00.0", static_cast<unsigned>(device) + 3);
}

void Tree::addDevice(size_t index, const DeviceProfile& profile) {
  const std::string address = pciAddress(index, profile);
  const std::string pci = "/sys/devices/pci0000:00/" + address;
  const std::string id = formatted("%04X", profile.pciId);
  file(pci + "/vendor", "0x8086\n");
  file(pci + "/device", formatted("0x%04x\n", profile.pciId));
  file(pci + "/subsystem_vendor", "0x8086\n");
  file(pci + "/subsystem_device", "0x2212\n");
  file(pci + "/revision", formatted("0x%02x\n", profile.revision));
  file(pci + "/class", "0x030000\n");
  file(pci + "/irq", "0\n");
  file(pci + "/numa_node", "-1\n");
  file(pci + "/max_link_width", "16\n");
  file(pci + "/max_link_speed", "16.0 GT/s PCIe\n");
  file(pci + "/uevent", std::string("DRIVER=") + driverName(profile.driver) +
                            "\nPCI_CLASS=30000\nPCI_ID=8086:" + id +
                            "\nPCI_SUBSYS_ID=8086:2212\nPCI_SLOT_NAME=" + address + "\n");
  // Thirteen resources, "begin end flags": all unused but the register BAR.
  std::string resources = "0x0000006000000000 0x0000006000ffffff 0x0000000000140204\n";
  for (int i = 1; i < 13; ++i) resources += "0x0000000000000000 0x0000000000000000 0x0000000000000000\n";
  file(pci + "/resource", resources);
  std::string config(256, '\0');
  config[0] = '\x86';
  config[1] = '\x80';
  config[2] = static_cast<char>(profile.pciId & 0xff);
  config[3] = static_cast<char>(profile.pciId >> 8);
  config[8] = static_cast<char>(profile.revision);
  config[11] = 3;  // display controller
  file(pci + "/config", config);

  const std::string driver = std::string("/sys/bus/pci/drivers/") + driverName(profile.driver);
  folder(driver);
  folder(std::string("/sys/module/") + driverName(profile.driver));
  link(driver, pci + "/driver");
  link("/sys/bus/pci", pci + "/subsystem");
  link(pci, "/sys/bus/pci/devices/" + address);

  const std::string card = pci + "/drm/card" + std::to_string(index);
  const std::string mhz = std::to_string(profile.megahertz) + "\n";
  if (profile.driver == Driver::I915) {
    for (const char* name : {"gt_max_freq_mhz", "gt_boost_freq_mhz", "gt_RP0_freq_mhz"})
      file(card + "/" + name, mhz);
    for (const char* name :
         {"gt_min_freq_mhz", "gt_RPn_freq_mhz", "gt_RP1_freq_mhz", "gt_cur_freq_mhz", "gt_act_freq_mhz"}) {
      file(card + "/" + name, "300\n");
    }
  } else {
    for (const char* name : {"max_freq", "rp0_freq"}) file(pci + "/tile0/gt0/freq0/" + name, mhz);
    for (const char* name : {"min_freq", "rpn_freq", "rpe_freq", "cur_freq", "act_freq"}) {
      file(pci + "/tile0/gt0/freq0/" + name, "300\n");
    }
  }
  addNode({index, true}, pci, address);
  addNode({index, false}, pci, address);
}

void Tree::addNode(const Node& node, const std::string& pci, const std::string& address) {
  const std::string name =
      node.render ? "renderD" + std::to_string(128 + node.device) : "card" + std::to_string(node.device);
  const std::string number = formatted("%u:%u", drmMajor, minorOf(node));
  const std::string drm = pci + "/drm/" + name;
  file(drm + "/dev", number + "\n");
  file(drm + "/uevent", formatted("MAJOR=%u\nMINOR=%u\n", drmMajor, minorOf(node)) + "DEVNAME=dri/" + name +
                            "\nDEVTYPE=drm_minor\n");
  link(pci, drm + "/device");
  link("/sys/class/drm", drm + "/subsystem");
  link(drm, "/sys/class/drm/" + name);
  link(drm, "/sys/dev/char/" + number);

  const std::string path = "/dev/dri/" + name;
  file(path, "");
  link(path, "/dev/dri/by-path/pci-" + address + (node.render ? "-render" : "-card"));
  struct stat status {};
  if (syscall(SYS_newfstatat, AT_FDCWD, at(path.c_str()).c_str(), &status, 0) == 0) {
    nodes_.push_back({status.st_dev, status.st_ino, node});
  }
}

std::optional<Node> Tree::nodeOf(const struct stat& status) const {
  for (const Placeholder& placeholder : nodes_) {
    if (placeholder.inode == status.st_ino && placeholder.device == status.st_dev) return placeholder.node;
  }
  return std::nullopt;
}

void Tree::describe(const Node& node, struct stat& status) {
  status.st_mode = S_IFCHR | 0666;
  status.st_rdev = makedev(drmMajor, minorOf(node));
  status.st_size = 0;
}

void Tree::folder(const std::string& path) {
  std::error_code error;
  std::filesystem::create_directories(root_ + path, error);
  if (error) log(0, "cannot make %s%s: %s", root_.c_str(), path.c_str(), error.message().c_str());
}

void Tree::file(const std::string& path, const std::string& text) {
  folder(path.substr(0, path.rfind('/')));
  const long fd =
      syscall(SYS_openat, AT_FDCWD, at(path.c_str()).c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
  if (fd < 0) return log(0, "cannot write %s%s", root_.c_str(), path.c_str());
  syscall(SYS_write, fd, text.data(), text.size());
  syscall(SYS_close, fd);
}

void Tree::link(const std::string& target, const std::string& path) {
  folder(path.substr(0, path.rfind('/')));
  // Relative and as short as in sysfs: Intel's Level Zero driver appends such a link's text to another
  // folder.
  const std::string folderOfLink = path.substr(0, path.rfind('/'));
  const std::string relative = std::filesystem::path(target).lexically_relative(folderOfLink).string();
  syscall(SYS_symlinkat, relative.c_str(), AT_FDCWD, at(path.c_str()).c_str());
}

}  // namespace fake_gpu
