// i915's contexts and address spaces, and the parameters drivers set on them.
#include <libdrm/i915_drm.h>

#include <cerrno>

#include "tests/intel/fake_gpu/kernel/i915.h"
#include "tests/intel/fake_gpu/log.h"

namespace fake_gpu {
namespace {

constexpr size_t mostEngines = 64;

// An engine map: each entry an engine, an empty slot, or a virtual engine that an extension fills. Jobs of a
// virtual engine run on its first sibling: one order among many that the kernel's balancing may choose.
int setEngines(OpenFile& file, GemContext& context, const drm_i915_gem_context_param& parameter) {
  if (parameter.size == 0) {
    context.hasEngineMap = false;
    context.engines.clear();
    return 0;
  }
  if (parameter.size < sizeof(uint64_t)) return -EINVAL;
  const auto* map = user<const i915_context_param_engines>(parameter.value);
  const size_t count = (parameter.size - sizeof(uint64_t)) / sizeof(i915_engine_class_instance);
  if (count > mostEngines) return -EINVAL;
  std::vector<std::optional<EngineSlot>> engines(count);
  const auto slotOf = [&file](const i915_engine_class_instance& named) -> std::optional<EngineSlot> {
    const std::optional<EngineClass> kind = engineOfI915Class(named.engine_class);
    if (!kind || !hasEngine(file.profile(), {*kind, named.engine_instance})) return std::nullopt;
    return EngineSlot{*kind, named.engine_instance};
  };
  for (size_t i = 0; i < count; ++i) {
    if (map->engines[i].engine_class == static_cast<uint16_t>(I915_ENGINE_CLASS_INVALID)) continue;
    engines[i] = slotOf(map->engines[i]);
    if (!engines[i]) return -ENOENT;
  }
  for (auto* next = user<i915_user_extension>(map->extensions); next;
       next = user<i915_user_extension>(next->next_extension)) {
    if (next->name == I915_CONTEXT_ENGINES_EXT_BOND) continue;
    if (next->name != I915_CONTEXT_ENGINES_EXT_LOAD_BALANCE) return -EINVAL;
    const auto* balance = reinterpret_cast<const i915_context_engines_load_balance*>(next);
    if (balance->engine_index >= count || balance->num_siblings == 0) return -EINVAL;
    engines[balance->engine_index] = slotOf(balance->engines[0]);
    if (!engines[balance->engine_index]) return -EINVAL;
  }
  context.engines = std::move(engines);
  context.hasEngineMap = true;
  return 0;
}

int setParameter(OpenFile& file, GemContext& context, const drm_i915_gem_context_param& parameter) {
  switch (parameter.param) {
    case I915_CONTEXT_PARAM_VM: {
      auto spaces = file.spaces.lock();
      const std::shared_ptr<PpGtt>* space = spaces->find(static_cast<uint32_t>(parameter.value));
      if (!space) return -ENOENT;
      context.space = *space;
      return 0;
    }
    case I915_CONTEXT_PARAM_ENGINES:
      return setEngines(file, context, parameter);
    case I915_CONTEXT_PARAM_RECOVERABLE:
      context.isRecoverable = parameter.value != 0;
      return 0;
    case I915_CONTEXT_PARAM_PERSISTENCE:
      context.isPersistent = parameter.value != 0;
      return 0;
    case I915_CONTEXT_PARAM_PRIORITY:
      context.priority = static_cast<int64_t>(parameter.value);
      return 0;
    case I915_CONTEXT_PARAM_SSEU:
    case I915_CONTEXT_PARAM_BANNABLE:
    case I915_CONTEXT_PARAM_NO_ERROR_CAPTURE:
    case I915_CONTEXT_PARAM_RINGSIZE:
    case I915_CONTEXT_PARAM_PROTECTED_CONTENT:
      return 0;
    default:
      log(1, "CONTEXT_SETPARAM %llu is not known", parameter.param);
      return -EINVAL;
  }
}

int create(OpenFile& file, drm_i915_gem_context_create_ext& create) {
  if (create.flags & I915_CONTEXT_CREATE_FLAGS_UNKNOWN) return -EINVAL;
  static std::atomic<uint32_t> next{1};
  GemContext context;
  context.context = std::make_shared<Context>(next++);
  if (create.flags & I915_CONTEXT_CREATE_FLAGS_USE_EXTENSIONS) {
    for (auto* next = user<i915_user_extension>(create.extensions); next;
         next = user<i915_user_extension>(next->next_extension)) {
      if (next->name != I915_CONTEXT_CREATE_EXT_SETPARAM) return -EINVAL;
      const auto* set = reinterpret_cast<const drm_i915_gem_context_create_ext_setparam*>(next);
      const int result = setParameter(file, context, set->param);
      if (result != 0) return result;
    }
  }
  if (!context.space) context.space = std::make_shared<PpGtt>();
  create.ctx_id = file.contexts.lock()->add(std::move(context));
  tally().contextsCreated++;
  tally().contextsAlive++;
  return 0;
}

int destroy(OpenFile& file, drm_i915_gem_context_destroy& destroy) {
  if (destroy.ctx_id == 0) return -ENOENT;
  const std::optional<GemContext> context = file.contexts.lock()->take(destroy.ctx_id);
  if (!context) return -ENOENT;
  tally().contextsAlive--;
  // A persistent context's jobs run to their end; the others are cancelled.
  if (!context->isPersistent) file.device().engines().cancel(context->context);
  return 0;
}

int set(OpenFile& file, drm_i915_gem_context_param& parameter) {
  auto contexts = file.contexts.lock();
  GemContext* context = contexts->find(parameter.ctx_id);
  return context ? setParameter(file, *context, parameter) : -ENOENT;
}

int get(OpenFile& file, drm_i915_gem_context_param& parameter) {
  auto contexts = file.contexts.lock();
  GemContext* context = contexts->find(parameter.ctx_id);
  if (!context) return -ENOENT;
  switch (parameter.param) {
    case I915_CONTEXT_PARAM_GTT_SIZE:
      parameter.value = uint64_t{1} << 48;
      break;
    case I915_CONTEXT_PARAM_RECOVERABLE:
      parameter.value = context->isRecoverable;
      break;
    case I915_CONTEXT_PARAM_PERSISTENCE:
      parameter.value = context->isPersistent;
      break;
    case I915_CONTEXT_PARAM_PRIORITY:
      parameter.value = static_cast<uint64_t>(context->priority);
      break;
    case I915_CONTEXT_PARAM_BANNABLE:
      parameter.value = 1;
      break;
    case I915_CONTEXT_PARAM_NO_ERROR_CAPTURE:
      parameter.value = 0;
      break;
    case I915_CONTEXT_PARAM_VM:
      parameter.value = file.spaces.lock()->add(context->space);
      break;
    case I915_CONTEXT_PARAM_SSEU: {
      const Topology& topology = file.profile().topology;
      if (parameter.size < sizeof(drm_i915_gem_context_param_sseu)) return -EINVAL;
      auto* sseu = user<drm_i915_gem_context_param_sseu>(parameter.value);
      sseu->slice_mask = 1;
      sseu->subslice_mask = (uint64_t{1} << topology.subslices) - 1;
      sseu->min_eus_per_subslice = sseu->max_eus_per_subslice =
          static_cast<uint16_t>(topology.unitsPerSubslice);
      return 0;
    }
    default:
      log(1, "CONTEXT_GETPARAM %llu is not known", parameter.param);
      return -EINVAL;
  }
  parameter.size = 0;
  return 0;
}

int createSpace(OpenFile& file, drm_i915_gem_vm_control& space) {
  if (space.flags != 0) return -EINVAL;
  space.vm_id = file.spaces.lock()->add(std::make_shared<PpGtt>());
  return 0;
}

int destroySpace(OpenFile& file, drm_i915_gem_vm_control& space) {
  return file.spaces.lock()->take(space.vm_id) ? 0 : -ENOENT;
}

int resetStatistics(OpenFile& file, drm_i915_reset_stats& statistics) {
  if (statistics.flags != 0) return -EINVAL;
  auto contexts = file.contexts.lock();
  const GemContext* context = contexts->find(statistics.ctx_id);
  if (!context) return -ENOENT;
  statistics.reset_count = 0;  // for administrators only
  statistics.batch_active = context->context->batchesActive;
  statistics.batch_pending = context->context->batchesPending;
  return 0;
}

}  // namespace

void addI915Contexts(IoctlTable& table) {
  enter<drm_i915_gem_context_create_ext, create>(table, DRM_IOCTL_I915_GEM_CONTEXT_CREATE_EXT,
                                                 "GEM_CONTEXT_CREATE");
  enter<drm_i915_gem_context_destroy, destroy>(table, DRM_IOCTL_I915_GEM_CONTEXT_DESTROY,
                                               "GEM_CONTEXT_DESTROY");
  enter<drm_i915_gem_context_param, set>(table, DRM_IOCTL_I915_GEM_CONTEXT_SETPARAM, "GEM_CONTEXT_SETPARAM");
  enter<drm_i915_gem_context_param, get>(table, DRM_IOCTL_I915_GEM_CONTEXT_GETPARAM, "GEM_CONTEXT_GETPARAM");
  enter<drm_i915_gem_vm_control, createSpace>(table, DRM_IOCTL_I915_GEM_VM_CREATE, "GEM_VM_CREATE");
  enter<drm_i915_gem_vm_control, destroySpace>(table, DRM_IOCTL_I915_GEM_VM_DESTROY, "GEM_VM_DESTROY");
  enter<drm_i915_reset_stats, resetStatistics>(table, DRM_IOCTL_I915_GET_RESET_STATS, "GET_RESET_STATS");
}

}  // namespace fake_gpu
