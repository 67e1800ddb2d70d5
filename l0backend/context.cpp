// A context is a handle and two event providers; devices are named again in every call that needs them.
#include "l0backend/context.h"

#include "l0backend/event/pooled.h"

namespace clze::l0 {

Result<std::unique_ptr<Context>> Context::create(const Driver& driver, std::vector<const Device*> devices) {
  // The constructor is private, which make_unique cannot reach.
  std::unique_ptr<Context> context(new Context());
  ze_context_desc_t desc = {ZE_STRUCTURE_TYPE_CONTEXT_DESC, nullptr, 0};
  CLZE_ZE_TRY(zeContextCreate, driver.handle, &desc, context->handle_.put());
  context->driver_ = &driver;
  context->devices_ = std::move(devices);
  context->plainEvents_ = makePooledEvents(context->handle(), context->devices_, false);
  context->timestampEvents_ = makePooledEvents(context->handle(), context->devices_, true);
  return context;
}

Context::~Context() = default;

}  // namespace clze::l0
