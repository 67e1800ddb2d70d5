// User events: commands that wait for them are held until the application decides.
#include "icd/entry/event.h"
#include "icd/object/event.h"

namespace clze::icd::api {

Result<cl_event> createUserEvent(cl_context context) {
  return Event::publish(Event::user(Context::trusted(context)));
}

Result<void> setUserEventStatus(cl_event event, cl_int status) {
  // The second decision is one too many.
  if (!Event::trusted(event).settle(status)) return Failure{CL_INVALID_OPERATION};
  return {};
}

}  // namespace clze::icd::api
