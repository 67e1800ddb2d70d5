// What of SPIR-V the engine takes: capabilities, extensions and instruction sets. Everything else is refused.
#pragma once

#include <array>
#include <cstdint>
#include <spirv/unified1/spirv.hpp11>
#include <string_view>

namespace softgpu::engine {

inline constexpr auto kCapabilities = std::to_array<spv::Capability>({
    spv::Capability::Addresses,
    spv::Capability::Linkage,
    spv::Capability::Kernel,
    spv::Capability::Vector16,
    spv::Capability::Float16Buffer,
    spv::Capability::Float16,
    spv::Capability::Float64,
    spv::Capability::Int64,
    spv::Capability::Int64Atomics,
    spv::Capability::ImageBasic,
    spv::Capability::ImageReadWrite,
    spv::Capability::Groups,
    spv::Capability::LiteralSampler,
    spv::Capability::Int16,
    spv::Capability::Int8,
    spv::Capability::Sampled1D,
    spv::Capability::Image1D,
    spv::Capability::SampledBuffer,
    spv::Capability::ImageBuffer,
    spv::Capability::GenericPointer,
    spv::Capability::SubgroupDispatch,
    spv::Capability::DenormPreserve,
    spv::Capability::SignedZeroInfNanPreserve,
    spv::Capability::RoundingModeRTE,
    spv::Capability::AtomicFloat16AddEXT,
    spv::Capability::AtomicFloat16MinMaxEXT,
    spv::Capability::AtomicFloat32AddEXT,
    spv::Capability::AtomicFloat64AddEXT,
    spv::Capability::AtomicFloat32MinMaxEXT,
    spv::Capability::AtomicFloat64MinMaxEXT,
    spv::Capability::GroupNonUniform,
    spv::Capability::GroupNonUniformVote,
    spv::Capability::GroupNonUniformArithmetic,
    spv::Capability::GroupNonUniformBallot,
    spv::Capability::GroupNonUniformShuffle,
    spv::Capability::GroupNonUniformShuffleRelative,
    spv::Capability::GroupNonUniformClustered,
    spv::Capability::GroupNonUniformRotateKHR,
    spv::Capability::GroupUniformArithmeticKHR,
    spv::Capability::SubgroupShuffleINTEL,
    spv::Capability::SubgroupBufferBlockIOINTEL,
    spv::Capability::SubgroupImageBlockIOINTEL,
    spv::Capability::BitInstructions,
    spv::Capability::DotProduct,
    spv::Capability::DotProductInputAll,
    spv::Capability::DotProductInput4x8Bit,
    spv::Capability::DotProductInput4x8BitPacked,
    spv::Capability::ExpectAssumeKHR,
    spv::Capability::ArbitraryPrecisionIntegersINTEL,  // of the usual widths
    spv::Capability::ShaderClockKHR,
    spv::Capability::FunctionPointersINTEL,
    spv::Capability::IndirectReferencesINTEL,
});

// Names of what OpenCL programs may ask for and not get.
inline std::string_view capabilityName(uint32_t capability) {
  switch (static_cast<spv::Capability>(capability)) {
    case spv::Capability::Pipes:
      return " (Pipes)";
    case spv::Capability::DeviceEnqueue:
      return " (DeviceEnqueue)";
    case spv::Capability::ImageMipmap:
      return " (ImageMipmap)";
    case spv::Capability::Shader:
      return " (Shader)";
    default:
      return "";
  }
}

// The translator knows the instructions, but not the name of the extension.
inline constexpr std::string_view kUnnamedExtension = "SPV_EXT_shader_atomic_float16_add";

inline constexpr auto kExtensions = std::to_array<std::string_view>({
    "SPV_KHR_no_integer_wrap_decoration",
    "SPV_KHR_float_controls",
    "SPV_KHR_linkonce_odr",
    "SPV_KHR_expect_assume",
    "SPV_EXT_shader_atomic_float_add",
    kUnnamedExtension,
    "SPV_EXT_shader_atomic_float_min_max",
    "SPV_INTEL_arbitrary_precision_integers",
    "SPV_INTEL_function_pointers",
    "SPV_INTEL_subgroups",
    "SPV_KHR_bit_instructions",
    "SPV_KHR_shader_clock",
    "SPV_KHR_integer_dot_product",
    "SPV_KHR_subgroup_rotate",
    "SPV_KHR_uniform_group_instructions",
});

inline constexpr auto kInstructionSets =
    std::to_array<std::string_view>({"OpenCL.std", "OpenCL.DebugInfo.100"});

}  // namespace softgpu::engine
