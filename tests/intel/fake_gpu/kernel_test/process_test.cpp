// Processes: forks, ends, reports and exit codes. Each case runs a test of this program in a child of its
// own.
#include <sys/wait.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "tests/intel/fake_gpu/kernel_test/node.h"
#include "tests/support/child.h"

namespace fake_gpu::test {
namespace {

using clze::test::runAlone;

// Environment for the next child, put back afterwards.
class Variable {
 public:
  Variable(const char* name, const std::string& value) : name_(name) {
    const char* before = std::getenv(name);
    if (before) before_ = before;
    wasSet_ = before != nullptr;
    setenv(name, value.c_str(), 1);
  }
  ~Variable() { wasSet_ ? setenv(name_, before_.c_str(), 1) : unsetenv(name_); }
  Variable(const Variable&) = delete;
  Variable& operator=(const Variable&) = delete;

 private:
  const char* name_;
  std::string before_;
  bool wasSet_;
};

class Folder {
 public:
  Folder() {
    std::string pattern = ::testing::TempDir() + "fake_gpu_test.XXXXXX";
    path = mkdtemp(pattern.data());
  }
  ~Folder() { std::filesystem::remove_all(path); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  bool isEmpty() const { return std::filesystem::is_empty(path); }
  std::string path;
};

// A job on a handle that is closed: the simplest violation.
void violate(int fd) {
  drm_i915_gem_exec_object2 one{};
  one.handle = 99;
  drm_i915_gem_execbuffer2 execute{};
  execute.buffers_ptr = reinterpret_cast<uintptr_t>(&one);
  execute.buffer_count = 1;
  EXPECT_EQ(request(fd, DRM_IOCTL_I915_GEM_EXECBUFFER2_WR, execute), ENOENT);
}

TEST(Process, DISABLED_opensAndViolates) {
  const int fd = open(tigerLake, O_RDWR);
  ASSERT_GE(fd, 0);
  violate(fd);
  close(fd);
}

TEST(Process, DISABLED_opens) {
  const int fd = open(tigerLake, O_RDWR);
  ASSERT_GE(fd, 0);
  drm_i915_gem_create create{};
  create.size = 4096;
  EXPECT_EQ(request(fd, DRM_IOCTL_I915_GEM_CREATE, create), 0);
}

TEST(Process, DISABLED_findsNoGpu) { EXPECT_EQ(counted().nodesOpened, 0u); }

TEST(Process, DISABLED_childOutlivesNothing) {
  const int fd = open(tigerLake, O_RDWR);
  ASSERT_GE(fd, 0);
  const pid_t child = fork();
  if (child == 0) {
    // A file of its own in a tree of its own; the inherited descriptor is dead.
    drm_version version{};
    const bool inheritedIsDead = ioctl(fd, DRM_IOCTL_VERSION, &version) != 0;
    const int own = open(tigerLake, O_RDWR);
    const bool ownWorks = own >= 0 && ioctl(own, DRM_IOCTL_VERSION, &version) == 0;
    exit(inheritedIsDead && ownWorks ? 0 : 1);
  }
  int status = -1;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
  // The parent's tree is still there after the child's end.
  const int again = open(tigerLake, O_RDWR);
  EXPECT_GE(again, 0);
  drm_version version{};
  EXPECT_EQ(request(again, DRM_IOCTL_VERSION, version), 0);
  close(again);
  close(fd);
}

TEST(Process, UnknownGpuEndsTheProcess) {
  const Variable gpu("FAKE_GPU", "TGL,NOSUCH");
  EXPECT_EQ(runAlone("Process.DISABLED_opens"), 86);
}

TEST(Process, ViolationIsTheExitCodeInStrictMode) {
  const Variable strict("FAKE_GPU_STRICT", "1");
  EXPECT_EQ(runAlone("Process.DISABLED_opensAndViolates"), 86);
  EXPECT_EQ(runAlone("Process.DISABLED_opens"), 0);
}

TEST(Process, ViolationIsOnlyReportedOtherwise) {
  const Variable strict("FAKE_GPU_STRICT", "0");
  EXPECT_EQ(runAlone("Process.DISABLED_opensAndViolates"), 0);
}

TEST(Process, WithoutAGpusNameNothingIsReplaced) {
  const Variable gpu("FAKE_GPU", "");
  EXPECT_EQ(runAlone("Process.DISABLED_findsNoGpu"), 0);
}

TEST(Process, TreeIsGoneAtTheEnd) {
  const Folder folder;
  const Variable temporary("TMPDIR", folder.path);
  EXPECT_EQ(runAlone("Process.DISABLED_opens"), 0);
  EXPECT_TRUE(folder.isEmpty());
}

TEST(Process, ProcessThatLooksAtNoGpuMakesNoTree) {
  const Folder folder;
  const Variable temporary("TMPDIR", folder.path + "/absent");
  EXPECT_EQ(runAlone("Process.DISABLED_findsNoGpu"), 0);
}

TEST(Process, TreesOfKilledProcessesAreRemoved) {
  const Folder folder;
  const Variable temporary("TMPDIR", folder.path);
  // No process has the largest number.
  std::filesystem::create_directories(folder.path + "/fake_gpu.4194304.abcdef/dev/dri");
  EXPECT_EQ(runAlone("Process.DISABLED_opens"), 0);
  EXPECT_TRUE(folder.isEmpty());
}

TEST(Process, ForkedChildNeitherSharesNorRemovesTheTree) {
  const Folder folder;
  const Variable temporary("TMPDIR", folder.path);
  EXPECT_EQ(runAlone("Process.DISABLED_childOutlivesNothing"), 0);
  EXPECT_TRUE(folder.isEmpty());
}

TEST(Process, ReportTellsWhatWasLeftAndWhatWasWrong) {
  const Folder folder;
  const Variable report("FAKE_GPU_REPORT", folder.path + "/report.json");
  const auto text = [&folder] {
    std::ifstream file(folder.path + "/report.json");
    std::stringstream all;
    all << file.rdbuf();
    return all.str();
  };
  EXPECT_EQ(runAlone("Process.DISABLED_opens"), 0);
  EXPECT_NE(text().find("\"objectsAlive\": 1,"), std::string::npos) << text();
  EXPECT_NE(text().find("\"GEM_CREATE\": 1"), std::string::npos) << text();
  EXPECT_EQ(runAlone("Process.DISABLED_opensAndViolates"), 0);
  EXPECT_NE(text().find("\"objectsAlive\": 0,"), std::string::npos) << text();
  EXPECT_NE(text().find("a handle that is not open: 99"), std::string::npos) << text();
}

}  // namespace
}  // namespace fake_gpu::test
