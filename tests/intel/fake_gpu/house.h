// Everything of one process: the devices, their file tree, and the open nodes. Made at the first path that is
// redirected, so that programs which look at no GPU (a compiler started as a child) pay nothing.
#pragma once
#include <sys/stat.h>

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <vector>

#include "tests/intel/fake_gpu/kernel/device.h"
#include "tests/intel/fake_gpu/kernel/open_file.h"
#include "tests/intel/fake_gpu/tree/tree.h"

namespace fake_gpu {

class House {
 public:
  static House& get();
  // Null until get() was called in this process; never in a forked child before its own get(): the parent's
  // workers and locks are not there.
  static House* existing();

  const Tree& tree() const { return tree_; }
  const std::vector<std::unique_ptr<Device>>& devices() const { return devices_; }

  // A new descriptor of a node, or -errno. It is the read end of a pipe: its inode tells the open file, also
  // through duplicates, and the other end tells when the last duplicate is closed.
  int openNode(const Node& node, int flags);
  // Null: not a node's descriptor.
  std::shared_ptr<OpenFile> fileOf(int fd) const;
  std::optional<Node> nodeOf(const struct stat& status) const;
  // To be asked before a descriptor is closed, and told after: 0 when it is no node's.
  ino_t nodeInode(int fd) const;
  void afterClose(ino_t inode);
  // Descriptors of nodes, and of buffers' dma-bufs, that the program has open now.
  struct Descriptors {
    uint64_t nodes = 0, dmaBufs = 0;
  };
  Descriptors openDescriptors() const;

  void atEnd();

 private:
  House();

  struct Open {
    std::shared_ptr<OpenFile> file;
    Node node;
    int otherEnd;
  };
  const Open* find(int fd, ino_t& inode) const;
  bool isProgramsNode(int fd) const;

  Tree tree_;
  std::vector<std::unique_ptr<Device>> devices_;
  mutable std::shared_mutex mutex_;
  std::map<ino_t, Open> open_;
  std::atomic<size_t> openNodes_{0};
};

}  // namespace fake_gpu
