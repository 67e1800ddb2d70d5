// i915's buffers: making, mapping, tiling, and waiting for the engines that use them. What a part's kernel
// refuses is refused with its error (i915_gem_mman.c, i915_gem_tiling.c, i915_gem_domain.c, i915_gem.c).
#include <libdrm/i915_drm.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "tests/intel/fake_gpu/kernel/i915.h"
#include "tests/intel/fake_gpu/kernel/mappings.h"
#include "tests/intel/fake_gpu/log.h"

namespace fake_gpu {
namespace {

// i915 lets nobody make one larger than the address space; the machine's memory ends long before.
constexpr uint64_t largestBuffer = uint64_t{1} << 46;

int make(OpenFile& file, uint64_t wanted, __u64& size, uint32_t& handle, uint64_t page) {
  if (wanted == 0) return -EINVAL;
  if (wanted > largestBuffer) return -E2BIG;
  const uint64_t bytes = (wanted + page - 1) / page * page;
  auto object = Object::create(bytes);
  if (!object) return -ENOMEM;
  handle = file.addHandle(std::make_shared<Gem>(object, Gem::Origin::Created));
  size = object->size();
  return 0;
}

int create(OpenFile& file, drm_i915_gem_create& create) {
  return make(file, create.size, create.size, create.handle, 4096);
}

int createExt(OpenFile& file, drm_i915_gem_create_ext& create) {
  if (create.flags & ~static_cast<uint32_t>(I915_GEM_CREATE_EXT_FLAG_NEEDS_CPU_ACCESS)) return -EINVAL;
  bool local = false;
  for (auto* next = user<i915_user_extension>(create.extensions); next;
       next = user<i915_user_extension>(next->next_extension)) {
    if (next->name == I915_GEM_CREATE_EXT_PROTECTED_CONTENT) continue;
    // The page-attribute extension (2) of newer kernels: only Meteor Lake's successors have the tables for
    // it.
    if (next->name == 2 && file.profile().ip.minor >= 70) continue;
    if (next->name != I915_GEM_CREATE_EXT_MEMORY_REGIONS) return -EINVAL;
    const auto* placed = reinterpret_cast<drm_i915_gem_create_ext_memory_regions*>(next);
    if (placed->num_regions == 0) return -EINVAL;
    const auto* regions = user<drm_i915_gem_memory_class_instance>(placed->regions);
    for (uint32_t i = 0; i < placed->num_regions; ++i) {
      const bool device = regions[i].memory_class == I915_MEMORY_CLASS_DEVICE;
      if (regions[i].memory_instance != 0 || regions[i].memory_class > I915_MEMORY_CLASS_DEVICE ||
          (device && !file.profile().isDiscrete())) {
        return -EINVAL;
      }
      local = local || device;
    }
  }
  // Local memory comes in 64 KiB pages.
  return make(file, create.size, create.size, create.handle, local ? 65536 : 4096);
}

int userMemory(OpenFile& file, drm_i915_gem_userptr& userptr) {
  if (userptr.user_size == 0 || ((userptr.user_ptr | userptr.user_size) & 4095)) return -EINVAL;
  auto object = Object::ofUserMemory(user<void>(userptr.user_ptr), userptr.user_size);
  if (!object) return -EINVAL;
  constexpr uint32_t probe = 2;  // I915_USERPTR_PROBE: newer than Debian 12's header
  if ((userptr.flags & probe) && !object->isMapped(0, object->size())) return -EFAULT;
  userptr.handle = file.addHandle(std::make_shared<Gem>(std::move(object), Gem::Origin::UserMemory));
  return 0;
}

int mapNow(OpenFile& file, drm_i915_gem_mmap& map) {
  if (!file.profile().hasLegacyMap()) return -EOPNOTSUPP;
  if (map.flags & ~static_cast<uint64_t>(I915_MMAP_WC)) return -EINVAL;
  const std::shared_ptr<Gem> gem = file.gem(map.handle);
  if (!gem) return -ENOENT;
  // Imported and user memory have no file of their own.
  if (gem->origin() != Gem::Origin::Created) return -ENXIO;
  if (map.size == 0 || map.offset > gem->size() || map.size > gem->size() - map.offset) return -EINVAL;
  const long at = syscall(SYS_mmap, nullptr, map.size, PROT_READ | PROT_WRITE, MAP_SHARED, gem->object().fd(),
                          static_cast<off_t>(map.offset));
  if (at == -1) return -errno;
  addMapping(reinterpret_cast<void*>(at), map.size);
  map.addr_ptr = static_cast<uint64_t>(at);
  return 0;
}

int mapOffset(OpenFile& file, drm_i915_gem_mmap_offset& map) {
  const std::shared_ptr<Gem> gem = file.gem(map.handle);
  if (!gem) return -ENOENT;
  if (gem->object().fd() < 0) return -ENODEV;
  // The fixed kind is the only one for the discrete parts' buffers, and only theirs; GTT maps need the
  // aperture.
  const bool discrete = file.profile().isDiscrete();
  if (map.flags > I915_MMAP_OFFSET_FIXED) return -EINVAL;
  if ((map.flags == I915_MMAP_OFFSET_FIXED) != discrete) return -ENODEV;
  if (map.flags == I915_MMAP_OFFSET_GTT && !file.profile().hasFenceRegisters()) return -ENODEV;
  map.offset = OpenFile::mapOffsetOf(*gem);
  return 0;
}

int setTiling(OpenFile& file, drm_i915_gem_set_tiling& tiling) {
  if (!file.profile().hasFenceRegisters()) return -EOPNOTSUPP;
  const std::shared_ptr<Gem> gem = file.gem(tiling.handle);
  if (!gem) return -ENOENT;
  if (gem->object().fd() < 0) return -ENXIO;
  if (tiling.tiling_mode > I915_TILING_Y) return -EINVAL;
  if (tiling.tiling_mode == I915_TILING_NONE) {
    tiling.stride = 0;
  } else {
    const uint32_t tileWidth = tiling.tiling_mode == I915_TILING_Y ? 128 : 512;
    if (tiling.stride == 0 || tiling.stride % tileWidth != 0) return -EINVAL;
  }
  gem->object().tiling = static_cast<Tiling>(tiling.tiling_mode);
  gem->object().stride = tiling.stride;
  tiling.swizzle_mode = I915_BIT_6_SWIZZLE_NONE;
  return 0;
}

int getTiling(OpenFile& file, drm_i915_gem_get_tiling& tiling) {
  if (!file.profile().hasFenceRegisters()) return -EOPNOTSUPP;
  const std::shared_ptr<Gem> gem = file.gem(tiling.handle);
  if (!gem) return -ENOENT;
  tiling.tiling_mode = static_cast<uint32_t>(gem->object().tiling.load());
  tiling.swizzle_mode = tiling.phys_swizzle_mode = I915_BIT_6_SWIZZLE_NONE;
  return 0;
}

int setDomain(OpenFile& file, drm_i915_gem_set_domain& domain) {
  if (file.profile().isDiscrete()) return -ENODEV;
  const std::shared_ptr<Gem> gem = file.gem(domain.handle);
  if (!gem) return -ENOENT;
  gem->waitIdle(std::chrono::nanoseconds(-1), domain.write_domain == 0);
  return 0;
}

int softwareFinish(OpenFile& file, drm_i915_gem_sw_finish& finish) {
  return file.gem(finish.handle) ? 0 : -ENOENT;
}

int setCaching(OpenFile& file, drm_i915_gem_caching& caching) {
  if (file.profile().isDiscrete()) return -ENODEV;
  if (file.profile().ip.minor >= 70) return -EOPNOTSUPP;
  return file.gem(caching.handle) ? 0 : -ENOENT;
}

int getCaching(OpenFile& file, drm_i915_gem_caching& caching) {
  if (file.profile().isDiscrete()) return -ENODEV;
  if (!file.gem(caching.handle)) return -ENOENT;
  caching.caching = file.profile().hasLlc() ? I915_CACHING_CACHED : I915_CACHING_NONE;
  return 0;
}

// i915 has both for Tiger Lake and older only.
int transfer(OpenFile& file, uint32_t handle, uint64_t offset, uint64_t bytes, void* memory, bool write) {
  if (!file.profile().hasRelocations()) return -EOPNOTSUPP;
  const std::shared_ptr<Gem> gem = file.gem(handle);
  if (!gem) return -ENOENT;
  if (offset > gem->size() || bytes > gem->size() - offset) return -EINVAL;
  gem->waitIdle(std::chrono::nanoseconds(-1), !write);
  std::byte* data = gem->object().data() + offset;
  if (write) {
    std::memcpy(data, memory, bytes);
  } else {
    std::memcpy(memory, data, bytes);
  }
  return 0;
}

int readFrom(OpenFile& file, drm_i915_gem_pread& read) {
  return transfer(file, read.handle, read.offset, read.size, user<void>(read.data_ptr), false);
}

int writeTo(OpenFile& file, drm_i915_gem_pwrite& write) {
  return transfer(file, write.handle, write.offset, write.size, user<void>(write.data_ptr), true);
}

int busy(OpenFile& file, drm_i915_gem_busy& busy) {
  const std::shared_ptr<Gem> gem = file.gem(busy.handle);
  if (!gem) return -ENOENT;
  // Readers' classes as bits from 16 on; the writer's class plus one below.
  busy.busy = 0;
  for (const Gem::Use& use : gem->uses()) {
    busy.busy |= 0x10000U << use.engineClass;
    if (use.writes) busy.busy = (busy.busy & 0xffff0000U) | (use.engineClass + 1U);
  }
  return 0;
}

int wait(OpenFile& file, drm_i915_gem_wait& wait) {
  if (wait.flags != 0) return -EINVAL;
  const std::shared_ptr<Gem> gem = file.gem(wait.bo_handle);
  if (!gem) return -ENOENT;
  const auto begin = std::chrono::steady_clock::now();
  const bool idle = gem->waitIdle(std::chrono::nanoseconds(wait.timeout_ns));
  if (wait.timeout_ns > 0) {
    const std::chrono::nanoseconds spent = std::chrono::steady_clock::now() - begin;
    wait.timeout_ns = std::max<int64_t>(0, wait.timeout_ns - spent.count());
  }
  return idle ? 0 : -ETIME;
}

int advise(OpenFile& file, drm_i915_gem_madvise& advise) {
  if (advise.madv > I915_MADV_DONTNEED) return -EINVAL;
  if (!file.gem(advise.handle)) return -ENOENT;
  advise.retained = 1;  // memory is never short here
  return 0;
}

int aperture(OpenFile& file, drm_i915_gem_get_aperture& aperture) {
  aperture.aper_size = aperture.aper_available_size =
      file.profile().isDiscrete() ? file.profile().localBytes : uint64_t{1} << 32;
  return 0;
}

struct Nothing {
  char unused;
};
int throttle(OpenFile&, Nothing&) { return 0; }

}  // namespace

void addI915Buffers(IoctlTable& table) {
  enter<drm_i915_gem_create, create>(table, DRM_IOCTL_I915_GEM_CREATE, "GEM_CREATE");
  enter<drm_i915_gem_create_ext, createExt>(table, DRM_IOCTL_I915_GEM_CREATE_EXT, "GEM_CREATE_EXT");
  enter<drm_i915_gem_userptr, userMemory>(table, DRM_IOCTL_I915_GEM_USERPTR, "GEM_USERPTR");
  enter<drm_i915_gem_mmap, mapNow>(table, DRM_IOCTL_I915_GEM_MMAP, "GEM_MMAP");
  enter<drm_i915_gem_mmap_offset, mapOffset>(table, DRM_IOCTL_I915_GEM_MMAP_OFFSET, "GEM_MMAP_OFFSET");
  enter<drm_i915_gem_set_tiling, setTiling>(table, DRM_IOCTL_I915_GEM_SET_TILING, "GEM_SET_TILING");
  enter<drm_i915_gem_get_tiling, getTiling>(table, DRM_IOCTL_I915_GEM_GET_TILING, "GEM_GET_TILING");
  enter<drm_i915_gem_set_domain, setDomain>(table, DRM_IOCTL_I915_GEM_SET_DOMAIN, "GEM_SET_DOMAIN");
  enter<drm_i915_gem_sw_finish, softwareFinish>(table, DRM_IOCTL_I915_GEM_SW_FINISH, "GEM_SW_FINISH");
  enter<drm_i915_gem_caching, setCaching>(table, DRM_IOCTL_I915_GEM_SET_CACHING, "GEM_SET_CACHING");
  enter<drm_i915_gem_caching, getCaching>(table, DRM_IOCTL_I915_GEM_GET_CACHING, "GEM_GET_CACHING");
  enter<drm_i915_gem_pread, readFrom>(table, DRM_IOCTL_I915_GEM_PREAD, "GEM_PREAD");
  enter<drm_i915_gem_pwrite, writeTo>(table, DRM_IOCTL_I915_GEM_PWRITE, "GEM_PWRITE");
  enter<drm_i915_gem_busy, busy>(table, DRM_IOCTL_I915_GEM_BUSY, "GEM_BUSY");
  enter<drm_i915_gem_wait, wait>(table, DRM_IOCTL_I915_GEM_WAIT, "GEM_WAIT");
  enter<drm_i915_gem_madvise, advise>(table, DRM_IOCTL_I915_GEM_MADVISE, "GEM_MADVISE");
  enter<drm_i915_gem_get_aperture, aperture>(table, DRM_IOCTL_I915_GEM_GET_APERTURE, "GEM_GET_APERTURE");
  enter<Nothing, throttle>(table, DRM_IOCTL_I915_GEM_THROTTLE, "GEM_THROTTLE");
}

}  // namespace fake_gpu
