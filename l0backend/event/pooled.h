// Events from host-visible pools of 64: what works on every driver.
#pragma once

#include <memory>
#include <vector>

#include "l0backend/caps/device.h"
#include "l0backend/event/provider.h"

namespace clze::l0 {

// Pools are made when the free list is dry and live as long as the provider. `devices` may use the events.
std::unique_ptr<EventProvider> makePooledEvents(ze_context_handle_t context,
                                                const std::vector<const Device*>& devices, bool timestamps);

}  // namespace clze::l0
