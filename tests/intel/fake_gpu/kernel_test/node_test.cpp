// Paths, nodes and descriptors: what a program sees in /dev/dri and /sys.
#include "tests/intel/fake_gpu/kernel_test/node.h"

#include <dirent.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include <cstdlib>
#include <fstream>
#include <set>

namespace fake_gpu::test {
namespace {

std::string line(const std::string& path) {
  std::ifstream file(path);
  std::string text;
  std::getline(file, text);
  return text;
}

std::set<std::string> names(const char* folder) {
  std::set<std::string> found;
  DIR* dir = opendir(folder);
  if (!dir) return found;
  while (const dirent* entry = readdir(dir)) {
    if (entry->d_name[0] != '.') found.insert(entry->d_name);
  }
  closedir(dir);
  return found;
}

TEST_F(NodeTest, NoNodeBeyondTheDevices) {
  EXPECT_EQ(open("/dev/dri/renderD132", O_RDWR), -1);
  EXPECT_EQ(errno, ENOENT);
}

TEST_F(NodeTest, PathsThatOnlyBeginAlikeAreNotTheFakes) {
  struct stat status {};
  EXPECT_EQ(stat("/dev/dripping", &status), -1);
  EXPECT_EQ(stat("/dev/null", &status), 0);
  EXPECT_NE(major(status.st_rdev), 226u);
}

TEST_F(NodeTest, FolderHoldsTwoNodesADevice) {
  EXPECT_EQ(names("/dev/dri"),
            (std::set<std::string>{"by-path", "card0", "card1", "card2", "card3", "renderD128", "renderD129",
                                   "renderD130", "renderD131"}));
}

TEST_F(NodeTest, StatShowsACharacterDeviceByPathAndByDescriptor) {
  struct stat byPath {
  }, byDescriptor{};
  ASSERT_EQ(stat(arc, &byPath), 0);
  ASSERT_EQ(fstat(dg2, &byDescriptor), 0);
  for (const struct stat& status : {byPath, byDescriptor}) {
    EXPECT_TRUE(S_ISCHR(status.st_mode));
    EXPECT_EQ(major(status.st_rdev), 226u);
    EXPECT_EQ(minor(status.st_rdev), 129u);
  }
  struct statx extended {};
  ASSERT_EQ(statx(AT_FDCWD, arc, 0, STATX_BASIC_STATS, &extended), 0);
  EXPECT_TRUE(S_ISCHR(extended.stx_mode));
  EXPECT_EQ(extended.stx_rdev_minor, 129u);
}

TEST_F(NodeTest, ResolvedPathsDoNotTellWhereTheTreeIs) {
  char* resolved = realpath("/sys/dev/char/226:128", nullptr);
  ASSERT_NE(resolved, nullptr);
  EXPECT_STREQ(resolved, "/sys/devices/pci0000:00/0000:00:02.0/drm/renderD128");
  std::free(resolved);
}

TEST_F(NodeTest, SysfsTellsThePart) {
  EXPECT_EQ(line("/sys/dev/char/226:128/device/device"), "0x9a49");
  EXPECT_EQ(line("/sys/dev/char/226:129/device/device"), "0x56a0");
  EXPECT_EQ(line("/sys/dev/char/226:129/device/vendor"), "0x8086");
}

TEST_F(NodeTest, ByPathLinksOpenTheirNode) {
  for (const std::string& name : names("/dev/dri/by-path")) {
    const int fd = open(("/dev/dri/by-path/" + name).c_str(), O_RDWR);
    ASSERT_GE(fd, 0) << name;
    drm_version version{};
    EXPECT_EQ(request(fd, DRM_IOCTL_VERSION, version), 0) << name;
    close(fd);
  }
}

TEST_F(NodeTest, RelativeToTheFolderItOpensTheNodeToo) {
  const int folder = open("/dev/dri", O_RDONLY | O_DIRECTORY);
  ASSERT_GE(folder, 0);
  const int fd = openat(folder, "renderD129", O_RDWR);
  ASSERT_GE(fd, 0);
  struct stat status {};
  EXPECT_EQ(fstat(fd, &status), 0);
  EXPECT_EQ(minor(status.st_rdev), 129u);
  close(fd);
  close(folder);
}

TEST_F(NodeTest, EachNodeIsItsOwnDevice) {
  for (const auto& [fd, id] : {std::pair{tgl, 0x9A49}, std::pair{dg2, 0x56A0}}) {
    int value = 0;
    drm_i915_getparam_t get{};
    get.param = I915_PARAM_CHIPSET_ID;
    get.value = &value;
    EXPECT_EQ(request(fd, DRM_IOCTL_I915_GETPARAM, get), 0);
    EXPECT_EQ(value, id);
  }
}

TEST_F(NodeTest, DriverIsI915) {
  char name[16] = {};
  drm_version version{};
  version.name = name;
  version.name_len = sizeof(name);
  ASSERT_EQ(request(tgl, DRM_IOCTL_VERSION, version), 0);
  EXPECT_STREQ(name, "i915");
}

TEST_F(NodeTest, UnknownIoctlIsRefusedAndCounted) {
  const uint64_t before = counted().ioctlsRefused;
  int nothing = 0;
  EXPECT_EQ(request(tgl, DRM_IOWR(0x9f, int), nothing), EINVAL);
  EXPECT_EQ(counted().ioctlsRefused, before + 1);
}

TEST_F(NodeTest, UnknownParameterIsRefused) {
  int value = 0;
  drm_i915_getparam_t get{};
  get.param = 12345;
  get.value = &value;
  EXPECT_EQ(request(tgl, DRM_IOCTL_I915_GETPARAM, get), EINVAL);
}

TEST_F(NodeTest, OtherDescriptorsAreLeftAlone) {
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  drm_version version{};
  EXPECT_EQ(request(ends[0], DRM_IOCTL_VERSION, version), ENOTTY);
  close(ends[0]);
  close(ends[1]);
}

TEST_F(NodeTest, FileLivesUntilItsLastDuplicateIsClosed) {
  const uint64_t before = counted().filesAlive;
  const int fd = open(tigerLake, O_RDWR);
  const int copy = dup(fd);
  const uint32_t handle = buffer(fd);
  EXPECT_EQ(counted().filesAlive, before + 1);
  close(fd);
  EXPECT_EQ(counted().filesAlive, before + 1);
  EXPECT_EQ(closeHandle(copy, handle), 0);
  close(copy);
  EXPECT_EQ(counted().filesAlive, before);
}

TEST_F(NodeTest, DescriptorsOfNodesAreCounted) {
  EXPECT_EQ(counted().nodeDescriptorsOpen, 2u);
  const int copy = dup(tgl);
  EXPECT_EQ(counted().nodeDescriptorsOpen, 3u);
  close(copy);
}

TEST_F(NodeTest, CallsAreCountedBySite) {
  const auto sites = reinterpret_cast<decltype(&fake_gpu_sites)>(dlsym(RTLD_DEFAULT, "fake_gpu_sites"));
  const auto reset =
      reinterpret_cast<decltype(&fake_gpu_reset_counts)>(dlsym(RTLD_DEFAULT, "fake_gpu_reset_counts"));
  ASSERT_NE(sites, nullptr);
  ASSERT_NE(reset, nullptr);
  reset();
  drm_version version{};
  for (int i = 0; i < 3; ++i) EXPECT_EQ(request(tgl, DRM_IOCTL_VERSION, version), 0);
  EXPECT_EQ(counted().ioctlsByNumber[0], 3u);
  std::vector<FakeGpuSite> found(8);
  found[0].size = sizeof(FakeGpuSite);
  ASSERT_EQ(sites(found.data(), found.size()), 1u);
  EXPECT_EQ(found[0].calls, 3u);
  EXPECT_STREQ(found[0].object, "fake_gpu_kernel_tests");
}

}  // namespace
}  // namespace fake_gpu::test
