// VP9 through VA calls: every picture equal to libvpx' own, hidden ones too; and nothing ready before it is
// synced.
#include <gmock/gmock.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <thread>

#include "tests/unit/softgpu/va/va_test.h"
#include "tests/unit/softgpu/va/vp9_clip.h"

namespace softgpu::va {
namespace {

class Vp9Test : public VaTest {
 protected:
  void SetUp() override {}  // display_ opens with the environment of the test
  void start(unsigned delayMs = 0) {
    ::setenv("SOFTGPU_VA_DELAY_MS", std::to_string(delayMs).c_str(), 1);
    open();
    ::unsetenv("SOFTGPU_VA_DELAY_MS");
  }

  void makeContext(const ClipFrame& frame, unsigned bitDepth) {
    if (context_ != VA_INVALID_ID) {
      EXPECT_EQ(vaDestroyContext(display_, context_), VA_STATUS_SUCCESS);
      EXPECT_EQ(vaDestroyConfig(display_, config_), VA_STATUS_SUCCESS);
    }
    bitDepth_ = bitDepth;
    ASSERT_EQ(vaCreateConfig(display_, bitDepth > 8 ? VAProfileVP9Profile2 : VAProfileVP9Profile0,
                             VAEntrypointVLD, nullptr, 0, &config_),
              VA_STATUS_SUCCESS);
    ASSERT_EQ(vaCreateContext(display_, config_, static_cast<int>(frame.width),
                              static_cast<int>(frame.height), VA_PROGRESSIVE, nullptr, 0, &context_),
              VA_STATUS_SUCCESS);
  }

  VASurfaceID surfaceFor(const ClipFrame& frame) {
    return bitDepth_ > 8 ? makeSurface(VA_FOURCC_P010, VA_RT_FORMAT_YUV420_10, frame.width, frame.height)
                         : makeSurface(VA_FOURCC_NV12, VA_RT_FORMAT_YUV420, frame.width, frame.height);
  }

  VABufferID makeBuffer(VABufferType type, const void* data, std::size_t size) {
    VABufferID buffer = VA_INVALID_ID;
    EXPECT_EQ(vaCreateBuffer(display_, context_, type, static_cast<unsigned>(size), 1,
                             const_cast<void*>(data), &buffer),
              VA_STATUS_SUCCESS);
    return buffer;
  }

  // Submits a frame as applications do, and moves the slots on. The buffers are destroyed at once.
  VAStatus submit(const ClipFrame& frame, VASurfaceID target) {
    VADecPictureParameterBufferVP9 picture{};
    picture.frame_width = static_cast<std::uint16_t>(frame.width);
    picture.frame_height = static_cast<std::uint16_t>(frame.height);
    std::ranges::copy(slots_, picture.reference_frames);
    picture.pic_fields.bits.frame_type = frame.key ? 0 : 1;
    picture.pic_fields.bits.show_frame = frame.shown ? 1 : 0;
    picture.pic_fields.bits.golden_ref_frame = 1;
    picture.pic_fields.bits.alt_ref_frame = 2;
    picture.profile = bitDepth_ > 8 ? 2 : 0;
    picture.bit_depth = static_cast<std::uint8_t>(bitDepth_);
    VASliceParameterBufferVP9 slice{};
    slice.slice_data_size = static_cast<std::uint32_t>(frame.data.size());
    std::array<VABufferID, 3> buffers{
        makeBuffer(VAPictureParameterBufferType, &picture, sizeof picture),
        makeBuffer(VASliceParameterBufferType, &slice, sizeof slice),
        makeBuffer(VASliceDataBufferType, frame.data.data(), frame.data.size())};
    EXPECT_EQ(vaBeginPicture(display_, context_, target), VA_STATUS_SUCCESS);
    EXPECT_EQ(vaRenderPicture(display_, context_, buffers.data(), 3), VA_STATUS_SUCCESS);
    const VAStatus status = vaEndPicture(display_, context_);
    for (const VABufferID buffer : buffers) EXPECT_EQ(vaDestroyBuffer(display_, buffer), VA_STATUS_SUCCESS);
    for (unsigned i = 0; i < 8; ++i) {
      if ((frame.refresh >> i & 1U) != 0) slots_[i] = target;
    }
    return status;
  }

