// clGetDeviceIDsFromVA_APIMediaAdapterINTEL, and where the extension is announced.
#include "va_fixture.h"

namespace clze::test {
namespace {

TEST_F(VaSharing, DevicesRefusesAnInvalidPlatform) {
  cl_uint count = 0;
  // The loader dispatches by the platform, so a wrong one is tried through the function itself.
  EXPECT_EQ(getDevices(nullptr, CL_VA_API_DISPLAY_INTEL, display.get(), CL_PREFERRED_DEVICES_FOR_VA_API_INTEL,
                       0, nullptr, &count),
            CL_INVALID_PLATFORM);
}

TEST_F(VaSharing, DevicesRefusesUnknownAdapterTypesAndSets) {
  cl_uint count = 0;
  EXPECT_EQ(getDevices(platform, CL_VA_API_DISPLAY_INTEL + 1, display.get(),
                       CL_PREFERRED_DEVICES_FOR_VA_API_INTEL, 0, nullptr, &count),
            CL_INVALID_VALUE);
  EXPECT_EQ(getDevices(platform, CL_VA_API_DISPLAY_INTEL, display.get(), CL_VA_API_DISPLAY_INTEL, 0, nullptr,
                       &count),
            CL_INVALID_VALUE);
}

TEST_F(VaSharing, DevicesRefusesArraysWithoutRoomAndCallsWithoutOutput) {
  cl_device_id found = nullptr;
  EXPECT_EQ(getDevices(platform, CL_VA_API_DISPLAY_INTEL, display.get(),
                       CL_PREFERRED_DEVICES_FOR_VA_API_INTEL, 0, &found, nullptr),
            CL_INVALID_VALUE);
  EXPECT_EQ(getDevices(platform, CL_VA_API_DISPLAY_INTEL, display.get(),
                       CL_PREFERRED_DEVICES_FOR_VA_API_INTEL, 0, nullptr, nullptr),
            CL_INVALID_VALUE);
}

TEST_F(VaSharing, DevicesFindsNoneForWhatIsNoDisplay) {
  std::vector<char> garbage(4096, 'x');
  for (void* adapter :
       {static_cast<void*>(nullptr), reinterpret_cast<void*>(0x1000), static_cast<void*>(garbage.data())}) {
    cl_uint count = 77;
    EXPECT_EQ(getDevices(platform, CL_VA_API_DISPLAY_INTEL, adapter, CL_ALL_DEVICES_FOR_VA_API_INTEL, 0,
                         nullptr, &count),
              CL_DEVICE_NOT_FOUND);
    EXPECT_EQ(count, 0u);
  }
}

TEST_F(VaSharing, DevicesPreferredIsExactlyTheDevice) {
  cl_uint count = 0;
  EXPECT_EQ(getDevices(platform, CL_VA_API_DISPLAY_INTEL, display.get(),
                       CL_PREFERRED_DEVICES_FOR_VA_API_INTEL, 0, nullptr, &count),
            CL_SUCCESS);
  EXPECT_EQ(count, 1u);
  cl_device_id found[2] = {nullptr, reinterpret_cast<cl_device_id>(0x5a)};
  EXPECT_EQ(getDevices(platform, CL_VA_API_DISPLAY_INTEL, display.get(),
                       CL_PREFERRED_DEVICES_FOR_VA_API_INTEL, 2, found, nullptr),
            CL_SUCCESS);
  EXPECT_EQ(found[0], device);
  EXPECT_EQ(found[1], reinterpret_cast<cl_device_id>(0x5a)) << "nothing is written beyond the count";
}

TEST_F(VaSharing, DevicesAllHoldsThePreferredOne) {
  cl_device_id found = nullptr;
  cl_uint count = 0;
  EXPECT_EQ(getDevices(platform, CL_VA_API_DISPLAY_INTEL, display.get(), CL_ALL_DEVICES_FOR_VA_API_INTEL, 1,
                       &found, &count),
            CL_SUCCESS);
  EXPECT_GE(count, 1u);
  EXPECT_EQ(found, device);
}

TEST_F(VaSharing, DevicesAndPlatformAnnounceTheExtensions) {
  for (const char* name : {"cl_intel_va_api_media_sharing", "cl_intel_sharing_format_query"}) {
    std::string text(65536, '\0');
    size_t size = 0;
    ASSERT_EQ(clGetDeviceInfo(device, CL_DEVICE_EXTENSIONS, text.size(), text.data(), &size), CL_SUCCESS);
    EXPECT_NE(text.find(name), std::string::npos);
    ASSERT_EQ(clGetPlatformInfo(platform, CL_PLATFORM_EXTENSIONS, text.size(), text.data(), &size),
              CL_SUCCESS);
    EXPECT_NE(text.find(name), std::string::npos);
    std::vector<cl_name_version> versions(256);
    ASSERT_EQ(clGetDeviceInfo(device, CL_DEVICE_EXTENSIONS_WITH_VERSION,
                              versions.size() * sizeof(cl_name_version), versions.data(), &size),
              CL_SUCCESS);
    bool found = false;
    for (size_t i = 0; i < size / sizeof(cl_name_version); ++i)
      found = found || std::strcmp(versions[i].name, name) == 0;
    EXPECT_TRUE(found) << name;
  }
}

}  // namespace
}  // namespace clze::test
