// Entry points that Debian's loader has no slot for; zeDriverGetExtensionFunctionAddress hands them out.
#pragma once

#include <level_zero/ze_api.h>

#include "l0backend/api/ze_newer.h"

namespace softgpu::driver {

// zeImageViewCreateExt, API 1.5: the same as Exp.
ze_result_t ZE_APICALL imageViewCreateExt(ze_context_handle_t hContext, ze_device_handle_t hDevice,
                                          const ze_image_desc_t* desc, ze_image_handle_t hImage,
                                          ze_image_handle_t* phImageView);
// zeMemGetPitchFor2dImage, of ZE_experimental_bindless_image.
ze_result_t ZE_APICALL memGetPitchFor2dImage(ze_context_handle_t hContext, ze_device_handle_t hDevice,
                                             size_t imageWidth, size_t imageHeight,
                                             unsigned int elementSizeInBytes, size_t* rowPitch);
// zeCommandListHostSynchronize, API 1.6.
ze_result_t ZE_APICALL listHostSynchronize(ze_command_list_handle_t hCommandList, uint64_t timeout);
// zePhysicalMemGetProperties, API 1.15.
ze_result_t ZE_APICALL physicalMemGetProperties(ze_context_handle_t hContext,
                                                ze_physical_mem_handle_t hPhysicalMem,
                                                clze::ze_newer::PhysicalMemProperties* pMemProperties);

}  // namespace softgpu::driver
