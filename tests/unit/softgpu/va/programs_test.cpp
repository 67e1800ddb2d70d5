// Unmodified programs on the driver: vainfo, and Debian's ffmpeg decoding, uploading and downloading.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>

#include "tests/unit/softgpu/va/vp9_clip.h"

namespace softgpu::va {
namespace {

struct Outcome {
  int status = -1;
  std::string output;
};

Outcome run(const std::string& command) {
  Outcome outcome;
  FILE* pipe = ::popen(("{ " + command + "; } 2>&1").c_str(), "r");
  if (pipe == nullptr) return outcome;
  std::array<char, 4096> part{};
  while (const std::size_t got = std::fread(part.data(), 1, part.size(), pipe))
    outcome.output.append(part.data(), got);
  const int status = ::pclose(pipe);
  outcome.status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  return outcome;
}

class ProgramsTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string name = (std::filesystem::temp_directory_path() / "clze-va-XXXXXX").string();
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    folder_ = name;
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::string path(const std::string& name) const { return (folder_ / name).string(); }

  void make(const std::string& arguments) {
    const Outcome made = run("ffmpeg -nostdin -loglevel error -y " + arguments);
    ASSERT_EQ(made.status, 0) << made.output;
  }
  // The checksums of all frames, without the comment lines.
  static std::string frames(const std::string& arguments) {
    const Outcome outcome =
        run("ffmpeg -nostdin -loglevel error " + arguments + " -f framemd5 - | grep -v '^#'");
    EXPECT_EQ(outcome.status, 0) << outcome.output;
    return outcome.output;
  }
  static std::size_t count(const std::string& lines) {
    return static_cast<std::size_t>(std::count(lines.begin(), lines.end(), '\n'));
  }

  void expectSameFrames(const std::string& clip, const std::string& format, std::size_t frameCount) {
    const std::string software = frames("-i " + clip + " -autoscale 0 -pix_fmt " + format);
    EXPECT_EQ(count(software), frameCount);
    for (const char* device : {"", "-init_hw_device vaapi=va:/dev/dri/renderD128,driver=iHD "}) {
      EXPECT_EQ(frames(device + ("-hwaccel vaapi -hwaccel_output_format vaapi -i " + clip) +
                       " -autoscale 0 -vf hwdownload,format=" + format),
                software);
    }
  }

  std::filesystem::path folder_;
};

TEST_F(ProgramsTest, VainfoListsTheProfiles) {
  const Outcome outcome = run("vainfo --display drm");
  EXPECT_EQ(outcome.status, 0);
  for (const char* profile :
       {"softgpu", "VAProfileVP9Profile0", "VAProfileVP9Profile2", "VAProfileJPEGBaseline"}) {
    EXPECT_THAT(outcome.output, ::testing::HasSubstr(profile));
  }
}

TEST_F(ProgramsTest, FfmpegDecodesEightBit) {
  make("-f lavfi -i testsrc2=s=322x242:r=25 -t 2 -pix_fmt yuv420p -c:v libvpx-vp9 -b:v 300k -cpu-used 6 " +
       path("a.webm"));
  expectSameFrames(path("a.webm"), "nv12", 50);
}

TEST_F(ProgramsTest, FfmpegDecodesTenBit) {
  make(
      "-f lavfi -i testsrc2=s=320x240:r=25 -t 1 -pix_fmt yuv420p10le -c:v libvpx-vp9 -profile:v 2 -b:v 300k "
      "-cpu-used 6 " +
      path("b.webm"));
  expectSameFrames(path("b.webm"), "p010le", 25);
}

TEST_F(ProgramsTest, FfmpegDecodesHiddenAndShownAgainFrames) {
  const Clip clip = makeClip({.width = 160, .height = 96, .frames = 60, .altRef = true});
  ASSERT_TRUE(
      std::any_of(clip.frames.begin(), clip.frames.end(), [](const auto& f) { return f.showExisting; }));
  ASSERT_TRUE(writeIvf(clip, path("c.ivf")));
  expectSameFrames(path("c.ivf"), "nv12", 60);
}

TEST_F(ProgramsTest, FfmpegDecodesAcrossAChangeOfSize) {
  const Clip clip = makeClip({.width = 320, .height = 240, .frames = 20, .resizeAt = 10});
  ASSERT_EQ(clip.frames.size(), 20U);
  ASSERT_TRUE(writeIvf(clip, path("d.ivf")));
  expectSameFrames(path("d.ivf"), "nv12", 20);
}

TEST_F(ProgramsTest, FfmpegDecodesMotionJpegOnTheDriver) {
  make("-f lavfi -i testsrc2=s=322x242:r=25 -t 1 -pix_fmt yuvj420p -c:v mjpeg " + path("e.avi"));
  const std::string hardware = frames("-hwaccel vaapi -hwaccel_output_format vaapi -i " + path("e.avi") +
                                      " -vf hwdownload,format=nv12");
  EXPECT_EQ(count(hardware), 25U);
  // libavcodec's inverse transform rounds otherwise than libjpeg-turbo's: close is what two right decoders
  // are.
  const Outcome difference =
      run("ffmpeg -nostdin -loglevel info -hwaccel vaapi -hwaccel_output_format vaapi -i " + path("e.avi") +
          " -i " + path("e.avi") +
          " -lavfi '[0]hwdownload,format=nv12,format=yuv420p[h];[1]format=yuv420p[s];[h][s]psnr' "
          "-f null - 2>&1 | grep -o 'min:[0-9a-z.]*'");
  ASSERT_EQ(difference.status, 0) << difference.output;
  const std::string least = difference.output.substr(4);
  EXPECT_TRUE(least.starts_with("inf") || std::strtod(least.c_str(), nullptr) > 40) << difference.output;
}

TEST_F(ProgramsTest, FfmpegUploadsAndDownloadsWithoutLoss) {
  for (const char* format : {"nv12", "p010le", "bgra", "gray", "yuyv422"}) {
    const std::string source = "-f lavfi -i testsrc2=s=322x242 -frames:v 5 ";
    const std::string chain = std::string("format=") + format;
    EXPECT_EQ(frames("-init_hw_device vaapi=va:/dev/dri/renderD128,driver=iHD " + source + "-vf " + chain +
                     ",hwupload,hwdownload," + chain),
              frames(source + "-vf " + chain))
        << format;
  }
}

}  // namespace
}  // namespace softgpu::va