  // The whole clip; counts what the clip was meant to have.
  struct Seen {
    unsigned shown = 0, hidden = 0, shownAgain = 0, contexts = 0;
  };
  Seen play(const Clip& clip) {
    Seen seen;
    unsigned width = 0;
    for (const ClipFrame& frame : clip.frames) {
      if (frame.showExisting) {
        // The application shows the surface it has in that slot.
        ++seen.shownAgain;
        EXPECT_EQ(vaSyncSurface(display_, slots_[frame.existingSlot]), VA_STATUS_SUCCESS);
        EXPECT_TRUE(readSurface(slots_[frame.existingSlot]) == frame.picture) << "shown again";
        continue;
      }
      if (frame.width != width) {
        makeContext(frame, clip.options.bitDepth);
        width = frame.width;
        ++seen.contexts;
      }
      const VASurfaceID target = surfaceFor(frame);
      EXPECT_EQ(submit(frame, target), VA_STATUS_SUCCESS);
      if (frame.shown) {
        ++seen.shown;
        EXPECT_EQ(vaSyncSurface(display_, target), VA_STATUS_SUCCESS);
        EXPECT_TRUE(readSurface(target) == frame.picture) << "frame " << seen.shown;
      } else {
        ++seen.hidden;
      }
    }
    return seen;
  }

