// The files a program sees instead of /dev/dri and the GPUs' /sys: a private temporary folder, made when the
// first such path is asked for and removed at the end of the process that made it.
#pragma once
#include <sys/stat.h>
#include <sys/types.h>

#include <optional>
#include <string>
#include <vector>

#include "tests/intel/fake_gpu/profile/profile.h"

namespace fake_gpu {

// A device node's place: which device, and which of its two nodes.
struct Node {
  size_t device;
  bool render;
};

// Is this a path that the fake answers for? Cheap: asked at every open() of the program.
bool isRedirected(const char* path);

class Tree {
 public:
  explicit Tree(const std::vector<const DeviceProfile*>& devices);
  // Removes the folder, unless this is a forked child of the process that made it.
  void remove();

  const std::string& root() const { return root_; }
  std::string at(const char* path) const { return root_ + path; }
  // Cuts the folder's name off a resolved path, so that programs do not see where the tree is.
  std::string_view withoutRoot(std::string_view path) const;
  // Which node a file of the tree stands for; the node's number (226, minor) and kind are put into `status`.
  std::optional<Node> nodeOf(const struct stat& status) const;
  // As a node of a real kernel: a character device.
  static void describe(const Node& node, struct stat& status);
  static unsigned minorOf(const Node& node) {
    return static_cast<unsigned>(node.device + (node.render ? 128 : 0));
  }
  // "0000:00:02.0" for the first; the others on other buses, as add-in cards are.
  static std::string pciAddress(size_t device, const DeviceProfile& profile);

 private:
  void addDevice(size_t index, const DeviceProfile& profile);
  void addNode(const Node& node, const std::string& pci, const std::string& address);
  void folder(const std::string& path);
  void file(const std::string& path, const std::string& text);
  void link(const std::string& target, const std::string& path);

  struct Placeholder {
    dev_t device;
    ino_t inode;
    Node node;
  };
  std::string root_;
  pid_t owner_;
  std::vector<Placeholder> nodes_;
};

}  // namespace fake_gpu
