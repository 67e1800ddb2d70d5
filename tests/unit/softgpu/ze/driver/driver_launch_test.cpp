// Kernel state, its checks, and launches of every kind.
#include <numeric>
#include <thread>

#include "softgpu/ze/engine/engine.h"
#include "tests/unit/softgpu/ze/driver/image_fixture.h"

namespace softgpu::test {
namespace {

class LaunchTest : public ImageFixture {
 protected:
  static ze_result_t launch(ze_command_list_handle_t list, ze_kernel_handle_t kernel, uint32_t x,
                            uint32_t y = 1, uint32_t z = 1, ze_event_handle_t signal = nullptr,
                            ze_event_handle_t wait = nullptr) {
    const ze_group_count_t groups{x, y, z};
    return zeCommandListAppendLaunchKernel(list, kernel, &groups, signal, wait != nullptr ? 1 : 0,
                                           wait != nullptr ? &wait : nullptr);
  }
};

TEST_F(LaunchTest, BadHandlesRefused) {
  const auto list = immediate(ZE_COMMAND_QUEUE_MODE_SYNCHRONOUS);
  EXPECT_EQ(launch(list, nullptr, 1), ZE_RESULT_ERROR_INVALID_NULL_HANDLE);
  EXPECT_EQ(launch(list, foreign<ze_kernel_handle_t>(), 1), ZE_RESULT_ERROR_INVALID_ARGUMENT);
  EXPECT_EQ(zeKernelSetGroupSize(foreign<ze_kernel_handle_t>(), 1, 1, 1), ZE_RESULT_ERROR_INVALID_ARGUMENT);
  auto* describe = kernel("describe");
  EXPECT_EQ(setArgument(describe, 0, foreign<ze_image_handle_t>()), ZE_RESULT_ERROR_INVALID_ARGUMENT);
  EXPECT_EQ(setArgument(describe, 1, foreign<ze_sampler_handle_t>()), ZE_RESULT_ERROR_INVALID_ARGUMENT);
}

TEST_F(LaunchTest, ValuesOfAnotherLengthAreTakenAsFarAsTheyGo) {
  const auto list = immediate(ZE_COMMAND_QUEUE_MODE_SYNCHRONOUS);
  auto* out = shared<uint32_t>(2);
  out[0] = out[1] = 0;
  auto* fill = kernel("fill");
  ASSERT_EQ(setArgument(fill, 0, out), ZE_RESULT_SUCCESS);
  EXPECT_EQ(setArgument(fill, 1, uint16_t{7}), ZE_RESULT_SUCCESS) << "as Intel's driver does";
  ASSERT_EQ(launch(list, fill, 1), ZE_RESULT_SUCCESS);
  EXPECT_EQ(out[0], 7U) << "the rest is 0 at first";
  EXPECT_EQ(setArgument(fill, 1, uint64_t{0xffffffff00000005}), ZE_RESULT_SUCCESS);
  ASSERT_EQ(launch(list, fill, 1), ZE_RESULT_SUCCESS);
  EXPECT_EQ(out[0], 5U);
  EXPECT_EQ(out[1], 0U);
}

TEST_F(LaunchTest, ArgumentsAreChecked) {
  auto* fill = kernel("fill");
  const uint64_t wide = 0;
  EXPECT_EQ(setArgument(fill, 2, wide), ZE_RESULT_ERROR_INVALID_KERNEL_ARGUMENT_INDEX);
  EXPECT_EQ(zeKernelSetArgumentValue(fill, 1, 0, &wide), ZE_RESULT_ERROR_INVALID_KERNEL_ARGUMENT_SIZE);
  EXPECT_EQ(zeKernelSetArgumentValue(fill, 0, 16, &wide), ZE_RESULT_ERROR_INVALID_KERNEL_ARGUMENT_SIZE)
      << "a pointer";
  EXPECT_EQ(zeKernelSetArgumentValue(fill, 0, 4, &wide), ZE_RESULT_ERROR_INVALID_KERNEL_ARGUMENT_SIZE);
  auto* geometry = kernel("geometry");
  EXPECT_EQ(zeKernelSetArgumentValue(geometry, 1, 64, &wide), ZE_RESULT_ERROR_INVALID_ARGUMENT)
      << "local memory has no value";
  EXPECT_EQ(zeKernelSetArgumentValue(geometry, 1, 0, nullptr), ZE_RESULT_ERROR_INVALID_KERNEL_ARGUMENT_SIZE);
  auto* describe = kernel("describe");
  EXPECT_EQ(zeKernelSetArgumentValue(describe, 0, 8, nullptr), ZE_RESULT_ERROR_INVALID_NULL_POINTER);
  const auto planar = made(imageDesc(ZE_IMAGE_FORMAT_LAYOUT_NV12, ZE_IMAGE_FORMAT_TYPE_UNORM, 16, 16));
  if (!handlesAreWrapped()) {
    EXPECT_EQ(setArgument(describe, 0, planar), ZE_RESULT_ERROR_UNSUPPORTED_IMAGE_FORMAT)
        << "only views are read";
  }
}

TEST_F(LaunchTest, UnsetArgumentIsAnError) {
  const auto list = immediate(ZE_COMMAND_QUEUE_MODE_SYNCHRONOUS);
  auto* fill = kernel("fill");
  EXPECT_EQ(launch(list, fill, 1), ZE_RESULT_ERROR_INVALID_ARGUMENT);
  auto* memory = shared<uint32_t>(1);
  ASSERT_EQ(setArgument(fill, 0, memory), ZE_RESULT_SUCCESS);
  EXPECT_EQ(launch(list, fill, 1), ZE_RESULT_ERROR_INVALID_ARGUMENT);
  ASSERT_EQ(setArgument(fill, 1, uint32_t{8}), ZE_RESULT_SUCCESS);
  EXPECT_EQ(zeCommandListAppendLaunchKernel(list, fill, nullptr, nullptr, 0, nullptr),
            ZE_RESULT_ERROR_INVALID_NULL_POINTER);
  ASSERT_EQ(launch(list, fill, 1), ZE_RESULT_SUCCESS);
  EXPECT_EQ(*memory, 8U);
}

TEST_F(LaunchTest, GroupSizeIsChecked) {
  auto* fill = kernel("fill");
  constexpr auto kInvalid = ZE_RESULT_ERROR_INVALID_GROUP_SIZE_DIMENSION;
  EXPECT_EQ(zeKernelSetGroupSize(fill, 0, 1, 1), kInvalid);
  EXPECT_EQ(zeKernelSetGroupSize(fill, 1025, 1, 1), kInvalid);
  EXPECT_EQ(zeKernelSetGroupSize(fill, 32, 32, 2), kInvalid);
  EXPECT_EQ(zeKernelSetGroupSize(fill, 32, 32, 1), ZE_RESULT_SUCCESS);
  auto* required = kernel("required");
  EXPECT_EQ(zeKernelSetGroupSize(required, 4, 8, 1), kInvalid);
  EXPECT_EQ(zeKernelSetGroupSize(required, 8, 4, 1), ZE_RESULT_SUCCESS);
}

TEST_F(LaunchTest, SuggestedGroupSizesDivide) {
  auto* fill = kernel("fill");
  uint32_t x = 0, y = 0, z = 0;
  EXPECT_EQ(zeKernelSuggestGroupSize(fill, 0, 1, 1, &x, &y, &z),
            ZE_RESULT_ERROR_INVALID_GLOBAL_WIDTH_DIMENSION);
  for (const auto& [gx, gy, gz] : std::vector<std::array<uint32_t, 3>>{
           {1, 1, 1}, {1920, 1080, 1}, {7, 64, 3}, {100000, 1, 1}, {3, 5, 7}}) {
    ASSERT_EQ(zeKernelSuggestGroupSize(fill, gx, gy, gz, &x, &y, &z), ZE_RESULT_SUCCESS);
    EXPECT_EQ(gx % x, 0U);
    EXPECT_EQ(gy % y, 0U);
    EXPECT_EQ(gz % z, 0U);
    EXPECT_LE(x * y * z, 1024U);
  }
  ASSERT_EQ(zeKernelSuggestGroupSize(kernel("required"), 100, 100, 1, &x, &y, &z), ZE_RESULT_SUCCESS);
  EXPECT_EQ(x, 8U);
  EXPECT_EQ(y, 4U);
  uint32_t groups = 0;
  ASSERT_EQ(zeKernelSuggestMaxCooperativeGroupCount(fill, &groups), ZE_RESULT_SUCCESS);
  EXPECT_GE(groups, 1U);
}

TEST_F(LaunchTest, LocalMemoryIsLimited) {
  const auto list = immediate(ZE_COMMAND_QUEUE_MODE_SYNCHRONOUS);
  auto* geometry = kernel("geometry");
  auto* out = shared<uint64_t>(16);
  ASSERT_EQ(setArgument(geometry, 0, out), ZE_RESULT_SUCCESS);
  ASSERT_EQ(zeKernelSetArgumentValue(geometry, 1, 65536 - 1024 + 1, nullptr), ZE_RESULT_SUCCESS);
  EXPECT_EQ(launch(list, geometry, 1), ZE_RESULT_ERROR_OUT_OF_DEVICE_MEMORY);
  ASSERT_EQ(zeKernelSetArgumentValue(geometry, 1, 65536 - 1024, nullptr), ZE_RESULT_SUCCESS);
  EXPECT_EQ(launch(list, geometry, 1), ZE_RESULT_SUCCESS);
}

TEST_F(LaunchTest, EngineIsToldTheGeometry) {
  const auto list = immediate(ZE_COMMAND_QUEUE_MODE_SYNCHRONOUS);
  auto* geometry = kernel("geometry");
  auto* out = shared<uint64_t>(16);
  ASSERT_EQ(setArgument(geometry, 0, out), ZE_RESULT_SUCCESS);
  ASSERT_EQ(zeKernelSetArgumentValue(geometry, 1, 48, nullptr), ZE_RESULT_SUCCESS);
  ASSERT_EQ(zeKernelSetGroupSize(geometry, 4, 2, 1), ZE_RESULT_SUCCESS);
  ASSERT_EQ(zeKernelSetGlobalOffsetExp(geometry, 10, 20, 30), ZE_RESULT_SUCCESS);
  ASSERT_EQ(launch(list, geometry, 1, 1, 1), ZE_RESULT_SUCCESS);
  EXPECT_THAT(std::vector<uint64_t>(out, out + 12),
              ::testing::ElementsAre(2, 4, 2, 1, 1, 1, 1, 10, 20, 30, 48, 1));
  ASSERT_EQ(launch(list, geometry, 1, 1, 2), ZE_RESULT_SUCCESS);
  EXPECT_EQ(out[0], 3U);
  EXPECT_EQ(out[6], 2U);
}

TEST_F(LaunchTest, EveryWorkItemRunsOnce) {
  const auto list = immediate();
  auto* count = kernel("count");
  auto* out = shared<uint32_t>(1);
  ASSERT_EQ(setArgument(count, 0, out), ZE_RESULT_SUCCESS);
  uint32_t expected = 0;
  for (const uint32_t groups : {1U, 2U, 7U, 64U, 1000U, 20000U}) {
    ASSERT_EQ(zeKernelSetGroupSize(count, 16, 1, 1), ZE_RESULT_SUCCESS);
    ASSERT_EQ(launch(list, count, groups), ZE_RESULT_SUCCESS);
    expected += 16 * groups;
    ASSERT_EQ(zeKernelSetGroupSize(count, 2, 3, 4), ZE_RESULT_SUCCESS);
    ASSERT_EQ(launch(list, count, 3, groups, 2), ZE_RESULT_SUCCESS);
    expected += 24 * 6 * groups;
  }
  ASSERT_EQ(launch(list, count, 0), ZE_RESULT_SUCCESS) << "no groups, no work";
  finish(list);
  EXPECT_EQ(*out, expected);
}

TEST_F(LaunchTest, StateIsTakenAtAppend) {
  const auto list = immediate();
  auto gate = events(1)[0];
  auto* memory = shared<uint32_t>(64);
  auto* fill = kernel("fill");
  ASSERT_EQ(setArgument(fill, 0, memory), ZE_RESULT_SUCCESS);
  ASSERT_EQ(zeKernelSetGroupSize(fill, 8, 1, 1), ZE_RESULT_SUCCESS);
  ASSERT_EQ(zeCommandListAppendWaitOnEvents(list, 1, &gate), ZE_RESULT_SUCCESS);
  for (uint32_t i = 0; i < 8; ++i) {
    ASSERT_EQ(setArgument(fill, 1, uint32_t{100 + i}), ZE_RESULT_SUCCESS);
    ASSERT_EQ(zeKernelSetGlobalOffsetExp(fill, i * 8, 0, 0), ZE_RESULT_SUCCESS);
    ASSERT_EQ(launch(list, fill, 1), ZE_RESULT_SUCCESS);
  }
  ASSERT_EQ(setArgument<void*>(fill, 0, nullptr), ZE_RESULT_SUCCESS);
  ASSERT_EQ(zeEventHostSignal(gate), ZE_RESULT_SUCCESS);
  finish(list);
  for (uint32_t i = 0; i < 64; ++i) EXPECT_EQ(memory[i], 100 + i / 8);
}

TEST_F(LaunchTest, NullPointerArgumentIsNull) {
  const auto list = immediate(ZE_COMMAND_QUEUE_MODE_SYNCHRONOUS);
  auto* m = module();
  auto desc = described<ze_kernel_desc_t>(ZE_STRUCTURE_TYPE_KERNEL_DESC);
  desc.pKernelName = "count";
  ze_kernel_handle_t count = nullptr;
  ASSERT_EQ(zeKernelCreate(m, &desc, &count), ZE_RESULT_SUCCESS);
  ASSERT_EQ(zeKernelSetArgumentValue(count, 0, 8, nullptr), ZE_RESULT_SUCCESS);
  ASSERT_EQ(launch(list, count, 5), ZE_RESULT_SUCCESS);
  void* counter = nullptr;
  ASSERT_EQ(zeModuleGetGlobalPointer(m, "counter", nullptr, &counter), ZE_RESULT_SUCCESS);
  EXPECT_EQ(*static_cast<uint32_t*>(counter), 5U);
  EXPECT_EQ(zeKernelDestroy(count), ZE_RESULT_SUCCESS);
}

TEST_F(LaunchTest, LaunchIsAsynchronous) {
  const auto list = immediate();
  auto* spin = kernel("spin");
  auto* words = shared<uint32_t>(2);
  ASSERT_EQ(setArgument(spin, 0, &words[0]), ZE_RESULT_SUCCESS);
  ASSERT_EQ(setArgument(spin, 1, &words[1]), ZE_RESULT_SUCCESS);
  auto done = events(1, true)[0];
  ASSERT_EQ(launch(list, spin, 1, 1, 1, done), ZE_RESULT_SUCCESS);
  EXPECT_EQ(zeEventQueryStatus(done), ZE_RESULT_NOT_READY);
  std::atomic_ref<uint32_t>(words[0]).store(1);
  ASSERT_EQ(zeEventHostSynchronize(done, kForever), ZE_RESULT_SUCCESS);
  EXPECT_EQ(words[1], 1U);
  ze_kernel_timestamp_result_t times{};
  ASSERT_EQ(zeEventQueryKernelTimestamp(done, &times), ZE_RESULT_SUCCESS);
  EXPECT_GT(times.global.kernelEnd, times.global.kernelStart);
}

TEST_F(LaunchTest, ListsFromManyThreads) {
  constexpr int kThreads = 4, kLaunches = 500;
  auto* out = shared<uint32_t>(1);
  std::vector<ze_command_list_handle_t> lists;
  std::vector<ze_kernel_handle_t> kernels;
  for (int i = 0; i < kThreads; ++i) {
    lists.push_back(immediate());
    kernels.push_back(kernel("count"));
    ASSERT_EQ(setArgument(kernels.back(), 0, out), ZE_RESULT_SUCCESS);
  }
  std::vector<std::thread> threads;
  threads.reserve(kThreads);
  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back([&, i] {
      for (int n = 0; n < kLaunches; ++n) EXPECT_EQ(launch(lists[i], kernels[i], 10), ZE_RESULT_SUCCESS);
    });
  }
  for (auto& thread : threads) thread.join();
  for (auto* list : lists) finish(list);
  EXPECT_EQ(*out, uint32_t{kThreads * kLaunches * 10});
}

TEST_F(LaunchTest, IndirectCountsAreReadWhenItRuns) {
  const auto list = immediate();
  auto gate = events(1)[0];
  auto* count = kernel("count");
  auto* out = shared<uint32_t>(1);
  ASSERT_EQ(setArgument(count, 0, out), ZE_RESULT_SUCCESS);
  auto* groups = shared<ze_group_count_t>(3);
  auto* number = shared<uint32_t>(1);
  EXPECT_EQ(zeCommandListAppendLaunchKernelIndirect(list, count, nullptr, nullptr, 0, nullptr),
            ZE_RESULT_ERROR_INVALID_NULL_POINTER);
  ASSERT_EQ(zeCommandListAppendLaunchKernelIndirect(list, count, groups, nullptr, 1, &gate),
            ZE_RESULT_SUCCESS);
  ze_kernel_handle_t kernels[] = {count, count, count};
  ASSERT_EQ(
      zeCommandListAppendLaunchMultipleKernelsIndirect(list, 3, kernels, number, groups, nullptr, 0, nullptr),
      ZE_RESULT_SUCCESS);
  EXPECT_EQ(
      zeCommandListAppendLaunchMultipleKernelsIndirect(list, 4, kernels, number, groups, nullptr, 0, nullptr),
      ZE_RESULT_ERROR_INVALID_ARGUMENT)
      << "arguments beyond the allocation";
  groups[0] = {3, 2, 1};
  groups[1] = {10, 1, 1};
  groups[2] = {1000, 1, 1};
  *number = 2;
  ASSERT_EQ(zeEventHostSignal(gate), ZE_RESULT_SUCCESS);
  finish(list);
  EXPECT_EQ(*out, 6U + 6 + 10);
}

TEST_F(LaunchTest, CooperativeGroupsWaitForOneAnother) {
  const auto list = immediate();
  auto* meet = kernel("meet");
  auto* arrived = shared<uint32_t>(1);
  *arrived = 0;
  ASSERT_EQ(setArgument(meet, 0, arrived), ZE_RESULT_SUCCESS);
  uint32_t most = 0;
  ASSERT_EQ(zeKernelSuggestMaxCooperativeGroupCount(meet, &most), ZE_RESULT_SUCCESS);
  const auto together = [&](uint32_t x, uint32_t y, uint32_t z) {
    const ze_group_count_t groups{x, y, z};
    return zeCommandListAppendLaunchCooperativeKernel(list, meet, &groups, nullptr, 0, nullptr);
  };
  EXPECT_EQ(together(most + 1, 1, 1), ZE_RESULT_ERROR_INVALID_ARGUMENT);
  EXPECT_EQ(together(most, 2, 1), ZE_RESULT_ERROR_INVALID_ARGUMENT);
  EXPECT_EQ(together(1U << 31, 2, 1), ZE_RESULT_ERROR_INVALID_ARGUMENT) << "the product wraps";
  ASSERT_EQ(together(most, 1, 1), ZE_RESULT_SUCCESS);
  finish(list);
  EXPECT_EQ(*arrived, most);
}

TEST_F(LaunchTest, CooperativeLaunchRuns) {
  const auto list = immediate(ZE_COMMAND_QUEUE_MODE_SYNCHRONOUS);
  auto* count = kernel("count");
  auto* out = shared<uint32_t>(1);
  ASSERT_EQ(setArgument(count, 0, out), ZE_RESULT_SUCCESS);
  const ze_group_count_t groups{2, 1, 1};
  ASSERT_EQ(zeCommandListAppendLaunchCooperativeKernel(list, count, &groups, nullptr, 0, nullptr),
            ZE_RESULT_SUCCESS);
  EXPECT_EQ(*out, 2U);
}

TEST_F(LaunchTest, RegularListReplaysItsLaunches) {
  auto list = regular();
  const auto q = queue();
  auto* count = kernel("count");
  auto* out = shared<uint32_t>(2);
  ASSERT_EQ(setArgument(count, 0, &out[0]), ZE_RESULT_SUCCESS);
  ASSERT_EQ(launch(list, count, 7), ZE_RESULT_SUCCESS);
  ASSERT_EQ(setArgument(count, 0, &out[1]), ZE_RESULT_SUCCESS);
  ASSERT_EQ(launch(list, count, 1), ZE_RESULT_SUCCESS);
  ASSERT_EQ(zeCommandListClose(list), ZE_RESULT_SUCCESS);
  for (int i = 0; i < 5; ++i) {
    ASSERT_EQ(zeCommandQueueExecuteCommandLists(q, 1, &list, nullptr), ZE_RESULT_SUCCESS);
  }
  ASSERT_EQ(zeCommandQueueSynchronize(q, kForever), ZE_RESULT_SUCCESS);
  EXPECT_EQ(out[0], 35U);
  EXPECT_EQ(out[1], 5U);
}

TEST_F(LaunchTest, ImagesAndSamplersReachTheKernelAsDescriptors) {
  const auto list = immediate();
  auto desc = imageDesc(ZE_IMAGE_FORMAT_LAYOUT_16_16, ZE_IMAGE_FORMAT_TYPE_SNORM, 20, 10);
  desc.type = ZE_IMAGE_TYPE_2DARRAY;
  desc.arraylevels = 3;
  ze_image_handle_t image = nullptr;
  ASSERT_EQ(create(desc, &image), ZE_RESULT_SUCCESS);
  auto samplerDesc = described<ze_sampler_desc_t>(ZE_STRUCTURE_TYPE_SAMPLER_DESC);
  samplerDesc.addressMode = ZE_SAMPLER_ADDRESS_MODE_CLAMP_TO_BORDER;
  samplerDesc.filterMode = ZE_SAMPLER_FILTER_MODE_LINEAR;
  samplerDesc.isNormalized = true;
  ze_sampler_handle_t sampler = nullptr;
  ASSERT_EQ(zeSamplerCreate(context, device, &samplerDesc, &sampler), ZE_RESULT_SUCCESS);
  struct Out {
    engine::ImageDescriptor image;
    engine::SamplerDescriptor sampler;
  };
  auto* out = shared<Out>(1);
  auto* describe = kernel("describe");
  ASSERT_EQ(setArgument(describe, 0, image), ZE_RESULT_SUCCESS);
  ASSERT_EQ(setArgument(describe, 1, sampler), ZE_RESULT_SUCCESS);
  ASSERT_EQ(setArgument(describe, 2, out), ZE_RESULT_SUCCESS);
  auto gate = events(1)[0];
  ASSERT_EQ(launch(list, describe, 1, 1, 1, nullptr, gate), ZE_RESULT_SUCCESS);
  // Both may go before the launch runs.
  ASSERT_EQ(zeImageDestroy(image), ZE_RESULT_SUCCESS);
  ASSERT_EQ(zeSamplerDestroy(sampler), ZE_RESULT_SUCCESS);
  ASSERT_EQ(zeEventHostSignal(gate), ZE_RESULT_SUCCESS);
  finish(list);
  EXPECT_NE(out->image.data, nullptr);
  EXPECT_EQ(out->image.width, 20U);
  EXPECT_EQ(out->image.height, 10U);
  EXPECT_EQ(out->image.depth, 1U);
  EXPECT_EQ(out->image.layers, 3U);
  EXPECT_EQ(out->image.rowPitch, 128U);
  EXPECT_EQ(out->image.slicePitch, 1280U);
  EXPECT_EQ(out->image.layout, engine::ChannelLayout::RG);
  EXPECT_EQ(out->image.type, engine::ChannelType::Snorm16);
  EXPECT_EQ(out->image.texelSize, 4U);
  EXPECT_EQ(out->sampler.addressing, engine::Addressing::ClampToBorder);
  EXPECT_EQ(out->sampler.filter, engine::Filter::Linear);
  EXPECT_EQ(out->sampler.normalized, 1U);
}

TEST_F(LaunchTest, HintsAreTaken) {
  auto* fill = kernel("fill");
  EXPECT_EQ(zeKernelSetCacheConfig(fill, ZE_CACHE_CONFIG_FLAG_LARGE_SLM), ZE_RESULT_SUCCESS);
  EXPECT_EQ(zeKernelSetCacheConfig(fill, 8), ZE_RESULT_ERROR_INVALID_ENUMERATION);
  EXPECT_EQ(zeKernelSetIndirectAccess(fill, 16), ZE_RESULT_ERROR_INVALID_ENUMERATION);
  ASSERT_EQ(zeKernelSetIndirectAccess(fill, ZE_KERNEL_INDIRECT_ACCESS_FLAG_SHARED), ZE_RESULT_SUCCESS);
  ze_kernel_indirect_access_flags_t flags = 0;
  ASSERT_EQ(zeKernelGetIndirectAccess(fill, &flags), ZE_RESULT_SUCCESS);
  EXPECT_EQ(flags, static_cast<uint32_t>(ZE_KERNEL_INDIRECT_ACCESS_FLAG_SHARED));
  auto hint = described<ze_scheduling_hint_exp_desc_t>(ZE_STRUCTURE_TYPE_SCHEDULING_HINT_EXP_DESC);
  hint.flags = ZE_SCHEDULING_HINT_EXP_FLAG_OLDEST_FIRST;
  EXPECT_EQ(zeKernelSchedulingHintExp(fill, &hint), ZE_RESULT_SUCCESS);
}

}  // namespace
}  // namespace softgpu::test
