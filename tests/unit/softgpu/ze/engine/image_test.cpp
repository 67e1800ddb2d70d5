// Images and samplers as the engine hands them to the builtin library: descriptors as arguments, literal
// samplers.
#include <array>

#include "tests/unit/softgpu/ze/engine/engine_test.h"

namespace softgpu::engine::test {
namespace {

ImageDescriptor descriptor(void* data, uint32_t width, uint32_t height, uint64_t pitch, ChannelLayout layout,
                           ChannelType type, uint32_t texelSize) {
  return {
      static_cast<std::byte*>(data), pitch, pitch * height, width, height, 1, 0, layout, type, texelSize, 1};
}

TEST(EngineImage, CopiesWithPitchAndClampsToEdge) {
  const auto program = compile("image");
  ASSERT_TRUE(program);
  std::array<uint8_t, 5 * 16> in{};
  std::array<uint8_t, 5 * 24> out{};
  out.fill(0xee);
  for (int y = 0; y < 5; ++y) {
    for (int x = 0; x < 6; ++x) {
      in[y * 16 + x] = static_cast<uint8_t>(y * 16 + x);
    }
  }
  // Three texels of R and G a row.
  const auto source = descriptor(in.data(), 3, 5, 16, ChannelLayout::RG, ChannelType::Uint8, 2);
  const auto target = descriptor(out.data(), 3, 5, 24, ChannelLayout::RG, ChannelType::Uint8, 2);
  run(*program, "copy", geometry({3, 1, 1}, {1, 5, 1}, {0, 0, 0}, 2),
      Arguments().pointer(&source).pointer(&target).value(1));
  for (int y = 0; y < 5; ++y) {
    for (int x = 0; x < 24; ++x) {
      const int column = std::min(x / 2 + 1, 2) * 2 + x % 2;
      ASSERT_EQ(out[y * 24 + x], x < 6 ? y * 16 + column : 0xee) << x << ' ' << y;
    }
  }
  EXPECT_EQ(program->kernels()[kernelIndex(*program, "copy")].args[0].kind, ArgKind::Image);
}

TEST(EngineImage, SamplesWithLiteralAndArgument) {
  const auto program = compile("image");
  ASSERT_TRUE(program);
  const std::array<float, 4> texels = {0, 1, 2, 5};
  const auto image =
      descriptor(const_cast<float*>(texels.data()), 2, 2, 8, ChannelLayout::R, ChannelType::Float, 4);
  const SamplerDescriptor sampler{Addressing::Clamp, Filter::Nearest, 0};
  alignas(16) std::array<std::array<float, 4>, 5> out{};
  run(*program, "sample", geometry({1, 1, 1}),
      Arguments().pointer(&image).pointer(&sampler).pointer(out.data()));
  EXPECT_EQ(out[0], (std::array<float, 4>{2, 0, 0, 1}));
  // A quarter of the first texel and three of the border, which is opaque black for R.
  EXPECT_EQ(out[1], (std::array<float, 4>{0, 0, 0, 1}));
  EXPECT_EQ(out[2][0], 0);
  EXPECT_EQ(out[3][0], 5);
  EXPECT_EQ(out[4][0], 2);
  EXPECT_EQ(program->kernels()[kernelIndex(*program, "sample")].args[1].kind, ArgKind::Sampler);
}

TEST(EngineImage, AnswersQueries) {
  const auto program = compile("image");
  ASSERT_TRUE(program);
  std::array<uint8_t, 64> data{};
  const auto image = descriptor(data.data(), 7, 3, 14, ChannelLayout::RG, ChannelType::Unorm8, 2);
  std::array<int, 5> out{};
  run(*program, "query", geometry({1, 1, 1}), Arguments().pointer(&image).pointer(out.data()));
  EXPECT_EQ(out, (std::array{7, 3, 7003, 1, 1}));
}

TEST(EngineImage, ReadsAndWritesInPlace) {
  const auto program = compile("image");
  ASSERT_TRUE(program);
  std::array<uint8_t, 8> data = {0, 255, 51, 204, 1, 254, 100, 155};
  const auto image = descriptor(data.data(), 4, 2, 4, ChannelLayout::R, ChannelType::Unorm8, 1);
  run(*program, "inPlace", geometry({4, 2, 1}, {1, 1, 1}, {0, 0, 0}, 2), Arguments().pointer(&image));
  EXPECT_EQ(data, (std::array<uint8_t, 8>{255, 0, 204, 51, 254, 1, 155, 100}));
}

}  // namespace
}  // namespace softgpu::engine::test
