// Memory objects: what buffers and images have in common (flags, host pointer, mappings, destructor
// callbacks).
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <vector>

#include "base/guarded.h"
#include "icd/object/context.h"
#include "l0backend/image/image.h"
#include "l0backend/memory/memory.h"
#include "l0backend/queue/queue.h"

namespace clze::icd {

class Buffer;
class Image;

// CL_DEVICE_MEM_BASE_ADDR_ALIGN in bytes: where sub-buffers may begin, and how buffers are aligned.
inline constexpr size_t kBaseAddressAlignment = 128;
// CL_DEVICE_IMAGE_BASE_ADDRESS_ALIGNMENT and CL_DEVICE_IMAGE_PITCH_ALIGNMENT, in texels: images over buffers.
inline constexpr cl_uint kImageBaseAlignmentTexels = 4, kImagePitchAlignmentTexels = 4;

// Host memory a command copies through: kept by the command until it has ended.
class Staging final : public Object {
 public:
  static Result<Ref<Staging>> create(const Context& context, const Device& device, size_t size);
  std::byte* data() const { return memory_.data(); }

 private:
  explicit Staging(l0::Allocation memory) : memory_(std::move(memory)) {}
  l0::Allocation memory_;
};

// One clEnqueueMap... that has not been unmapped.
struct Mapping {
  cl_map_flags flags = 0;
  l0::Extent3 origin, region;           // bytes for buffers, texels for images
  size_t rowPitch = 0, slicePitch = 0;  // bytes
  Ref<Staging> staging;  // null when the mapped pointer is the application's or the object's own
  bool direct = false;   // the mapped pointer is the object's own memory: nothing to copy
};

class Memory : public ApiObject<Memory, _cl_mem, Kind::Memory> {
 public:
  ~Memory() override;
  Context& context() const { return *context_; }
  cl_mem_object_type type() const { return type_; }
  cl_mem_flags flags() const { return flags_; }
  size_t size() const { return size_; }
  uint64_t identity() const { return identity_; }
  // As given with CL_MEM_USE_HOST_PTR (a sub-buffer's own part of it), else null.
  void* hostPointer() const { return hostPointer_; }
  // The buffer a sub-buffer or an image was made from.
  Memory* parent() const { return parent_.get(); }
  const std::vector<cl_mem_properties>& properties() const { return properties_; }
  bool hostMayRead() const { return (flags_ & (CL_MEM_HOST_WRITE_ONLY | CL_MEM_HOST_NO_ACCESS)) == 0; }
  bool hostMayWrite() const { return (flags_ & (CL_MEM_HOST_READ_ONLY | CL_MEM_HOST_NO_ACCESS)) == 0; }

  virtual Buffer* asBuffer() { return nullptr; }
  virtual Image* asImage() { return nullptr; }
  // What a kernel argument holds: a device pointer or an image handle, `sizeof(void*)` bytes.
  virtual const void* kernelValue() const = 0;
  // Refusal of commands on objects that are not usable right now (a VA surface that is not acquired);
  // CL_SUCCESS otherwise.
  virtual cl_int usable() const { return CL_SUCCESS; }
  // Whether usable() has to be asked before each command.
  virtual bool mayBeUnusable() const { return false; }
  // A copy of memory elsewhere that must be brought up to date before a command uses it; refresh() waits for
  // the device, so no lock is held.
  virtual bool stale() const { return false; }
  virtual cl_int refresh() { return CL_SUCCESS; }
  // Extension queries (icd/feature/); false: not one of this object's.
  virtual bool featureInfo(cl_uint /*name*/, const InfoWriter& /*writer*/, Result<void>& /*result*/) const {
    return false;
  }

  // By mapped pointer; several mappings may share one pointer.
  Guarded<std::multimap<void*, Mapping>>& mappings() const { return mappings_; }
  void addDestructorCallback(std::function<void(cl_mem)> callback);
  Result<void> info(cl_mem_info name, const InfoWriter& writer) const;

 protected:
  // featureInfo() and the extensions' queries that any object answers.
  bool askFeatures(cl_uint name, const InfoWriter& writer, Result<void>& result) const;

  Memory(Ref<Context> context, cl_mem_object_type type, cl_mem_flags flags, size_t size)
      : context_(std::move(context)), type_(type), flags_(flags), size_(size) {}

