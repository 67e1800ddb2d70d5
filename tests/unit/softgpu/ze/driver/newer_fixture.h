// For tests of functions that the loader does not know: they come from zeDriverGetExtensionFunctionAddress.
#pragma once

#include <string>

#include "l0backend/api/ze_newer.h"
#include "softgpu/ze/driver/newer_api.h"
#include "tests/unit/softgpu/ze/driver/fixture.h"

namespace softgpu::test {

inline constexpr auto kInvalid = ZE_RESULT_ERROR_INVALID_ARGUMENT;
inline constexpr auto kNullPointer = ZE_RESULT_ERROR_INVALID_NULL_POINTER;
inline constexpr auto kNullHandle = ZE_RESULT_ERROR_INVALID_NULL_HANDLE;
inline constexpr auto kUnsupported = ZE_RESULT_ERROR_UNSUPPORTED_FEATURE;
inline constexpr auto kBadEnumeration = ZE_RESULT_ERROR_INVALID_ENUMERATION;
inline constexpr auto kLacksEnumeration = ZE_RESULT_ERROR_UNSUPPORTED_ENUMERATION;

class NewerTest : public DriverTest {
 protected:
  void SetUp() override {
    if (handlesAreWrapped()) GTEST_SKIP() << "the loader does not unwrap for it";
    DriverTest::SetUp();
  }
  void TearDown() override {
    if (context != nullptr) DriverTest::TearDown();
  }
  template <class... Args>
  ze_result_t call(const char* name, Args... args) {
    void* function = nullptr;
    EXPECT_EQ(zeDriverGetExtensionFunctionAddress(driver, name, &function), ZE_RESULT_SUCCESS) << name;
    if (function == nullptr) return ZE_RESULT_ERROR_UNKNOWN;
    return reinterpret_cast<ze_result_t (*)(Args...)>(function)(args...);
  }
  ze_command_list_handle_t inOrderImmediate(
      ze_command_queue_mode_t mode = ZE_COMMAND_QUEUE_MODE_ASYNCHRONOUS) {
    auto desc = described<ze_command_queue_desc_t>(ZE_STRUCTURE_TYPE_COMMAND_QUEUE_DESC);
    desc.mode = mode;
    desc.flags = clze::ze_newer::kQueueFlagInOrder;
    ze_command_list_handle_t list = nullptr;
    EXPECT_EQ(zeCommandListCreateImmediate(context, device, &desc, &list), ZE_RESULT_SUCCESS);
    atEnd([=] { EXPECT_EQ(zeCommandListDestroy(list), ZE_RESULT_SUCCESS); });
    return list;
  }
  ze_command_list_handle_t inOrderRegular(const void* pNext = nullptr) {
    auto desc = described<ze_command_list_desc_t>(ZE_STRUCTURE_TYPE_COMMAND_LIST_DESC, pNext);
    desc.flags = clze::ze_newer::kListFlagInOrder;
    ze_command_list_handle_t list = nullptr;
    EXPECT_EQ(zeCommandListCreate(context, device, &desc, &list), ZE_RESULT_SUCCESS);
    atEnd([=] { EXPECT_EQ(zeCommandListDestroy(list), ZE_RESULT_SUCCESS); });
    return list;
  }
  ze_result_t append(ze_command_list_handle_t list, ze_event_handle_t signal,
                     std::vector<ze_event_handle_t> waits = {}) {
    return zeCommandListAppendBarrier(list, signal, static_cast<uint32_t>(waits.size()),
                                      waits.empty() ? nullptr : waits.data());
  }
  static constexpr ze_event_handle_t kNoEvent = nullptr;
  static constexpr ze_event_handle_t* kNoEvents = nullptr;
};

// What a second process is given in its environment: the bytes of a structure as hexadecimal digits.
template <class T>
std::string toHex(const T& given) {
  std::string text;
  for (const auto* byte = reinterpret_cast<const uint8_t*>(&given); text.size() < 2 * sizeof(given); ++byte) {
    text += "0123456789abcdef"[*byte >> 4];
    text += "0123456789abcdef"[*byte & 15];
  }
  return text;
}
template <class T>
T fromHex(const std::string& text) {
  T given{};
  auto* bytes = reinterpret_cast<uint8_t*>(&given);
  for (size_t i = 0; i < sizeof(given) && 2 * i + 1 < text.size(); ++i) {
    bytes[i] = static_cast<uint8_t>(std::stoul(text.substr(2 * i, 2), nullptr, 16));
  }
  return given;
}

}  // namespace softgpu::test
