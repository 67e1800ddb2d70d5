// Image formats, and what buffers and images say of themselves.
#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "tests/intel/parity/ask.h"

namespace clze::parity {
namespace {

struct Named {
  cl_uint value;
  const char* text;
};

#define CLZE_NAMED(name) \
  Named { name, #name }
constexpr std::array kTypes = {
    CLZE_NAMED(CL_MEM_OBJECT_IMAGE1D),       CLZE_NAMED(CL_MEM_OBJECT_IMAGE1D_BUFFER),
    CLZE_NAMED(CL_MEM_OBJECT_IMAGE1D_ARRAY), CLZE_NAMED(CL_MEM_OBJECT_IMAGE2D),
    CLZE_NAMED(CL_MEM_OBJECT_IMAGE2D_ARRAY), CLZE_NAMED(CL_MEM_OBJECT_IMAGE3D)};
constexpr std::array kFlags = {CLZE_NAMED(CL_MEM_READ_ONLY), CLZE_NAMED(CL_MEM_WRITE_ONLY),
                               CLZE_NAMED(CL_MEM_READ_WRITE), CLZE_NAMED(CL_MEM_KERNEL_READ_AND_WRITE)};
constexpr std::array kOrders = {
    CLZE_NAMED(CL_R),          CLZE_NAMED(CL_A),          CLZE_NAMED(CL_RG),
    CLZE_NAMED(CL_RA),         CLZE_NAMED(CL_RGB),        CLZE_NAMED(CL_RGBA),
    CLZE_NAMED(CL_BGRA),       CLZE_NAMED(CL_ARGB),       CLZE_NAMED(CL_INTENSITY),
    CLZE_NAMED(CL_LUMINANCE),  CLZE_NAMED(CL_Rx),         CLZE_NAMED(CL_RGx),
    CLZE_NAMED(CL_RGBx),       CLZE_NAMED(CL_DEPTH),      CLZE_NAMED(CL_DEPTH_STENCIL),
    CLZE_NAMED(CL_sRGB),       CLZE_NAMED(CL_sRGBx),      CLZE_NAMED(CL_sRGBA),
    CLZE_NAMED(CL_sBGRA),      CLZE_NAMED(CL_ABGR),       CLZE_NAMED(CL_YUYV_INTEL),
    CLZE_NAMED(CL_UYVY_INTEL), CLZE_NAMED(CL_YVYU_INTEL), CLZE_NAMED(CL_VYUY_INTEL),
    CLZE_NAMED(CL_NV12_INTEL)};
constexpr std::array kChannels = {
    CLZE_NAMED(CL_SNORM_INT8),       CLZE_NAMED(CL_SNORM_INT16),       CLZE_NAMED(CL_UNORM_INT8),
    CLZE_NAMED(CL_UNORM_INT16),      CLZE_NAMED(CL_UNORM_SHORT_565),   CLZE_NAMED(CL_UNORM_SHORT_555),
    CLZE_NAMED(CL_UNORM_INT_101010), CLZE_NAMED(CL_SIGNED_INT8),       CLZE_NAMED(CL_SIGNED_INT16),
    CLZE_NAMED(CL_SIGNED_INT32),     CLZE_NAMED(CL_UNSIGNED_INT8),     CLZE_NAMED(CL_UNSIGNED_INT16),
    CLZE_NAMED(CL_UNSIGNED_INT32),   CLZE_NAMED(CL_HALF_FLOAT),        CLZE_NAMED(CL_FLOAT),
    CLZE_NAMED(CL_UNORM_INT24),      CLZE_NAMED(CL_UNORM_INT_101010_2)};
#undef CLZE_NAMED

template <class Names>
std::string nameOf(const Names& names, cl_uint value) {
  for (const Named& entry : names) {
    if (entry.value == value) return entry.text;
  }
  return std::to_string(value);
}

struct ImageCase {
  const char* name;
  cl_image_format format;
  cl_image_desc desc;
};

cl_image_desc shape(cl_mem_object_type type, size_t width, size_t height = 0, size_t depth = 0,
                    size_t layers = 0) {
  cl_image_desc desc = {};
  desc.image_type = type;
  desc.image_width = width;
  desc.image_height = height;
  desc.image_depth = depth;
  desc.image_array_size = layers;
  return desc;
}

void askObject(const std::string& key, cl_mem object) {
  const auto info = [&key, object](const char* text, Kind kind, cl_mem_info name) {
    ask(key + "." + text, kind, [object, name](size_t size, void* value, size_t* returned) {
      return clGetMemObjectInfo(object, name, size, value, returned);
    });
  };
  info("CL_MEM_TYPE", Kind::Bits, CL_MEM_TYPE);
  info("CL_MEM_FLAGS", Kind::Bits, CL_MEM_FLAGS);
  info("CL_MEM_SIZE", Kind::Number, CL_MEM_SIZE);
  info("CL_MEM_HOST_PTR", Kind::Handle, CL_MEM_HOST_PTR);
  info("CL_MEM_MAP_COUNT", Kind::Number, CL_MEM_MAP_COUNT);
  info("CL_MEM_REFERENCE_COUNT", Kind::Number, CL_MEM_REFERENCE_COUNT);
  info("CL_MEM_ASSOCIATED_MEMOBJECT", Kind::Handle, CL_MEM_ASSOCIATED_MEMOBJECT);
  info("CL_MEM_OFFSET", Kind::Number, CL_MEM_OFFSET);
  info("CL_MEM_USES_SVM_POINTER", Kind::Number, CL_MEM_USES_SVM_POINTER);
  info("CL_MEM_PROPERTIES", Kind::Bytes, CL_MEM_PROPERTIES);
}

void askImage(const std::string& key, cl_mem image) {
  askObject(key, image);
  const auto info = [&key, image](const char* text, Kind kind, cl_image_info name) {
    ask(key + "." + text, kind, [image, name](size_t size, void* value, size_t* returned) {
      return clGetImageInfo(image, name, size, value, returned);
    });
  };
  info("CL_IMAGE_FORMAT", Kind::Bytes, CL_IMAGE_FORMAT);
  info("CL_IMAGE_ELEMENT_SIZE", Kind::Number, CL_IMAGE_ELEMENT_SIZE);
  info("CL_IMAGE_ROW_PITCH", Kind::Number, CL_IMAGE_ROW_PITCH);
  info("CL_IMAGE_SLICE_PITCH", Kind::Number, CL_IMAGE_SLICE_PITCH);
  info("CL_IMAGE_WIDTH", Kind::Number, CL_IMAGE_WIDTH);
  info("CL_IMAGE_HEIGHT", Kind::Number, CL_IMAGE_HEIGHT);
  info("CL_IMAGE_DEPTH", Kind::Number, CL_IMAGE_DEPTH);
  info("CL_IMAGE_ARRAY_SIZE", Kind::Number, CL_IMAGE_ARRAY_SIZE);
  info("CL_IMAGE_BUFFER", Kind::Handle, CL_IMAGE_BUFFER);
  info("CL_IMAGE_NUM_MIP_LEVELS", Kind::Number, CL_IMAGE_NUM_MIP_LEVELS);
  info("CL_IMAGE_NUM_SAMPLES", Kind::Number, CL_IMAGE_NUM_SAMPLES);
}

// Mapped for reading, whole: what the application is told of the layout.
void askMapping(const std::string& key, cl_mem image, const cl_image_desc& desc) {
  const size_t origin[3] = {};
  const size_t region[3] = {
      desc.image_width,
      desc.image_type == CL_MEM_OBJECT_IMAGE1D_ARRAY ? desc.image_array_size
                                                     : std::max<size_t>(1, desc.image_height),
      std::max<size_t>(
          {1, desc.image_depth, desc.image_type == CL_MEM_OBJECT_IMAGE2D_ARRAY ? desc.image_array_size : 0})};
  size_t row = 0;
  size_t slice = 0;
  cl_int code = CL_SUCCESS;
  void* mapped = clEnqueueMapImage(setup().queue, image, CL_TRUE, CL_MAP_READ, origin, region, &row, &slice,
                                   0, nullptr, nullptr, &code);
  answer(key + ".map", errorName(code));
  if (code != CL_SUCCESS) return;
  answer(key + ".map row pitch", std::to_string(row));
  answer(key + ".map slice pitch", std::to_string(slice));
  clEnqueueUnmapMemObject(setup().queue, image, mapped, 0, nullptr, nullptr);
  clFinish(setup().queue);
}

// The largest power of two, up to a page, that an address is a multiple of.
std::string alignment(const void* address) {
  const auto value = reinterpret_cast<uintptr_t>(address);
  return std::to_string(std::min<uintptr_t>(4096, value & (~value + 1)));
}

void askBuffer(const std::string& key, cl_mem_flags flags, size_t size, void* host) {
  cl_int code = CL_SUCCESS;
  cl_mem buffer = clCreateBuffer(setup().context, flags, size, host, &code);
  answer(key, errorName(code));
  if (code != CL_SUCCESS) return;
  askObject(key, buffer);
  void* mapped =
      clEnqueueMapBuffer(setup().queue, buffer, CL_TRUE, CL_MAP_WRITE, 0, size, 0, nullptr, nullptr, &code);
  answer(key + ".map", errorName(code));
  if (code == CL_SUCCESS) {
    answer(key + ".map aligned to", alignment(mapped));
    if (host != nullptr) answer(key + ".map is host pointer", mapped == host ? "yes" : "no");
    clEnqueueUnmapMemObject(setup().queue, buffer, mapped, 0, nullptr, nullptr);
  }
  const cl_buffer_region half = {size / 2, size / 2};
  cl_mem sub = clCreateSubBuffer(buffer, 0, CL_BUFFER_CREATE_TYPE_REGION, &half, &code);
  answer(key + ".sub", errorName(code));
  if (code == CL_SUCCESS) {
    askObject(key + ".sub", sub);
    clReleaseMemObject(sub);
  }
  clReleaseMemObject(buffer);
}

}  // namespace

void askFormats() {
  for (const Named& type : kTypes) {
    for (const Named& flags : kFlags) {
      cl_uint count = 0;
      const std::string key = std::string("formats.") + type.text + "." + flags.text;
      const cl_int code =
          clGetSupportedImageFormats(setup().context, flags.value, type.value, 0, nullptr, &count);
      answer(key, errorName(code));
      if (code != CL_SUCCESS || count == 0) continue;
      std::vector<cl_image_format> formats(count);
      clGetSupportedImageFormats(setup().context, flags.value, type.value, count, formats.data(), nullptr);
      for (const cl_image_format& format : formats) {
        answer(key + "/" + nameOf(kOrders, format.image_channel_order) + " " +
                   nameOf(kChannels, format.image_channel_data_type),
               "yes");
      }
    }
  }
}

void askMemory() {
  alignas(4096) static unsigned char host[65536];
  askBuffer("memory.buffer", 0, 1000, nullptr);
  askBuffer("memory.buffer 4 KiB", CL_MEM_READ_WRITE, 4096, nullptr);
  askBuffer("memory.buffer 1 MiB", CL_MEM_READ_ONLY, 1 << 20, nullptr);
  askBuffer("memory.buffer of host pointer", CL_MEM_USE_HOST_PTR, 8192, host);
  askBuffer("memory.buffer of unaligned host pointer", CL_MEM_USE_HOST_PTR, 8192, host + 68);
  askBuffer("memory.buffer copied", CL_MEM_COPY_HOST_PTR | CL_MEM_READ_ONLY, 8192, host);
  askBuffer("memory.buffer host-allocated", CL_MEM_ALLOC_HOST_PTR, 8192, nullptr);
  const std::array cases = {
      ImageCase{"1D", {CL_RGBA, CL_UNORM_INT8}, shape(CL_MEM_OBJECT_IMAGE1D, 100)},
      ImageCase{"1D array", {CL_R, CL_FLOAT}, shape(CL_MEM_OBJECT_IMAGE1D_ARRAY, 100, 0, 0, 5)},
      ImageCase{"2D", {CL_RGBA, CL_UNORM_INT8}, shape(CL_MEM_OBJECT_IMAGE2D, 640, 480)},
      ImageCase{"2D odd", {CL_R, CL_UNORM_INT8}, shape(CL_MEM_OBJECT_IMAGE2D, 333, 77)},
      ImageCase{"2D float", {CL_RGBA, CL_FLOAT}, shape(CL_MEM_OBJECT_IMAGE2D, 17, 9)},
      ImageCase{"2D array", {CL_RG, CL_UNSIGNED_INT16}, shape(CL_MEM_OBJECT_IMAGE2D_ARRAY, 50, 30, 0, 3)},
      ImageCase{"3D", {CL_RGBA, CL_HALF_FLOAT}, shape(CL_MEM_OBJECT_IMAGE3D, 20, 10, 6)},
  };
  for (const ImageCase& image : cases) {
    const std::string key = std::string("memory.image ") + image.name;
    for (void* from : {static_cast<void*>(nullptr), static_cast<void*>(host)}) {
      if (from != nullptr &&
          image.desc.image_width * std::max<size_t>(1, image.desc.image_height) * 16 > sizeof(host))
        continue;
      const std::string where = key + (from != nullptr ? " of host pointer" : "");
      cl_int code = CL_SUCCESS;
      cl_mem made = clCreateImage(setup().context, from != nullptr ? CL_MEM_USE_HOST_PTR : CL_MEM_READ_WRITE,
                                  &image.format, &image.desc, from, &code);
      answer(where, errorName(code));
      if (code != CL_SUCCESS) continue;
      askImage(where, made);
      askMapping(where, made, image.desc);
      clReleaseMemObject(made);
    }
  }
  // Over a buffer, which is where pitch alignment shows.
  cl_mem buffer = clCreateBuffer(setup().context, CL_MEM_READ_WRITE, 1 << 20, nullptr, nullptr);
  for (const size_t pitch : {0u, 640u, 656u, 704u, 768u, 1024u}) {
    cl_image_desc desc = shape(CL_MEM_OBJECT_IMAGE2D, 160, 100);
    desc.image_row_pitch = pitch;
    desc.mem_object = buffer;
    const cl_image_format format = {CL_RGBA, CL_UNORM_INT8};
    const std::string key = "memory.image over buffer, pitch " + std::to_string(pitch);
    cl_int code = CL_SUCCESS;
    cl_mem image = clCreateImage(setup().context, 0, &format, &desc, nullptr, &code);
    answer(key, errorName(code));
    if (code != CL_SUCCESS) continue;
    askImage(key, image);
    clReleaseMemObject(image);
  }
  cl_image_desc desc = shape(CL_MEM_OBJECT_IMAGE1D_BUFFER, 1000);
  desc.mem_object = buffer;
  const cl_image_format format = {CL_RGBA, CL_FLOAT};
  cl_int code = CL_SUCCESS;
  cl_mem image = clCreateImage(setup().context, 0, &format, &desc, nullptr, &code);
  answer("memory.image 1D over buffer", errorName(code));
  if (code == CL_SUCCESS) askImage("memory.image 1D over buffer", image);
}

}  // namespace clze::parity