  Ref<Context> context_;
  cl_mem_object_type type_;
  cl_mem_flags flags_;
  size_t size_;
  void* hostPointer_ = nullptr;
  Ref<Memory> parent_;
  size_t parentOffset_ = 0;
  std::vector<cl_mem_properties> properties_;

 private:
  const uint64_t identity_ = nextIdentity();
  mutable Guarded<std::multimap<void*, Mapping>> mappings_;
  Guarded<std::vector<std::function<void(cl_mem)>>> destructorCallbacks_;
};

class Buffer final : public Memory {
 public:
  static Result<Ref<Buffer>> create(Ref<Context> context, cl_mem_flags flags, size_t size, void* hostPointer,
                                    std::vector<cl_mem_properties> properties);
  static Result<Ref<Buffer>> createSub(const Ref<Buffer>& parent, cl_mem_flags flags, size_t origin,
                                       size_t size);

  std::byte* data() const { return data_; }        // device pointer
  bool hostAccess() const { return hostAccess_; }  // data() can be read and written by the host as it is
  size_t offsetInParent() const { return parentOffset_; }
  Buffer* asBuffer() override { return this; }
  const void* kernelValue() const override { return &data_; }

 private:
  using Memory::Memory;
  l0::Allocation allocation_;
  std::byte* data_ = nullptr;
  bool hostAccess_ = false;
};

// Where an image's texels live when they are not the driver's own: kept alive with the image.
class ImageBacking {
 public:
  virtual ~ImageBacking() = default;
};

class Image : public Memory {
 public:
  static Result<Ref<Image>> create(Ref<Context> context, cl_mem_flags flags, const cl_image_format& format,
                                   const cl_image_desc& desc, void* hostPointer,
                                   std::vector<cl_mem_properties> properties);

  const cl_image_format& format() const { return format_; }
  // Row and slice pitch as CL_IMAGE_ROW_PITCH reports them; with CL_MEM_USE_HOST_PTR they are
  // hostPointer()'s.
  const cl_image_desc& desc() const { return desc_; }
  ze_image_handle_t level0() const { return handle_; }
  size_t texelSize() const { return texelSize_; }
  // Texels in each direction as commands count them: layers are y of a 1D array, z of a 2D array; never 0.
  l0::Extent3 extent() const;
  // The buffer whose memory the texels are, at CL_IMAGE_ROW_PITCH; null for driver-laid images.
  Buffer* buffer() const { return parent_ ? parent_->asBuffer() : nullptr; }
  Result<void> imageInfo(cl_image_info name, const InfoWriter& writer) const;
  Image* asImage() override { return this; }
  bool mayBeUnusable() const override { return backing_ != nullptr; }
  const void* kernelValue() const override { return &handle_; }

 protected:
  // For images whose Level Zero image is made elsewhere (VA surfaces): `backing` owns it.
  Image(Ref<Context> context, cl_mem_flags flags, const cl_image_format& format, const cl_image_desc& desc,
        size_t size, ze_image_handle_t handle, std::unique_ptr<ImageBacking> backing);

 private:
  Result<void> upload(const void* source) const;

  cl_image_format format_ = {};
  cl_image_desc desc_ = {};
  size_t texelSize_ = 0;
  ze_image_handle_t handle_ = nullptr;
  std::unique_ptr<ImageBacking> backing_;
};

class Sampler final : public ApiObject<Sampler, _cl_sampler, Kind::Sampler> {
 public:
  static Result<Ref<Sampler>> create(Ref<Context> context, const l0::SamplerShape& shape,
                                     std::vector<cl_sampler_properties> properties);
  Context& context() const { return *context_; }
  const void* kernelValue() const { return &value_; }
  uint64_t identity() const { return identity_; }
  Result<void> info(cl_sampler_info name, const InfoWriter& writer) const;

 private:
  Sampler() = default;
  const uint64_t identity_ = nextIdentity();
  Ref<Context> context_;
  l0::SamplerShape shape_;
  std::vector<cl_sampler_properties> properties_;
  l0::SamplerHandle handle_;
  ze_sampler_handle_t value_ = nullptr;
};

}  // namespace clze::icd
