// Profiles, configs, surface attributes: what is offered and what is refused.
#include <algorithm>

#include "tests/unit/softgpu/va/va_test.h"

namespace softgpu::va {
namespace {

class ConfigTest : public VaTest {};

TEST_F(ConfigTest, RefusesWhatItCannotDecode) {
  VAConfigID config = 0;
  EXPECT_EQ(vaCreateConfig(display_, VAProfileH264Main, VAEntrypointVLD, nullptr, 0, &config),
            VA_STATUS_ERROR_UNSUPPORTED_PROFILE);
  EXPECT_EQ(vaCreateConfig(display_, VAProfileNone, VAEntrypointVideoProc, nullptr, 0, &config),
            VA_STATUS_ERROR_UNSUPPORTED_PROFILE);
  EXPECT_EQ(vaCreateConfig(display_, VAProfileVP9Profile0, VAEntrypointEncSlice, nullptr, 0, &config),
            VA_STATUS_ERROR_UNSUPPORTED_ENTRYPOINT);
  VAConfigAttrib attribute{VAConfigAttribRTFormat, VA_RT_FORMAT_YUV444};
  EXPECT_EQ(vaCreateConfig(display_, VAProfileVP9Profile0, VAEntrypointVLD, &attribute, 1, &config),
            VA_STATUS_ERROR_UNSUPPORTED_RT_FORMAT);
  EXPECT_EQ(vaDestroyConfig(display_, 12345), VA_STATUS_ERROR_INVALID_CONFIG);
}

TEST_F(ConfigTest, NamesItself) {
  EXPECT_NE(std::string(vaQueryVendorString(display_)).find("softgpu"), std::string::npos);
}

TEST_F(ConfigTest, ListsItsProfiles) {
  std::vector<VAProfile> profiles(static_cast<std::size_t>(vaMaxNumProfiles(display_)));
  int count = 0;
  ASSERT_EQ(vaQueryConfigProfiles(display_, profiles.data(), &count), VA_STATUS_SUCCESS);
  profiles.resize(static_cast<std::size_t>(count));
  EXPECT_EQ(profiles, (std::vector{VAProfileVP9Profile0, VAProfileVP9Profile2, VAProfileJPEGBaseline}));
}

TEST_F(ConfigTest, AConfigTellsWhatItWasMadeOf) {
  VAConfigID id = 0;
  ASSERT_EQ(vaCreateConfig(display_, VAProfileVP9Profile2, VAEntrypointVLD, nullptr, 0, &id),
            VA_STATUS_SUCCESS);
  VAProfile profile{};
  VAEntrypoint entrypoint{};
  std::vector<VAConfigAttrib> list(static_cast<std::size_t>(vaMaxNumConfigAttributes(display_)));
  int count = 0;
  ASSERT_EQ(vaQueryConfigAttributes(display_, id, &profile, &entrypoint, list.data(), &count),
            VA_STATUS_SUCCESS);
  EXPECT_EQ(profile, VAProfileVP9Profile2);
  EXPECT_EQ(entrypoint, VAEntrypointVLD);
  ASSERT_GE(count, 1);
  EXPECT_EQ(list[0].type, VAConfigAttribRTFormat);
  EXPECT_EQ(list[0].value, static_cast<unsigned>(VA_RT_FORMAT_YUV420_10));
  EXPECT_EQ(vaDestroyConfig(display_, id), VA_STATUS_SUCCESS);
  EXPECT_EQ(vaDestroyConfig(display_, id), VA_STATUS_ERROR_INVALID_CONFIG);
}

TEST_F(ConfigTest, SurfaceAttributesAreCountedThenListed) {
  VAConfigID id = 0;
  ASSERT_EQ(vaCreateConfig(display_, VAProfileJPEGBaseline, VAEntrypointVLD, nullptr, 0, &id),
            VA_STATUS_SUCCESS);
  unsigned count = 0;
  ASSERT_EQ(vaQuerySurfaceAttributes(display_, id, nullptr, &count), VA_STATUS_SUCCESS);
  std::vector<VASurfaceAttrib> list(count);
  unsigned tooFew = count - 1;
  EXPECT_EQ(vaQuerySurfaceAttributes(display_, id, list.data(), &tooFew), VA_STATUS_ERROR_MAX_NUM_EXCEEDED);
  EXPECT_EQ(tooFew, count);
  ASSERT_EQ(vaQuerySurfaceAttributes(display_, id, list.data(), &count), VA_STATUS_SUCCESS);
  std::vector<std::uint32_t> fourccs;
  for (const VASurfaceAttrib& attribute : list) {
    if (attribute.type == VASurfaceAttribPixelFormat) {
      fourccs.push_back(static_cast<std::uint32_t>(attribute.value.value.i));
    }
    if (attribute.type == VASurfaceAttribMemoryType) {
      EXPECT_EQ(static_cast<std::uint32_t>(attribute.value.value.i),
                VA_SURFACE_ATTRIB_MEM_TYPE_VA | VA_SURFACE_ATTRIB_MEM_TYPE_DRM_PRIME |
                    VA_SURFACE_ATTRIB_MEM_TYPE_DRM_PRIME_2);
    }
  }
  EXPECT_EQ(fourccs,
            (std::vector<std::uint32_t>{VA_FOURCC_NV12, VA_FOURCC_YUY2, VA_FOURCC_AYUV, VA_FOURCC_Y800}));
  vaDestroyConfig(display_, id);
  EXPECT_EQ(vaQuerySurfaceAttributes(display_, id, nullptr, &count), VA_STATUS_ERROR_INVALID_CONFIG);
}

TEST_F(ConfigTest, DisplayAttributesAndSubpicturesThereAreNone) {
  int count = -1;
  std::vector<VADisplayAttribute> attributes(static_cast<std::size_t>(vaMaxNumDisplayAttributes(display_)));
  EXPECT_EQ(vaQueryDisplayAttributes(display_, attributes.data(), &count), VA_STATUS_SUCCESS);
  EXPECT_EQ(count, 0);
  VASubpictureID subpicture = 0;
  EXPECT_EQ(vaCreateSubpicture(display_, 1, &subpicture), VA_STATUS_ERROR_UNIMPLEMENTED);
  EXPECT_EQ(vaDestroySubpicture(display_, 1), VA_STATUS_ERROR_INVALID_SUBPICTURE);
}

}  // namespace
}  // namespace softgpu::va