  VAConfigID config_ = VA_INVALID_ID;
  VAContextID context_ = VA_INVALID_ID;
  unsigned bitDepth_ = 8;
  std::array<VASurfaceID, 8> slots_{VA_INVALID_ID, VA_INVALID_ID, VA_INVALID_ID, VA_INVALID_ID,
                                    VA_INVALID_ID, VA_INVALID_ID, VA_INVALID_ID, VA_INVALID_ID};
};

TEST_F(Vp9Test, BrokenFramesAreErrorsOfTheirSurface) {
  start();
  const Clip clip = makeClip({.width = 64, .height = 64, .frames = 3});
  ASSERT_EQ(clip.frames.size(), 3U);
  makeContext(clip.frames[0], 8);
  const VASurfaceID first = surfaceFor(clip.frames[0]);
  ASSERT_EQ(submit(clip.frames[1], first), VA_STATUS_SUCCESS);
  EXPECT_EQ(vaSyncSurface(display_, first), VA_STATUS_ERROR_DECODING_ERROR) << "no key frame yet";
  void* info = nullptr;
  EXPECT_EQ(vaQuerySurfaceError(display_, first, VA_STATUS_ERROR_DECODING_ERROR, &info), VA_STATUS_SUCCESS);
  ClipFrame cut = clip.frames[0];
  cut.data.resize(12);
  ASSERT_EQ(submit(cut, first), VA_STATUS_SUCCESS);
  EXPECT_EQ(vaSyncSurface(display_, first), VA_STATUS_ERROR_DECODING_ERROR);
  ClipFrame noise = clip.frames[0];
  std::fill(noise.data.begin(), noise.data.end(), 0x5a);
  ASSERT_EQ(submit(noise, first), VA_STATUS_SUCCESS);
  EXPECT_EQ(vaSyncSurface(display_, first), VA_STATUS_ERROR_DECODING_ERROR);
  const VASurfaceID small = makeSurface(VA_FOURCC_NV12, VA_RT_FORMAT_YUV420, 32, 64);
  ASSERT_EQ(submit(clip.frames[0], small), VA_STATUS_SUCCESS);
  EXPECT_EQ(vaSyncSurface(display_, small), VA_STATUS_ERROR_DECODING_ERROR) << "the picture does not fit";
  // The next good picture ends the error.
  ASSERT_EQ(submit(clip.frames[0], first), VA_STATUS_SUCCESS);
  EXPECT_EQ(vaSyncSurface(display_, first), VA_STATUS_SUCCESS);
  EXPECT_TRUE(readSurface(first) == clip.frames[0].picture);
}

TEST_F(Vp9Test, EightBitPicturesAreExact) {
  start();
  const Seen seen = play(makeClip({.frames = 20}));
  EXPECT_EQ(seen.shown, 20U);
}

TEST_F(Vp9Test, OddSizesAreExact) {
  start();
  const Seen seen = play(makeClip({.width = 131, .height = 77, .frames = 8}));
  EXPECT_EQ(seen.shown, 8U);
}

TEST_F(Vp9Test, TenBitPicturesAreExact) {
  start();
  const Seen seen = play(makeClip({.frames = 20, .bitDepth = 10}));
  EXPECT_EQ(seen.shown, 20U);
}

TEST_F(Vp9Test, HiddenFramesHaveTheirPictureWhenShownAgain) {
  start();
  const Seen seen = play(makeClip({.width = 160, .height = 96, .frames = 60, .altRef = true}));
  EXPECT_GE(seen.hidden, 2U) << "the clip must have hidden frames";
  EXPECT_GE(seen.shownAgain, 1U) << "and show some of them again";
  EXPECT_EQ(seen.shown + seen.shownAgain, 60U);
}

TEST_F(Vp9Test, TenBitHiddenFramesToo) {
  start();
  const Seen seen =
      play(makeClip({.width = 160, .height = 96, .frames = 60, .bitDepth = 10, .altRef = true}));
  EXPECT_GE(seen.shownAgain, 1U);
  EXPECT_EQ(seen.shown + seen.shownAgain, 60U);
}

TEST_F(Vp9Test, IntraOnlyFramesAreExactAlsoAtTheStart) {
  start();
  const Clip clip = makeClip({.width = 64, .height = 64, .frames = 2});
  ASSERT_EQ(clip.frames.size(), 2U);
  ClipFrame intra = clip.frames[0];
  intra.data = intraOnlyFromKey(clip.frames[0].data, 0b00001000);
  ASSERT_FALSE(intra.data.empty());
  intra.key = false;
  intra.shown = false;
  intra.refresh = 0b00001000;
  for (const bool afterKey : {false, true}) {
    makeContext(intra, 8);
    if (afterKey) {
      EXPECT_EQ(submit(clip.frames[0], surfaceFor(intra)), VA_STATUS_SUCCESS);
      EXPECT_EQ(submit(clip.frames[1], surfaceFor(intra)), VA_STATUS_SUCCESS);
    }
    const VASurfaceID target = surfaceFor(intra);
    EXPECT_EQ(submit(intra, target), VA_STATUS_SUCCESS);
    EXPECT_EQ(vaSyncSurface(display_, target), VA_STATUS_SUCCESS);
    EXPECT_TRUE(readSurface(target) == clip.frames[0].picture);
    slots_.fill(VA_INVALID_ID);
  }
}

TEST_F(Vp9Test, ANewContextGoesOnWithTheOldOnesReferences) {
  start();
  const Clip clip = makeClip({.width = 320, .height = 240, .frames = 20, .resizeAt = 10});
  ASSERT_EQ(clip.frames.size(), 20U);
  ASSERT_EQ(clip.frames[10].width, 240U);
  ASSERT_FALSE(clip.frames[10].key) << "the clip must change size between key frames";
  const Seen seen = play(clip);
  EXPECT_EQ(seen.contexts, 2U);
  EXPECT_EQ(seen.shown, 20U);
}

TEST_F(Vp9Test, WhoDoesNotSyncSeesTheOldPicture) {
  start(400);
  const Clip clip = makeClip({.width = 64, .height = 64, .frames = 2});
  ASSERT_EQ(clip.frames.size(), 2U);
  makeContext(clip.frames[0], 8);
  const VASurfaceID target = surfaceFor(clip.frames[0]);
  VADRMPRIMESurfaceDescriptor d{};
  const auto exportNow = [&] {
    return vaExportSurfaceHandle(display_, target, VA_SURFACE_ATTRIB_MEM_TYPE_DRM_PRIME_2,
                                 VA_EXPORT_SURFACE_READ_ONLY | VA_EXPORT_SURFACE_SEPARATE_LAYERS, &d);
  };
  ASSERT_EQ(submit(clip.frames[0], target), VA_STATUS_SUCCESS);
  ASSERT_EQ(exportNow(), VA_STATUS_SUCCESS) << "exporting does not wait";
  const Mapping mapping(d.objects[0].fd, d.objects[0].size);
  ::close(d.objects[0].fd);
  ASSERT_TRUE(mapping.valid());
  VASurfaceStatus status{};
  ASSERT_EQ(vaQuerySurfaceStatus(display_, target, &status), VA_STATUS_SUCCESS);
  EXPECT_EQ(status, VASurfaceRendering);
  EXPECT_EQ(vaSyncSurface2(display_, target, 1000), VA_STATUS_ERROR_TIMEDOUT);
  const auto luma = [&](unsigned i) { return mapping.data()[d.layers[0].offset[0] + i]; };
  EXPECT_EQ(luma(0) | luma(1) | luma(2), 0) << "the fresh surface's zeros";
  ASSERT_EQ(vaSyncSurface(display_, target), VA_STATUS_SUCCESS);
  ASSERT_EQ(vaQuerySurfaceStatus(display_, target, &status), VA_STATUS_SUCCESS);
  EXPECT_EQ(status, VASurfaceReady);
  for (unsigned i = 0; i < 64; ++i) EXPECT_EQ(luma(i), clip.frames[0].picture[i]);
  EXPECT_NE(luma(0) | luma(1) | luma(2), 0);
}

TEST_F(Vp9Test, GetImageAndMapWaitForThePicture) {
  start(150);
  const Clip clip = makeClip({.width = 64, .height = 64, .frames = 2});
  ASSERT_EQ(clip.frames.size(), 2U);
  makeContext(clip.frames[0], 8);
  const VASurfaceID first = surfaceFor(clip.frames[0]);
  ASSERT_EQ(submit(clip.frames[0], first), VA_STATUS_SUCCESS);
  EXPECT_TRUE(readSurface(first) == clip.frames[0].picture) << "derive and map";
  const VASurfaceID second = surfaceFor(clip.frames[1]);
  ASSERT_EQ(submit(clip.frames[1], second), VA_STATUS_SUCCESS);
  const VAImage image = makeImage(VA_FOURCC_NV12, 64, 64);
  ASSERT_EQ(vaGetImage(display_, second, 0, 0, 64, 64, image.image_id), VA_STATUS_SUCCESS);
  EXPECT_TRUE(readImage(image) == clip.frames[1].picture);
}

TEST_F(Vp9Test, SurfacesAndContextsMayGoWhileTheirPicturesAreDecoded) {
  start(20);
  const Clip clip = makeClip({.width = 64, .height = 64, .frames = 6});
  makeContext(clip.frames[0], 8);
  std::vector<VASurfaceID> targets;
  for (const ClipFrame& frame : clip.frames) {
    targets.push_back(surfaceFor(frame));
    ASSERT_EQ(submit(frame, targets.back()), VA_STATUS_SUCCESS);
  }
  EXPECT_EQ(vaDestroySurfaces(display_, targets.data(), 3), VA_STATUS_SUCCESS);
  EXPECT_EQ(vaDestroyContext(display_, context_), VA_STATUS_SUCCESS);
  EXPECT_TRUE(readSurface(targets[5]) == clip.frames[5].picture) << "decoded before the context went";
}

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool kSanitized = true;
#else
constexpr bool kSanitized = false;
#endif

long residentKilobytes() {
  long total = 0;
  long resident = 0;
  const std::unique_ptr<FILE, int (*)(FILE*)> file(std::fopen("/proc/self/statm", "r"), std::fclose);
  if (!file || std::fscanf(file.get(), "%ld %ld", &total, &resident) != 2) return -1;
  return resident * (::sysconf(_SC_PAGESIZE) / 1024);
}

TEST_F(Vp9Test, TwoThousandFramesLeaveNothingBehind) {
  start();
  const Clip clip = makeClip({.width = 64, .height = 64, .frames = 20});
  ASSERT_EQ(clip.frames.size(), 20U);
  makeContext(clip.frames[0], 8);
  std::array<VASurfaceID, 12> pool{};
  for (VASurfaceID& surface : pool) surface = surfaceFor(clip.frames[0]);
  unsigned fds = 0;
  long kilobytes = 0;
  for (unsigned i = 0; i < 2200; ++i) {
    const VASurfaceID target = pool[i % pool.size()];
    ASSERT_EQ(submit(clip.frames[i % 20], target), VA_STATUS_SUCCESS);
    VADRMPRIMESurfaceDescriptor d{};
    ASSERT_EQ(vaExportSurfaceHandle(display_, target, VA_SURFACE_ATTRIB_MEM_TYPE_DRM_PRIME_2,
                                    VA_EXPORT_SURFACE_READ_WRITE | VA_EXPORT_SURFACE_SEPARATE_LAYERS, &d),
              VA_STATUS_SUCCESS);
    ASSERT_EQ(vaSyncSurface(display_, target), VA_STATUS_SUCCESS);
    ::close(d.objects[0].fd);
    if (i % 50 == 0) {
      EXPECT_TRUE(readSurface(target) == clip.frames[i % 20].picture);
    }
    if (i == 200) {
      fds = openFds();
      kilobytes = residentKilobytes();
    }
  }
  EXPECT_EQ(openFds(), fds);
  // Sanitizers keep freed memory for a while, and report what is never freed themselves.
  EXPECT_LE(residentKilobytes() - kilobytes, kSanitized ? 1 << 20 : 1024);
}

}  // namespace
}  // namespace softgpu::va
