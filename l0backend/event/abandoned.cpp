// The table of abandoned events: empty but after a failure of the device.
#include "l0backend/event/abandoned.h"

#include <memory>
#include <unordered_map>

#include "base/guarded.h"
#include "l0backend/loader/api.h"

namespace clze::l0 {

namespace {

using Table = std::unordered_map<ze_event_handle_t, cl_int>;

// Never destroyed: events may be given back while the process ends.
Guarded<Table>& table() {
  static auto* const events = std::make_unique<Guarded<Table>>().release();
  return *events;
}

}  // namespace

AbandonedEvents& AbandonedEvents::instance() {
  static AbandonedEvents events;
  return events;
}

void AbandonedEvents::add(ze_event_handle_t event, cl_int code) {
  {
    auto events = table().lock();
    (*events)[event] = code;
    count_.store(events->size(), std::memory_order_release);
  }
  // After it is in the table, so that whoever wakes finds it there.
  if (const ze_result_t result = ze().zeEventHostSignal(event); result != ZE_RESULT_SUCCESS) {
    toCl(result, "zeEventHostSignal");
  }
}

cl_int AbandonedEvents::lookUp(ze_event_handle_t event) const {
  auto events = table().lock();
  const auto found = events->find(event);
  return found == events->end() ? CL_SUCCESS : found->second;
}

bool AbandonedEvents::erase(ze_event_handle_t event) {
  auto events = table().lock();
  const bool found = events->erase(event) != 0;
  count_.store(events->size(), std::memory_order_release);
  return found;
}

}  // namespace clze::l0
